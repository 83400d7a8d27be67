/** What is known from outside about one instance on one host: what it said, what it heard, what it is. */
import type { Instant } from '../base/units.ts';
import type { InstanceModel } from '../engine/model.ts';
import type { StateName } from '../engine/report.ts';
import type { InstanceSnapshot } from '../engine/snapshot.ts';
import type { Datagram } from '../ports.ts';
import type { Host } from './host.ts';

export interface Seat {
  readonly host: Host;
  readonly instance: InstanceModel;
  readonly grouped: boolean;
  /** As told by the last transition of the living process; undefined while there is none. */
  state: StateName | undefined;
  since: Instant;
  /** The effective priority told last. */
  priority: number;
  priorityAt: Instant;
  /** The last advertisement that a backup may not pass over, and the interval in it. */
  heeded: { readonly at: Instant; readonly interval: number; readonly link: number } | undefined;
  /** The last advertisement that a backup may count as a sign of life. */
  signOfLifeAt: Instant;
  resignedAt: Instant | undefined;
  /** What its process was started to go on as. */
  resumed: InstanceSnapshot | undefined;
  /** When a master of lower priority was heard first, since nothing better was. */
  lowerSince: Instant | undefined;
  /** Whether it announced an address since it rested last. */
  announced: boolean;
  /** The highest priority among the advertisements that have come in and may be unread. */
  unread: number;
  /** What it sent since it rested last: the priority of the last advertisement. */
  advertised: number | undefined;
  /** Whether it was master at some time since it rested last. */
  wasMaster: boolean;
  /** The last time the kernel did not do what it asked for. */
  refusedAt: Instant | undefined;
}

export function createSeat(host: Host, instance: InstanceModel): Seat {
  const start = 0 as Instant;
  return {
    host,
    instance,
    grouped: host.model.groups.some((group) => group.members.includes(instance.name)),
    state: undefined,
    since: start,
    priority: instance.priority,
    priorityAt: start,
    heeded: undefined,
    signOfLifeAt: start,
    resignedAt: undefined,
    resumed: undefined,
    lowerSince: undefined,
    announced: false,
    unread: 0,
    advertised: undefined,
    wasMaster: false,
    refusedAt: undefined,
  };
}

/** Forgets what belonged to the process that ended. */
export function vacate(seat: Seat, now: Instant): void {
  seat.state = undefined;
  seat.since = now;
  seat.heeded = undefined;
  seat.resignedAt = undefined;
  seat.resumed = undefined;
  seat.lowerSince = undefined;
  seat.announced = false;
  seat.unread = 0;
  seat.advertised = undefined;
  seat.wasMaster = false;
}

/** What stands in an advertisement, read without the product's decoder. */
export interface Heading {
  readonly virtualRouterId: number;
  readonly priority: number;
  /** In microseconds. */
  readonly interval: number;
}

/** RFC 9568 5.1 and RFC 3768 5.1; whole seconds in version 2, twelve bits of centiseconds in version 3. */
export function readHeading(datagram: Datagram): Heading {
  const [first = 0, virtualRouterId = 0, priority = 0, , fourth = 0, fifth = 0] = datagram.payload;
  const version = first >> 4;
  const interval = version === 2 ? fifth * 1_000_000 : ((fourth & 0x0f) * 256 + fifth) * 10_000;
  return { virtualRouterId, priority, interval };
}

/** Takes note of a genuine advertisement that has come in. */
export function hear(seat: Seat, heading: Heading, link: number, now: Instant): void {
  seat.unread = Math.max(seat.unread, heading.priority);
  if (seat.state !== 'backup') return;
  if (heading.priority === 0) {
    seat.resignedAt = now;
    seat.heeded = undefined;
    seat.signOfLifeAt = now;
    return;
  }
  const { preempt, preemptDelay, advertInterval, version } = seat.instance;
  if (heading.priority >= seat.priority || !preempt) {
    const interval = version === 3 ? heading.interval : advertInterval;
    seat.heeded = { at: now, interval, link };
    seat.lowerSince = undefined;
    seat.resignedAt = undefined;
    seat.signOfLifeAt = now;
    return;
  }
  seat.lowerSince ??= now;
  if (preemptDelay > 0) {
    // Heeded as long as the delay runs, and then its interval counts, which may be shorter than the last one.
    seat.signOfLifeAt = now;
    seat.heeded = undefined;
  }
}
