/**
 * The same bytes for the same message: a master repeats itself word for word, and what it said before is still there.
 * A direct-mapped table, so hostile senders can only make it useless, never large.
 */

const SLOTS = 2_048;
/** What is longer is said by few. */
const LONGEST = 128;

export class PayloadCache {
  readonly #payloads = new Array<Uint8Array | undefined>(SLOTS).fill(undefined);

  /** The bytes from `start` to `end`, copied unless they were heard before. Nobody may write to them. */
  payloadAt(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length > LONGEST) return bytes.slice(start, end);
    let mixed = length;
    for (let at = start; at < end; at += 1) mixed = Math.imul(mixed ^ (bytes[at] ?? 0), 0x01000193);
    const slot = (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
    const known = this.#payloads[slot];
    if (known !== undefined && isAt(known, bytes, start, length)) return known;
    const payload = bytes.slice(start, end);
    this.#payloads[slot] = payload;
    return payload;
  }
}

function isAt(known: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let at = 0; at < length; at += 1) if (known[at] !== bytes[start + at]) return false;
  return true;
}
