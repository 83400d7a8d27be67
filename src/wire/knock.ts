/**
 * The first packet of a TCP connection as a complete Ethernet frame (RFC 9293 3.1), and what comes back: how a director of DR
 * hands a connection to a server, without there being one.
 */
import { type Ipv4, type Mac, writeMac } from '../base/address.ts';
import { byteAt, uint16At, uint32At, writeUint16, writeUint32 } from '../base/bytes.ts';
import {
  addWords,
  checksumOf,
  decodeIpv4Packet,
  encodeIpv4Header,
  IPV4_HEADER_LENGTH,
  pseudoHeaderSum,
} from './ip.ts';

export interface Knock {
  readonly from: { readonly mac: Mac; readonly address: Ipv4; readonly port: number };
  readonly to: { readonly mac: Mac; readonly address: Ipv4; readonly port: number };
  readonly sequence: number;
}

const ETHERNET_LENGTH = 14;
const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_TCP = 6;
const TCP_LENGTH = 20;
const HOPS = 64;
const WINDOW = 1_024;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

export function knockFrame(knock: Knock): Uint8Array {
  return frameOf(knock, SYN);
}

/** Takes it back: the sequence is what the answer acknowledged. */
export function withdrawalFrame(knock: Knock): Uint8Array {
  return frameOf(knock, RST);
}

function frameOf({ from, to, sequence }: Knock, flags: number): Uint8Array {
  const frame = new Uint8Array(ETHERNET_LENGTH + IPV4_HEADER_LENGTH + TCP_LENGTH);
  writeMac(frame, 0, to.mac);
  writeMac(frame, 6, from.mac);
  writeUint16(frame, 12, ETHERTYPE_IPV4);
  const ends = { source: from.address, destination: to.address, protocol: PROTOCOL_TCP };
  const header = { hopLimit: HOPS, typeOfService: 0, payloadLength: TCP_LENGTH };
  frame.set(encodeIpv4Header({ ...ends, ...header }), ETHERNET_LENGTH);
  const segment = frame.subarray(ETHERNET_LENGTH + IPV4_HEADER_LENGTH);
  writeUint16(segment, 0, from.port);
  writeUint16(segment, 2, to.port);
  writeUint32(segment, 4, sequence);
  segment[12] = (TCP_LENGTH / 4) << 4;
  segment[13] = flags;
  writeUint16(segment, 14, WINDOW);
  const sum = addWords(pseudoHeaderSum({ ...ends, length: TCP_LENGTH }), segment, 0, TCP_LENGTH);
  writeUint16(segment, 16, checksumOf(sum));
  return frame;
}

export type KnockAnswer =
  | { readonly kind: 'accepted'; readonly acknowledged: number }
  | { readonly kind: 'refused' };

/** What a frame says to a knock; undefined for everything else. */
export function decodeKnockAnswer(frame: Uint8Array, { from, to }: Knock): KnockAnswer | undefined {
  if (frame.length < ETHERNET_LENGTH || uint16At(frame, 12) !== ETHERTYPE_IPV4) return undefined;
  const packet = decodeIpv4Packet(frame.subarray(ETHERNET_LENGTH));
  if (!packet.ok) return undefined;
  const { header, payload } = packet.value;
  const isBetween = header.source === to.address && header.destination === from.address;
  if (!isBetween || header.protocol !== PROTOCOL_TCP || payload.length < TCP_LENGTH) {
    return undefined;
  }
  if (uint16At(payload, 0) !== to.port || uint16At(payload, 2) !== from.port) return undefined;
  const flags = byteAt(payload, 13);
  if ((flags & RST) !== 0) return { kind: 'refused' };
  const isAccepted = (flags & (SYN | ACK)) === (SYN | ACK);
  return isAccepted ? { kind: 'accepted', acknowledged: uint32At(payload, 8) } : undefined;
}
