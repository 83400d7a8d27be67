/** A text that was put together from several places, and where each stretch of it is written. */
import type { SourceId, Span } from './source.ts';

/** The stretch of the text from `at` to the next piece. */
export interface Piece {
  readonly at: number;
  readonly source: SourceId;
  readonly start: number;
  readonly end: number;
  /** The text stands in the source letter by letter; otherwise the whole place stands for the whole piece. */
  readonly verbatim: boolean;
  readonly via: readonly Span[];
}

export interface MappedText {
  readonly text: string;
  /** Ascending by `at`, the first at 0; never empty. */
  readonly pieces: readonly Piece[];
}

export interface Place {
  readonly span: Span;
  readonly via: readonly Span[];
}

export const literal: readonly Span[] = [];

/** The stretch of a source as a mapped text of one piece. */
export function mappedSlice(text: string, span: Span): MappedText {
  const piece = { at: 0, ...span, verbatim: true, via: literal };
  return { text: text.slice(span.start, span.end), pieces: [piece] };
}

/** The last piece that begins at or before `offset`. */
function pieceAt(mapped: MappedText, offset: number): Piece {
  let low = 0;
  let high = mapped.pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((mapped.pieces[middle]?.at ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const piece = mapped.pieces[low];
  if (piece === undefined) throw new Error('broken invariant: a mapped text has a piece');
  return piece;
}

/** Where the text from `start` to `end` is written: across pieces, the use that all of them share. */
export function placeOf(mapped: MappedText, start: number, end: number): Place {
  const first = pieceAt(mapped, start);
  const last = pieceAt(mapped, Math.max(start, end - 1));
  if (first === last) return { span: within(first, start, end), via: first.via };
  let level = 0;
  while (level < first.via.length && sameSpan(first.via[level], last.via[level])) level += 1;
  const from = first.via[level] ?? within(first, start, start);
  const to = last.via[level] ?? within(last, end, end);
  const via = first.via.slice(0, level);
  if (from.source !== to.source || to.end < from.start) return { span: from, via };
  return { span: { source: from.source, start: from.start, end: to.end }, via };
}

function within(piece: Piece, start: number, end: number): Span {
  if (!piece.verbatim) return { source: piece.source, start: piece.start, end: piece.end };
  const shift = piece.start - piece.at;
  return { source: piece.source, start: start + shift, end: Math.min(end + shift, piece.end) };
}

function sameSpan(one: Span | undefined, other: Span | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return one.source === other.source && one.start === other.start && one.end === other.end;
}

/** The part from `start` to `end`, places kept. */
export function sliceMapped(mapped: MappedText, start: number, end: number): MappedText {
  if (start === 0 && end === mapped.text.length) return mapped;
  const pieces: Piece[] = [];
  for (const [index, piece] of mapped.pieces.entries()) {
    const until = mapped.pieces[index + 1]?.at ?? mapped.text.length;
    if (until <= start && pieces.length === 0 && index + 1 < mapped.pieces.length) continue;
    if (piece.at >= end && pieces.length > 0) break;
    pieces.push(shifted(piece, start));
  }
  return { text: mapped.text.slice(start, end), pieces };
}

/** The piece as it stands in a text that begins at `start`. */
function shifted(piece: Piece, start: number): Piece {
  if (piece.at >= start) return { ...piece, at: piece.at - start };
  const skipped = piece.verbatim ? Math.min(start - piece.at, piece.end - piece.start) : 0;
  return { ...piece, at: 0, start: piece.start + skipped };
}

export function joinMapped(parts: readonly MappedText[]): MappedText {
  const pieces: Piece[] = [];
  let text = '';
  for (const part of parts) {
    if (part.text === '' && (pieces.length > 0 || parts.length > 1)) continue;
    for (const piece of part.pieces) pieces.push({ ...piece, at: piece.at + text.length });
    text += part.text;
  }
  if (pieces.length === 0) return parts[0] ?? unplaced;
  return { text, pieces };
}

const unplaced: MappedText = {
  text: '',
  pieces: [{ at: 0, source: 0 as SourceId, start: 0, end: 0, verbatim: true, via: literal }],
};
