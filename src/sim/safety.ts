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
  if (report.to === 'master') judgeStart(seat, now, accuse);
  if (report.to === 'master' && report.from === 'backup') {
    judgeTakeover(seat, now, accuse);
    judgeCause(seat, report, now, accuse);
  }
  if (report.from === 'master') judgeYielding(seat, report, accuse);
}

/** `vrrp_startup_delay`, which a process that goes on as what it was does not wait for. */
function judgeStart(seat: Seat, now: Instant, accuse: Accuse): void {
  const { process, model } = seat.host;
  if (process === undefined || seat.resumed !== undefined) return;
  const age = now - process.startedAt;
  if (age < model.host.startupDelay) accuse('safety', seat, `is master ${age} us after its start`);
}

function judgeCause(seat: Seat, report: Transition, now: Instant, accuse: Accuse): void {
  const { instance, lowerSince, resumed, host } = seat;
  const { cause } = report;
  // What came in before it began, while the process stood still, is read after it has begun.
  const hasJustThawed = seat.since - host.thawedAt < 10_000;
  if (cause.kind === 'preempted-lower' && lowerSince !== undefined && !hasJustThawed) {
    const waited = now - lowerSince;
    if (waited + ROUNDING < instance.preemptDelay) {
      accuse('safety', seat, `preempted ${waited} us after it heard a lower master`);
    }
  }
  if (cause.kind !== 'advertisement-timeout') return;
  // The interval in use may have been learned from a master with twice the own one, or half of it. Who waited for a single
  // interval has just started, and who waited for longer than the down interval has listened again already.
  const isLate = cause.lateness > 2 * instance.advertInterval;
  const isFirst = [0.5, 1, 2].some((factor) => {
    const wait = downInterval(instance, seat.priority, factor * instance.advertInterval);
    return Math.abs(cause.waited - wait) <= ROUNDING;
  });
  if (!seat.grouped && isLate && isFirst) {
    accuse('safety', seat, `took over ${cause.lateness} us late, without listening again first`);
  }
  const age = now - (host.process?.startedAt ?? now);
  if (resumed?.state === 'backup' && age < instance.advertInterval / 2) {
    accuse('safety', seat, `took over ${age} us after it was resumed as a backup`);
  }
}

/** Whoever has stopped has let go of its addresses, unless the kernel refused. */
export function judgeLeft(seat: Seat, now: Instant, accuse: Accuse): void {
  const [present] = countAddresses(seat);
  const refused = seat.refusedAt !== undefined && now - seat.refusedAt < 2_500_000;
  if (present > 0 && !refused) accuse('safety', seat, `has stopped and holds ${present} addresses`);
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
  if (seat.announced && state !== 'master' && !seat.wasMaster) {
    accuse('safety', seat, `announced an address as ${state}`);
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
