/**
 * A configuration file after includes, conditions and definitions have been worked out: statements of words,
 * some of which open blocks. Every word knows the place in a source that it came from.
 */
import type { Span } from './source.ts';

export interface Word {
  /** After quotes and escapes were taken away. */
  readonly text: string;
  /** As written, quotes and escapes included (script commands and regexes are read again by their own rules). */
  readonly raw: string;
  readonly quoted: boolean;
  /** Where it is written; inside an expansion, where the definition's text stands. */
  readonly span: Span;
  /** From the outermost use to the innermost: the `$NAME` or `~SEQ` that brought it here. Empty when literal. */
  readonly via: readonly Span[];
}

export interface Statement {
  /** At least one: the keyword, then its arguments. Empty only for a block without a keyword. */
  readonly words: readonly Word[];
  readonly block: Block | undefined;
  /** From the first word to the last word or closing brace. */
  readonly span: Span;
}

export interface Block {
  readonly open: Span;
  /** undefined when the input ended before the brace came. */
  readonly close: Span | undefined;
  readonly statements: readonly Statement[];
}
