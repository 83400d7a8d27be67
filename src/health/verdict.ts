/**
 * The verdict on one checker: when it asks, and what its answers come to (behaviour 19). A pure machine over values;
 * deadlines are data. A failure of a server that is up counts after `retries` further attempts, the first failure of all
 * at once, a success always at once. With several urls one is asked at a time: the server is up after a whole pass, a url
 * that fails is retried alone, once down it alone is polled, and when it answers all are asked again from the first.
 */
import { after, type Duration, type Instant } from '../base/units.ts';
import type { CheckOutcome } from './check.ts';
import type { Pacing } from './pacing.ts';

/**
 * `first`: the first pass is not over; `good`: up; `failed`: down, one question is polled; `recovering`: down, and
 * all questions are asked again.
 */
export type Phase = 'first' | 'good' | 'failed' | 'recovering';

export interface Verdict {
  readonly phase: Phase;
  /** Whether the server is up as far as this checker is concerned. */
  readonly up: boolean;
  /** What it adds to the weight of the server, as it says. */
  readonly weight: number | undefined;
  /** Failures in a row that do not count yet. */
  readonly attempts: number;
  /** The question that is asked next, or is being asked. */
  readonly step: number;
  /** Questions that still have to succeed before a pass is whole. */
  readonly left: number;
  /** Of the check that was begun last. */
  readonly sequence: number;
  /** When the check that is under way was begun. */
  readonly begunAt: Instant | undefined;
  /** When the next check begins; undefined while one is under way, and while nothing is asked. */
  readonly dueAt: Instant | undefined;
  /** When `up` became what it is. */
  readonly since: Instant;
  readonly last: Answer | undefined;
}

export interface Answer {
  readonly at: Instant;
  readonly passed: boolean;
  readonly detail: string;
  readonly took: Duration;
}

/** `draw` is from 0 to 1, not included: where in the warm-up the first check falls. */
export function startVerdict(pacing: Pacing, now: Instant, draw: number): Verdict {
  return {
    phase: 'first',
    up: !pacing.alpha,
    weight: undefined,
    attempts: 0,
    step: 0,
    left: pacing.steps,
    sequence: 0,
    begunAt: undefined,
    dueAt: after(now, Math.floor(pacing.warmup * draw) as Duration),
    since: now,
    last: undefined,
  };
}

/** Of a checker that is told rather than asked (FILE_CHECK, BFD_CHECK): it waits until it is told. */
export function untoldVerdict(pacing: Pacing, now: Instant): Verdict {
  return { ...startVerdict(pacing, now, 0), dueAt: undefined };
}

/** The next question goes out. */
export function begin(verdict: Verdict, now: Instant): Verdict {
  return { ...verdict, sequence: verdict.sequence + 1, begunAt: now, dueAt: undefined };
}

/** An answer has come. One to an earlier question, or to none, changes nothing: the same verdict is returned. */
export function judge(
  pacing: Pacing,
  verdict: Verdict,
  outcome: CheckOutcome,
  now: Instant,
): Verdict {
  const { begunAt } = verdict;
  if (begunAt === undefined || outcome.sequence !== verdict.sequence) return verdict;
  const { passed, detail, took } = outcome;
  const heard = { ...verdict, begunAt: undefined, last: { at: now, passed, detail, took } };
  const later = nextInPhase(begunAt, pacing.interval, now);
  return passed
    ? succeed(pacing, heard, { outcome, later, now })
    : fail(pacing, heard, { later, now });
}

interface Moment {
  /** When the next round is. */
  readonly later: Instant;
  readonly now: Instant;
}

function succeed(
  pacing: Pacing,
  verdict: Verdict,
  { outcome, later, now }: Moment & { readonly outcome: CheckOutcome },
): Verdict {
  // An answer without a weight leaves what was said before.
  const weight = outcome.weight ?? verdict.weight;
  const base = { ...verdict, attempts: 0, weight };
  if (verdict.phase === 'good') {
    return { ...base, step: (verdict.step + 1) % pacing.steps, dueAt: later };
  }
  if (verdict.phase === 'failed' && pacing.steps > 1) {
    const dueAt = pacing.fastRecovery ? now : later;
    return { ...base, phase: 'recovering', step: 0, left: pacing.steps, dueAt };
  }
  if (verdict.phase !== 'failed' && verdict.left > 1) {
    const dueAt = pacing.fastRecovery ? now : later;
    return { ...base, step: verdict.step + 1, left: verdict.left - 1, dueAt };
  }
  const since = verdict.up ? verdict.since : now;
  return { ...base, phase: 'good', up: true, step: 0, left: pacing.steps, dueAt: later, since };
}

function fail(pacing: Pacing, verdict: Verdict, { later, now }: Moment): Verdict {
  if (verdict.phase === 'good' && verdict.attempts < pacing.retries) {
    return { ...verdict, attempts: verdict.attempts + 1, dueAt: after(now, pacing.retryDelay) };
  }
  const since = verdict.up ? now : verdict.since;
  const pause = after(now, pacing.retryDelay);
  // Down already: a url is polled at the slower of both paces.
  const polled = pacing.steps > 1 && pause > later ? pause : later;
  return { ...verdict, phase: 'failed', up: false, attempts: 0, dueAt: polled, since };
}

/** The first moment behind `now` that lies a whole number of intervals behind `begunAt`: checks keep their spread. */
function nextInPhase(begunAt: Instant, interval: Duration, now: Instant): Instant {
  const next = after(begunAt, interval);
  if (next > now) return next;
  const rounds = Math.floor((now - begunAt) / interval) + 1;
  return after(begunAt, (rounds * interval) as Duration);
}

/** What a file or a session says, at once. */
export function tell(
  verdict: Verdict,
  {
    up,
    weight,
    detail,
  }: { readonly up: boolean; readonly weight: number; readonly detail: string },
  now: Instant,
): Verdict {
  return {
    ...verdict,
    phase: up ? 'good' : 'failed',
    up,
    weight,
    since: up === verdict.up ? verdict.since : now,
    last: { at: now, passed: up, detail, took: 0 as Duration },
  };
}

/** Nothing is asked any more, and what is under way does not count; what is known stays. */
export function suspend(verdict: Verdict): Verdict {
  return { ...verdict, begunAt: undefined, dueAt: undefined, attempts: 0 };
}

/** Asked again, at a point of an interval that `draw` (0 to 1) chooses. */
export function resume(pacing: Pacing, verdict: Verdict, now: Instant, draw: number): Verdict {
  return { ...verdict, begunAt: undefined, dueAt: after(now, spread(pacing.interval, draw)) };
}

/**
 * The same server after a change of pace: what is known stays, and a check that is due later than the new interval
 * allows is due then.
 */
export function repace(pacing: Pacing, verdict: Verdict, now: Instant, draw: number): Verdict {
  const step = verdict.step < pacing.steps ? verdict.step : 0;
  const latest = after(now, spread(pacing.interval, draw));
  const dueAt = verdict.dueAt !== undefined && verdict.dueAt > latest ? latest : verdict.dueAt;
  return { ...verdict, step, left: Math.min(verdict.left, pacing.steps), dueAt };
}

/**
 * After a standstill: what was due meanwhile is asked as long after the standstill as it was due after its begin, so
 * that the checks of a minute are not all asked in one moment.
 */
export function postpone(verdict: Verdict, standstill: Duration): Verdict {
  const { dueAt } = verdict;
  return dueAt === undefined ? verdict : { ...verdict, dueAt: after(dueAt, standstill) };
}

function spread(interval: Duration, draw: number): Duration {
  return Math.floor(interval * draw) as Duration;
}
