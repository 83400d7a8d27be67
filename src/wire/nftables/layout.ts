/**
 * The sets of a table and where their keys and data lie in the registers. There are sixteen words: what a packet is
 * known by is loaded from word 0 on, what a map answers ends with word 15, and the two never meet.
 */
import { addressLength, type Family } from '../../base/address.ts';
import type { ServiceProtocol } from '../../base/service.ts';
import type { SetShape } from './command.ts';
import type { Expression } from './expression.ts';

/** Connections without conntrack, and clients that come back; some 200 bytes each. */
const MOST_REMEMBERED = 1 << 20;

const FLOW_KEY = ['address', 'address', 'mark', 'protocol'] as const;
const plain = { counts: false, dynamic: undefined } as const;
const counting = { key: ['mark'], counts: true, data: undefined, dynamic: undefined } as const;
const remembered = {
  counts: false,
  data: ['mark'],
  dynamic: { size: MOST_REMEMBERED },
} as const;

/** A server is known by a number of its own, which `nft` shows as a mark. */
export const SETS: readonly SetShape[] = [
  { ...plain, name: 'services', key: ['address', 'protocol', 'port'], data: 'verdict' },
  { ...plain, name: 'wildcards', key: ['address', 'protocol'], data: 'verdict' },
  { ...plain, name: 'marks', key: ['mark', 'protocol'], data: 'verdict' },
  { ...plain, name: 'servers', key: ['mark'], data: ['address', 'port'] },
  { ...plain, name: 'masqueraded', key: ['mark'], data: undefined },
  { ...counting, name: 'connections' },
  { ...counting, name: 'inward' },
  { ...counting, name: 'outward' },
  { ...remembered, name: 'flows', key: FLOW_KEY },
  { ...remembered, name: 'closing', key: FLOW_KEY },
];

/** By the client's address or network, for a service that keeps its clients with their servers. */
export function stickyShape(name: string): SetShape {
  return { ...remembered, name, key: ['address'] };
}

/** Where a server's number stands; below it is what packets are known by, ten words for an IPv6 connection. */
export const SERVER = 10;
/** Where the server's address stands, and its port behind that. */
export const TARGET = 11;
const SAVED = 11;

/**
 * The number that a map has answered in SERVER, loaded anew from the packet's mark, which is as before afterwards.
 * The kernel has no need of this, but `nft list` of some releases aborts where a map is asked with another's answer.
 */
export const SETTLE: readonly Expression[] = [
  { kind: 'meta', key: 'mark', to: SAVED },
  { kind: 'mark', from: SERVER },
  { kind: 'meta', key: 'mark', to: SERVER },
  { kind: 'mark', from: SAVED },
];

export function findServer(): Expression {
  return { kind: 'lookup', set: 'servers', from: SERVER, to: TARGET };
}

/** Counts in `set`, and ends the rule when the server is gone. */
export function count(set: 'connections' | 'inward' | 'outward'): Expression {
  return { kind: 'lookup', set, from: SERVER, to: undefined };
}

export function addressWords(family: Family): number {
  return addressLength(family) / 4;
}

const SOURCE_OFFSET = { ipv4: 12, ipv6: 8 } as const;
const DESTINATION_OFFSET = { ipv4: 16, ipv6: 24 } as const;

export function sourceAddress(family: Family, to: number): Expression {
  return {
    kind: 'payload',
    base: 'network',
    offset: SOURCE_OFFSET[family],
    length: addressLength(family),
    to,
  };
}

export function destinationAddress(family: Family, to: number): Expression {
  return {
    kind: 'payload',
    base: 'network',
    offset: DESTINATION_OFFSET[family],
    length: addressLength(family),
    to,
  };
}

export function ports(to: number): Expression {
  return { kind: 'payload', base: 'transport', offset: 0, length: 4, to };
}

export function destinationPort(to: number): Expression {
  return { kind: 'payload', base: 'transport', offset: 2, length: 2, to };
}

/** Loads what a connection is known by into words 0 and on. */
export function flowKey(family: Family): readonly Expression[] {
  const words = addressWords(family);
  return [
    sourceAddress(family, 0),
    destinationAddress(family, words),
    ports(2 * words),
    { kind: 'meta', key: 'protocol', to: 2 * words + 1 },
  ];
}

const PROTOCOLS: Readonly<Record<ServiceProtocol, number>> = { tcp: 6, udp: 17, sctp: 132 };

/** As they stand in a register: a byte or two first, the rest of the word zero. */
export function protocolWord(protocol: ServiceProtocol): Uint8Array {
  return Uint8Array.of(PROTOCOLS[protocol], 0, 0, 0);
}

export function portWord(port: number): Uint8Array {
  return Uint8Array.of(port >>> 8, port, 0, 0);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
