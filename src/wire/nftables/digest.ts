/**
 * Names of a fixed length, from texts: a server keeps its number over restarts and when it comes back, and two
 * directors agree. 64 bits, so that among 40,000 two are the same once in 20,000,000,000 tries.
 */

const OFFSETS = [0x811c9dc5, 0x9e3779b9] as const;

/** Eight bytes, from two 32-bit FNV-1a sums, each mixed at the end as MurmurHash3 does. */
export function digest(text: string): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  for (const [index, offset] of OFFSETS.entries()) view.setUint32(index * 4, sum(text, offset));
  return bytes;
}

/** An unsigned 32-bit number, evenly spread. */
export function sum(text: string, offset: number): number {
  let value = offset;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (byte + 0x100).toString(16).slice(1);
  return text;
}
