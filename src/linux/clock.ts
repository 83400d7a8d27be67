/** CLOCK_MONOTONIC, which is what `process.hrtime` reads, and civil time. */
import { type Instant, instant, type WallTime, wallTime } from '../base/units.ts';
import type { Clock } from '../ports.ts';
import { allocate, clockGetTime } from './ffi.ts';

const CLOCK_REALTIME = 0;
const timespec = allocate(16);

/** Whole microseconds since the epoch, read from the kernel: `Date.now()` has a grain of a millisecond. */
function realTime(): number {
  clockGetTime(CLOCK_REALTIME, timespec.address);
  const { words } = timespec;
  const seconds = (words[0] ?? 0) + (words[1] ?? 0) * 0x1_0000_0000;
  return seconds * 1_000_000 + Math.floor((words[2] ?? 0) / 1_000);
}

export const linuxClock: Clock = {
  now(): Instant {
    const [seconds, nanoseconds] = process.hrtime();
    return instant(seconds * 1_000_000 + Math.floor(nanoseconds / 1_000));
  },
  wall(): WallTime {
    return wallTime(realTime());
  },
};
