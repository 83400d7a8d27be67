/** ICMP echo requests and replies (RFC 792, RFC 4443 4). */
import type { Family } from '../base/address.ts';
import { addWords, checksumOf, isIntact } from './ip.ts';

export interface Echo {
  readonly identifier: number;
  readonly sequence: number;
}

const HEADER = 8;
const types = {
  ipv4: { request: 8, reply: 0 },
  ipv6: { request: 128, reply: 129 },
} as const;

/** With its checksum; that of IPv6 covers addresses and is left to the kernel. */
export function encodeEchoRequest(family: Family, { identifier, sequence }: Echo): Uint8Array {
  const bytes = new Uint8Array(HEADER + 8);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, types[family].request);
  view.setUint16(4, identifier);
  view.setUint16(6, sequence);
  if (family === 'ipv4') view.setUint16(2, checksumOf(addWords(0, bytes, 0, bytes.length)));
  return bytes;
}

/**
 * What a raw socket received, which for IPv4 begins with the IP header; undefined when it is no echo reply, or a damaged
 * one: the kernel sums up ICMPv6 before a raw socket sees it, and ICMP only afterwards. The code is nobody's business.
 */
export function decodeEchoReply(family: Family, bytes: Uint8Array): Echo | undefined {
  const at = family === 'ipv4' ? ((bytes[0] ?? 0) & 0x0f) * 4 : 0;
  if (bytes.length < at + HEADER || bytes[at] !== types[family].reply) return undefined;
  if (family === 'ipv4' && !isIntact(addWords(0, bytes, at, bytes.length))) return undefined;
  return echoAt(bytes, at);
}

/** An echo request as it comes back within a complaint, without its IP header and perhaps cut off. */
export function decodeReturnedRequest(family: Family, bytes: Uint8Array): Echo | undefined {
  const isOne = bytes.length >= HEADER && bytes[0] === types[family].request;
  return isOne ? echoAt(bytes, 0) : undefined;
}

function echoAt(bytes: Uint8Array, at: number): Echo {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER);
  return { identifier: view.getUint16(4), sequence: view.getUint16(6) };
}
