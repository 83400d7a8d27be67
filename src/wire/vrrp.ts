/** VRRP advertisements, version 2 (RFC 3768 5.1) and version 3 (RFC 9568 5.1), over IPv4 and IPv6. */
import {
  type Address,
  addressAt,
  addressLength,
  type Family,
  familyOf,
  writeAddress,
} from '../base/address.ts';
import { byteAt, uint16At, utf8Bytes, writeUint16 } from '../base/bytes.ts';
import { failure, invariant, type Outcome, success } from '../base/outcome.ts';
import { centiseconds, type Duration, seconds } from '../base/units.ts';
import { addressSum, addWords, checksumOf, isIntact, PROTOCOL_VRRP } from './ip.ts';

/*
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---------------+---------------+---------------+
 * |Version| Type  |   Router id   |   Priority    | Address count |
 * +-------+-------+---------------+---------------+---------------+
 * |   Auth type   |  Interval (s) |           Checksum            |  version 2
 * +-------+-------+---------------+-------------------------------+
 * | Rsvd  |    Interval (cs)      |           Checksum            |  version 3
 * +-------+-----------------------+-------------------------------+
 * |             Addresses, 4 bytes each or 16 bytes each          |
 * +---------------------------------------------------------------+
 * |       Authentication data, 8 bytes, version 2 over IPv4       |
 * +---------------------------------------------------------------+
 */
const HEADER_LENGTH = 8;
const AUTHENTICATION_LENGTH = 8;
const TYPE_ADVERTISEMENT = 1;
const AUTHENTICATION_NONE = 0;
const AUTHENTICATION_PASS = 1;
/** RFC 2338 5.3.6: the message is inside an IPsec authentication header. */
export const AUTHENTICATION_AH = 2;

export type VrrpAuthentication =
  | { readonly kind: 'none' }
  /** Simple password of RFC 2338 5.3.6: 8 bytes, see `encodeSecret`. Over IPv6 no bytes travel: `data` is empty. */
  | { readonly kind: 'pass'; readonly data: Uint8Array }
  /** Any other type of version 2; its data is not looked at. */
  | { readonly kind: 'other'; readonly type: number };

export interface Advertisement {
  readonly version: 2 | 3;
  readonly virtualRouterId: number;
  /** 0 resigns, 255 owns the addresses. */
  readonly priority: number;
  /** Version 2 carries 1 to 255 whole seconds, version 3 carries 1 to 4095 centiseconds. */
  readonly interval: Duration;
  /** At most 255, all of one family. */
  readonly addresses: readonly Address[];
  /** Always `none` in version 3. */
  readonly authentication: VrrpAuthentication;
}

/**
 * What the version 3 checksum covers over IPv4. `standard`: RFC 9568 5.2.8, pseudo header and message.
 * `without-pseudo-header`: the message alone (`v3_checksum_as_v2`). `multicast-destination`: a pseudo header
 * that names 224.0.0.18 although the datagram is unicast (`old_unicast_checksum`, keepalived up to 1.3.6).
 */
export type ChecksumForm = 'standard' | 'without-pseudo-header' | 'multicast-destination';

/** What of the IP layer goes into an advertisement's checksum. */
export interface Envelope {
  readonly family: Family;
  readonly source: Address;
  readonly destination: Address;
  readonly checksum: ChecksumForm;
}

/** The message for the wire, checksum included. Throws for values outside the ranges of `Advertisement`. */
export function encodeAdvertisement(advertisement: Advertisement, envelope: Envelope): Uint8Array {
  const { version, addresses } = advertisement;
  invariant(
    addresses.length <= 255,
    `an advertisement holds 255 addresses, not ${addresses.length}`,
  );
  const width = addressLength(envelope.family);
  const length = messageLength(version, addresses.length, envelope.family);
  const message = new Uint8Array(length);
  message[0] = (version << 4) | TYPE_ADVERTISEMENT;
  message[1] = octet(advertisement.virtualRouterId, 'virtual router id');
  message[2] = octet(advertisement.priority, 'priority');
  message[3] = addresses.length;
  let at = HEADER_LENGTH;
  for (const address of addresses) {
    invariant(familyOf(address) === envelope.family, `${address} is not ${envelope.family}`);
    writeAddress(message, at, address);
    at += width;
  }
  if (version === 2) {
    message[5] = intervalField(advertisement.interval, seconds(1), 255);
    writeAuthentication(message, at, advertisement.authentication);
  } else {
    writeUint16(message, 4, intervalField(advertisement.interval, centiseconds(1), 4095));
  }
  const sum = addWords(pseudoSum(version, envelope, length), message, 0, length);
  writeUint16(message, 6, checksumOf(sum));
  return message;
}

function octet(value: number, name: string): number {
  invariant(value >= 0 && value <= 255, `a ${name} of ${value} does not fit the wire`);
  return value;
}

function messageLength(version: 2 | 3, count: number, family: Family): number {
  return HEADER_LENGTH + count * addressLength(family) + authenticationLength(version, family);
}

/**
 * No RFC defines version 2 over IPv6; keepalived sends it with the authentication type but without the data
 * (captured from 2.2.7), and so does this.
 */
function authenticationLength(version: 2 | 3, family: Family): number {
  return version === 2 && family === 'ipv4' ? AUTHENTICATION_LENGTH : 0;
}

function intervalField(interval: Duration, unit: Duration, limit: number): number {
  const field = Math.round(interval / unit);
  invariant(field >= 1 && field <= limit, `an interval of ${interval}us does not fit the wire`);
  return field;
}

function writeAuthentication(message: Uint8Array, at: number, value: VrrpAuthentication): void {
  if (value.kind === 'none') return;
  message[4] = value.kind === 'pass' ? AUTHENTICATION_PASS : value.type;
  if (value.kind === 'pass') message.set(value.data.subarray(0, message.length - at), at);
}

/**
 * Over IPv6 every version has the pseudo header: version 2 is not defined there, and the kernel, which fills in
 * the checksum for keepalived, knows no other form.
 */
function pseudoSum(version: 2 | 3, envelope: Envelope, length: number): number {
  const { family, source, destination, checksum } = envelope;
  if (family === 'ipv4' && (version === 2 || checksum === 'without-pseudo-header')) return 0;
  const named =
    family === 'ipv4' && checksum === 'multicast-destination'
      ? IPV4_GROUP_SUM
      : addressSum(destination);
  return addressSum(source) + named + PROTOCOL_VRRP + length;
}

/** 224.0.0.18, RFC 9568 5.1.1.2. */
const IPV4_GROUP_SUM = 0xe000 + 0x0012;

/**
 * Why a payload is no advertisement. `truncated`: a part of fixed length is not there. `version`: neither 2 nor 3.
 * `type`: not an advertisement. `address-list`: the count promises more addresses than follow. `interval`: zero,
 * which would make a backup's timers expire at once. `checksum`: damaged, or another form of `ChecksumForm`.
 */
export type DecodeReason =
  | 'truncated'
  | 'version'
  | 'type'
  | 'checksum'
  | 'address-list'
  | 'interval';

export interface DecodeFailure {
  readonly reason: DecodeReason;
  /** For the operator: what was found and what was expected. */
  readonly detail: string;
}

/**
 * Reads one advertisement; what follows it (Ethernet padding, a trailer) is ignored, and so are reserved bits. An
 * empty address list is accepted, against RFC 9568 5.2.5, because keepalived outside strict mode lets an instance
 * have excluded addresses only. The checksum is accepted in the envelope's form and in the standard one, so that both
 * sides of a pair need not change theirs at the same moment.
 */
export function decodeAdvertisement(
  payload: Uint8Array,
  envelope: Envelope,
): Outcome<Advertisement, DecodeFailure> {
  const { length } = payload;
  const { family } = envelope;
  if (length < HEADER_LENGTH) return refuse('truncated', `${length} bytes, a header has 8`);
  const version = byteAt(payload, 0) >> 4;
  if (version !== 2 && version !== 3) return refuse('version', `version ${version}, not 2 or 3`);
  const type = byteAt(payload, 0) & 0x0f;
  if (type !== TYPE_ADVERTISEMENT) return refuse('type', `type ${type}, an advertisement is 1`);
  const count = byteAt(payload, 3);
  const width = addressLength(family);
  const addressEnd = HEADER_LENGTH + count * width;
  if (length < addressEnd) {
    const room = Math.floor((length - HEADER_LENGTH) / width);
    return refuse('address-list', `${count} addresses announced, room for ${room}`);
  }
  const end = addressEnd + authenticationLength(version, family);
  if (length < end) {
    return refuse('truncated', `${length - addressEnd} bytes of authentication data, not 8`);
  }
  const damage = checksumFault(version, envelope, payload, end);
  if (damage !== undefined) return failure(damage);
  const interval =
    version === 2 ? seconds(byteAt(payload, 5)) : centiseconds(uint16At(payload, 4) & 0x0fff);
  if (interval === 0) return refuse('interval', 'an advertisement interval of 0');
  const addresses: Address[] = [];
  for (let at = HEADER_LENGTH; at < addressEnd; at += width) {
    addresses.push(addressAt(payload, at, family));
  }
  return success({
    version,
    virtualRouterId: byteAt(payload, 1),
    priority: byteAt(payload, 2),
    interval,
    addresses,
    authentication: version === 2 ? authenticationOf(payload, addressEnd, end) : NO_AUTHENTICATION,
  });
}

function refuse(
  reason: DecodeReason,
  detail: string,
): { readonly ok: false; readonly error: DecodeFailure } {
  return failure({ reason, detail });
}

function checksumFault(
  version: 2 | 3,
  envelope: Envelope,
  payload: Uint8Array,
  length: number,
): DecodeFailure | undefined {
  const sum = addWords(0, payload, 0, length);
  if (isIntact(sum + pseudoSum(version, envelope, length))) return undefined;
  const standard: Envelope = { ...envelope, checksum: 'standard' };
  const expected = sum + pseudoSum(version, standard, length);
  if (envelope.checksum !== 'standard' && isIntact(expected)) return undefined;
  const found = uint16At(payload, 6);
  const wanted = checksumOf(expected - found);
  return { reason: 'checksum', detail: `checksum ${hex(found)}, the message has ${hex(wanted)}` };
}

function hex(word: number): string {
  return `0x${word.toString(16).padStart(4, '0')}`;
}

const NO_AUTHENTICATION: VrrpAuthentication = { kind: 'none' };

function authenticationOf(payload: Uint8Array, at: number, end: number): VrrpAuthentication {
  const type = byteAt(payload, 4);
  if (type === AUTHENTICATION_NONE) return NO_AUTHENTICATION;
  if (type !== AUTHENTICATION_PASS) return { kind: 'other', type };
  return { kind: 'pass', data: payload.slice(at, end) };
}

/** How long the message in this payload is; what stands behind it is padding or a trailer. The payload must have been decoded. */
export function decodedLength(payload: Uint8Array, family: Family): number {
  const version = byteAt(payload, 0) >> 4 === 2 ? 2 : 3;
  return messageLength(version, byteAt(payload, 3), family);
}

/** The virtual router id of a payload, before anything about it is known to be right. */
export function peekVirtualRouterId(payload: Uint8Array): number | undefined {
  return payload[1];
}

/** The version of a payload, before anything about it is known to be right. */
export function peekVersion(payload: Uint8Array): number | undefined {
  const first = payload[0];
  return first === undefined ? undefined : first >> 4;
}

/** The 8 bytes that a configured password becomes: UTF-8, cut or filled with zeros, as keepalived does it. */
export function encodeSecret(secret: string): Uint8Array {
  const data = new Uint8Array(AUTHENTICATION_LENGTH);
  data.set(utf8Bytes(secret).subarray(0, AUTHENTICATION_LENGTH));
  return data;
}
