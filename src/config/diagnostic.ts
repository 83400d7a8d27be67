/** What is wrong with an input, as a value. Nothing here prints; renderers do. */
import type { Span } from './source.ts';

/**
 * error: the daemon will not start or reload with it. warning: accepted as keepalived accepts it, but the operator
 * should know. note: worth knowing.
 */
export type Severity = 'error' | 'warning' | 'note';

export interface Diagnostic {
  /** Stable for ever, dotted: `vrrp.router-id-taken`. Every code has a page in docs/diagnostics. */
  readonly code: string;
  readonly severity: Severity;
  /** Lower case, no final period: states the problem. Only `help` proposes the cure. */
  readonly message: string;
  /** The smallest text that shows it; undefined when it belongs to the file as a whole or to no file. */
  readonly span: Span | undefined;
  /** Further places, each with a few words: "first used here". */
  readonly related: readonly { readonly span: Span; readonly label: string }[];
  /** Why it is so, what keepalived does with it. */
  readonly cause: string | undefined;
  /** What to write instead. */
  readonly help: string | undefined;
}
