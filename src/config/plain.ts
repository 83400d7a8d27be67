/**
 * Words, blocks and statements that stand in a source as they are. A large file has half a million of them and
 * nobody asks most of them for their place, so places are made when they are asked for.
 */
import { literal } from './mapped-text.ts';
import type { SourceId, Span } from './source.ts';
import type { Block, Statement, Word } from './tree.ts';

/** A bare word without escapes: it is its own raw text. */
export class PlainWord implements Word {
  declare readonly text: string;
  /** Where it begins. */
  declare readonly start: number;
  declare readonly source: SourceId;

  constructor(text: string, start: number, source: SourceId) {
    this.text = text;
    this.start = start;
    this.source = source;
  }

  get raw(): string {
    return this.text;
  }

  get quoted(): boolean {
    return false;
  }

  get span(): Span {
    const { source, start } = this;
    return { source, start, end: start + this.text.length };
  }

  get via(): readonly Span[] {
    return literal;
  }
}

/** A block whose braces stand in a source. */
export class PlainBlock implements Block {
  declare readonly statements: readonly Statement[];
  declare readonly source: SourceId;
  declare readonly openAt: number;
  /** -1 when the input ended before the brace came. */
  declare readonly closeAt: number;

  constructor(statements: readonly Statement[], source: SourceId, openAt: number, closeAt: number) {
    this.statements = statements;
    this.source = source;
    this.openAt = openAt;
    this.closeAt = closeAt;
  }

  get open(): Span {
    return { source: this.source, start: this.openAt, end: this.openAt + 1 };
  }

  get close(): Span | undefined {
    const { source, closeAt } = this;
    return closeAt < 0 ? undefined : { source, start: closeAt, end: closeAt + 1 };
  }
}

/** A statement whose span follows from its words and its block. */
export class WrittenStatement implements Statement {
  declare readonly words: readonly Word[];
  declare readonly block: Block | undefined;

  constructor(words: readonly Word[], block: Block | undefined) {
    this.words = words;
    this.block = block;
  }

  get span(): Span {
    const { words, block } = this;
    if (block === undefined) return covering(words[0]?.span, words.at(-1)?.span);
    const end = block.close ?? block.statements.at(-1)?.span ?? block.open;
    return covering(words[0]?.span ?? block.open, end);
  }
}

/** From the start of one to the end of the other; the first alone when they stand in different texts. */
function covering(first: Span | undefined, last: Span | undefined): Span {
  if (first === undefined || last === undefined) {
    throw new Error('broken invariant: a statement has a word or a block');
  }
  if (first.source !== last.source || last.end < first.start) return first;
  return { source: first.source, start: first.start, end: Math.max(first.end, last.end) };
}
