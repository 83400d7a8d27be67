/** Watches a world from outside and keeps the first thing that must not be. */
import type { Instant } from '../base/units.ts';
import type { Report } from '../engine/report.ts';
import { isAddressing } from '../ports.ts';
import { isFit } from './fitness.ts';
import type { Host } from './host.ts';
import { readAnnouncement } from './neighbours.ts';
import type { Observer } from './observer.ts';
import { judgeLeft, judgeRest, judgeTransition, judgeWithdrawal } from './safety.ts';
import { createSeat, type Heading, hear, readHeading, type Seat, vacate } from './seat.ts';

/** crash: the product threw. safety: something happened that must not. liveness: something did not happen. */
export type FailureClass = 'crash' | 'safety' | 'liveness';

export interface Failure {
  readonly kind: FailureClass;
  readonly at: Instant;
  readonly words: string;
}

export type Accuse = (kind: FailureClass, seat: Seat, words: string) => void;

export interface Judge {
  readonly observer: Observer;
  readonly seats: readonly Seat[];
  readonly accuse: Accuse;
  /** The last instant at which an instance changed its state. */
  readonly lastMove: () => Instant;
  failure(): Failure | undefined;
}

/** `hosts` is asked once the first of them begins, since they do not exist before. */
export function createJudge(hosts: () => readonly Host[], now: () => Instant): Judge {
  let failure: Failure | undefined;
  let lastMove = 0 as Instant;
  const accuse: Accuse = (kind, seat, words) => {
    failure ??= { kind, at: now(), words: `${seat.host.name} ${seat.instance.name}: ${words}` };
  };
  const seats = new Map<Host, Seat[]>();
  const seatsOf = (host: Host): Seat[] => {
    if (seats.size === 0) {
      for (const each of hosts()) {
        seats.set(
          each,
          each.model.instances.map((instance) => createSeat(each, instance)),
        );
        watchWithdrawals(each, seats, accuse, now);
      }
    }
    return seats.get(host) ?? [];
  };
  const genuine = new WeakMap<Uint8Array, Heading>();
  const moved = (at: Instant): void => {
    lastMove = at;
  };
  return {
    observer: observe({ seatsOf, accuse, genuine, moved }),
    get seats() {
      return [...seats.values()].flat();
    },
    accuse,
    lastMove: () => lastMove,
    failure: () => failure,
  };
}

/** Looks at what the kernel itself takes away: addresses whose lifetime ran out under a living master. */
function watchWithdrawals(
  host: Host,
  seats: Map<Host, Seat[]>,
  accuse: Accuse,
  now: () => Instant,
): void {
  host.kernel.watchers.add({
    portId: -1,
    tell: (change) => {
      if (change.kind !== 'address-gone' || change.portId !== 0) return;
      judgeWithdrawal(seats.get(host) ?? [], change.address, now(), accuse);
    },
  });
}

interface Watch {
  seatsOf(host: Host): readonly Seat[];
  readonly accuse: Accuse;
  /** Advertisements that a process sent, so that noise is told apart. */
  readonly genuine: WeakMap<Uint8Array, Heading>;
  moved(at: Instant): void;
}

function observe(watch: Watch): Observer {
  const { seatsOf, accuse, genuine } = watch;
  return {
    began: (host, now, resume) => {
      for (const seat of seatsOf(host)) {
        vacate(seat, now);
        seat.signOfLifeAt = now;
        seat.resumed = resume?.instances.find((each) => each.name === seat.instance.name);
      }
    },
    ended: (host, now, how) => {
      for (const seat of seatsOf(host)) {
        if (how === 'stopped') judgeLeft(seat, now, accuse);
        vacate(seat, now);
      }
    },
    announced: (host, _now, frame) => {
      const address = readAnnouncement(frame.bytes)?.address;
      // Nothing leaves by an interface that is gone.
      if (address === undefined || host.kernel.link(frame.link) === undefined) return;
      for (const seat of seatsOf(host)) if (holds(seat, address)) seat.announced = true;
    },
    sent: (host, _now, datagram) => {
      const heading = readHeading(datagram);
      genuine.set(datagram.payload, heading);
      const seat = seatFor(seatsOf(host), host, datagram.link, heading);
      if (seat !== undefined) seat.advertised = heading.priority;
    },
    heard: (host, now, datagram) => {
      const heading = genuine.get(datagram.payload);
      if (heading === undefined) return;
      const seat = seatFor(seatsOf(host), host, datagram.link, heading);
      if (seat !== undefined && !isOwn(seat, datagram.source))
        hear(seat, heading, datagram.link, now);
    },
    applied: (host, now, operation, result) => {
      if (result.done || !isAddressing(operation)) return;
      const { address } = operation.kind === 'remove-address' ? operation : operation.address;
      for (const seat of seatsOf(host)) if (holds(seat, address)) seat.refusedAt = now;
    },
    reported: (host, now, report) => takeReport({ ...watch, host, now }, report),
    rested: (host, now) => {
      for (const seat of seatsOf(host)) {
        settleIn(seat, accuse);
        judgeRest(seat, now, accuse);
        seat.advertised = undefined;
        seat.announced = false;
        if (host.process?.socket.pending() === false) seat.unread = 0;
        seat.wasMaster = seat.state === 'master';
      }
    },
    noted: () => {},
  };
}

function takeReport(
  watch: Watch & { readonly host: Host; readonly now: Instant },
  report: Report,
): void {
  if (report.kind !== 'transition' && report.kind !== 'priority') return;
  const seat = watch.seatsOf(watch.host).find((each) => each.instance.name === report.instance);
  if (seat === undefined) return;
  const { now } = watch;
  if (report.priority.effective !== seat.priority) seat.priorityAt = now;
  seat.priority = report.priority.effective;
  if (report.kind === 'priority') return;
  judgeTransition(seat, report, now, watch.accuse);
  if (report.cause.kind !== 'resumed') watch.moved(now);
  seat.state = report.to === 'stop' || report.to === 'deleted' ? 'init' : report.to;
  seat.since = now;
  seat.heeded = undefined;
  seat.resignedAt = undefined;
  seat.lowerSince = undefined;
  if (seat.state === 'master') seat.wasMaster = true;
}

/** A process that was resumed may not tell what it already was. */
function settleIn(seat: Seat, accuse: Accuse): void {
  if (seat.state !== undefined || seat.host.process === undefined) return;
  const { instances } = seat.host.process.driver.snapshot();
  const own = instances.find((each) => each.name === seat.instance.name);
  seat.state = own?.state ?? 'init';
  if (seat.resumed?.state === 'master' && seat.state !== 'master') {
    if (isFit(seat.host, seat.instance))
      accuse('safety', seat, `resumes a master as ${seat.state}`);
  }
  if (own !== undefined) seat.priority = own.priority.effective;
}

function seatFor(
  seats: readonly Seat[],
  host: Host,
  link: number,
  heading: Heading,
): Seat | undefined {
  return seats.find(
    ({ instance }) =>
      instance.virtualRouterId === heading.virtualRouterId &&
      host.kernel.linkNamed(instance.interface ?? '')?.index === link,
  );
}

function isOwn(seat: Seat, source: string): boolean {
  for (const { entry } of seat.host.kernel.addresses()) if (entry.address === source) return true;
  return false;
}

function holds(seat: Seat, address: string): boolean {
  const { addresses, excludedAddresses } = seat.instance;
  return [...addresses, ...excludedAddresses].some((each) => each.address === address);
}
