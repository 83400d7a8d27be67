/** What must hold after every step of every host, whatever goes wrong around it. */
import type { Instant } from '../base/units.ts';
import type { Report } from '../engine/report.ts';
import type { LinkAddress } from '../ports.ts';
import { downInterval, skew } from './bounds.ts';
import type { Accuse } from './judge.ts';
import type { Seat } from './seat.ts';

type Transition = Extract<Report, { kind: 'transition' }>;

/** Times on the wire and in the engine are rounded to microseconds. */
const ROUNDING = 2;

export function judgeTransition(
  seat: Seat,
  report: Transition,
  now: Instant,
  accuse: Accuse,
): void {
  const { state } = seat;
  if (state !== undefined && report.from !== state) {
    accuse('safety', seat, `tells of leaving ${report.from} and was ${state}`);
  }
  if (report.from === report.to) accuse('safety', seat, `tells of going from ${report.from} to it`);
  if (report.to === 'master' && report.from === 'backup') judgeTakeover(seat, now, accuse);
  if (report.from === 'master') judgeYielding(seat, report, accuse);
}

/** RFC 9568 6.4.3: a master goes because a better one was heard, or it says that it goes. */
function judgeYielding(seat: Seat, report: Transition, accuse: Accuse): void {
  const { cause } = report;
  const gaveWay = cause.kind === 'higher-priority-heard' || cause.kind === 'greater-address-heard';
  if (gaveWay && seat.unread < report.priority.effective) {
    accuse('safety', seat, `gave way (${cause.kind}) and no such advertisement was sent`);
  }
  const byItself = ['tracker', 'group-member'];
  const leaves =
    report.to === 'stop' ||
    (cause.kind === 'fault' && cause.faults.every((fault) => byItself.includes(fault.kind)));
  const link = seat.host.kernel.linkNamed(seat.instance.interface ?? '');
  if (!leaves || !link?.up || seat.host.process?.kernelPort.pending()) return;
  if (seat.advertised !== 0) accuse('safety', seat, `went to ${report.to} without resigning`);
}

/** RFC 9568 6.4.2: not before a whole master down interval in which nothing was heard that must be heeded. */
function judgeTakeover(seat: Seat, now: Instant, accuse: Accuse): void {
  const { heeded, resignedAt, instance, priority, priorityAt } = seat;
  // What came in by an interface that was deleted meanwhile cannot be read any more.
  const link = seat.host.kernel.linkNamed(instance.interface ?? '')?.index;
  if (heeded !== undefined && heeded.link === link && priorityAt <= heeded.at) {
    const wait = downInterval(instance, priority, heeded.interval);
    const silence = now - heeded.at;
    if (silence + ROUNDING < wait) {
      accuse('safety', seat, `took over ${silence} us after it heard a master, not ${wait} us`);
    }
  }
  if (resignedAt !== undefined && priorityAt <= resignedAt) {
    // The interval in use may have been learned from a master with half the own one.
    const wait = skew(instance.version, priority, instance.advertInterval / 2);
    if (now - resignedAt + ROUNDING < wait) {
      accuse(
        'safety',
        seat,
        `took over ${now - resignedAt} us after a resignation, not ${wait} us`,
      );
    }
  }
}

/** What a process that has served everything and sleeps again looks like. */
export function judgeRest(seat: Seat, now: Instant, accuse: Accuse): void {
  const { state, advertised, priority } = seat;
  if (seat.host.process === undefined) return;
  if (advertised !== undefined && advertised > 0 && state !== 'master' && !seat.wasMaster) {
    accuse('safety', seat, `advertised as ${state}`);
  }
  if (advertised === 0 && state === 'master') accuse('safety', seat, 'resigned and is master');
  if (advertised !== undefined && advertised > 0 && state === 'master' && advertised !== priority) {
    accuse('safety', seat, `advertised priority ${advertised} and says ${priority}`);
  }
  judgeAddresses(seat, now, accuse);
  if (seat.grouped) judgeGroup(seat, accuse);
}

/** A master has all of its addresses and nobody else has any, unless the kernel refused. */
function judgeAddresses(seat: Seat, _now: Instant, accuse: Accuse): void {
  const { host, instance, state, refusedAt } = seat;
  if (refusedAt !== undefined && refusedAt >= seat.since) return;
  const [present, missing] = countAddresses(seat);
  if (state !== 'master' && present > 0) {
    accuse('safety', seat, `holds ${present} of its addresses as ${state}`);
  }
  const link = host.kernel.linkNamed(instance.interface ?? '');
  if (
    state === 'master' &&
    missing > 0 &&
    link?.up &&
    host.process?.kernelPort.pending() === false
  ) {
    accuse('safety', seat, `is master and lacks ${missing} of its addresses`);
  }
}

/** How many of its virtual addresses are on its interface, and how many are not. */
export function countAddresses(seat: Seat): readonly [present: number, missing: number] {
  const { host, instance } = seat;
  const link = host.kernel.linkNamed(instance.interface ?? '');
  const all = [...instance.addresses, ...instance.excludedAddresses];
  if (link === undefined) return [0, all.length];
  const present = all.filter(
    ({ address, prefix }) => host.kernel.held({ link: link.index, address, prefix }) !== undefined,
  );
  return [present.length, all.length - present.length];
}

/** The members of a group are master together or not at all. */
function judgeGroup(seat: Seat, accuse: Accuse): void {
  const { host, instance, state } = seat;
  const group = host.model.groups.find((each) => each.members.includes(instance.name));
  const others = host.process?.driver.snapshot().instances ?? [];
  for (const other of others) {
    if (!group?.members.includes(other.name)) continue;
    if ((other.state === 'master') !== (state === 'master')) {
      accuse('safety', seat, `is ${state} while ${other.name} of its group is ${other.state}`);
    }
  }
}

/** The kernel took an address away by its lifetime: right for the dead, wrong for a living master. */
export function judgeWithdrawal(
  seats: readonly Seat[],
  gone: LinkAddress,
  now: Instant,
  accuse: Accuse,
): void {
  for (const seat of seats) {
    const { host, instance, state, refusedAt } = seat;
    const link = host.kernel.linkNamed(instance.interface ?? '');
    if (state !== 'master' || host.process === undefined || host.frozen > 0) continue;
    if (host.slowness > 0 || !link?.up || now - host.thawedAt < 1_000) continue;
    if (refusedAt !== undefined) continue;
    const all = [...instance.addresses, ...instance.excludedAddresses];
    if (all.some((each) => each.address === gone.address && each.prefix === gone.prefix)) {
      accuse('safety', seat, `let the lifetime of ${gone.address} run out as master`);
    }
  }
}
