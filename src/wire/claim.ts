/**
 * Who else holds an address: the frames that ask (ARP probes of RFC 5227 2.1.1, neighbour solicitations of RFC 4861
 * 4.3), and those in which somebody says that it is his.
 */
import {
  type Address,
  addressAt,
  addressBytes,
  type Ipv4,
  type Ipv6,
  type Mac,
  macAt,
  writeAddress,
  writeMac,
} from '../base/address.ts';
import { byteAt, uint16At, writeUint16 } from '../base/bytes.ts';
import { addressSum, addWords, checksumOf, isIntact, PROTOCOL_ICMPV6 } from './ip.ts';

/** Ethernet II: destination, source, EtherType. */
const ETHERNET_LENGTH = 14;
const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_IPV6 = 0x86dd;
/** RFC 826: Ethernet, IPv4, their lengths; then operation, sender and target. */
const ARP_ETHERNET_IPV4 = [0x00, 0x01, 0x08, 0x00, 0x06, 0x04] as const;
const ARP_END = ETHERNET_LENGTH + 28;
const ARP_REQUEST = 1;
const ARP_REPLY = 2;
const ICMP_AT = ETHERNET_LENGTH + 40;
/** Type, code, checksum, flags or nothing, target address. */
const ICMP_FIXED_LENGTH = 24;
const NEIGHBOR_SOLICITATION = 135;
const NEIGHBOR_ADVERTISEMENT = 136;
const OPTION_SOURCE_LINK_LAYER = 1;
const OPTION_TARGET_LINK_LAYER = 2;
const OPTION_LENGTH = 8;
/** ff02::1:ff00:0, whose last three bytes are those of the address asked for (RFC 4291 2.7.1). */
const SOLICITED_NODE = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff] as const;

/** Nobody learns anything from it: its sender address is 0. Whoever holds `address` answers to `mac` alone. */
export function arpProbe(question: { readonly mac: Mac; readonly address: Ipv4 }): Uint8Array {
  const { mac, address } = question;
  const frame = new Uint8Array(ARP_END);
  frame.fill(0xff, 0, 6);
  writeMac(frame, 6, mac);
  writeUint16(frame, 12, ETHERTYPE_ARP);
  frame.set(ARP_ETHERNET_IPV4, ETHERNET_LENGTH);
  writeUint16(frame, 20, ARP_REQUEST);
  writeMac(frame, 22, mac);
  writeAddress(frame, 38, address);
  return frame;
}

/**
 * From `source`, another address of the host, so that the answer comes to it alone: one to a solicitation without a source
 * would go to all nodes, which would then send there.
 */
export function neighborSolicitation(question: {
  readonly mac: Mac;
  readonly source: Ipv6;
  readonly address: Ipv6;
}): Uint8Array {
  const { mac, source, address } = question;
  const length = ICMP_FIXED_LENGTH + OPTION_LENGTH;
  const frame = new Uint8Array(ICMP_AT + length);
  const group = Uint8Array.from([...SOLICITED_NODE, ...addressBytes(address).subarray(13)]);
  frame.set([0x33, 0x33, ...group.subarray(12)], 0);
  writeMac(frame, 6, mac);
  writeUint16(frame, 12, ETHERTYPE_IPV6);
  frame[14] = 0x60;
  writeUint16(frame, 18, length);
  frame[20] = PROTOCOL_ICMPV6;
  frame[21] = 255;
  writeAddress(frame, 22, source);
  frame.set(group, 38);
  frame[ICMP_AT] = NEIGHBOR_SOLICITATION;
  writeAddress(frame, ICMP_AT + 8, address);
  frame[ICMP_AT + ICMP_FIXED_LENGTH] = OPTION_SOURCE_LINK_LAYER;
  frame[ICMP_AT + ICMP_FIXED_LENGTH + 1] = OPTION_LENGTH / 8;
  writeMac(frame, ICMP_AT + ICMP_FIXED_LENGTH + 2, mac);
  const pseudo = addWords(addressSum(source) + PROTOCOL_ICMPV6 + length, group, 0, group.length);
  writeUint16(frame, ICMP_AT + 2, checksumOf(addWords(pseudo, frame, ICMP_AT, frame.length)));
  return frame;
}

export interface Claim {
  readonly mac: Mac;
  readonly address: Address;
}

/**
 * Whom a frame says to hold which address: the sender of ARP, requests as well as replies, or the target of a neighbour
 * advertisement, solicited or not. Undefined for everything else, ARP probes included.
 */
export function decodeClaim(frame: Uint8Array): Claim | undefined {
  const etherType = frame.length < ETHERNET_LENGTH ? 0 : uint16At(frame, 12);
  if (etherType === ETHERTYPE_ARP) return decodeArp(frame);
  return etherType === ETHERTYPE_IPV6 ? decodeAdvertisement(frame) : undefined;
}

function decodeArp(frame: Uint8Array): Claim | undefined {
  if (frame.length < ARP_END) return undefined;
  for (const [index, byte] of ARP_ETHERNET_IPV4.entries()) {
    if (byteAt(frame, ETHERNET_LENGTH + index) !== byte) return undefined;
  }
  const operation = uint16At(frame, 20);
  if (operation !== ARP_REQUEST && operation !== ARP_REPLY) return undefined;
  const address = addressAt(frame, 28, 'ipv4');
  return address === '0.0.0.0' ? undefined : { mac: macAt(frame, 22), address };
}

/** Without the option, which an answer to unicast may leave out, the frame's own source is who says it. */
function decodeAdvertisement(frame: Uint8Array): Claim | undefined {
  if (frame.length < ICMP_AT + ICMP_FIXED_LENGTH) return undefined;
  const length = uint16At(frame, 18);
  const end = ICMP_AT + length;
  if (length < ICMP_FIXED_LENGTH || end > frame.length || byteAt(frame, 14) >> 4 !== 6) {
    return undefined;
  }
  if (byteAt(frame, 20) !== PROTOCOL_ICMPV6 || byteAt(frame, 21) !== 255) return undefined;
  if (uint16At(frame, ICMP_AT) !== NEIGHBOR_ADVERTISEMENT << 8) return undefined;
  // Both addresses lie side by side in the header, so the pseudo header is summed where they stand.
  const pseudo = addWords(PROTOCOL_ICMPV6 + length, frame, ETHERNET_LENGTH + 8, ICMP_AT);
  if (!isIntact(addWords(pseudo, frame, ICMP_AT, end))) return undefined;
  const option = ICMP_AT + ICMP_FIXED_LENGTH;
  const isTold =
    option + OPTION_LENGTH <= end &&
    byteAt(frame, option) === OPTION_TARGET_LINK_LAYER &&
    byteAt(frame, option + 1) === OPTION_LENGTH / 8;
  return {
    mac: macAt(frame, isTold ? option + 2 : 6),
    address: addressAt(frame, ICMP_AT + 8, 'ipv6'),
  };
}
