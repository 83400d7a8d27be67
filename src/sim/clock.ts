/** A host's clock and its process's one wake-up, over virtual time. */
import { type Duration, type Instant, wallTime } from '../base/units.ts';
import type { Clock, Timer } from '../ports.ts';
import type { Queue } from './queue.ts';

/** 1 January 2030, so that a civil time is never mistaken for a monotonic one. */
const EPOCH = 1_893_456_000_000_000;

/** Hosts were booted at different times: their monotonic clocks differ by a constant. */
export function createClock(queue: Queue, offset: Duration): Clock {
  return {
    now: () => (queue.now() + offset) as Instant,
    wall: () => wallTime(EPOCH + queue.now()),
  };
}

export interface VirtualTimer extends Timer {
  /** The process that owned it is gone. */
  close(): void;
}

/** Calls `fire` when the instant armed last has come on the host's clock. */
export function createTimer(queue: Queue, offset: Duration, fire: () => void): VirtualTimer {
  let armed: Instant | undefined;
  let generation = 0;
  const disarm = (): void => {
    armed = undefined;
    generation += 1;
  };
  return {
    arm: (at) => {
      if (at === undefined) {
        disarm();
        return;
      }
      if (at === armed) return;
      armed = at;
      generation += 1;
      const mine = generation;
      queue.at((at - offset) as Instant, () => {
        if (mine !== generation) return;
        armed = undefined;
        fire();
      });
    },
    close: disarm,
  };
}
