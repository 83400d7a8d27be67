/**
 * Complete Ethernet frames that tell a segment where an address lives now: gratuitous ARP (RFC 826, RFC 5227 3,
 * RFC 5944 4.6) and unsolicited neighbour advertisements (RFC 4861 4.4, 7.2.6).
 */
import {
  type Address,
  addressAt,
  type Ipv4,
  type Ipv6,
  type Mac,
  macAt,
  writeAddress,
  writeMac,
} from '../base/address.ts';
import { byteAt, uint16At, writeUint16 } from '../base/bytes.ts';
import { addressSum, addWords, checksumOf, isIntact, PROTOCOL_ICMPV6 } from './ip.ts';

/*
 * Ethernet II
 * +-----------------------+-----------------------+-----------+------- - -
 * |  Destination, 6 bytes |    Source, 6 bytes    | EtherType | payload
 * +-----------------------+-----------------------+-----------+------- - -
 */
const ETHERNET_LENGTH = 14;
const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_IPV6 = 0x86dd;

function ethernetFrame(length: number, source: Mac, etherType: number): Uint8Array {
  const frame = new Uint8Array(ETHERNET_LENGTH + length);
  writeMac(frame, 6, source);
  writeUint16(frame, 12, etherType);
  return frame;
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
const ARP_LENGTH = 28;
const ARP_ETHERNET_IPV4 = [0x00, 0x01, 0x08, 0x00, 0x06, 0x04] as const;
const ARP_REQUEST = 1;
const ARP_REPLY = 2;

/** Which of the two forms of RFC 5944 4.6 a gratuitous ARP takes; old hosts heed one or the other. */
export type ArpForm = 'request' | 'reply';

/**
 * Broadcast, sender and target both `address`. The target hardware address, which nobody reads in a request, is
 * zero there (RFC 5227 3) and the sender's own in a reply (RFC 5944 4.6).
 */
export function gratuitousArp(announcement: {
  readonly mac: Mac;
  readonly address: Ipv4;
  readonly form: ArpForm;
}): Uint8Array {
  const { mac, address, form } = announcement;
  const frame = ethernetFrame(ARP_LENGTH, mac, ETHERTYPE_ARP);
  frame.fill(0xff, 0, 6);
  frame.set(ARP_ETHERNET_IPV4, ETHERNET_LENGTH);
  writeUint16(frame, 20, form === 'request' ? ARP_REQUEST : ARP_REPLY);
  writeMac(frame, 22, mac);
  writeAddress(frame, 28, address);
  if (form === 'reply') writeMac(frame, 32, mac);
  writeAddress(frame, 38, address);
  return frame;
}

/*
 * RFC 4861 4.4 behind an IPv6 header (RFC 8200 3), with the option of 4.6.1
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
 * |   Type 136    |    Code 0     |           Checksum            |
 * +-+-+-+---------+---------------+-------------------------------+
 * |R|S|O|                       Reserved                          |
 * +-+-+-+---------------------------------------------------------+
 * |                    Target address, 16 bytes                   |
 * +---------------+---------------+-------------------------------+
 * |   Option 2    |   Length 1    |  Target link-layer address    |
 * +---------------+---------------+                               +
 * |                                                               |
 * +---------------------------------------------------------------+
 */
const IPV6_LENGTH = 40;
const ICMP_AT = ETHERNET_LENGTH + IPV6_LENGTH;
const ADVERTISEMENT_FIXED_LENGTH = 24;
const OPTION_LENGTH = 8;
const ADVERTISEMENT_LENGTH = ADVERTISEMENT_FIXED_LENGTH + OPTION_LENGTH;
const NEIGHBOR_ADVERTISEMENT = 136;
const FLAG_ROUTER = 0x80;
const FLAG_SOLICITED = 0x40;
const FLAG_OVERRIDE = 0x20;
const OPTION_TARGET_LINK_LAYER = 2;
/** 33:33:00:00:00:01 and ff02::1: all nodes of the link. */
const ALL_NODES_MAC = [0x33, 0x33, 0x00, 0x00, 0x00, 0x01] as const;
const ALL_NODES_SUM = 0xff02 + 0x0001;

/** To all nodes, from `address` itself, with the override flag; `router` says whether the host forwards. */
export function unsolicitedAdvertisement(announcement: {
  readonly mac: Mac;
  readonly address: Ipv6;
  readonly router: boolean;
}): Uint8Array {
  const { mac, address, router } = announcement;
  const frame = ethernetFrame(IPV6_LENGTH + ADVERTISEMENT_LENGTH, mac, ETHERTYPE_IPV6);
  frame.set(ALL_NODES_MAC, 0);
  frame[14] = 0x60;
  writeUint16(frame, 18, ADVERTISEMENT_LENGTH);
  frame[20] = PROTOCOL_ICMPV6;
  frame[21] = 255;
  writeAddress(frame, 22, address);
  writeUint16(frame, 38, 0xff02);
  frame[53] = 1;
  frame[ICMP_AT] = NEIGHBOR_ADVERTISEMENT;
  frame[ICMP_AT + 4] = FLAG_OVERRIDE | (router ? FLAG_ROUTER : 0);
  writeAddress(frame, ICMP_AT + 8, address);
  frame[ICMP_AT + 24] = OPTION_TARGET_LINK_LAYER;
  frame[ICMP_AT + 25] = OPTION_LENGTH / 8;
  writeMac(frame, ICMP_AT + 26, mac);
  const pseudo = addressSum(address) + ALL_NODES_SUM + PROTOCOL_ICMPV6 + ADVERTISEMENT_LENGTH;
  writeUint16(frame, ICMP_AT + 2, checksumOf(addWords(pseudo, frame, ICMP_AT, frame.length)));
  return frame;
}

/** Who a frame says holds an address now. */
export interface Announcement {
  readonly kind: 'arp-request' | 'arp-reply' | 'advertisement';
  readonly mac: Mac;
  readonly address: Address;
}

/** What a frame announces; undefined for every frame that is not a well-formed announcement. */
export function decodeAnnouncement(frame: Uint8Array): Announcement | undefined {
  const etherType = frame.length < ETHERNET_LENGTH ? 0 : uint16At(frame, 12);
  if (etherType === ETHERTYPE_ARP) return decodeArp(frame);
  return etherType === ETHERTYPE_IPV6 ? decodeNeighborAdvertisement(frame) : undefined;
}

function decodeArp(frame: Uint8Array): Announcement | undefined {
  if (frame.length < ETHERNET_LENGTH + ARP_LENGTH) return undefined;
  for (const [index, byte] of ARP_ETHERNET_IPV4.entries()) {
    if (byteAt(frame, ETHERNET_LENGTH + index) !== byte) return undefined;
  }
  const operation = uint16At(frame, 20);
  if (operation !== ARP_REQUEST && operation !== ARP_REPLY) return undefined;
  const address = addressAt(frame, 28, 'ipv4');
  if (addressAt(frame, 38, 'ipv4') !== address) return undefined;
  const kind = operation === ARP_REQUEST ? 'arp-request' : 'arp-reply';
  return { kind, mac: macAt(frame, 22), address };
}

/** Checks what RFC 4861 7.1.2 makes a node check, and that it overrides and was not solicited. */
function decodeNeighborAdvertisement(frame: Uint8Array): Announcement | undefined {
  if (frame.length < ICMP_AT + ADVERTISEMENT_FIXED_LENGTH) return undefined;
  const length = uint16At(frame, 18);
  const end = ICMP_AT + length;
  if (length < ADVERTISEMENT_FIXED_LENGTH || end > frame.length) return undefined;
  const isIpv6 = byteAt(frame, 14) >> 4 === 6;
  if (!isIpv6 || byteAt(frame, 20) !== PROTOCOL_ICMPV6 || byteAt(frame, 21) !== 255) {
    return undefined;
  }
  if (uint16At(frame, ICMP_AT) !== NEIGHBOR_ADVERTISEMENT << 8) return undefined;
  const flags = byteAt(frame, ICMP_AT + 4) & (FLAG_SOLICITED | FLAG_OVERRIDE);
  if (flags !== FLAG_OVERRIDE) return undefined;
  // Both addresses lie side by side in the header, so the pseudo header is summed where they stand.
  const pseudo = addWords(PROTOCOL_ICMPV6 + length, frame, ETHERNET_LENGTH + 8, ICMP_AT);
  if (!isIntact(addWords(pseudo, frame, ICMP_AT, end))) return undefined;
  const option = targetLinkLayerAt(frame, end);
  if (option === undefined) return undefined;
  const address = addressAt(frame, ICMP_AT + 8, 'ipv6');
  return { kind: 'advertisement', mac: macAt(frame, option), address };
}

/** Where the target link-layer address begins; undefined without one or with a malformed option. */
function targetLinkLayerAt(frame: Uint8Array, end: number): number | undefined {
  let found: number | undefined;
  let at = ICMP_AT + ADVERTISEMENT_FIXED_LENGTH;
  while (at < end) {
    const length = byteAt(frame, at + 1) * 8;
    if (length === 0 || at + length > end) return undefined;
    const isWanted = byteAt(frame, at) === OPTION_TARGET_LINK_LAYER && length === OPTION_LENGTH;
    if (isWanted && found === undefined) found = at + 2;
    at += length;
  }
  return found;
}
