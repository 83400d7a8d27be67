/**
 * One timerfd for the whole driver: no grain of a millisecond, no drift, no heap of timers.
 *
 * A process that has slept for long is slow to wake: its core comes out of an idle state, its caches are cold, and a
 * loaded core has to be won first. So a deadline after a long sleep, such as that of a take-over, is woken up to a little
 * ahead of time, and the rest is waited for awake: more after a sleep longer than any of a master that advertises every
 * second. Where deadlines follow each other closely this would cost more than it brings, and is left out.
 */
import { invariant } from '../base/outcome.ts';
import type { Instant } from '../base/units.ts';
import type { Timer } from '../ports.ts';
import { awaitAwake, linuxClock } from './clock.ts';
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
/** After so many microseconds without a deadline the process wakes up so much too early. */
const LEADS = [
  { sleep: 1_100_000, lead: 3_500 },
  { sleep: 500_000, lead: 500 },
] as const;
/** Offset of it_value in struct itimerspec; it_interval before it stays zero. */
const IT_VALUE = 16;

export class LinuxTimer implements Timer {
  readonly #fd: number;
  readonly #watch: Watch;
  readonly #due: (at: Instant | undefined) => void;
  readonly #itimerspec = allocate(32);
  readonly #expirations = allocate(8);
  #armed: Instant | undefined;
  readonly #early: (at: Instant) => () => void;
  #servedAt = 0;

  /**
   * `due` runs on the main loop, once for each `arm`, and is told when it should have; `early` may run shortly before the deadline that it is told, when there is
   * time to get ready, and what it returns when the deadline has been served or put off.
   */
  constructor(
    due: (at: Instant | undefined) => void,
    early: (at: Instant) => () => void = () => () => undefined,
  ) {
    this.#due = due;
    this.#early = early;
    this.#fd = timerfdCreate(CLOCK_MONOTONIC, TFD_NONBLOCK_CLOEXEC);
    invariant(this.#fd >= 0, `timerfd_create failed with ${portError(lastErrno()).code}`);
    this.#watch = watchReadable(this.#fd, () => this.#expire());
  }

  arm(at: Instant | undefined): void {
    if (at === this.#armed) return;
    this.#armed = at;
    // All zero disarms, and a negative time is refused: what has passed is the first nanosecond.
    const microseconds = at === undefined ? 0 : Math.max(at - this.#lead(at), 0);
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

  #lead(at: Instant): number {
    return LEADS.find(({ sleep }) => at - this.#servedAt > sleep)?.lead ?? 0;
  }

  #expire(): void {
    // Nothing to read: it was armed anew between the expiry and this call.
    if (read(this.#fd, this.#expirations.address, 8) !== 8) return;
    const wanted = this.#armed;
    if (wanted === undefined || linuxClock.now() >= wanted) {
      this.#serve(wanted);
      return;
    }
    const afterwards = this.#early(wanted);
    try {
      // Reading may have moved the deadline, or made it undefined.
      if (this.#armed !== wanted) return;
      awaitAwake(wanted);
      this.#serve(wanted);
    } finally {
      afterwards();
    }
  }

  #serve(wanted: Instant | undefined): void {
    this.#armed = undefined;
    this.#servedAt = wanted ?? this.#servedAt;
    this.#due(wanted);
  }
}
