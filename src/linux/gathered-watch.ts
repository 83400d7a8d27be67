/**
 * Tells when a descriptor can be read, at once after a quiet time, and gathered where much arrives: many datagrams then cost one
 * wake-up. Whoever drives must read once more before acting on a deadline that has come.
 */
import { type Duration, milliseconds, toMilliseconds } from '../base/units.ts';
import type { Clock } from '../ports.ts';
import { type Watch, watchReadable } from './ffi.ts';

export interface GatheredWatchOptions {
  readonly fd: number;
  readonly clock: Clock;
  readonly onReadable: () => void;
}

/** The timers of Node have a grain of a millisecond; a shorter window gathers nothing. */
const GRAIN = milliseconds(1);

export class GatheredWatch {
  readonly #clock: Clock;
  readonly #onReadable: () => void;
  readonly #watch: Watch;
  #window: Duration = GRAIN;
  #wokenAt: number = Number.NEGATIVE_INFINITY;
  #pause: NodeJS.Timeout | undefined;
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
    this.#pause = setTimeout(() => this.#gathered(), Math.floor(toMilliseconds(this.#window)));
  }

  /** Stays paused while each window gathers something, and so spends no system call on pausing and resuming. */
  #gathered(): void {
    this.#wokenAt = this.#clock.now();
    const before = this.#received;
    this.#onReadable();
    if (this.#received > before && this.#window >= GRAIN) this.#pause?.refresh();
    else this.#watch.resume();
  }
}
