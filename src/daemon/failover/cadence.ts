/**
 * When the failover process draws a picture of itself for the supervisor. A picture of a thousand instances takes
 * milliseconds, so the pace follows the cost: at most a hundredth of the time goes into pictures.
 */
import type { Duration, Instant } from '../../base/units.ts';
import { after, latest, microseconds, milliseconds, seconds, times } from '../../base/units.ts';

export interface Cadence {
  /** The earliest instant at which the next picture may be drawn. */
  readonly notBefore: Instant;
  /** Something worth telling has happened since the last one. */
  readonly stale: boolean;
  readonly lastAt: Instant;
}

const shareInverse = 100;
const leastGap = milliseconds(20);
const idleGap = seconds(10);

export function cadence(now: Instant): Cadence {
  return { notBefore: now, stale: true, lastAt: now };
}

export function changed(state: Cadence): Cadence {
  return state.stale ? state : { ...state, stale: true };
}

/** When to draw next. */
export function dueAt(state: Cadence): Instant {
  const idle = after(state.lastAt, idleGap);
  return state.stale ? state.notBefore : latest(idle, state.notBefore);
}

/** A picture was drawn, which took `cost`. */
export function drawn(now: Instant, cost: Duration): Cadence {
  const rest = times(cost, shareInverse);
  const gap = microseconds(Math.max(rest, leastGap));
  return { notBefore: after(now, gap), stale: false, lastAt: now };
}
