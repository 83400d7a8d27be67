/**
 * The tables that keep traffic from addresses which an instance holds and does not accept (linux/netfilter/nf_tables.h): one
 * transaction that replaces whatever stood under their name.
 */
import {
  type Address,
  addressBytes,
  addressLength,
  type Family,
  familyOf,
} from '../base/address.ts';
import {
  encodeMessage,
  encodePayload,
  type NetlinkAttribute,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_REQUEST,
  nestedAttribute,
  textAttribute,
} from './netlink.ts';

export interface FirewallTable {
  readonly name: string;
  /** Of its chains among those of others at the same hooks. */
  readonly priority: number;
  /** Whether its rules count packets. */
  readonly counters: boolean;
  readonly addresses: readonly Address[];
  /** Link-local addresses, each on its interface. */
  readonly scoped: readonly { readonly address: Address; readonly interface: string }[];
}

const BATCH_BEGIN = 16;
const BATCH_END = 17;
const SUBSYSTEM = 10;
const NEW = { table: 0, chain: 3, rule: 6, set: 9, element: 12 } as const;
const GET_TABLE = 1;
const DELETE_TABLE = 2;
const NFPROTO = { ipv4: 2, ipv6: 10 } as const;
const HOOKS = { in: 1, out: 3 } as const;
const NFT_REG_1 = 1;
const NFT_REG32_04 = 12;
/** `nft`'s own numbers of the types of values, six bits each. */
const TYPES = { ipv4: 7, ipv6: 8, ifname: 41 } as const;
const NAME_BYTES = 16;
const META = { ifname: { in: 6, out: 7 }, l4proto: 16 } as const;
const AT = { ipv4: { in: 16, out: 12 }, ipv6: { in: 24, out: 8 } } as const;
const ICMPV6 = 58;
/** Router solicitation to redirect: without neighbour discovery nobody finds the address. */
const DISCOVERY = [133, 137] as const;
const VIPS = 'vips';
const SCOPED = 'vips_link_local_name';
/** Elements of one message, far below the 64 KiB of an attribute. */
const ELEMENTS_MOST = 400;

type Direction = keyof typeof HOOKS;
interface Message {
  readonly type: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** Both families' tables as they should be; without a table for a family, what stands there under the name goes. */
export function encodeFirewall(table: FirewallTable, sequence: number): Uint8Array {
  return transaction(
    (['ipv4', 'ipv6'] as const).flatMap((family) => tableOf(table, family)),
    sequence,
  );
}

/** Asks whether there is a table of this name: the kernel answers with it, or with ENOENT. */
export function encodeTableQuestion(name: string, family: Family, sequence: number): Uint8Array {
  const payload = encodePayload(Uint8Array.of(NFPROTO[family], 0, 0, 0), [text(1, name)]);
  const type = (SUBSYSTEM << 8) | GET_TABLE;
  return encodeMessage({ type, flags: NLM_F_REQUEST, sequence, portId: 0, payload });
}

/** The families that have something in them. */
export function familiesOf({ addresses, scoped }: FirewallTable): readonly Family[] {
  return (['ipv4', 'ipv6'] as const).filter(
    (family) =>
      addresses.some((address) => familyOf(address) === family) ||
      (family === 'ipv6' && scoped.length > 0),
  );
}

function tableOf(table: FirewallTable, family: Family): readonly Message[] {
  const addresses = table.addresses.filter((address) => familyOf(address) === family);
  const scoped = family === 'ipv6' ? table.scoped : [];
  const name = [text(1, table.name)];
  // Whether it is there or not: it is there after the first, so that the second has something to remove.
  const cleared = [one(family, NEW.table, name), one(family, DELETE_TABLE, name)];
  if (addresses.length === 0 && scoped.length === 0) return cleared;
  return [
    ...cleared,
    one(family, NEW.table, name),
    ...setOf(table.name, family, { name: VIPS, id: 1, key: [family] }),
    ...elements(table.name, family, { set: VIPS, keys: addresses.map(addressBytes) }),
    ...(family === 'ipv6' ? scopedSet(table) : []),
    ...(['in', 'out'] as const).flatMap((direction) => [
      one(family, NEW.chain, [
        text(1, table.name),
        text(3, direction),
        nest(4, [number(1, HOOKS[direction]), number(2, table.priority)]),
        text(7, 'filter'),
      ]),
      ...rulesOf(table, family, direction),
    ]),
  ];
}

function scopedSet({ name, scoped }: FirewallTable): readonly Message[] {
  const keys = scoped.map(({ address, interface: link }) => {
    const key = new Uint8Array(addressLength('ipv6') + NAME_BYTES);
    key.set(addressBytes(address));
    for (let at = 0; at < link.length; at += 1) key[16 + at] = link.charCodeAt(at);
    return key;
  });
  return [
    ...setOf(name, 'ipv6', { name: SCOPED, id: 2, key: ['ipv6', 'ifname'] }),
    ...elements(name, 'ipv6', { set: SCOPED, keys }),
  ];
}

function rulesOf(table: FirewallTable, family: Family, direction: Direction): readonly Message[] {
  const count = table.counters ? [expression('counter', [])] : [];
  const rule = (...parts: readonly NetlinkAttribute[]): Message =>
    one(family, NEW.rule, [text(1, table.name), text(2, direction), nest(4, parts)], NLM_F_APPEND);
  const address = payload(1, AT[family][direction], addressLength(family));
  const drop = [...count, verdict(0)];
  const plain = rule(address, lookup(VIPS), ...drop);
  if (family === 'ipv4') return [plain];
  const [first, last] = DISCOVERY;
  const isDiscovery = [
    meta(META.l4proto, NFT_REG_1),
    compare(0, ICMPV6),
    payload(2, 0, 1),
    compare(5, first),
    compare(3, last),
  ];
  const link = meta(META.ifname[direction], NFT_REG32_04);
  return [
    rule(...isDiscovery, ...count, verdict(1)),
    plain,
    rule(address, link, lookup(SCOPED), ...drop),
  ];
}

function setOf(
  table: string,
  family: Family,
  set: {
    readonly name: string;
    readonly id: number;
    readonly key: readonly (keyof typeof TYPES)[];
  },
): readonly Message[] {
  const type = set.key.reduce((sum, each) => (sum << 6) | TYPES[each], 0);
  const length = set.key.reduce((sum, each) => sum + (each === 'ipv4' ? 4 : NAME_BYTES), 0);
  const attributes = [text(1, table), text(2, set.name), number(3, 0), number(4, type)];
  return [one(family, NEW.set, [...attributes, number(5, length), number(10, set.id)])];
}

function elements(
  table: string,
  family: Family,
  { set, keys }: { readonly set: string; readonly keys: readonly Uint8Array[] },
): readonly Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < keys.length; at += ELEMENTS_MOST) {
    const list = keys.slice(at, at + ELEMENTS_MOST).map((key) => nest(1, [data(1, key)]));
    messages.push(one(family, NEW.element, [text(1, table), text(2, set), nest(3, list)]));
  }
  return messages;
}

function payload(base: number, offset: number, length: number): NetlinkAttribute {
  const attributes = [number(1, NFT_REG_1), number(2, base), number(3, offset), number(4, length)];
  return expression('payload', attributes);
}

function meta(key: number, register: number): NetlinkAttribute {
  return expression('meta', [number(1, register), number(2, key)]);
}

/** NFT_CMP_*: 0 equal, 3 at most, 5 at least. */
function compare(how: number, byte: number): NetlinkAttribute {
  const attributes = [number(1, NFT_REG_1), number(2, how), data(3, Uint8Array.of(byte))];
  return expression('cmp', attributes);
}

function lookup(set: string): NetlinkAttribute {
  return expression('lookup', [text(1, set), number(2, NFT_REG_1)]);
}

/** NF_DROP 0, NF_ACCEPT 1. */
function verdict(code: 0 | 1): NetlinkAttribute {
  return expression('immediate', [number(1, 0), nest(2, [nest(2, [number(1, code)])])]);
}

function expression(name: string, attributes: readonly NetlinkAttribute[]): NetlinkAttribute {
  return nest(1, [text(1, name), nest(2, attributes)]);
}

function data(type: number, value: Uint8Array): NetlinkAttribute {
  return nest(type, [{ type: 1, value }]);
}

const NLA_F_NESTED = 0x8000;

function nest(type: number, attributes: readonly NetlinkAttribute[]): NetlinkAttribute {
  return nestedAttribute(type | NLA_F_NESTED, attributes);
}

function text(type: number, value: string): NetlinkAttribute {
  return textAttribute(type, value);
}

/** In network byte order. */
function number(type: number, value: number): NetlinkAttribute {
  return { type, value: Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value) };
}

function one(
  family: Family,
  type: number,
  attributes: readonly NetlinkAttribute[],
  flags = 0,
): Message {
  const fixed = Uint8Array.of(NFPROTO[family], 0, 0, 0);
  const creates = type === DELETE_TABLE ? 0 : NLM_F_CREATE;
  return {
    type: (SUBSYSTEM << 8) | type,
    flags: creates | flags,
    payload: encodePayload(fixed, attributes),
  };
}

function transaction(messages: readonly Message[], first: number): Uint8Array {
  const frame = { flags: 0, payload: Uint8Array.of(0, 0, 0, SUBSYSTEM) };
  const all = [{ ...frame, type: BATCH_BEGIN }, ...messages, { ...frame, type: BATCH_END }];
  const parts = all.map(({ type, flags, payload }, index) =>
    encodeMessage({
      type,
      flags: flags | NLM_F_REQUEST,
      sequence: first + index,
      portId: 0,
      payload,
    }),
  );
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
