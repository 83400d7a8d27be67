/** nf_tables messages: their numbers, and those that a dump brings (linux/netfilter/nf_tables.h). */
import type { Family } from '../../base/address.ts';
import { attributeMap, encodePayload, textOf } from '../netlink.ts';
import { commentOf, dataAttribute, nameAttribute, nest, networkUint32Of } from './attribute.ts';
import { type DumpedElement, decodeElementList } from './element.ts';

/** The one table of each family that is ours. */
export const TABLE = 'holdfast';

const SUBSYSTEM = 10;

export const MESSAGE = {
  subsystem: SUBSYSTEM,
  batchBegin: 16,
  batchEnd: 17,
  newTable: 0,
  deleteTable: 2,
  newChain: 3,
  getChain: 4,
  deleteChain: 5,
  newRule: 6,
  getRule: 7,
  deleteRule: 8,
  newSet: 9,
  getSet: 10,
  deleteSet: 11,
  newElement: 12,
  getElement: 13,
  deleteElement: 14,
  newGeneration: 15,
  getGeneration: 16,
} as const;

export const NFPROTO: Readonly<Record<Family, number>> = { ipv4: 2, ipv6: 10 };

export function messageType(number: number): number {
  return (SUBSYSTEM << 8) | number;
}

/** struct nfgenmsg: family, version, resource in network order. */
export function nfgenmsg(family: number, resource = 0): Uint8Array {
  return Uint8Array.of(family, 0, resource >>> 8, resource);
}

const GENMSG = 4;

/** What to send for a dump of our table; `set` for its elements. */
export function dumpRequest(family: Family, set?: string): Uint8Array {
  const attributes = [nameAttribute(1, TABLE)];
  if (set !== undefined) attributes.push(nameAttribute(2, set));
  return encodePayload(nfgenmsg(NFPROTO[family]), attributes);
}

/** What to send for single elements; the kernel answers nothing when one of them is missing. */
export function elementRequest(
  family: Family,
  set: string,
  keys: readonly Uint8Array[],
): Uint8Array {
  const list = keys.map((key) => nest(1, [dataAttribute(1, key)]));
  return encodePayload(nfgenmsg(NFPROTO[family]), [
    nameAttribute(1, TABLE),
    nameAttribute(2, set),
    nest(3, list),
  ]);
}

export interface DumpedChain {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly hook: number;
  readonly priority: number;
}

export interface DumpedRule {
  readonly chain: string;
  readonly comment: string;
}

export function decodeChain(payload: Uint8Array): DumpedChain {
  const attributes = attributeMap(payload.subarray(GENMSG));
  const hook = attributeMap(attributes.get(4) ?? new Uint8Array(0));
  return {
    table: textAt(attributes, 1),
    name: textAt(attributes, 3),
    type: textAt(attributes, 7),
    hook: networkUint32Of(hook.get(1)),
    priority: networkUint32Of(hook.get(2)) | 0,
  };
}

export function decodeSetName(payload: Uint8Array): string {
  return textAt(attributeMap(payload.subarray(GENMSG)), 2);
}

export function decodeRule(payload: Uint8Array): DumpedRule {
  const attributes = attributeMap(payload.subarray(GENMSG));
  return { chain: textAt(attributes, 2), comment: commentOf(attributes.get(7)) };
}

function textAt(attributes: ReadonlyMap<number, Uint8Array>, type: number): string {
  const value = attributes.get(type);
  return value === undefined ? '' : textOf(value);
}

/** One message of a dump carries many elements. */
export function decodeElements(payload: Uint8Array): readonly DumpedElement[] {
  const list = attributeMap(payload.subarray(GENMSG)).get(3);
  return list === undefined ? [] : decodeElementList(list);
}

/** The number of the ruleset's generation: one more for every transaction of anybody in this namespace. */
export function decodeGeneration(payload: Uint8Array): number {
  return networkUint32Of(attributeMap(payload.subarray(GENMSG)).get(1));
}

/** A change of something in a table, or the end of all changes that lead to a generation. */
export type Notification =
  | { readonly kind: 'changed'; readonly table: string }
  | { readonly kind: 'generation'; readonly generation: number };

/** Undefined for what is no word of nf_tables. Every kind of change names its table in the same place. */
export function decodeNotification(type: number, payload: Uint8Array): Notification | undefined {
  if (type >>> 8 !== SUBSYSTEM) return undefined;
  if ((type & 0xff) === MESSAGE.newGeneration) {
    return { kind: 'generation', generation: decodeGeneration(payload) };
  }
  return { kind: 'changed', table: textAt(attributeMap(payload.subarray(GENMSG)), 1) };
}
