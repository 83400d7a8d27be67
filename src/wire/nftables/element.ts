/**
 * Elements of sets and maps as bytes. A large table has 150,000 of them, so they are written into one array for each
 * message and not put together from attributes.
 *
 *   list element { key { value } [data { value | verdict }] [userdata] }
 */
import { decodeAttributes, putUint16 } from '../netlink.ts';
import { commentOf, networkUint64Of, textBytes, type Verdict } from './attribute.ts';

export interface Element {
  readonly key: Uint8Array;
  readonly data?: Uint8Array | Verdict;
  /** Kept by the kernel and shown as a comment; see `commentBytes`. */
  readonly userdata?: Uint8Array;
}

const HEADER = 4;
const NESTED = 0x8000;
const LIST_ELEMENT = 1;
const KEY = 1;
const DATA = 2;
const EXPRESSION = 7;
const USERDATA = 6;
const VALUE = 1;
const VERDICT = 2;
/** An attribute holds 64 KiB; the kernel answers one that is too long with an error for all of it. */
const MOST_BYTES = 32 * 1024;

/** The contents of element lists, as many as it takes. */
export function elementLists(elements: readonly Element[]): readonly Uint8Array[] {
  const lists: Uint8Array[] = [];
  let from = 0;
  while (from < elements.length) {
    let bytes = 0;
    let to = from;
    while (to < elements.length && bytes < MOST_BYTES) {
      const element = elements[to];
      if (element !== undefined) bytes += elementLength(element);
      to += 1;
    }
    lists.push(encodeList(elements.slice(from, to), bytes));
    from = to;
  }
  return lists;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function elementLength({ key, data, userdata }: Element): number {
  let length = HEADER + HEADER + HEADER + padded(key.length);
  if (data !== undefined) length += HEADER + dataLength(data);
  if (userdata !== undefined) length += HEADER + padded(userdata.length);
  return length;
}

function dataLength(data: Uint8Array | Verdict): number {
  if (data instanceof Uint8Array) return HEADER + padded(data.length);
  if (typeof data === 'string') return HEADER + HEADER + 4;
  return HEADER + HEADER + 4 + HEADER + padded(data.goto.length + 1);
}

function encodeList(elements: readonly Element[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const element of elements) {
    const { key, data, userdata } = element;
    putHeader(bytes, at, elementLength(element), LIST_ELEMENT | NESTED);
    putHeader(bytes, at + 4, 8 + key.length, KEY | NESTED);
    at = putValue(bytes, at + 8, VALUE, key);
    if (data instanceof Uint8Array) {
      putHeader(bytes, at, 8 + data.length, DATA | NESTED);
      at = putValue(bytes, at + 4, VALUE, data);
    } else if (data !== undefined) {
      at = putVerdict(bytes, at, data);
    }
    if (userdata !== undefined) at = putValue(bytes, at, USERDATA, userdata);
  }
  return bytes;
}

function putHeader(bytes: Uint8Array, at: number, length: number, type: number): void {
  putUint16(bytes, at, length);
  putUint16(bytes, at + 2, type);
}

/** Where the next attribute begins. */
function putValue(bytes: Uint8Array, at: number, type: number, value: Uint8Array): number {
  putHeader(bytes, at, HEADER + value.length, type);
  bytes.set(value, at + HEADER);
  return at + HEADER + padded(value.length);
}

const CODE = 1;
const CHAIN = 2;
const GOTO = Uint8Array.of(0xff, 0xff, 0xff, 0xfc);

function putVerdict(bytes: Uint8Array, at: number, verdict: Verdict): number {
  const length = HEADER + dataLength(verdict);
  putHeader(bytes, at, length, DATA | NESTED);
  putHeader(bytes, at + 4, length - 4, VERDICT | NESTED);
  if (typeof verdict === 'string') {
    return putValue(bytes, at + 8, CODE, Uint8Array.of(0, 0, 0, verdict === 'accept' ? 1 : 0));
  }
  return putValue(bytes, putValue(bytes, at + 8, CODE, GOTO), CHAIN, textBytes(verdict.goto));
}

export interface DumpedElement {
  readonly key: Uint8Array;
  /** Where a verdict goes to; empty for anything else. */
  readonly chain: string;
  readonly comment: string;
  readonly packets: number;
  readonly bytes: number;
}

/** The elements of a list, copied. */
export function decodeElementList(list: Uint8Array): readonly DumpedElement[] {
  return decodeAttributes(list).map(({ value }) => decodeElement(value));
}

function decodeElement(value: Uint8Array): DumpedElement {
  const found: { -readonly [Name in keyof DumpedElement]: DumpedElement[Name] } = {
    key: NOTHING,
    chain: '',
    comment: '',
    packets: 0,
    bytes: 0,
  };
  for (const attribute of decodeAttributes(value)) {
    if (attribute.type === KEY) found.key = attribute.value.slice(HEADER);
    else if (attribute.type === DATA) found.chain = verdictChain(attribute.value);
    else if (attribute.type === USERDATA) found.comment = commentOf(attribute.value);
    else if (attribute.type === EXPRESSION) readCounter(attribute.value, found);
  }
  return found;
}

const NOTHING = new Uint8Array(0);

function inner(bytes: Uint8Array, type: number): Uint8Array | undefined {
  return decodeAttributes(bytes).find((attribute) => attribute.type === type)?.value;
}

function verdictChain(data: Uint8Array): string {
  const verdict = inner(data, VERDICT);
  const chain = verdict === undefined ? undefined : inner(verdict, CHAIN);
  return chain === undefined ? '' : String.fromCharCode(...chain.subarray(0, -1));
}

function readCounter(expression: Uint8Array, into: { packets: number; bytes: number }): void {
  const data = inner(expression, 2);
  if (data === undefined) return;
  for (const { type, value } of decodeAttributes(data)) {
    if (type === 1) into.bytes = networkUint64Of(value);
    else if (type === 2) into.packets = networkUint64Of(value);
  }
}
