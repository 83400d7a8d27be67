/**
 * One track script as a state machine: when it runs, when it is late, and what its results mean. keepalived's rules:
 * the first result decides at once, later ones need `rise` or `fall` in a row; a run still going at the next interval
 * is not started again; overrunning is a failure and earns a TERM, two seconds later a KILL.
 */
import type { Duration, Instant } from '../../base/units.ts';
import { after, earliest, seconds } from '../../base/units.ts';

export interface ScriptTerms {
  readonly interval: Duration;
  /** 0 means the interval. */
  readonly timeout: Duration;
  readonly rise: number;
  readonly fall: number;
  /** `init_fail`: counts as failed until `rise` successes were seen. */
  readonly initFail: boolean;
}

export type Verdict = 'pending' | 'up' | 'down';

export interface ScriptState {
  readonly verdict: Verdict;
  /** Results in a row that speak against the verdict. */
  readonly against: number;
  readonly run:
    | { readonly kind: 'idle' }
    | { readonly kind: 'running'; readonly overdueAt: Instant }
    | { readonly kind: 'terminated'; readonly killAt: Instant }
    | { readonly kind: 'killed' };
  readonly nextAt: Instant;
  readonly detail: string;
}

export type ScriptEvent =
  | { readonly kind: 'wake' }
  /** It ended; `detail` says how (`exit status 1`, `killed by SIGSEGV`, `cannot be run: ...`). */
  | { readonly kind: 'ended'; readonly succeeded: boolean; readonly detail: string };

export type ScriptEffect =
  | { readonly kind: 'start' }
  | { readonly kind: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly kind: 'verdict'; readonly up: boolean; readonly detail: string }
  | { readonly kind: 'overrun' };

export interface ScriptStep {
  readonly state: ScriptState;
  readonly effects: readonly ScriptEffect[];
}

const graceAfterTerm = seconds(2);

/** A script whose first run is due at `firstAt`. */
export function scriptAt(terms: ScriptTerms, firstAt: Instant): ScriptState {
  return {
    verdict: terms.initFail ? 'down' : 'pending',
    against: 0,
    run: { kind: 'idle' },
    nextAt: firstAt,
    detail: 'has not run yet',
  };
}

export function deadline(state: ScriptState): Instant {
  switch (state.run.kind) {
    case 'running':
      return earliest(state.run.overdueAt, state.nextAt) ?? state.nextAt;
    case 'terminated':
      return earliest(state.run.killAt, state.nextAt) ?? state.nextAt;
    default:
      return state.nextAt;
  }
}

export function step(
  terms: ScriptTerms,
  state: ScriptState,
  event: ScriptEvent,
  now: Instant,
): ScriptStep {
  if (event.kind === 'wake') return wake(terms, state, now);
  const idle: ScriptState = { ...state, run: { kind: 'idle' } };
  // A run that was cut off has been judged when it overran.
  if (state.run.kind !== 'running') return { state: idle, effects: [] };
  return judge(terms, idle, event.succeeded, event.detail);
}

function wake(terms: ScriptTerms, before: ScriptState, now: Instant): ScriptStep {
  const effects: ScriptEffect[] = [];
  let state = before;
  if (state.run.kind === 'running' && now >= state.run.overdueAt) {
    const detail = `no answer within ${(terms.timeout || terms.interval) / 1_000_000} s`;
    const judged = judge(terms, state, false, detail);
    effects.push({ kind: 'overrun' }, { kind: 'signal', signal: 'SIGTERM' }, ...judged.effects);
    state = { ...judged.state, run: { kind: 'terminated', killAt: after(now, graceAfterTerm) } };
  } else if (state.run.kind === 'terminated' && now >= state.run.killAt) {
    effects.push({ kind: 'signal', signal: 'SIGKILL' });
    state = { ...state, run: { kind: 'killed' } };
  }
  if (now >= state.nextAt) {
    state = { ...state, nextAt: nextRound(terms, state.nextAt, now) };
    if (state.run.kind === 'idle') {
      const overdueAt = after(now, terms.timeout > 0 ? terms.timeout : terms.interval);
      effects.push({ kind: 'start' });
      state = { ...state, run: { kind: 'running', overdueAt } };
    }
  }
  return { state, effects };
}

/** Counted from when the last round was due, so that a late wake-up does not shift the ones that follow. */
function nextRound(terms: ScriptTerms, due: Instant, now: Instant): Instant {
  const interval = Math.max(terms.interval, 1);
  const missed = Math.floor((now - due) / interval);
  return (due + (missed + 1) * interval) as Instant;
}

function judge(
  terms: ScriptTerms,
  state: ScriptState,
  succeeded: boolean,
  detail: string,
): ScriptStep {
  const result: Verdict = succeeded ? 'up' : 'down';
  if (state.verdict === result) return { state: { ...state, against: 0, detail }, effects: [] };
  const needed = state.verdict === 'pending' ? 1 : succeeded ? terms.rise : terms.fall;
  if (state.against + 1 < needed) {
    return { state: { ...state, against: state.against + 1, detail }, effects: [] };
  }
  return {
    state: { ...state, verdict: result, against: 0, detail },
    effects: [{ kind: 'verdict', up: succeeded, detail }],
  };
}
