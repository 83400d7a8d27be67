/**
 * The IPsec authentication header (RFC 4302) as VRRP version 2 carried it (RFC 2338 5.3.6.3, `auth_type AH`): transport mode,
 * IPv4, HMAC-MD5-96 (RFC 2403), the source address as security parameters index.
 */
import { type Address, isMulticast, writeAddress } from '../base/address.ts';
import { byteAt, sameSecretly, uint32At, writeUint16, writeUint32 } from '../base/bytes.ts';
import { IPV4_HEADER_LENGTH, PROTOCOL_AH, PROTOCOL_VRRP } from './ip.ts';

/*
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * | Next header   |  Length = 4   |           Reserved            |
 * +---------------+---------------+-------------------------------+
 * |                 Security parameters index                     |
 * +---------------------------------------------------------------+
 * |                      Sequence number                          |
 * +---------------------------------------------------------------+
 * |         First 12 bytes of the HMAC-MD5 (ICV)                  |
 * +---------------------------------------------------------------+
 */
const AH_LENGTH = 24;
const ICV_AT = 12;
const ICV_LENGTH = 12;
/** In words of 4 bytes, less 2. */
const LENGTH_FIELD = AH_LENGTH / 4 - 2;

/** What of the IP header is signed. */
export interface AhEnvelope {
  readonly source: Address;
  readonly destination: Address;
  readonly hopLimit: number;
  readonly identification: number;
}

/** The header without its ICV, and the message behind it. */
export function withAh(message: Uint8Array, source: Address, sequence: number): Uint8Array {
  const bytes = new Uint8Array(AH_LENGTH + message.length);
  bytes[0] = PROTOCOL_VRRP;
  bytes[1] = LENGTH_FIELD;
  writeAddress(bytes, 4, source);
  writeUint32(bytes, 8, sequence);
  bytes.set(message, AH_LENGTH);
  return bytes;
}

/**
 * What the ICV is computed over: the IP header with type of service and checksum as zero, and the payload with its ICV as
 * zero. The TTL, which RFC 4302 3.3.3.1.1 calls mutable, is signed where the destination is a group and counts as zero
 * where it is a host (seen of keepalived 2.2.7).
 */
export function ahBytes(payload: Uint8Array, envelope: AhEnvelope): Uint8Array {
  const length = IPV4_HEADER_LENGTH + payload.length;
  const bytes = new Uint8Array(length);
  bytes[0] = 0x45;
  writeUint16(bytes, 2, length);
  writeUint16(bytes, 4, envelope.identification);
  bytes[8] = isMulticast(envelope.destination) ? envelope.hopLimit : 0;
  bytes[9] = PROTOCOL_AH;
  writeAddress(bytes, 12, envelope.source);
  writeAddress(bytes, 16, envelope.destination);
  bytes.set(payload, IPV4_HEADER_LENGTH);
  bytes.fill(0, IPV4_HEADER_LENGTH + ICV_AT, IPV4_HEADER_LENGTH + ICV_AT + ICV_LENGTH);
  return bytes;
}

/** Puts the ICV, the first bytes of the whole HMAC, into its place. */
export function writeIcv(payload: Uint8Array, mac: Uint8Array): void {
  payload.set(mac.subarray(0, ICV_LENGTH), ICV_AT);
}

/** Whether the ICV is the first bytes of this HMAC. */
export function isIcv(payload: Uint8Array, mac: Uint8Array): boolean {
  return sameSecretly(payload, ICV_AT, mac, ICV_LENGTH);
}

/** What an authentication header says of itself, or in which way it is none that carries VRRP. */
export type FoundAh =
  | { readonly kind: 'ah'; readonly sequence: number; readonly message: Uint8Array }
  | { readonly kind: 'malformed'; readonly detail: string };

export function findAh(payload: Uint8Array): FoundAh {
  if (payload.length < AH_LENGTH) return malformed(`${payload.length} bytes, its header has 24`);
  const next = byteAt(payload, 0);
  if (next !== PROTOCOL_VRRP) return malformed(`protocol ${next} in it, not 112`);
  const words = byteAt(payload, 1);
  if (words !== LENGTH_FIELD) return malformed(`length ${words}, HMAC-MD5-96 has 4`);
  return { kind: 'ah', sequence: uint32At(payload, 8), message: payload.subarray(AH_LENGTH) };
}

function malformed(detail: string): FoundAh {
  return { kind: 'malformed', detail };
}
