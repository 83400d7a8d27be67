/** Whether a failover process still answers, judged by one that may itself have been standing still. */
import type { Instant } from '../../base/units.ts';
import { between, milliseconds } from '../../base/units.ts';

export interface Pulse {
  /** Questions in a row without an answer. */
  readonly missed: number;
  /** When the last question was asked. */
  readonly askedAt: Instant | undefined;
  readonly hung: boolean;
}

/** Milliseconds from one question to the next. */
export const pulsePeriod = 1_000;
const missedMost = 3;
/** A question that comes later than this shows that the asker stood still, and says nothing about the asked. */
const onTime = milliseconds(1_500);

export const alive: Pulse = { missed: 0, askedAt: undefined, hung: false };

/** Before each question. An answer sets the pulse to `alive`. */
export function beat(pulse: Pulse, now: Instant): Pulse {
  const stoodStill = pulse.askedAt !== undefined && between(pulse.askedAt, now) > onTime;
  const missed = stoodStill ? 0 : pulse.missed + 1;
  return { missed, askedAt: now, hung: missed > missedMost };
}
