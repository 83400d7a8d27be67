/**
 * What can be asked of nf_tables, and a transaction of it as bytes. The kernel carries out all of a transaction or
 * nothing of it.
 */
import type { Family } from '../../base/address.ts';
import {
  encodeMessage,
  encodePayload,
  type NetlinkAttribute,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_REQUEST,
} from '../netlink.ts';
import { nameAttribute, nest, networkUint32 } from './attribute.ts';
import { type Element, elementLists } from './element.ts';
import { ANONYMOUS, type Expression, encodeExpressions, type SetReference } from './expression.ts';
import { MESSAGE, messageType, NFPROTO, nfgenmsg, TABLE } from './message.ts';

export interface Hook {
  readonly type: 'filter' | 'nat';
  readonly at: 'prerouting' | 'output' | 'postrouting';
  readonly priority: number;
}

/** A kind of value that `nft` shows by its own name, and the bytes that it takes. */
export type Datatype = 'address' | 'port' | 'protocol' | 'mark';

export interface SetShape {
  readonly name: string;
  readonly key: readonly Datatype[];
  /** What a map answers; undefined for a set. */
  readonly data: readonly Datatype[] | 'verdict' | undefined;
  /** Each element counts the packets that find it. */
  readonly counts: boolean;
  /** Filled by packets, each element for a time of its own; at most so many. */
  readonly dynamic: { readonly size: number } | undefined;
}

export type Command =
  | { readonly kind: 'add-table' | 'remove-table' }
  | { readonly kind: 'add-chain'; readonly name: string; readonly hook: Hook | undefined }
  | { readonly kind: 'remove-chain' | 'flush-chain'; readonly name: string }
  | { readonly kind: 'add-set'; readonly shape: SetShape }
  | { readonly kind: 'remove-set'; readonly name: string }
  /** A constant map that goes with the rule that refers to its number. */
  | {
      readonly kind: 'add-anonymous';
      readonly number: number;
      readonly data: readonly Datatype[] | 'verdict';
      readonly elements: readonly Element[];
    }
  | {
      readonly kind: 'add-elements' | 'remove-elements';
      readonly set: string;
      readonly elements: readonly Element[];
    }
  | {
      readonly kind: 'add-rule';
      readonly chain: string;
      readonly expressions: readonly Expression[];
      readonly userdata: Uint8Array;
    };

const HOOKS = { prerouting: 0, output: 3, postrouting: 4 } as const;
const FLAGS = { anonymous: 0x1, constant: 0x2, map: 0x8, timeout: 0x10, dynamic: 0x20 } as const;
const VERDICT_TYPE = 0xffffff00;
/** nft's own numbers of its datatypes. */
const TYPES = { address: 7, port: 13, protocol: 12, mark: 19 } as const;
const IPV6_ADDRESS_TYPE = 8;
const INTEGER_TYPE = 4;
/** For nft alone: keys are numbers of the host (type 0, four bytes, 1). */
const HOST_ORDER = Uint8Array.of(0, 4, 1, 0, 0, 0);
const NESTED = 0x8000;
const VERDICT_LENGTH = 16;
const BATCH_GENERATION = 1;

function wordsOf(types: readonly Datatype[], family: Family): number {
  let words = 0;
  for (const type of types) {
    words += type === 'address' && family === 'ipv6' ? 4 : 1;
  }
  return words;
}

/** Six bits a part, the last part lowest: what `nft list` needs to show a value. */
function typeNumber(types: readonly Datatype[], family: Family): number {
  let number = 0;
  for (const type of types) {
    const part = type === 'address' && family === 'ipv6' ? IPV6_ADDRESS_TYPE : TYPES[type];
    number = (number << 6) | part;
  }
  return number >>> 0;
}

/** The messages of one command. */
function commandMessages(
  family: Family,
  command: Command,
): readonly { readonly type: number; readonly flags: number; readonly payload: Uint8Array }[] {
  const one = (
    type: number,
    flags: number,
    attributes: readonly NetlinkAttribute[],
  ): { type: number; flags: number; payload: Uint8Array } => ({
    type: messageType(type),
    flags,
    payload: encodePayload(nfgenmsg(NFPROTO[family]), attributes),
  });
  switch (command.kind) {
    case 'add-table':
      return [one(MESSAGE.newTable, NLM_F_CREATE, [nameAttribute(1, TABLE)])];
    case 'remove-table':
      return [one(MESSAGE.deleteTable, 0, [nameAttribute(1, TABLE)])];
    case 'add-chain':
      return [one(MESSAGE.newChain, NLM_F_CREATE, chain(command.name, command.hook))];
    case 'remove-chain':
      return [one(MESSAGE.deleteChain, 0, chain(command.name, undefined))];
    case 'flush-chain':
      return [
        one(MESSAGE.deleteRule, 0, [nameAttribute(1, TABLE), nameAttribute(2, command.name)]),
      ];
    case 'add-set':
      return [one(MESSAGE.newSet, NLM_F_CREATE, set(family, command.shape))];
    case 'remove-set':
      return [one(MESSAGE.deleteSet, 0, [nameAttribute(1, TABLE), nameAttribute(2, command.name)])];
    case 'add-anonymous':
      return [
        one(MESSAGE.newSet, NLM_F_CREATE, anonymous(family, command)),
        ...elementMessages({ anonymous: command.number }, command.elements).map((list) =>
          one(MESSAGE.newElement, NLM_F_CREATE, list),
        ),
      ];
    case 'add-elements':
    case 'remove-elements': {
      const type = command.kind === 'add-elements' ? MESSAGE.newElement : MESSAGE.deleteElement;
      const flags = command.kind === 'add-elements' ? NLM_F_CREATE : 0;
      return elementMessages(command.set, command.elements).map((list) => one(type, flags, list));
    }
    case 'add-rule':
      return [one(MESSAGE.newRule, NLM_F_CREATE | NLM_F_APPEND, rule(command))];
  }
}

function chain(name: string, hook: Hook | undefined): readonly NetlinkAttribute[] {
  const attributes = [nameAttribute(1, TABLE), nameAttribute(3, name)];
  if (hook === undefined) return attributes;
  const place = [networkUint32(1, HOOKS[hook.at]), networkUint32(2, hook.priority)];
  return [...attributes, nest(4, place), nameAttribute(7, hook.type)];
}

function set(family: Family, shape: SetShape): readonly NetlinkAttribute[] {
  const { name, key, data, counts, dynamic } = shape;
  const flags =
    (data === undefined ? 0 : FLAGS.map) |
    (dynamic === undefined ? 0 : FLAGS.timeout | FLAGS.dynamic);
  const attributes = [
    nameAttribute(1, TABLE),
    nameAttribute(2, name),
    networkUint32(3, flags),
    networkUint32(4, typeNumber(key, family)),
    networkUint32(5, wordsOf(key, family) * 4),
    ...dataAttributes(family, data),
    networkUint32(10, 1),
  ];
  if (dynamic !== undefined) attributes.push(nest(9, [networkUint32(1, dynamic.size)]));
  if (counts) attributes.push(nest(17, [nameAttribute(1, 'counter')]));
  return attributes;
}

function dataAttributes(family: Family, data: SetShape['data']): readonly NetlinkAttribute[] {
  if (data === undefined) return [];
  if (data === 'verdict') return [networkUint32(6, VERDICT_TYPE), networkUint32(7, VERDICT_LENGTH)];
  return [networkUint32(6, typeNumber(data, family)), networkUint32(7, wordsOf(data, family) * 4)];
}

type Anonymous = Extract<Command, { readonly kind: 'add-anonymous' }>;

function anonymous(
  family: Family,
  { number, data, elements }: Anonymous,
): readonly NetlinkAttribute[] {
  return [
    nameAttribute(1, TABLE),
    nameAttribute(2, ANONYMOUS),
    networkUint32(3, FLAGS.anonymous | FLAGS.constant | FLAGS.map),
    networkUint32(4, INTEGER_TYPE),
    networkUint32(5, 4),
    ...dataAttributes(family, data),
    nest(9, [networkUint32(1, elements.length)]),
    networkUint32(10, number),
    { type: 13, value: HOST_ORDER },
  ];
}

/** One list a message. */
function elementMessages(
  set: SetReference,
  elements: readonly Element[],
): readonly (readonly NetlinkAttribute[])[] {
  const name =
    typeof set === 'string'
      ? [nameAttribute(2, set)]
      : [nameAttribute(2, ANONYMOUS), networkUint32(4, set.anonymous)];
  const table = nameAttribute(1, TABLE);
  return elementLists(elements).map((value) => [table, ...name, { type: 3 | NESTED, value }]);
}

function rule(command: Extract<Command, { readonly kind: 'add-rule' }>): NetlinkAttribute[] {
  return [
    nameAttribute(1, TABLE),
    nameAttribute(2, command.chain),
    { type: 4 | NESTED, value: encodeExpressions(command.expressions) },
    { type: 7, value: command.userdata },
  ];
}

/** A message of a transaction belongs to the command of this index. */
export interface Transaction {
  readonly bytes: Uint8Array;
  /** The message of sequence number `first + n` came from command `owners[n]`; -1 is the frame around them. */
  readonly first: number;
  readonly owners: readonly number[];
}

export interface FamilyCommand {
  readonly family: Family;
  readonly command: Command;
}

/** With a generation the kernel carries it out in that one alone, and answers ERESTART in any other. */
export function encodeTransaction(
  commands: readonly FamilyCommand[],
  first: number,
  generation?: number,
): Transaction {
  const owners: number[] = [];
  const messages: Uint8Array[] = [];
  const push = (owner: number, type: number, flags: number, payload: Uint8Array): void => {
    const sequence = (first + owners.length) >>> 0;
    owners.push(owner);
    messages.push(
      encodeMessage({ type, flags: flags | NLM_F_REQUEST, sequence, portId: 0, payload }),
    );
  };
  const condition = generation === undefined ? [] : [networkUint32(BATCH_GENERATION, generation)];
  const frame = nfgenmsg(0, MESSAGE.subsystem);
  push(-1, MESSAGE.batchBegin, 0, encodePayload(frame, condition));
  for (const [index, { family, command }] of commands.entries()) {
    for (const { type, flags, payload } of commandMessages(family, command)) {
      push(index, type, flags, payload);
    }
  }
  push(-1, MESSAGE.batchEnd, 0, frame);
  return { bytes: concatenate(messages), first, owners };
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
