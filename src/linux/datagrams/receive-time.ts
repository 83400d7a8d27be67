/** The kernel's civil receive timestamps as instants. */
import { type Instant, instant } from '../../base/units.ts';
import type { Clock } from '../../ports.ts';

/** What a read needs to turn civil receive times into instants. */
export interface Reading {
  readonly clock: Clock;
  /** A moment that no datagram read so far came after. */
  now: Instant;
  /** Monotonic minus civil time, in microseconds. */
  readonly offset: number;
}

/** A socket whose datagrams are stamped. */
export interface Stamped {
  /** What the socket holds has arrived since: it was seen empty then, or gave its last datagram of then. */
  quietUntil: Instant;
}

/**
 * When a datagram arrived. Civil time may be set between arrival and reading, so the instant is held between the two that
 * are certain: it came after the one before it and after the socket was last seen empty, and nothing arrives after now. A
 * `timestamp` of 0 means that the kernel gave none.
 */
export function receiveTime(socket: Stamped, timestamp: number, reading: Reading): Instant {
  const stamped = timestamp === 0 ? reading.now : timestamp + reading.offset;
  if (stamped > reading.now) reading.now = reading.clock.now();
  const at = instant(Math.min(Math.max(stamped, socket.quietUntil), reading.now));
  socket.quietUntil = at;
  return at;
}

/** How far apart two looks at the monotonic clock may be for a look at the other one in between to count. */
const SIMULTANEOUS = 20;
const LOOKS = 3;

/** Both clocks at one moment; looked at again when the process was interrupted in between. */
export function readingOf(clock: Clock): Reading {
  let before = clock.now();
  let wall = clock.wall();
  let now = clock.now();
  for (let looks = 1; looks < LOOKS && now - before > SIMULTANEOUS; looks += 1) {
    before = now;
    wall = clock.wall();
    now = clock.now();
  }
  return { clock, now, offset: Math.round((before + now) / 2) - wall };
}
