/** The frames in which hosts of one segment ask and tell who has an address: ARP, and ICMPv6 of neighbours, on Ethernet. */
import {
  addressAt,
  type Ipv4,
  type Ipv6,
  type Mac,
  macAt,
  writeAddress,
  writeMac,
} from '../base/address.ts';
import { byteAt, uint16At, writeUint16 } from '../base/bytes.ts';
import { addWords, checksumOf, isIntact, PROTOCOL_ICMPV6 } from './ip.ts';

/*
 * Ethernet II
 * +-----------------------+-----------------------+-----------+------- - -
 * |  Destination, 6 bytes |    Source, 6 bytes    | EtherType | payload
 * +-----------------------+-----------------------+-----------+------- - -
 */
const ETHERNET_LENGTH = 14;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_IPV6 = 0x86dd;

/** 0 for what is too short to have one. */
export function etherTypeOf(frame: Uint8Array): number {
  return frame.length < ETHERNET_LENGTH ? 0 : uint16At(frame, 12);
}

/*
 * RFC 826, for Ethernet and IPv4
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |       Hardware type (1)       |    Protocol type (0x0800)     |
 * +---------------+---------------+-------------------------------+
 * |  HW length(6) | Pr. length(4) |           Operation           |
 * +---------------+---------------+-------------------------------+
 * |                Sender hardware address, 6 bytes               |
 * +                               +-------------------------------+
 * |                               |   Sender protocol address     |
 * +-------------------------------+-------------------------------+
 * |      (its second half)        |   Target hardware address     |
 * +-------------------------------+                               +
 * |                            6 bytes                            |
 * +---------------------------------------------------------------+
 * |                    Target protocol address                    |
 * +---------------------------------------------------------------+
 */
const ARP_END = ETHERNET_LENGTH + 28;
const ARP_ETHERNET_IPV4 = [0x00, 0x01, 0x08, 0x00, 0x06, 0x04] as const;
const SENDER_MAC_AT = 22;
const SENDER_AT = 28;
const TARGET_MAC_AT = 32;
const TARGET_AT = 38;
export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

/** Broadcast from `mac`, about `target`; the sender's address and the target's hardware address are left zero. */
export function arpFrame(operation: number, mac: Mac, target: Ipv4): Uint8Array {
  const frame = arpFrameFrom(operation, mac);
  writeAddress(frame, TARGET_AT, target);
  return frame;
}

/** The same about nobody yet. */
export function arpFrameFrom(operation: number, mac: Mac): Uint8Array {
  const frame = new Uint8Array(ARP_END);
  frame.fill(0xff, 0, 6);
  writeMac(frame, 6, mac);
  writeUint16(frame, 12, ETHERTYPE_ARP);
  frame.set(ARP_ETHERNET_IPV4, ETHERNET_LENGTH);
  writeUint16(frame, 20, operation);
  frame.copyWithin(SENDER_MAC_AT, 6, 12);
  return frame;
}

/** It is about `address`, which is the sender's own. */
export function claimAddress(frame: Uint8Array, address: Ipv4): void {
  writeAddress(frame, TARGET_AT, address);
  frame.copyWithin(SENDER_AT, TARGET_AT, TARGET_AT + 4);
}

/** The target's hardware address is the sender's own. */
export function nameTarget(frame: Uint8Array): void {
  frame.copyWithin(TARGET_MAC_AT, SENDER_MAC_AT, SENDER_MAC_AT + 6);
}

export interface Arp {
  readonly operation: number;
  readonly mac: Mac;
  readonly sender: Ipv4;
  readonly target: Ipv4;
}

/** Undefined unless it is a whole request or reply for Ethernet and IPv4. */
export function decodeArp(frame: Uint8Array): Arp | undefined {
  if (frame.length < ARP_END) return undefined;
  for (const [index, byte] of ARP_ETHERNET_IPV4.entries()) {
    if (byteAt(frame, ETHERNET_LENGTH + index) !== byte) return undefined;
  }
  const operation = uint16At(frame, 20);
  if (operation !== ARP_REQUEST && operation !== ARP_REPLY) return undefined;
  return {
    operation,
    mac: macAt(frame, SENDER_MAC_AT),
    sender: addressAt(frame, SENDER_AT, 'ipv4'),
    target: addressAt(frame, TARGET_AT, 'ipv4'),
  };
}

/*
 * RFC 4861 4.3 and 4.4 behind an IPv6 header (RFC 8200 3), with the option of 4.6.1
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+---------------+---------------------------------------+
 * |   6   | Traffic class |              Flow label               |
 * +-------+---------------+-------+---------------+---------------+
 * |        Payload length         |  Next hdr 58  | Hop limit 255 |
 * +-------------------------------+---------------+---------------+
 * |                    Source address, 16 bytes                   |
 * +---------------------------------------------------------------+
 * |                 Destination address, 16 bytes                 |
 * +---------------+---------------+-------------------------------+
 * |  Type 135/136 |    Code 0     |           Checksum            |
 * +---------------+---------------+-------------------------------+
 * |              Flags of an advertisement, or nothing            |
 * +---------------------------------------------------------------+
 * |                    Target address, 16 bytes                   |
 * +---------------+---------------+-------------------------------+
 * |  Option 1/2   |   Length 1    |      Link-layer address       |
 * +---------------+---------------+                               +
 * |                                                               |
 * +---------------------------------------------------------------+
 */
const SOURCE_AT = 22;
const DESTINATION_AT = 38;
const ICMP_AT = ETHERNET_LENGTH + 40;
const NEIGHBOR_TARGET_AT = ICMP_AT + 8;
/** Type, code, checksum, flags or nothing, target address. */
const FIXED_LENGTH = 24;
export const OPTIONS_AT = ICMP_AT + FIXED_LENGTH;
export const OPTION_LENGTH = 8;
export const NEIGHBOR_SOLICITATION = 135;
export const NEIGHBOR_ADVERTISEMENT = 136;
export const OPTION_SOURCE_LINK_LAYER = 1;
export const OPTION_TARGET_LINK_LAYER = 2;

export interface NeighborMessage {
  readonly type: number;
  readonly flags: number;
  readonly mac: Mac;
  readonly source: Ipv6;
  /** 16 bytes of a multicast group; the frame's own destination follows from the last four (RFC 2464 7). */
  readonly group: ArrayLike<number>;
  readonly target: Ipv6;
  /** What the link-layer address `mac` is said to be. */
  readonly option: number;
}

export function neighborFrame(message: NeighborMessage): Uint8Array {
  const { type, flags, mac, source, group, target, option } = message;
  const length = FIXED_LENGTH + OPTION_LENGTH;
  const frame = new Uint8Array(ICMP_AT + length);
  writeMac(frame, 6, mac);
  writeUint16(frame, 12, ETHERTYPE_IPV6);
  frame[14] = 0x60;
  writeUint16(frame, 18, length);
  frame[20] = PROTOCOL_ICMPV6;
  frame[21] = 255;
  writeAddress(frame, SOURCE_AT, source);
  frame.set(group, DESTINATION_AT);
  writeUint16(frame, 0, 0x3333);
  frame.copyWithin(2, DESTINATION_AT + 12, DESTINATION_AT + 16);
  frame[ICMP_AT] = type;
  frame[ICMP_AT + 4] = flags;
  writeAddress(frame, NEIGHBOR_TARGET_AT, target);
  frame[OPTIONS_AT] = option;
  frame[OPTIONS_AT + 1] = OPTION_LENGTH / 8;
  frame.copyWithin(OPTIONS_AT + 2, 6, 12);
  writeUint16(frame, ICMP_AT + 2, checksumOf(neighborSum(frame, length)));
  return frame;
}

/** A neighbour advertisement as RFC 4861 7.1.2 makes a node check it; its options are not looked at. */
export interface ReceivedAdvertisement {
  readonly flags: number;
  readonly source: Mac;
  readonly target: Ipv6;
  /** Where the options end. */
  readonly end: number;
}

export function decodeAdvertisement(frame: Uint8Array): ReceivedAdvertisement | undefined {
  if (frame.length < OPTIONS_AT) return undefined;
  const length = uint16At(frame, 18);
  const end = ICMP_AT + length;
  if (length < FIXED_LENGTH || end > frame.length || byteAt(frame, 14) >> 4 !== 6) {
    return undefined;
  }
  if (byteAt(frame, 20) !== PROTOCOL_ICMPV6 || byteAt(frame, 21) !== 255) return undefined;
  if (uint16At(frame, ICMP_AT) !== NEIGHBOR_ADVERTISEMENT << 8) return undefined;
  if (!isIntact(neighborSum(frame, length))) return undefined;
  return {
    flags: byteAt(frame, ICMP_AT + 4),
    source: macAt(frame, 6),
    target: addressAt(frame, NEIGHBOR_TARGET_AT, 'ipv6') as Ipv6,
    end,
  };
}

/** Both addresses lie side by side in the header, so the pseudo header is summed where they stand. */
function neighborSum(frame: Uint8Array, length: number): number {
  const pseudo = addWords(PROTOCOL_ICMPV6 + length, frame, SOURCE_AT, ICMP_AT);
  return addWords(pseudo, frame, ICMP_AT, ICMP_AT + length);
}
