/** What the supervisor knows of one failover process, besides how to speak to it. */
import type { Instant } from '../../base/units.ts';
import type { Child } from './child.ts';
import { alive, type Pulse } from './pulse.ts';

export interface Seat {
  /** What can be done with it; tests bring one of their own. */
  readonly child: Pick<Child, keyof Child>;
  prepared: boolean;
  activeSince: Instant | undefined;
  /** Told to resign: its end is wanted. */
  leaving: boolean;
  /** Everything has been resigned and withdrawn. */
  finished: boolean;
  /** It said itself that it must end. */
  broken: boolean;
  pulse: Pulse;
  /** Another has taken its place already. */
  succeeded: boolean;
}

export function seatOf(child: Seat['child']): Seat {
  return {
    child,
    prepared: false,
    activeSince: undefined,
    leaving: false,
    finished: false,
    broken: false,
    pulse: alive,
    succeeded: false,
  };
}
