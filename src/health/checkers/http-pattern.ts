/**
 * An expression over a body that arrives in pieces. A window of the body is kept, so that a match may lie across pieces
 * and a body of any length costs no more memory than the window.
 */
import type { HttpPattern } from '../checker.ts';
import { latin1Text, utf8Text } from './http-text.ts';

/** So far, with what of the body may still belong to a match. */
export interface Found {
  readonly matched: boolean;
  readonly window: readonly Uint8Array[];
  /** Bytes in the window, and before it. */
  readonly size: number;
  readonly before: number;
}

export const nothingFound: Found = { matched: false, window: [], size: 0, before: 0 };

/** A match that is longer than this may be missed. */
const KEEP = 65_536;
const WINDOW_MAX = 4 * KEEP;

export function search(found: Found, bytes: Uint8Array, pattern: HttpPattern): Found {
  if (found.matched) return found;
  const grown = {
    ...found,
    window: [...found.window, bytes.slice()],
    size: found.size + bytes.length,
  };
  return grown.size < WINDOW_MAX ? grown : shrink({ ...grown, matched: isMatch(grown, pattern) });
}

/** To be asked once, when the body is complete. */
export function conclude(found: Found, pattern: HttpPattern): boolean {
  return found.matched || isMatch(found, pattern);
}

function shrink({ matched, window, size, before }: Found): Found {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of window) {
    all.set(piece, at);
    at += piece.length;
  }
  return { matched, window: [all.slice(size - KEEP)], size: KEEP, before: before + size - KEEP };
}

/** The first match at or after the least offset; a later one begins later still. */
function isMatch({ window, before }: Found, pattern: HttpPattern): boolean {
  const isUtf8 = pattern.flags.includes('u') || pattern.flags.includes('v');
  const text = isUtf8 ? utf8Text(window) : window.map(latin1Text).join('');
  const flags = pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`;
  const expression = new RegExp(pattern.source, flags);
  const offsets = isUtf8 ? offsetsOf(text) : undefined;
  const least = pattern.minimumOffset - before;
  expression.lastIndex = least <= 0 ? 0 : (offsets?.findIndex((byte) => byte >= least) ?? least);
  if (expression.lastIndex < 0) return false;
  const match = expression.exec(text);
  if (match === null) return false;
  const begin = before + (offsets?.[match.index] ?? match.index);
  return pattern.maximumOffset === undefined || begin <= pattern.maximumOffset;
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
