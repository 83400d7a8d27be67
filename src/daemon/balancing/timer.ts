/** One wake-up for the balancer's driver, to the millisecond: nothing here waits for less. */
import { between, type Instant, toMilliseconds } from '../../base/units.ts';
import type { Clock, Timer } from '../../ports.ts';

/** Node's timers end there. */
const longest = 2 ** 31 - 1;

export class MillisecondTimer implements Timer {
  readonly #clock: Clock;
  readonly #due: (at: Instant) => void;
  #armed: Instant | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, due: (at: Instant) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  arm(at: Instant | undefined): void {
    if (at === this.#armed) return;
    this.#armed = at;
    clearTimeout(this.#timer);
    if (at === undefined) return;
    const wait = Math.max(0, Math.ceil(toMilliseconds(between(this.#clock.now(), at))));
    this.#timer = setTimeout(
      () => {
        this.#armed = undefined;
        this.#due(at);
      },
      Math.min(wait, longest),
    );
  }

  close(): void {
    this.arm(undefined);
  }
}
