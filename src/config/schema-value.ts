/**
 * A value is how the words after a keyword are understood: read into data, written back as words, and described for
 * the manual. Values know no keyword; they compose into lines and into the fields of blocks.
 */
import type { Span } from './source.ts';
import type { Statement, Word } from './tree.ts';

/**
 * A diagnostic before its place was worked out: it points at a word, or at the whole statement. Severity, and
 * the cause where none is given, come from the page of its code.
 */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly word?: Word | undefined;
  readonly span?: Span | undefined;
  readonly related?: readonly { readonly span: Span; readonly label: string }[];
  readonly cause?: string;
  readonly help?: string;
}

/** What the one who met a keyword must be told about it. */
export interface Mentioned {
  readonly effect?: 'none';
  readonly reason?: string;
  readonly retired?: string;
  readonly aliases?: Readonly<Record<string, { readonly deprecated?: string }>>;
}

/** Where reading stands in one statement. One cursor serves a whole resolution, so values must not keep it. */
export interface Cursor {
  statement: Statement;
  words: readonly Word[];
  /** Index of the next word to be read. */
  next: number;
  /** What is being read: where a word is missing, keepalived judges these differently. */
  part: 'statement' | 'forgiven' | 'label' | 'line';
  /** What becomes of a value that cannot be read, and of what it stands in: ends the message. */
  loss: string;
  /** The keywords of the block the statement stands in; a word among them may begin a further statement. */
  siblings: { readonly has: (word: string) => boolean };
  readonly report: (cursor: Cursor, problem: Problem) => void;
  /** To be called for every keyword or option met: reports that it is deprecated, ours, or without effect. */
  readonly mention: (cursor: Cursor, word: Word, facts: Mentioned) => void;
}

export interface Value<T> {
  /** The form of the words, for the manual: `<ADDR>[/<PREFIX>]`. */
  readonly syntax: string;
  /** `1..255`, for the manual and for messages. */
  readonly range?: string | undefined;
  /** `seconds`, for the manual and for messages. */
  readonly unit?: string | undefined;
  /** The words a line of this value knows beyond its first, for the manual and for completion. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** The words this value may be, for completion and for spelling. */
  readonly choices?: readonly string[] | undefined;
  /** The value, or undefined when nothing usable stands there; then it has been reported. */
  read(cursor: Cursor): T | undefined;
  /** The words that read back as the same value. */
  write(value: T): string;
  /** Whether `word` can only be the beginning of another such value on the same line. */
  begins?(word: Word): boolean;
}

/** What becomes of a statement whose value cannot be read, where nothing else is said. */
export const LINE_IS_IGNORED = 'the line is ignored';

/**
 * The next word without consuming it, where it need not be there: a keyword of the block begins a further statement
 * and does not count.
 */
export function peek(cursor: Cursor): Word | undefined {
  const word = cursor.words[cursor.next];
  return word !== undefined && cursor.siblings.has(word.text) ? undefined : word;
}

/** The same, consumed. */
export function advanceIfAny(cursor: Cursor): Word | undefined {
  const word = peek(cursor);
  if (word !== undefined) cursor.next += 1;
  return word;
}

/** The next word, consumed; undefined at the end of the statement. */
export function advance(cursor: Cursor): Word | undefined {
  const word = cursor.words[cursor.next];
  if (word !== undefined) cursor.next += 1;
  return word;
}

/**
 * The next word, consumed. After most keywords its absence is the one mistake that stops keepalived (status
 * 2), so it is an error there.
 */
export function demand(cursor: Cursor, expected: string): Word | undefined {
  const word = advance(cursor);
  if (word !== undefined) return word;
  const before = cursor.words[cursor.next - 1];
  cursor.report(cursor, {
    code: missingCodes[cursor.part],
    word: before,
    message: `${before === undefined ? 'this line' : before.text} needs ${expected} after it${
      cursor.part === 'line' ? `; ${cursor.loss}` : ''
    }`,
    help: `write ${expected} after it, or remove it`,
  });
  return undefined;
}

const missingCodes = {
  statement: 'language.missing-argument',
  forgiven: 'language.absent-argument',
  label: 'language.missing-name',
  line: 'language.incomplete-line',
} as const;

/** Quotes `text` when it would not read back as one plain word. */
export function quoteWord(text: string): string {
  if (/^[^\s"'#!{}\\@~$<][^\s"'#!{}\\$]*$/.test(text)) return text;
  return `"${text.replaceAll('"', '\\"')}"`;
}

/** A keyword that takes no argument: being there is its value. */
export const present: Value<boolean> = {
  syntax: '',
  read: () => true,
  write: () => '',
};

/** Makes a value of another shape out of one: `read` and `write` in terms of the inner value. */
export function mapped<Inner, Outer>(
  inner: Value<Inner>,
  forth: (value: Inner, cursor: Cursor) => Outer | undefined,
  back: (value: Outer) => Inner,
): Value<Outer> {
  return {
    syntax: inner.syntax,
    range: inner.range,
    unit: inner.unit,
    read(cursor) {
      const value = inner.read(cursor);
      return value === undefined ? undefined : forth(value, cursor);
    },
    write: (value) => inner.write(back(value)),
  };
}
