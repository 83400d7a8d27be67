/** One timer for two drivers: it is armed to the earlier of what they ask for, and each is told when its own has come. */
import { earliest, type Instant } from '../../base/units.ts';
import type { Clock, Timer } from '../../ports.ts';

export interface SharedTimer {
  readonly first: Timer;
  readonly second: Timer;
  /** The timer has fired: which of the two are due now. */
  due(): { readonly first: boolean; readonly second: boolean };
}

export function shareTimer(timer: Timer, clock: Clock): SharedTimer {
  let first: Instant | undefined;
  let second: Instant | undefined;
  return {
    first: {
      arm(at) {
        first = at;
        timer.arm(earliest(first, second));
      },
    },
    second: {
      arm(at) {
        second = at;
        timer.arm(earliest(first, second));
      },
    },
    due() {
      const now = clock.now();
      const is = {
        first: first !== undefined && first <= now,
        second: second !== undefined && second <= now,
      };
      if (is.first) first = undefined;
      if (is.second) second = undefined;
      // One that fired for nothing must not be the last.
      if (!is.first && !is.second) timer.arm(earliest(first, second));
      return is;
    },
  };
}
