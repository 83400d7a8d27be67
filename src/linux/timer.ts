/** One timerfd for the whole driver: no grain of a millisecond, no drift, no heap of timers. */
import { invariant } from '../base/outcome.ts';
import type { Instant } from '../base/units.ts';
import type { Timer } from '../ports.ts';
import {
  allocate,
  close,
  lastErrno,
  portError,
  read,
  timerfdCreate,
  timerfdSetTime,
  type Watch,
  watchReadable,
  writePointer,
} from './ffi.ts';

const CLOCK_MONOTONIC = 1;
const TFD_NONBLOCK_CLOEXEC = 0o2004000;
const TFD_TIMER_ABSTIME = 1;
/** Offset of it_value in struct itimerspec; it_interval before it stays zero. */
const IT_VALUE = 16;

export class LinuxTimer implements Timer {
  readonly #fd: number;
  readonly #watch: Watch;
  readonly #due: () => void;
  readonly #itimerspec = allocate(32);
  readonly #expirations = allocate(8);
  #armed: Instant | undefined;

  /** `due` runs on the main loop, once for each `arm`. */
  constructor(due: () => void) {
    this.#due = due;
    this.#fd = timerfdCreate(CLOCK_MONOTONIC, TFD_NONBLOCK_CLOEXEC);
    invariant(this.#fd >= 0, `timerfd_create failed with ${portError(lastErrno()).code}`);
    this.#watch = watchReadable(this.#fd, () => this.#expire());
  }

  arm(at: Instant | undefined): void {
    if (at === this.#armed) return;
    this.#armed = at;
    // All zero disarms, and a negative time is refused: what has passed is the first nanosecond.
    const microseconds = at === undefined ? 0 : Math.max(at, 0);
    const whole = Math.floor(microseconds / 1_000_000);
    const nanoseconds = (microseconds - whole * 1_000_000) * 1_000;
    const { words } = this.#itimerspec;
    writePointer(words, IT_VALUE, whole);
    writePointer(words, IT_VALUE + 8, at !== undefined && microseconds === 0 ? 1 : nanoseconds);
    const result = timerfdSetTime(this.#fd, TFD_TIMER_ABSTIME, this.#itimerspec.address, 0);
    invariant(result === 0, `timerfd_settime failed with ${portError(lastErrno()).code}`);
  }

  close(): void {
    this.#watch.close();
    close(this.#fd);
  }

  #expire(): void {
    // Nothing to read: it was armed anew between the expiry and this call.
    if (read(this.#fd, this.#expirations.address, 8) !== 8) return;
    this.#armed = undefined;
    this.#due();
  }
}
