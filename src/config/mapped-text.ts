/** A text that was put together from several places, and where each stretch of it is written. */
import type { SourceId, Span } from './source.ts';

/** One use of a parameter: whatever it brought in points back here. */
export interface Use {
  readonly span: Span;
  /** The definition that was put in; two uses of one definition share it. */
  readonly definition: object;
  /** The use whose text holds this one. */
  readonly parent: Use | undefined;
  readonly depth: number;
  /** The spans from the outermost use to this one. */
  readonly via: readonly Span[];
}

/** The stretch of the text from `at` to the next piece. */
export interface Piece {
  readonly at: number;
  readonly source: SourceId;
  readonly start: number;
  readonly end: number;
  /** The text stands in the source letter by letter; otherwise the whole place stands for the whole piece. */
  readonly verbatim: boolean;
  readonly use: Use | undefined;
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

/** The `via` of what stands in a source itself. */
export const literal: readonly Span[] = [];

/** The stretch of a source as a mapped text of one piece. */
export function mappedSlice(text: string, span: Span): MappedText {
  const piece = { at: 0, ...span, verbatim: true, use: undefined };
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
  const use = sharedUse(first.use, last.use);
  const via = use?.via ?? literal;
  if (first === last) return { span: within(first, start, end), via };
  const from = first.use === use ? within(first, start, start) : spanBelow(first.use, via.length);
  const to = last.use === use ? within(last, end, end) : spanBelow(last.use, via.length);
  if (from.source !== to.source || to.end < from.start) return { span: from, via };
  return { span: { source: from.source, start: from.start, end: to.end }, via };
}

/** The innermost use that the text from `start` to `end` shares. */
export function useOf(mapped: MappedText, start: number, end: number): Use | undefined {
  return sharedUse(pieceAt(mapped, start).use, pieceAt(mapped, Math.max(start, end - 1)).use);
}

function sharedUse(one: Use | undefined, other: Use | undefined): Use | undefined {
  let left = one;
  let right = other;
  while (left !== right) {
    if ((left?.depth ?? 0) >= (right?.depth ?? 0)) left = left?.parent;
    else right = right?.parent;
  }
  return left;
}

/** Where the use stands that lies `level` uses deep. */
function spanBelow(use: Use | undefined, level: number): Span {
  const span = use?.via[level];
  if (span === undefined) throw new Error('broken invariant: a use knows the uses around it');
  return span;
}

function within(piece: Piece, start: number, end: number): Span {
  if (!piece.verbatim) return { source: piece.source, start: piece.start, end: piece.end };
  const shift = piece.start - piece.at;
  return { source: piece.source, start: start + shift, end: Math.min(end + shift, piece.end) };
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
  pieces: [{ at: 0, source: 0 as SourceId, start: 0, end: 0, verbatim: true, use: undefined }],
};

/** The same text, brought in by `use`. */
export function usedBy(mapped: MappedText, use: Use): MappedText {
  return { text: mapped.text, pieces: mapped.pieces.map((piece) => ({ ...piece, use })) };
}

/** A text that stands in no source, such as a number that was counted. */
export function madeText(text: string, span: Span): MappedText {
  return { text, pieces: [{ at: 0, ...span, verbatim: false, use: undefined }] };
}

export function trimMapped(mapped: MappedText): MappedText {
  const start = mapped.text.length - mapped.text.trimStart().length;
  const end = mapped.text.trimEnd().length;
  return sliceMapped(mapped, Math.min(start, end), end);
}
