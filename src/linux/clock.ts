/** CLOCK_MONOTONIC, which is what `process.hrtime` reads, and civil time. */
import { type Instant, instant, type WallTime, wallTime } from '../base/units.ts';
import type { Clock } from '../ports.ts';
import { allocate, clockGetTime } from './ffi.ts';

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const timespec = allocate(16);
const { address: timespecAddress } = timespec;

/** Whole microseconds, read from the kernel: `Date.now()` has a grain of a millisecond. */
function timeOf(clock: number): number {
  clockGetTime(clock, timespecAddress);
  const { words } = timespec;
  const seconds = (words[0] ?? 0) + (words[1] ?? 0) * 0x1_0000_0000;
  return seconds * 1_000_000 + Math.floor((words[2] ?? 0) / 1_000);
}

export const linuxClock: Clock = {
  now(): Instant {
    const time = process.hrtime();
    return instant(time[0] * 1_000_000 + Math.floor(time[1] / 1_000));
  },
  wall(): WallTime {
    return wallTime(timeOf(CLOCK_REALTIME));
  },
};

/**
 * Keeps the processor until an instant. Nothing is allocated meanwhile, as `process.hrtime` would: a garbage collection at
 * its end would be what it was to spare.
 */
export function awaitAwake(until: Instant): void {
  const { words } = timespec;
  const seconds = Math.floor(until / 1_000_000);
  const nanoseconds = (until - seconds * 1_000_000) * 1_000;
  let left = true;
  while (left) {
    clockGetTime(CLOCK_MONOTONIC, timespecAddress);
    const reached = words[0] ?? 0;
    left = reached < seconds || (reached === seconds && (words[2] ?? 0) < nanoseconds);
  }
}
