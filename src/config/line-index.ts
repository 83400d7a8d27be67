/** Lines and columns of offsets, found by halving a table of line starts. */
import type { Position, Source, Span } from './source.ts';

export interface LineIndex {
  readonly source: Source;
  /** The offset at which each line starts; the first is 0. */
  readonly starts: readonly number[];
}

export function indexLines(source: Source): LineIndex {
  const starts = [0];
  const { text } = source;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return { source, starts };
}

/** The place of an offset; offsets outside the text count as its nearest end. */
export function positionAt(index: LineIndex, offset: number): Position {
  const { text } = index.source;
  const inside = Math.max(0, Math.min(offset, text.length));
  let low = 0;
  let high = index.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((index.starts[middle] ?? 0) <= inside) low = middle;
    else high = middle - 1;
  }
  const start = index.starts[low] ?? 0;
  return { line: low + 1, column: codePoints(text, start, inside) + 1 };
}

/** The text of a line, counted from 1, without its line end; empty for a line that does not exist. */
export function lineText(index: LineIndex, line: number): string {
  const start = index.starts[line - 1];
  if (start === undefined) return '';
  const next = index.starts[line];
  const text = index.source.text.slice(start, next === undefined ? undefined : next - 1);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function codePoints(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0xdc00 || code > 0xdfff) count += 1;
  }
  return count;
}

/** Places of many spans in many sources; each source is indexed when it is first asked for. */
export type Locator = (span: Span) => Located;

export interface Located {
  readonly path: string;
  readonly start: Position;
  readonly end: Position;
  readonly index: LineIndex;
}

export function locator(sources: readonly Source[]): Locator {
  const known = new Map<Source, LineIndex>();
  return (span) => {
    const source = sources[span.source];
    if (source === undefined) throw new Error(`broken invariant: no source ${span.source}`);
    const index = known.get(source) ?? indexLines(source);
    known.set(source, index);
    return {
      path: source.path,
      start: positionAt(index, span.start),
      end: positionAt(index, span.end),
      index,
    };
  };
}
