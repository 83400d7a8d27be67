/**
 * The expressions of nf_tables that balancing needs (linux/netfilter/nf_tables.h). Registers are counted in words of 32
 * bits, 0 to 15: what is longer takes as many words as it needs.
 */
import type { Family } from '../../base/address.ts';
import { encodePayload, type NetlinkAttribute } from '../netlink.ts';
import {
  dataAttribute,
  nameAttribute,
  nest,
  networkUint32,
  networkUint64,
  type Verdict,
  verdictAttribute,
} from './attribute.ts';

/** A set by its name, or the anonymous one that the same rule brings along. */
export type SetReference = string | { readonly anonymous: number };

export type Expression =
  | { readonly kind: 'immediate'; readonly to: number; readonly value: Uint8Array }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | {
      readonly kind: 'payload';
      readonly base: 'network' | 'transport';
      readonly offset: number;
      readonly length: number;
      readonly to: number;
    }
  | { readonly kind: 'meta'; readonly key: 'mark' | 'protocol' | 'interface'; readonly to: number }
  /** Gives the packet a mark. */
  | { readonly kind: 'mark'; readonly from: number }
  | { readonly kind: 'ct'; readonly key: 'state' | 'direction' | 'label'; readonly to: number }
  | { readonly kind: 'label'; readonly from: number }
  | {
      readonly kind: 'compare';
      readonly from: number;
      readonly equal: boolean;
      readonly value: Uint8Array;
    }
  | {
      readonly kind: 'mask';
      readonly from: number;
      readonly to: number;
      readonly mask: Uint8Array;
    }
  | {
      readonly kind: 'lookup';
      readonly set: SetReference;
      readonly from: number;
      /** Where a map's data goes; undefined only asks whether the element is there. */
      readonly to: number | 'verdict' | undefined;
    }
  | {
      readonly kind: 'number';
      readonly how: 'next' | 'random';
      readonly modulus: number;
      readonly to: number;
    }
  | {
      readonly kind: 'hash';
      readonly from: number;
      readonly length: number;
      readonly modulus: number;
      readonly seed: number;
      readonly to: number;
    }
  | {
      readonly kind: 'remember';
      readonly how: 'add' | 'update' | 'delete';
      readonly set: string;
      readonly key: number;
      readonly data: number;
      /** Milliseconds. */
      readonly timeout: number;
    }
  | {
      readonly kind: 'translate';
      readonly family: Family;
      readonly address: number;
      /** Undefined keeps the port. */
      readonly port: number | undefined;
    }
  | { readonly kind: 'masquerade' }
  /** Sends a copy of the packet to this neighbour. */
  | { readonly kind: 'duplicate'; readonly address: number }
  | { readonly kind: 'unreachable'; readonly family: Family };

const FIRST_WORD = 8;
const CT_LABELS = 13;
const NFPROTO: Readonly<Record<Family, number>> = { ipv4: 2, ipv6: 10 };
const META_KEYS = { mark: 3, interface: 4, protocol: 16 } as const;
const CT_KEYS = { state: 0, direction: 1, label: CT_LABELS } as const;
const PAYLOAD_BASES = { network: 1, transport: 2 } as const;
const DYNSET_OPERATIONS = { add: 0, update: 1, delete: 2 } as const;
/** Of ICMP and ICMPv6: port unreachable. */
const UNREACHABLE_CODE: Readonly<Record<Family, number>> = { ipv4: 3, ipv6: 4 };

const NFTA_LIST_ELEM = 1;
const NFTA_EXPR_NAME = 1;
const NFTA_EXPR_DATA = 2;

function expressionAttribute(expression: Expression): NetlinkAttribute {
  const [name, attributes] = parts(expression);
  return nest(NFTA_LIST_ELEM, [
    nameAttribute(NFTA_EXPR_NAME, name),
    nest(NFTA_EXPR_DATA, attributes),
  ]);
}

function register(type: number, word: number): NetlinkAttribute {
  return networkUint32(type, FIRST_WORD + word);
}

/** Attributes in their order of number: 1, 2, 3 … unless said otherwise. */
function parts(expression: Expression): readonly [name: string, readonly NetlinkAttribute[]] {
  switch (expression.kind) {
    case 'immediate':
      return ['immediate', [register(1, expression.to), dataAttribute(2, expression.value)]];
    case 'verdict':
      return ['immediate', [networkUint32(1, 0), verdictAttribute(2, expression.verdict)]];
    case 'payload':
      return ['payload', payload(expression)];
    case 'meta':
      return ['meta', [register(1, expression.to), networkUint32(2, META_KEYS[expression.key])]];
    case 'mark':
      return ['meta', [networkUint32(2, META_KEYS.mark), register(3, expression.from)]];
    case 'ct':
      return ['ct', [register(1, expression.to), networkUint32(2, CT_KEYS[expression.key])]];
    case 'label':
      return ['ct', [networkUint32(2, CT_LABELS), register(4, expression.from)]];
    case 'compare':
      return ['cmp', compare(expression)];
    case 'mask':
      return ['bitwise', mask(expression)];
    case 'lookup':
      return ['lookup', lookup(expression)];
    case 'number':
      return ['numgen', number(expression)];
    case 'hash':
      return ['hash', hash(expression)];
    case 'remember':
      return ['dynset', remember(expression)];
    case 'translate':
      return ['nat', translate(expression)];
    case 'masquerade':
      return ['masq', []];
    case 'duplicate':
      return ['dup', [register(1, expression.address)]];
    case 'unreachable':
      return [
        'reject',
        [
          networkUint32(1, 0),
          { type: 2, value: Uint8Array.of(UNREACHABLE_CODE[expression.family]) },
        ],
      ];
  }
}

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

function payload({ base, offset, length, to }: Of<'payload'>): readonly NetlinkAttribute[] {
  return [
    register(1, to),
    networkUint32(2, PAYLOAD_BASES[base]),
    networkUint32(3, offset),
    networkUint32(4, length),
  ];
}

function compare({ from, equal, value }: Of<'compare'>): readonly NetlinkAttribute[] {
  return [register(1, from), networkUint32(2, equal ? 0 : 1), dataAttribute(3, value)];
}

function mask({ from, to, mask: bits }: Of<'mask'>): readonly NetlinkAttribute[] {
  return [
    register(1, from),
    register(2, to),
    networkUint32(3, bits.length),
    dataAttribute(4, bits),
    dataAttribute(5, new Uint8Array(bits.length)),
  ];
}

function lookup({ set, from, to }: Of<'lookup'>): readonly NetlinkAttribute[] {
  const attributes = [...setReference(1, 4, set), register(2, from)];
  if (to === 'verdict') attributes.push(networkUint32(3, 0));
  else if (to !== undefined) attributes.push(register(3, to));
  return attributes;
}

/** The kernel finds an anonymous set by its number in the transaction; its name is a pattern. */
function setReference(name: number, id: number, set: SetReference): NetlinkAttribute[] {
  if (typeof set === 'string') return [nameAttribute(name, set)];
  return [nameAttribute(name, ANONYMOUS), networkUint32(id, set.anonymous)];
}

/** The kernel puts a number in the place of the directive. */
export const ANONYMOUS = '__map%d';

function number({ how, modulus, to }: Of<'number'>): readonly NetlinkAttribute[] {
  return [register(1, to), networkUint32(2, modulus), networkUint32(3, how === 'next' ? 0 : 1)];
}

function hash({ from, length, modulus, seed, to }: Of<'hash'>): readonly NetlinkAttribute[] {
  return [
    register(1, from),
    register(2, to),
    networkUint32(3, length),
    networkUint32(4, modulus),
    networkUint32(5, seed),
    networkUint32(7, 0),
  ];
}

function remember(expression: Of<'remember'>): readonly NetlinkAttribute[] {
  const { how, set, key, data, timeout } = expression;
  const attributes = [
    nameAttribute(1, set),
    networkUint32(3, DYNSET_OPERATIONS[how]),
    register(4, key),
    register(5, data),
  ];
  if (how !== 'delete') attributes.push(networkUint64(6, timeout));
  return attributes;
}

function translate({ family, address, port }: Of<'translate'>): readonly NetlinkAttribute[] {
  const attributes = [networkUint32(1, 1), networkUint32(2, NFPROTO[family]), register(3, address)];
  if (port !== undefined) attributes.push(register(5, port));
  return attributes;
}

/** A list of expressions as the value of an attribute. */
export function encodeExpressions(expressions: readonly Expression[]): Uint8Array {
  return encodePayload(new Uint8Array(0), expressions.map(expressionAttribute));
}
