/**
 * Whether and when a failover process that died is followed by another. The first deaths are answered at once by the
 * standby, which resumes; a process that keeps dying as soon as it runs is given up with an orderly resignation, then
 * tried again from a clean start at growing intervals.
 */
import type { Duration, Instant } from '../../base/units.ts';
import { after, between, milliseconds, seconds } from '../../base/units.ts';

export interface Deaths {
  /** Deaths in a row of processes that had not yet lived long enough. */
  readonly streak: number;
}

export type Successor =
  /** Now, as what the dead one was. */
  | { readonly kind: 'resume' }
  /** Now: resign with priority 0 and withdraw; then wait, and begin anew at `restartAt`. */
  | { readonly kind: 'resign'; readonly restartAt: Instant };

export interface Death {
  /** undefined when it never came to run. */
  readonly activeSince: Instant | undefined;
  readonly at: Instant;
  /** It broke by itself; otherwise somebody killed it (SIGKILL, SIGTERM), which says nothing about its health. */
  readonly own: boolean;
}

/** A process that lived this long was healthy; whatever ended it counts from one again. */
const healthyLife = seconds(10);
const healthyLifeOfKilled = milliseconds(100);
/** Resumptions in a row that are tried. With the standby each costs a few milliseconds. */
const resumptions = 5;
const firstPause = seconds(1);
const longestPause = seconds(60);

/** Whether the next death is answered by resuming, whatever it was: known before its kind is. */
export function mayResume(deaths: Deaths): boolean {
  return deaths.streak < resumptions;
}

export const noDeaths: Deaths = { streak: 0 };

export function afterDeath(
  deaths: Deaths,
  death: Death,
): { readonly deaths: Deaths; readonly successor: Successor } {
  const { activeSince, at, own } = death;
  const life = activeSince === undefined ? milliseconds(0) : between(activeSince, at);
  const isHealthy = life >= (own ? healthyLife : healthyLifeOfKilled);
  const streak = isHealthy ? 1 : deaths.streak + 1;
  if (streak <= resumptions) return { deaths: { streak }, successor: { kind: 'resume' } };
  const restartAt = after(at, pauseAfter(streak - resumptions));
  return { deaths: { streak }, successor: { kind: 'resign', restartAt } };
}

/** 1, 2, 4 ... 60 s. */
function pauseAfter(failures: number): Duration {
  const doubled = firstPause * 2 ** Math.min(failures - 1, 10);
  return Math.min(doubled, longestPause) as Duration;
}
