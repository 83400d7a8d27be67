/** An expression of PCRE2 while it is being read: what of it has been written down for JavaScript, and what cannot be. */
import { utf8Bytes } from '../base/bytes.ts';

export interface Options {
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly dollarEndOnly: boolean;
  readonly altCircumflex: boolean;
  readonly extended: boolean;
  /** Characters instead of bytes. */
  readonly unicode: boolean;
  /** Classes such as \w know all letters. */
  readonly properties: boolean;
}

/** Something of PCRE2 that JavaScript has not. */
export interface Trouble {
  /** A clause: `(?R) calls the expression itself`. */
  readonly what: string;
  /** A sentence without its period. */
  readonly cure: string;
}

interface Opened {
  readonly at: number;
  readonly isAtomic: boolean;
}

export interface Reading {
  readonly text: string;
  readonly options: Options;
  /** Whether anything refers back to what a group has matched; groups that nobody refers to capture nothing. */
  readonly hasReferences: boolean;
  at: number;
  source: string;
  /** Where in `source` that begins which a quantifier would repeat. */
  atom: number | undefined;
  readonly opened: Opened[];
  /** Names of the groups that capture, by their number less one. */
  readonly groups: string[];
  atomics: number;
  trouble: Trouble | undefined;
}

export function rest({ text, at }: Reading): string {
  return text.slice(at);
}

/** Writes what a quantifier would repeat, and moves on by `length` of the text. */
export function emit(reading: Reading, source: string, length: number): void {
  reading.atom = reading.source.length;
  reading.source += source;
  reading.at += length;
}

/** Only the first is kept. */
export function refuse(reading: Reading, trouble: Trouble): void {
  reading.trouble ??= trouble;
  reading.at = reading.text.length;
}

/** The character at `at`, both halves of it where it has two. */
export function characterAt({ text }: Reading, at: number): string {
  const scalar = text.codePointAt(at);
  return scalar === undefined ? '' : String.fromCodePoint(scalar);
}

/** A character as it stands; without `unicode` the text is bytes, and each of its bytes counts. */
export function literal({ options }: Reading, character: string): readonly string[] {
  if (character.length > 1 || character > '\x7f') {
    if (options.unicode) return [character];
    return [...utf8Bytes(character)].map((byte) => hexadecimal(byte));
  }
  return [/[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character];
}

function hexadecimal(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** A character by its number; undefined where bytes are matched and it is none. */
export function numbered({ options }: Reading, scalar: number): string | undefined {
  if (scalar <= 0x7f) return hexadecimal(scalar);
  if (options.unicode) return `\\u{${scalar.toString(16)}}`;
  return scalar <= 0xff ? hexadecimal(scalar) : undefined;
}
