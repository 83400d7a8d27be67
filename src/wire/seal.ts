/**
 * The trailer that signs an advertisement with HMAC-SHA256 (`auth_hmac`, keepalived 2.4.2 and later, behaviour section 13). It
 * follows the message and is covered neither by its checksum nor by its length.
 */
import { type Address, familyOf, writeAddress } from '../base/address.ts';
import {
  byteAt,
  sameSecretly,
  uint16At,
  uint32At,
  writeUint16,
  writeUint32,
} from '../base/bytes.ts';

/*
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |    Type = 1   |    Key id     |           Reserved            |
 * +---------------+---------------+-------------------------------+
 * |                    Seconds of civil time                      |
 * +-------------------------------+-------------------------------+
 * |    Fraction of a second       |           Counter             |
 * +-------------------------------+-------------------------------+
 * |        First 16 bytes of the HMAC-SHA256                      |
 * +---------------------------------------------------------------+
 */
const SEAL_LENGTH = 28;
const TAG_LENGTH = 16;
const PREFIX_LENGTH = SEAL_LENGTH - TAG_LENGTH;
const TYPE_HMAC_SHA256 = 1;
/** Family, version, virtual router id, zero, and the source in 16 bytes. */
const PSEUDO_HEADER_LENGTH = 20;

/** Grows with every advertisement of a router. */
export interface Sequence {
  /** Of civil time, modulo 2^32. */
  readonly seconds: number;
  /** In 65,536ths of a second. */
  readonly fraction: number;
  /** Tells apart what was signed within one fraction: 0 to 65,535. */
  readonly count: number;
}

export interface Seal extends Sequence {
  /** 1 to 255. */
  readonly keyId: number;
}

/** Whether one sequence was given out after the other; seconds are compared as RFC 1982 compares serial numbers. */
export function isLater(one: Sequence, other: Sequence): boolean {
  const ahead = (one.seconds - other.seconds) >>> 0;
  if (ahead !== 0) return ahead < 0x8000_0000;
  if (one.fraction !== other.fraction) return one.fraction > other.fraction;
  return one.count > other.count;
}

/** The trailer without its tag: all 28 bytes, the last 16 zero. */
export function encodeSeal({ keyId, seconds, fraction, count }: Seal): Uint8Array {
  const bytes = new Uint8Array(SEAL_LENGTH);
  bytes[0] = TYPE_HMAC_SHA256;
  bytes[1] = keyId;
  writeUint32(bytes, 4, seconds);
  writeUint16(bytes, 8, fraction);
  writeUint16(bytes, 10, count);
  return bytes;
}

/** What the tag is computed over. `seal` needs no tag. The checksum of the message counts as zero. */
export function sealedBytes(message: Uint8Array, source: Address, seal: Uint8Array): Uint8Array {
  const { length } = message;
  const bytes = new Uint8Array(PSEUDO_HEADER_LENGTH + length + SEAL_LENGTH);
  bytes[0] = familyOf(source) === 'ipv4' ? 4 : 6;
  bytes[1] = byteAt(message, 0) >> 4;
  bytes[2] = byteAt(message, 1);
  writeAddress(bytes, 4, source);
  bytes.set(message, PSEUDO_HEADER_LENGTH);
  writeUint16(bytes, PSEUDO_HEADER_LENGTH + 6, 0);
  bytes.set(seal.subarray(0, PREFIX_LENGTH), PSEUDO_HEADER_LENGTH + length);
  return bytes;
}

/** The message with its trailer. `mac` is the whole HMAC. */
export function withSeal(message: Uint8Array, seal: Uint8Array, mac: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(message.length + SEAL_LENGTH);
  bytes.set(message);
  bytes.set(seal, message.length);
  bytes.set(mac.subarray(0, TAG_LENGTH), message.length + PREFIX_LENGTH);
  return bytes;
}

/** What follows a message: nothing, something that is no trailer of this kind, or one. */
export type FoundSeal =
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly detail: string }
  | { readonly kind: 'seal'; readonly seal: Seal; readonly bytes: Uint8Array };

export function findSeal(payload: Uint8Array, messageLength: number): FoundSeal {
  const length = payload.length - messageLength;
  if (length <= 0) return { kind: 'none' };
  if (length !== SEAL_LENGTH) {
    return { kind: 'malformed', detail: `${length} bytes follow the message, a signature has 28` };
  }
  const bytes = payload.subarray(messageLength);
  const type = byteAt(bytes, 0);
  if (type !== TYPE_HMAC_SHA256) return { kind: 'malformed', detail: `type ${type}, not 1` };
  const keyId = byteAt(bytes, 1);
  if (keyId === 0) return { kind: 'malformed', detail: 'key 0' };
  const seconds = uint32At(bytes, 4);
  const [fraction, count] = [uint16At(bytes, 8), uint16At(bytes, 10)];
  return { kind: 'seal', seal: { keyId, seconds, fraction, count }, bytes };
}

/** Whether the tag is the first bytes of this HMAC. */
export function isTag(seal: Uint8Array, mac: Uint8Array): boolean {
  return sameSecretly(seal, PREFIX_LENGTH, mac, TAG_LENGTH);
}
