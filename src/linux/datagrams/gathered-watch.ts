/**
 * Tells when a descriptor can be read, at once after a quiet time, and gathered where much arrives: many datagrams then cost one
 * wake-up. Whoever drives must read once more before acting on a deadline that has come.
 */
import { type Duration, microseconds, milliseconds, toMilliseconds } from '../../base/units.ts';
import type { Clock } from '../../ports.ts';
import { type Watch, watchReadable } from '../ffi.ts';

export interface GatheredWatchOptions {
  readonly fd: number;
  readonly clock: Clock;
  readonly onReadable: () => void;
}

/** The timers of Node have a grain of a millisecond; a shorter window gathers nothing. */
const GRAIN = milliseconds(1);
/** A window in which more arrives is followed by shorter ones: a socket holds 250 small datagrams if nobody sizes it. */
const ROOM = 128;

export class GatheredWatch {
  readonly #clock: Clock;
  readonly #onReadable: () => void;
  readonly #watch: Watch;
  #window: Duration = GRAIN;
  #wokenAt: number = Number.NEGATIVE_INFINITY;
  #pause: NodeJS.Timeout | undefined;
  /** Of the pause, in milliseconds. */
  #length = 0;
  #isPaused = false;
  #received = 0;

  constructor({ fd, clock, onReadable }: GatheredWatchOptions) {
    this.#clock = clock;
    this.#onReadable = onReadable;
    this.#watch = watchReadable(fd, () => this.#wake());
  }

  /** So many datagrams have been read. */
  count(received: number): void {
    this.#received += received;
  }

  /** How long reads may be gathered from now on; less than a millisecond: not at all. */
  gather(window: Duration): void {
    this.#window = window;
    // What is being gathered for a longer one must not wait until that is over.
    if (this.#isPaused && toMilliseconds(window) < this.#length) this.#pauseFor(window);
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#watch.close();
  }

  /** Two wake-ups within one window are a high rate: the next one is not wanted before the window is over. */
  #wake(): void {
    const now = this.#clock.now();
    const isBusy = this.#window >= GRAIN && now - this.#wokenAt < this.#window;
    this.#wokenAt = now;
    this.#onReadable();
    if (!isBusy) return;
    this.#watch.pause();
    this.#isPaused = true;
    this.#pauseFor(this.#window);
  }

  /** Stays paused while each window gathers something, and so spends no system call on pausing and resuming. */
  #gathered(): void {
    const now = this.#clock.now();
    const passed = now - this.#wokenAt;
    this.#wokenAt = now;
    const before = this.#received;
    this.#onReadable();
    const count = this.#received - before;
    if (count === 0 || this.#window < GRAIN) {
      this.#watch.resume();
      this.#isPaused = false;
      return;
    }
    this.#pauseFor(microseconds(Math.min(this.#window, (passed * ROOM) / count)));
  }

  #pauseFor(window: Duration): void {
    const length = Math.max(1, Math.floor(toMilliseconds(window)));
    clearTimeout(this.#pause);
    this.#length = length;
    this.#pause = setTimeout(() => this.#gathered(), length);
  }
}
