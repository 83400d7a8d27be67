/**
 * The verdict on one checker: when it asks, and what its answers come to (behaviour 19). No clock is read here: deadlines
 * are data. A failure of a server that is up counts after `retries` further attempts, the first failure of all at once, a
 * success always at once. With several urls one is asked at a time: the server is up after a whole pass, a url that fails
 * is retried alone, once down it alone is polled, and when it answers all are asked again from the first.
 *
 * A verdict is changed in place: each check of thousands a second would leave one behind that has lived just long enough
 * for a collection to copy it.
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
  phase: Phase;
  /** Whether the server is up as far as this checker is concerned. */
  up: boolean;
  /** What it adds to the weight of the server, as it says. */
  weight: number | undefined;
  /** Failures in a row that do not count yet. */
  attempts: number;
  /** The question that is asked next, or is being asked. */
  step: number;
  /** Questions that still have to succeed before a pass is whole. */
  left: number;
  /** Of the check that was begun last. */
  sequence: number;
  /** When the check that is under way was due; it begins a moment later. */
  begunAt: Instant | undefined;
  /** When the next check begins; undefined while one is under way, and while nothing is asked. */
  dueAt: Instant | undefined;
  /** When `up` became what it is. */
  since: Instant;
  last: Answer | undefined;
}

/** Changed in place like the verdict that it belongs to. */
export interface Answer {
  at: Instant;
  passed: boolean;
  detail: string;
  took: Duration;
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
export function begin(verdict: Verdict, now: Instant): void {
  verdict.sequence += 1;
  verdict.begunAt = verdict.dueAt ?? now;
  verdict.dueAt = undefined;
}

/** An answer has come. One to an earlier question, or to none, changes nothing: false. */
export function judge(
  pacing: Pacing,
  verdict: Verdict,
  outcome: CheckOutcome,
  now: Instant,
): boolean {
  const { begunAt } = verdict;
  if (begunAt === undefined || outcome.sequence !== verdict.sequence) return false;
  verdict.begunAt = undefined;
  note(verdict, outcome, now);
  const later = nextInPhase(begunAt, pacing.interval, now);
  if (outcome.passed) succeed(pacing, verdict, { outcome, later, now });
  else fail(pacing, verdict, { later, now });
  return true;
}

function note(
  verdict: Verdict,
  { passed, detail, took }: Pick<CheckOutcome, 'passed' | 'detail' | 'took'>,
  at: Instant,
): void {
  const { last } = verdict;
  if (last === undefined) {
    verdict.last = { at, passed, detail, took };
    return;
  }
  last.at = at;
  last.passed = passed;
  last.detail = detail;
  last.took = took;
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
): void {
  verdict.attempts = 0;
  // An answer without a weight leaves what was said before.
  verdict.weight = outcome.weight ?? verdict.weight;
  verdict.dueAt = later;
  if (verdict.phase === 'good') {
    verdict.step = (verdict.step + 1) % pacing.steps;
    return;
  }
  if (verdict.phase === 'failed' && pacing.steps > 1) {
    verdict.phase = 'recovering';
    verdict.step = 0;
    verdict.left = pacing.steps;
    if (pacing.fastRecovery) verdict.dueAt = now;
    return;
  }
  if (verdict.phase !== 'failed' && verdict.left > 1) {
    verdict.step += 1;
    verdict.left -= 1;
    if (pacing.fastRecovery) verdict.dueAt = now;
    return;
  }
  if (!verdict.up) verdict.since = now;
  verdict.phase = 'good';
  verdict.up = true;
  verdict.step = 0;
  verdict.left = pacing.steps;
}

function fail(pacing: Pacing, verdict: Verdict, { later, now }: Moment): void {
  const pause = after(now, pacing.retryDelay);
  if (verdict.phase === 'good' && verdict.attempts < pacing.retries) {
    verdict.attempts += 1;
    verdict.dueAt = pause;
    return;
  }
  if (verdict.up) verdict.since = now;
  verdict.phase = 'failed';
  verdict.up = false;
  verdict.attempts = 0;
  // Down already: a url is polled at the slower of both paces.
  verdict.dueAt = pacing.steps > 1 && pause > later ? pause : later;
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
): void {
  verdict.phase = up ? 'good' : 'failed';
  verdict.weight = weight;
  if (up !== verdict.up) verdict.since = now;
  verdict.up = up;
  note(verdict, { passed: up, detail, took: 0 as Duration }, now);
}

/** Nothing is asked any more, and what is under way does not count; what is known stays. */
export function suspend(verdict: Verdict): void {
  verdict.begunAt = undefined;
  verdict.dueAt = undefined;
  verdict.attempts = 0;
}

/** Asked again, at a point of an interval that `draw` (0 to 1) chooses. */
export function resume(pacing: Pacing, verdict: Verdict, now: Instant, draw: number): void {
  verdict.begunAt = undefined;
  verdict.dueAt = after(now, spread(pacing.interval, draw));
}

/**
 * The same server after a change of pace: what is known stays, and a check that is due later than the new interval
 * allows is due then.
 */
export function repace(pacing: Pacing, verdict: Verdict, now: Instant, draw: number): void {
  if (verdict.step >= pacing.steps) verdict.step = 0;
  verdict.left = Math.min(verdict.left, pacing.steps);
  const latest = after(now, spread(pacing.interval, draw));
  if (verdict.dueAt !== undefined && verdict.dueAt > latest) verdict.dueAt = latest;
}

/**
 * After a standstill: what was due meanwhile is asked as long after the standstill as it was due after its begin, so
 * that the checks of a minute are not all asked in one moment.
 */
export function postpone(verdict: Verdict, standstill: Duration): void {
  const { dueAt } = verdict;
  if (dueAt !== undefined) verdict.dueAt = after(dueAt, standstill);
}

function spread(interval: Duration, draw: number): Duration {
  return Math.floor(interval * draw) as Duration;
}
