/** Bytes as text: the pure layers compile without TextDecoder. */

/** Few enough for the arguments of one call. */
const PIECE = 8_192;

/** A character a byte (ISO 8859-1): offsets in the text are offsets in the bytes. */
export function latin1Text(bytes: Uint8Array): string {
  if (bytes.length <= PIECE) return String.fromCharCode(...bytes);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  }
  return pieces.join('');
}

/** UTF-8 (RFC 3629); what is none stays as it is, a character a byte. */
export function utf8Text(pieces: readonly Uint8Array[]): string {
  const text = pieces.map(latin1Text).join('');
  return text.replaceAll(utf8Sequence, (sequence) => {
    const bytes = Array.from(sequence, (letter) => letter.charCodeAt(0));
    const [first = 0, ...rest] = bytes;
    const head = first & (0xff >> (bytes.length + 1));
    const scalar = rest.reduce((value, byte) => value * 64 + (byte & 0x3f), head);
    const isScalar = scalar <= 0x10ffff && (scalar < 0xd800 || scalar > 0xdfff);
    return isScalar ? String.fromCodePoint(scalar) : sequence;
  });
}

const utf8Sequence = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;
