/**
 * Netlink messages and attributes (RFC 3549 2.3, linux/netlink.h). Integers stand in the host's byte order, which is
 * little-endian on every machine that Holdfast supports. Decoders are total: what does not fit its own length ends
 * the walk, as the kernel's macros do.
 *
 *   0         4      6       8        12       16
 *   | length  | type | flags | sequence | port id | payload, padded to 4 ...
 */

export const NETLINK_HEADER = 16;
const ATTRIBUTE_HEADER = 4;
/** The two upper bits of an attribute's type are flags: nested, and network byte order. */
const ATTRIBUTE_TYPE_MASK = 0x3fff;

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

export const NLM_F_REQUEST = 0x01;
export const NLM_F_ACK = 0x04;
/** A dump that changes interrupted: what it says is from no single moment. */
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;
export const NLM_F_DUMP = 0x300;
/** On an acknowledgement: the payload of the request is left out of it. */
const NLM_F_CAPPED = 0x100;
/** On an acknowledgement: attributes follow. */
const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;

export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** The port id of who caused it; 0 for the kernel itself. */
  readonly portId: number;
  /** A view into the bytes given. */
  readonly payload: Uint8Array;
}

export interface NetlinkAttribute {
  readonly type: number;
  /** A view into the bytes given. */
  readonly value: Uint8Array;
}

/** The outcome of one request. */
export interface NetlinkAcknowledgement {
  readonly sequence: number;
  /** 0 when it was carried out. */
  readonly errno: number;
  /** The kernel's own words, or empty. */
  readonly detail: string;
}

function align4(length: number): number {
  return (length + 3) & ~3;
}

export function uint16Of(bytes: Uint8Array, at = 0): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

export function uint32Of(bytes: Uint8Array, at = 0): number {
  return (uint16Of(bytes, at) | (uint16Of(bytes, at + 2) << 16)) >>> 0;
}

export function putUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
}

export function putUint32(bytes: Uint8Array, at: number, value: number): void {
  putUint16(bytes, at, value);
  putUint16(bytes, at + 2, value >>> 16);
}

/** The messages of one datagram, in order. */
export function decodeMessages(bytes: Uint8Array): readonly NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  let at = 0;
  while (at + NETLINK_HEADER <= bytes.length) {
    const length = uint32Of(bytes, at);
    if (length < NETLINK_HEADER || at + length > bytes.length) break;
    messages.push({
      type: uint16Of(bytes, at + 4),
      flags: uint16Of(bytes, at + 6),
      sequence: uint32Of(bytes, at + 8),
      portId: uint32Of(bytes, at + 12),
      payload: bytes.subarray(at + NETLINK_HEADER, at + length),
    });
    at += align4(length);
  }
  return messages;
}

export function encodeMessage(message: NetlinkMessage): Uint8Array {
  const length = NETLINK_HEADER + message.payload.length;
  const bytes = new Uint8Array(align4(length));
  putUint32(bytes, 0, length);
  putUint16(bytes, 4, message.type);
  putUint16(bytes, 6, message.flags);
  putUint32(bytes, 8, message.sequence);
  putUint32(bytes, 12, message.portId);
  bytes.set(message.payload, NETLINK_HEADER);
  return bytes;
}

export function decodeAttributes(bytes: Uint8Array): readonly NetlinkAttribute[] {
  const attributes: NetlinkAttribute[] = [];
  eachAttribute(bytes, (type, value) => attributes.push({ type, value }));
  return attributes;
}

/** By type; of attributes of one type the last. */
export function attributeMap(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const values = new Map<number, Uint8Array>();
  eachAttribute(bytes, (type, value) => values.set(type, value));
  return values;
}

function eachAttribute(bytes: Uint8Array, visit: (type: number, value: Uint8Array) => void): void {
  let at = 0;
  while (at + ATTRIBUTE_HEADER <= bytes.length) {
    const length = uint16Of(bytes, at);
    if (length < ATTRIBUTE_HEADER || at + length > bytes.length) break;
    const value = bytes.subarray(at + ATTRIBUTE_HEADER, at + length);
    visit(uint16Of(bytes, at + 2) & ATTRIBUTE_TYPE_MASK, value);
    at += align4(length);
  }
}

/** A fixed part and the attributes behind it: the payload of a message. */
export function encodePayload(
  fixed: Uint8Array,
  attributes: readonly NetlinkAttribute[],
): Uint8Array {
  let length = align4(fixed.length);
  for (const { value } of attributes) length += ATTRIBUTE_HEADER + align4(value.length);
  const bytes = new Uint8Array(length);
  bytes.set(fixed);
  let at = align4(fixed.length);
  for (const { type, value } of attributes) {
    putUint16(bytes, at, ATTRIBUTE_HEADER + value.length);
    putUint16(bytes, at + 2, type);
    bytes.set(value, at + ATTRIBUTE_HEADER);
    at += ATTRIBUTE_HEADER + align4(value.length);
  }
  return bytes;
}

export function uint8Attribute(type: number, number: number): NetlinkAttribute {
  return { type, value: Uint8Array.of(number) };
}

export function uint16Attribute(type: number, number: number): NetlinkAttribute {
  return { type, value: Uint8Array.of(number, number >>> 8) };
}

/** Attributes within an attribute. */
export function nestedAttribute(
  type: number,
  attributes: readonly NetlinkAttribute[],
): NetlinkAttribute {
  return { type, value: encodePayload(new Uint8Array(0), attributes) };
}

/** 64 bits in network byte order, as decimal text: no number holds them. */
export function wideAttribute(type: number, decimal: string): NetlinkAttribute {
  const value = new Uint8Array(8);
  new DataView(value.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(decimal)));
  return { type, value };
}

export function wideOf(bytes: Uint8Array): string | undefined {
  if (bytes.length < 8) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0).toString();
}

export function uint32Attribute(type: number, number: number): NetlinkAttribute {
  const value = new Uint8Array(4);
  putUint32(value, 0, number);
  return { type, value };
}

/** Those that have a value, in this order. */
export function uint32Attributes(
  pairs: readonly (readonly [type: number, value: number | undefined])[],
): readonly NetlinkAttribute[] {
  return pairs.flatMap(([type, value]) =>
    value === undefined ? [] : [uint32Attribute(type, value)],
  );
}

/** The number of this type among the attributes of a message. */
export function uint32In(
  values: ReadonlyMap<number, Uint8Array>,
  type: number,
): number | undefined {
  const value = values.get(type);
  return value === undefined || value.length < 4 ? undefined : uint32Of(value);
}

/** Text with the terminating zero that the kernel wants; the names it carries are ASCII. */
export function textAttribute(type: number, text: string): NetlinkAttribute {
  const value = new Uint8Array(text.length + 1);
  for (let at = 0; at < text.length; at += 1) value[at] = text.charCodeAt(at);
  return { type, value };
}

/** Up to the first zero byte; a byte above 127 becomes the character of that number. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...bytes.subarray(0, end < 0 ? bytes.length : end));
}

/**
 * What a message of type NLMSG_ERROR says, or undefined when it is too short to say anything. The errno comes
 * negative; behind it stands the request, or its header alone when it is capped, and then the extended
 * acknowledgement.
 */
export function decodeAcknowledgement(message: NetlinkMessage): NetlinkAcknowledgement | undefined {
  const { payload } = message;
  if (message.type !== NLMSG_ERROR || payload.length < 4 + NETLINK_HEADER) return undefined;
  const errno = 0 - (uint32Of(payload, 0) | 0);
  const isCapped = (message.flags & NLM_F_CAPPED) !== 0;
  const requestLength = isCapped ? NETLINK_HEADER : uint32Of(payload, 4);
  return {
    sequence: uint32Of(payload, 12),
    errno,
    detail:
      (message.flags & NLM_F_ACK_TLVS) === 0 ? '' : detailAt(payload, 4 + align4(requestLength)),
  };
}

function detailAt(payload: Uint8Array, at: number): string {
  if (at > payload.length) return '';
  const words = decodeAttributes(payload.subarray(at)).find(
    (attribute) => attribute.type === NLMSGERR_ATTR_MSG,
  );
  return words === undefined ? '' : textOf(words.value);
}
