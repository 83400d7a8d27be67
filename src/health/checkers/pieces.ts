/** Bytes that arrive in pieces, kept so that neither many small ones nor few large ones are copied often. */

export interface Pieces {
  readonly size: number;
  /** Each more than twice as long as the one behind it, but for the last. */
  readonly parts: readonly Uint8Array[];
}

export const noPieces: Pieces = { size: 0, parts: [] };

/** `piece` is copied: it may be overwritten afterwards. */
export function append({ size, parts }: Pieces, piece: Uint8Array): Pieces {
  const grown = [...parts];
  let last: Uint8Array = piece.slice();
  for (let before = grown.at(-1); before !== undefined; before = grown.at(-1)) {
    if (before.length > 2 * last.length) break;
    grown.pop();
    last = joined([before, last], before.length + last.length);
  }
  return { size: size + piece.length, parts: [...grown, last] };
}

/** The last `count` bytes, or all of them. */
export function lastOf({ size, parts }: Pieces, count: number): Pieces {
  if (size <= count) return { size, parts };
  return { size: count, parts: [joined(parts, size).slice(size - count)] };
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
