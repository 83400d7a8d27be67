/**
 * Big-endian access to byte arrays, network order throughout. Reads are total: a byte past the end reads as 0,
 * so a decoder compares lengths first and indexes afterwards.
 */

export function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

export function uint16At(bytes: Uint8Array, at: number): number {
  return (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);
}

export function uint32At(bytes: Uint8Array, at: number): number {
  return ((uint16At(bytes, at) << 16) | uint16At(bytes, at + 2)) >>> 0;
}

/** Writes the low 16 bits of `value`. */
export function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

/** Writes the low 32 bits of `value`. */
export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  writeUint16(bytes, at, value >>> 16);
  writeUint16(bytes, at + 2, value);
}

/**
 * The UTF-8 form of `text` (RFC 3629). A surrogate without its partner becomes U+FFFD. It stands here because the
 * pure layers compile without TextEncoder.
 */
export function utf8Bytes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const scalar = character.codePointAt(0) ?? 0;
    pushUtf8(bytes, scalar >= 0xd800 && scalar <= 0xdfff ? 0xfffd : scalar);
  }
  return Uint8Array.from(bytes);
}

function pushUtf8(bytes: number[], scalar: number): void {
  if (scalar < 0x80) {
    bytes.push(scalar);
  } else if (scalar < 0x800) {
    bytes.push(0xc0 | (scalar >> 6), continuation(scalar));
  } else if (scalar < 0x10000) {
    bytes.push(0xe0 | (scalar >> 12), continuation(scalar >> 6), continuation(scalar));
  } else {
    bytes.push(0xf0 | (scalar >> 18), continuation(scalar >> 12));
    bytes.push(continuation(scalar >> 6), continuation(scalar));
  }
}

function continuation(scalar: number): number {
  return 0x80 | (scalar & 0x3f);
}

/** Whether `length` bytes are the same, in a time that tells nothing of where they differ: for secrets and their proofs. */
export function sameSecretly(
  one: Uint8Array,
  oneAt: number,
  other: Uint8Array,
  length: number,
): boolean {
  let difference = 0;
  for (let at = 0; at < length; at += 1) difference |= byteAt(one, oneAt + at) ^ byteAt(other, at);
  return difference === 0;
}
