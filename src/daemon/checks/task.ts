/** One check on its way, whichever means carries it. */
import type { CheckRequest } from '../../health/check.ts';
import type { Judgement } from '../../health/checkers/conversation.ts';

/** Told exactly once, never before the starter has returned, unless the task was cancelled. */
export type Judged = (judgement: Judgement) => void;

export interface Task {
  readonly kind: 'task';
  /** Gives up at once; nothing is told any more. */
  cancel(): void;
}

/** The kernel has no descriptor or process to give: try again when another check has ended. */
export interface Exhausted {
  readonly kind: 'exhausted';
  readonly why: string;
}

export type Start = (request: CheckRequest, judged: Judged) => Task | Exhausted;
