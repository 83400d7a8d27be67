/** ICMP echo requests and replies (RFC 792, RFC 4443 4). */
import type { Family } from '../base/address.ts';

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
  if (family === 'ipv4') view.setUint16(2, checksum(view));
  return bytes;
}

/** What a raw socket received, which for IPv4 begins with the IP header; undefined when it is no echo reply. */
export function decodeEchoReply(family: Family, bytes: Uint8Array): Echo | undefined {
  const at = family === 'ipv4' ? ((bytes[0] ?? 0) & 0x0f) * 4 : 0;
  if (bytes.length < at + HEADER || bytes[at] !== types[family].reply || bytes[at + 1] !== 0) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER);
  return { identifier: view.getUint16(4), sequence: view.getUint16(6) };
}

/** RFC 1071 over an even number of bytes. */
function checksum(view: DataView): number {
  let sum = 0;
  for (let at = 0; at < view.byteLength; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
