/** Whether as many processes run as must, with keepalived's delays before a change is told. */
import type { Duration, Instant } from '../../base/units.ts';
import { after } from '../../base/units.ts';

export interface QuorumTerms {
  readonly quorum: number;
  readonly quorumMax: number | undefined;
  /** Before it is told that enough run. */
  readonly forkDelay: Duration;
  /** Before it is told that too few, or too many, run. */
  readonly terminateDelay: Duration;
}

/** What is told of a tracked process. */
export interface ProcessCount {
  readonly tracker: string;
  readonly count: number;
  readonly up: boolean;
  /** A delay runs, after which the other verdict is told. */
  readonly isWaiting: boolean;
}

export interface QuorumState {
  readonly count: number;
  readonly up: boolean;
  /** When the other verdict is told, unless the count returns before. */
  readonly changeAt: Instant | undefined;
}

/** The first count is believed at once. */
export function quorumAt(terms: QuorumTerms, count: number): QuorumState {
  return { count, up: isMet(terms, count), changeAt: undefined };
}

export function recount(
  terms: QuorumTerms,
  state: QuorumState,
  count: number,
  now: Instant,
): QuorumState {
  const up = isMet(terms, count);
  if (up === state.up) return { count, up, changeAt: undefined };
  const delay = up ? terms.forkDelay : terms.terminateDelay;
  if (delay === 0) return { count, up, changeAt: undefined };
  return { count, up: state.up, changeAt: state.changeAt ?? after(now, delay) };
}

export function wake(state: QuorumState, now: Instant): QuorumState {
  if (state.changeAt === undefined || now < state.changeAt) return state;
  return { ...state, up: !state.up, changeAt: undefined };
}

export function renderCount({ quorum, quorumMax }: QuorumTerms, count: number): string {
  const most = quorumMax === undefined ? '' : `, at most ${quorumMax}`;
  return `${count} running, ${quorum} needed${most}`;
}

function isMet({ quorum, quorumMax = Number.POSITIVE_INFINITY }: QuorumTerms, count: number) {
  return count >= quorum && count <= quorumMax;
}
