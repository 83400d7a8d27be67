/** The Internet checksum (RFC 1071), the pseudo headers that go into it, and the IPv4 header of raw sockets. */
import { type Address, addressAt, type Ipv4, writeAddress } from '../base/address.ts';
import { byteAt, uint16At, writeUint16 } from '../base/bytes.ts';
import { failure, invariant, type Outcome, success } from '../base/outcome.ts';

/** IANA protocol numbers. */
export const PROTOCOL_AH = 51;
export const PROTOCOL_ICMPV6 = 58;
export const PROTOCOL_VRRP = 112;

/** Class selector 6, internetwork control: what routing protocols mark their datagrams with. */
export const INTERNETWORK_CONTROL = 0xc0;

/**
 * Adds the 16-bit words of bytes `start` to `end` to a running sum; an odd last byte counts as if a zero
 * followed, so only the last part of a message may be odd. Nothing is allocated.
 */
export function addWords(sum: number, bytes: Uint8Array, start: number, end: number): number {
  let total = sum;
  const even = end - ((end - start) & 1);
  for (let at = start; at < even; at += 2) total += uint16At(bytes, at);
  return even < end ? total + (byteAt(bytes, even) << 8) : total;
}

/** One's complement of a running sum: what a checksum field must hold when it was summed as zero. */
export function checksumOf(sum: number): number {
  return foldSum(sum) ^ 0xffff;
}

/** Whether a sum over data and its checksum says that both arrived intact (RFC 1071 1 (3)). */
export function isIntact(sum: number): boolean {
  return foldSum(sum) === 0xffff;
}

/** End-around carry is arithmetic modulo 65535 in which 65535 itself stands for the sums that are not 0. */
function foldSum(sum: number): number {
  const rest = sum % 0xffff;
  return rest === 0 && sum > 0 ? 0xffff : rest;
}

/** What the pseudo header needs: both ends, the protocol number and the length of the message behind it. */
export interface PseudoHeader {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: number;
  readonly length: number;
}

/**
 * The sum of a pseudo header, IPv4 (RFC 768) or IPv6 (RFC 8200 8.1). The two differ in the width of their fields
 * only, and the sum does not see that.
 */
export function pseudoHeaderSum(header: PseudoHeader): number {
  return (
    addressSum(header.source) + addressSum(header.destination) + header.protocol + header.length
  );
}

/**
 * The sum of the 16-bit words of an address, straight from its canonical text: the groups that `::` stands for are
 * zero and add nothing, wherever they are.
 */
export function addressSum(address: Address): number {
  return address.includes(':') ? hexGroupSum(address) : dottedSum(address);
}

function dottedSum(text: string): number {
  let sum = 0;
  let octet = 0;
  let shift = 8;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      sum += octet << shift;
      shift ^= 8;
      octet = 0;
    } else {
      octet = octet * 10 + (code - ZERO);
    }
  }
  return sum + octet;
}

function hexGroupSum(text: string): number {
  let sum = 0;
  let group = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COLON) {
      sum += group;
      group = 0;
    } else {
      group = group * 16 + (code < COLON ? code - ZERO : code - LETTER_A + 10);
    }
  }
  return sum + group;
}

const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const LETTER_A = 0x61;

/*
 * RFC 791 3.1
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---------------+-------------------------------+
 * |Version|  IHL  |Type of service|         Total length          |
 * +-------+-------+---------------+-----+-------------------------+
 * |        Identification         |Flags|     Fragment offset     |
 * +---------------+---------------+-----+-------------------------+
 * |      TTL      |   Protocol    |        Header checksum        |
 * +---------------+---------------+-------------------------------+
 * |                        Source address                         |
 * +---------------------------------------------------------------+
 * |                      Destination address                      |
 * +---------------------------------------------------------------+
 */
export const IPV4_HEADER_LENGTH = 20;

export interface Ipv4Header {
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly protocol: number;
  readonly hopLimit: number;
  readonly typeOfService: number;
  /** Bytes behind the header. */
  readonly payloadLength: number;
}

/**
 * A header without options for a socket with IP_HDRINCL. The identification stays 0, which asks the kernel to
 * choose one; it then computes the checksum anew, so the one here is for those who send by other means.
 */
export function encodeIpv4Header(header: Ipv4Header): Uint8Array {
  const length = IPV4_HEADER_LENGTH + header.payloadLength;
  invariant(length <= 0xffff, `an IPv4 datagram has at most 65535 bytes, not ${length}`);
  const bytes = new Uint8Array(IPV4_HEADER_LENGTH);
  bytes[0] = 0x45;
  bytes[1] = header.typeOfService;
  writeUint16(bytes, 2, length);
  bytes[8] = header.hopLimit;
  bytes[9] = header.protocol;
  writeAddress(bytes, 12, header.source);
  writeAddress(bytes, 16, header.destination);
  writeUint16(bytes, 10, checksumOf(addWords(0, bytes, 0, IPV4_HEADER_LENGTH)));
  return bytes;
}

export interface Ipv4Packet {
  readonly header: Ipv4Header;
  /** A view into the bytes given, not a copy; link-layer padding is cut off. */
  readonly payload: Uint8Array;
}

export type Ipv4Failure = 'truncated' | 'version' | 'header-length' | 'total-length';

/**
 * What a raw socket delivers: an IPv4 header, perhaps with options, and its payload. The header checksum is left
 * to the kernel, which drops the datagram before a socket sees it.
 */
export function decodeIpv4Packet(packet: Uint8Array): Outcome<Ipv4Packet, Ipv4Failure> {
  if (packet.length < IPV4_HEADER_LENGTH) return failure('truncated');
  if (byteAt(packet, 0) >> 4 !== 4) return failure('version');
  const headerLength = (byteAt(packet, 0) & 0x0f) * 4;
  if (headerLength < IPV4_HEADER_LENGTH) return failure('header-length');
  const totalLength = uint16At(packet, 2);
  if (totalLength < headerLength) return failure('total-length');
  if (totalLength > packet.length) return failure('truncated');
  return success({
    header: {
      source: addressAt(packet, 12, 'ipv4'),
      destination: addressAt(packet, 16, 'ipv4'),
      protocol: byteAt(packet, 9),
      hopLimit: byteAt(packet, 8),
      typeOfService: byteAt(packet, 1),
      payloadLength: totalLength - headerLength,
    },
    payload: packet.subarray(headerLength, totalLength),
  });
}
