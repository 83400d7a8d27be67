/**
 * Script commands and regular expressions are read again by shell-like rules: single quotes are literal,
 * double quotes group, a backslash escapes, and pieces without a blank between them are one word.
 */
import { failure, type Outcome, success } from '../base/outcome.ts';
import type { Word } from './tree.ts';

export interface UnclosedQuote {
  readonly kind: 'unclosed-quote';
  readonly quote: '"' | "'";
  /** Offset of the quote in the text that was split. */
  readonly at: number;
}

/** The words of a text; an empty pair of quotes is an empty word. */
export function splitWords(text: string): Outcome<readonly string[], UnclosedQuote> {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (isBlank(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
      continue;
    }
    const piece = pieceAt(text, at);
    if (piece === undefined) {
      return failure({ kind: 'unclosed-quote', quote: letter === "'" ? "'" : '"', at });
    }
    word = (word ?? '') + piece.text;
    at = piece.end;
  }
  if (word !== undefined) words.push(word);
  return success(words);
}

/**
 * The program and its arguments. `raw` is a word as written, quotes included: one quoted string holds the whole
 * command, whose own quotes and escapes are then worked out a second time.
 */
export function splitCommand(raw: string): Outcome<readonly string[], UnclosedQuote> {
  const outer = splitWords(raw);
  if (!outer.ok) {
    // A quoted word whose last backslash is a letter, such as "C:\\".
    const inner = /^"(.*)"$/s.exec(raw)?.[1];
    return inner === undefined ? outer : splitWords(inner);
  }
  const [only, ...more] = outer.value;
  if (only === undefined || more.length > 0) return outer;
  return splitWords(only);
}

/**
 * The text of successive words as it was written, for reading it again. Blanks between words of one line keep
 * their count; words that touch stay together.
 */
export function rawText(words: readonly Word[]): string {
  let text = '';
  let last: Word | undefined;
  for (const word of words) {
    if (last !== undefined) text += ' '.repeat(gapBetween(last, word));
    text += word.raw;
    last = word;
  }
  return text;
}

const gapMax = 1024;

function gapBetween(one: Word, other: Word): number {
  const isOneText = one.span.source === other.span.source && one.via.length === other.via.length;
  const gap = other.span.start - one.span.end;
  return isOneText && gap >= 0 && gap <= gapMax ? gap : 1;
}

interface Piece {
  readonly text: string;
  readonly end: number;
}

/** The quoted stretch, escape or bare letter at `start`; undefined for a quote that does not end. */
function pieceAt(text: string, start: number): Piece | undefined {
  const letter = text.charAt(start);
  if (letter === "'") {
    const end = text.indexOf("'", start + 1);
    return end < 0 ? undefined : { text: text.slice(start + 1, end), end: end + 1 };
  }
  if (letter === '"') return doubleQuoted(text, start);
  if (letter === '\\') return escapeAt(text, start);
  let end = start + 1;
  while (end < text.length && !isBlank(text.charAt(end)) && !'\'"\\'.includes(text.charAt(end))) {
    end += 1;
  }
  return { text: text.slice(start, end), end };
}

function doubleQuoted(text: string, start: number): Piece | undefined {
  let inner = '';
  let at = start + 1;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (letter === '"') return { text: inner, end: at + 1 };
    const piece = letter === '\\' ? escapeAt(text, at) : { text: letter, end: at + 1 };
    inner += piece.text;
    at = piece.end;
  }
  return undefined;
}

const named: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** One escape; any letter without a meaning of its own stands for itself, a last backslash too. */
function escapeAt(text: string, start: number): Piece {
  const letter = text.charAt(start + 1);
  if (letter === '') return { text: '\\', end: start + 1 };
  const simple = named[letter];
  if (simple !== undefined) return { text: simple, end: start + 2 };
  const octal = /^[0-7]{1,3}/.exec(text.slice(start + 1, start + 4))?.[0];
  if (octal !== undefined) {
    return {
      text: String.fromCharCode(Number.parseInt(octal, 8) & 0xff),
      end: start + 1 + octal.length,
    };
  }
  const hexadecimal = /^x([0-9a-fA-F]{1,2})/.exec(text.slice(start + 1, start + 4))?.[1];
  if (hexadecimal !== undefined) {
    const code = Number.parseInt(hexadecimal, 16);
    return { text: String.fromCharCode(code), end: start + 2 + hexadecimal.length };
  }
  const control = letter === 'c' ? text.charAt(start + 2) : '';
  if (control !== '') {
    return { text: String.fromCharCode(control.charCodeAt(0) & 0x1f), end: start + 3 };
  }
  return { text: letter, end: start + 2 };
}

function isBlank(letter: string): boolean {
  return letter === ' ' || letter === '\t' || letter === '\n' || letter === '\r';
}
