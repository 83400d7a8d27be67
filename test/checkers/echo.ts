/** Echo requests as they arrive, and the packets that may come back: good, forged and damaged ones. */
import {
  type Address,
  addressAt,
  addressBytes,
  type Ipv4,
  parseAddress,
} from '../../src/base/address.ts';
import { addWords, checksumOf, encodeIpv4Header, pseudoHeaderSum } from '../../src/wire/ip.ts';

export interface EchoRequest {
  readonly family: 'ipv4' | 'ipv6';
  readonly source: Address;
  readonly destination: Address;
  readonly identifier: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
  /** All of it, from the IP header on. */
  readonly packet: Uint8Array;
}

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const ECHO_HEADER = 8;
const ICMP = 1;
const ICMPV6 = 58;
const HOPS = 64;
const types = { ipv4: { request: 8, reply: 0 }, ipv6: { request: 128, reply: 129 } } as const;

/** Behind the Ethernet header; undefined when it is no echo request. */
export function decodeRequest(packet: Uint8Array): EchoRequest | undefined {
  const family = (packet[0] ?? 0) >> 4 === 4 ? 'ipv4' : 'ipv6';
  const at = family === 'ipv4' ? IPV4_HEADER : IPV6_HEADER;
  const protocol = family === 'ipv4' ? packet[9] : packet[6];
  if (protocol !== (family === 'ipv4' ? ICMP : ICMPV6)) return undefined;
  if (packet.length < at + ECHO_HEADER || packet[at] !== types[family].request) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset);
  const [source, destination] =
    family === 'ipv4'
      ? [addressAt(packet, 12, 'ipv4'), addressAt(packet, 16, 'ipv4')]
      : [addressAt(packet, 8, 'ipv6'), addressAt(packet, 24, 'ipv6')];
  return {
    ...{ family, source, destination },
    identifier: view.getUint16(at + 4),
    sequence: view.getUint16(at + 6),
    payload: packet.slice(at + ECHO_HEADER),
    packet: packet.slice(),
  };
}

/** What a reply says instead of what it should. */
export interface Reply {
  readonly identifier?: number;
  readonly sequence?: number;
  readonly payload?: Uint8Array;
  readonly type?: number;
  readonly code?: number;
  readonly source?: string;
  /** Bytes of the message that arrive. */
  readonly cut?: number;
  /** Added to the right checksum. */
  readonly wrong?: number;
}

export function replyTo(request: EchoRequest, reply: Reply = {}): Uint8Array {
  const { family } = request;
  const payload = reply.payload ?? request.payload;
  const message = new Uint8Array(ECHO_HEADER + payload.length);
  const view = new DataView(message.buffer);
  message[0] = reply.type ?? types[family].reply;
  message[1] = reply.code ?? 0;
  view.setUint16(4, reply.identifier ?? request.identifier);
  view.setUint16(6, reply.sequence ?? request.sequence);
  message.set(payload, ECHO_HEADER);
  const source = parseAddress(reply.source ?? '') ?? request.destination;
  const { cut = message.length, wrong = 0 } = reply;
  return packetOf(request, { source, message: message.slice(0, cut), wrong });
}

/** What a router says of a packet, which it sends back as far as 8 bytes behind the IP header, or all of it. */
export function complaintOf(
  request: EchoRequest,
  { type, code, about = request }: { type: number; code: number; about?: EchoRequest },
): Uint8Array {
  const router = parseAddress(request.family === 'ipv4' ? '10.99.0.2' : 'fd99::2');
  if (router === undefined) throw new Error('broken invariant: the router has an address');
  const message = new Uint8Array(ECHO_HEADER + about.packet.length);
  message[0] = type;
  message[1] = code;
  message.set(about.packet, ECHO_HEADER);
  return packetOf(request, { source: router, message, wrong: 0 });
}

/** The same request with another identifier: one that nobody has sent. */
export function foreign(request: EchoRequest): EchoRequest {
  const packet = request.packet.slice();
  const at = request.family === 'ipv4' ? IPV4_HEADER : IPV6_HEADER;
  packet[at + 4] = (packet[at + 4] ?? 0) ^ 0x55;
  packet[at + 6] = (packet[at + 6] ?? 0) ^ 0x55;
  return { ...request, packet };
}

interface Sent {
  readonly source: Address;
  readonly message: Uint8Array;
  readonly wrong: number;
}

function packetOf(
  { family, source: destination }: EchoRequest,
  { source, message, wrong }: Sent,
): Uint8Array {
  const { length } = message;
  const pseudo = { source, destination, protocol: ICMPV6, length };
  const begin = family === 'ipv6' ? pseudoHeaderSum(pseudo) : 0;
  if (length >= 4) {
    const sum = checksumOf(addWords(begin, message, 0, length));
    new DataView(message.buffer).setUint16(2, (sum + wrong) & 0xffff);
  }
  if (family === 'ipv4') {
    const header = encodeIpv4Header({
      ...{ source: source as Ipv4, destination: destination as Ipv4, protocol: ICMP },
      ...{ hopLimit: HOPS, typeOfService: 0, payloadLength: length },
    });
    return Uint8Array.of(...header, ...message);
  }
  const header = new Uint8Array(IPV6_HEADER);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x6000_0000);
  view.setUint16(4, length);
  view.setUint16(6, (ICMPV6 << 8) | HOPS);
  header.set(addressBytes(source), 8);
  header.set(addressBytes(destination), 24);
  return Uint8Array.of(...header, ...message);
}
