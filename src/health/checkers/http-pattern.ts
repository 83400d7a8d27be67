/**
 * An expression over a body that arrives in pieces. A window of the body is kept, so that a match may lie across pieces
 * and a body of any length costs no more memory than the window.
 */
import type { HttpPattern } from '../checker.ts';
import type { Execute } from './conversation.ts';
import { latin1Text, utf8Text } from './http-text.ts';
import { append, lastOf, noPieces, type Pieces } from './pieces.ts';

/** So far, with what of the body may still belong to a match. */
export interface Found {
  readonly matched: boolean;
  /** Why nobody can say whether it matches. */
  readonly trouble: string | undefined;
  readonly window: Pieces;
  /** Bytes before the window. */
  readonly before: number;
}

export const nothingFound: Found = {
  matched: false,
  trouble: undefined,
  window: noPieces,
  before: 0,
};

/** A match that is longer than this may be missed. */
const KEEP = 65_536;
const WINDOW_MAX = 4 * KEEP;

export function search(
  found: Found,
  bytes: Uint8Array,
  pattern: HttpPattern,
  execute: Execute,
): Found {
  if (found.matched || found.trouble !== undefined) return found;
  const window = append(found.window, bytes);
  const grown = { ...found, window };
  if (window.size < WINDOW_MAX) return grown;
  const { matched, trouble } = look(grown, pattern, { execute, isComplete: false });
  return {
    matched,
    trouble,
    window: lastOf(window, KEEP),
    before: found.before + window.size - KEEP,
  };
}

/** To be asked once, when the body is complete. */
export function conclude(found: Found, pattern: HttpPattern, execute: Execute): Looked {
  if (found.matched || found.trouble !== undefined) return found;
  return look(found, pattern, { execute, isComplete: true });
}

type Looked = Pick<Found, 'matched' | 'trouble'>;

const no: Looked = { matched: false, trouble: undefined };

/** The first match at or after the least offset; a later one begins later still. */
function look(
  { window, before }: Found,
  pattern: HttpPattern,
  { execute, isComplete }: { readonly execute: Execute; readonly isComplete: boolean },
): Looked {
  const expression = compile(pattern);
  if (typeof expression === 'string') return { matched: false, trouble: expression };
  const text = expression.unicode ? utf8Text(window.parts) : window.parts.map(latin1Text).join('');
  const offsets = expression.unicode ? offsetsOf(text) : undefined;
  // Where the window is not the beginning, its first byte has been looked at, and is there for what asks what is before.
  const least = Math.max(before === 0 ? 0 : 1, pattern.minimumOffset - before);
  const from = offsets === undefined ? least : offsets.findIndex((byte) => byte >= least);
  if (from < 0) return no;
  expression.lastIndex = from;
  const match = execute(expression, text);
  if (match === 'too-long') return { matched: false, trouble: 'the expression takes too long' };
  if (match === undefined) return no;
  // The end of the window is not the end of the body: what matches up to there may match otherwise later.
  if (!isComplete && match.end === text.length) return no;
  const begin = before + (offsets?.[match.begin] ?? match.begin);
  const isEarly = pattern.maximumOffset === undefined || begin <= pattern.maximumOffset;
  return { matched: isEarly, trouble: undefined };
}

/** Or why it cannot be read. */
function compile({ source, flags, trouble }: HttpPattern): RegExp | string {
  if (trouble !== undefined) return `the expression cannot be read (${trouble})`;
  try {
    return new RegExp(source, flags.includes('g') ? flags : `${flags}g`);
  } catch (error) {
    return `the expression cannot be read (${error instanceof Error ? error.message : ''})`;
  }
}

/** The offset in bytes of each unit of the text, and of its end. */
function offsetsOf(text: string): readonly number[] {
  const offsets: number[] = [];
  let bytes = 0;
  for (const character of text) {
    for (let unit = 0; unit < character.length; unit += 1) offsets.push(bytes);
    const scalar = character.codePointAt(0) ?? 0;
    bytes += scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;
  }
  offsets.push(bytes);
  return offsets;
}
