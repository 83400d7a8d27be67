/** `<ADDR>[/<PREFIX>]`, also written with a blank before the slash. */
import type { Address, Family } from '../../base/address.ts';
import { familyOf, parseAddress } from '../../base/address.ts';
import type { Cursor, Value } from '../../config/schema-value.ts';
import { advance, demand, peek } from '../../config/schema-value.ts';
import { notAddress } from '../../config/schema-word.ts';
import type { Word } from '../../config/tree.ts';

export interface PrefixedAddress {
  readonly address: Address;
  /** undefined when no prefix length is written. */
  readonly prefix: number | undefined;
}

const expected = 'an IP address, optionally with /prefix length,';

export const prefixedAddress: Value<PrefixedAddress> = {
  syntax: '<ADDR>[/<PREFIX>]',
  range: 'prefix 0..32 or 0..128',
  begins: (word) => splitAddress(word.text) !== undefined || damaged(word.text) !== undefined,
  read(cursor) {
    const word = demand(cursor, expected);
    if (word === undefined) return undefined;
    const value = splitAddress(word.text);
    if (value === undefined) {
      return damagedPrefix(cursor, word) ?? notAddress(cursor, word, expected.slice(0, -1));
    }
    if (value.prefix === undefined) return separatePrefix(cursor, word, value);
    if (/\/.*\./.test(word.text)) reportMask(cursor, word, value);
    return value;
  },
  write: ({ address, prefix }) => (prefix === undefined ? address : `${address}/${prefix}`),
};

export function splitAddress(text: string): PrefixedAddress | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  if (slash < 0) return { address, prefix: undefined };
  const prefix = prefixLength(text.slice(slash + 1), familyOf(address));
  return prefix === undefined ? undefined : { address, prefix };
}

function prefixLength(text: string, family: Family): number | undefined {
  if (!/^\+?\d{1,3}$/.test(text)) return family === 'ipv4' ? maskLength(text) : undefined;
  const length = Number(text);
  return length <= (family === 'ipv4' ? 32 : 128) ? length : undefined;
}

/** The prefix length of a dotted mask such as 255.255.255.0. */
function maskLength(text: string): number | undefined {
  const mask = parseAddress(text);
  if (mask === undefined || familyOf(mask) !== 'ipv4') return undefined;
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

function reportMask(cursor: Cursor, word: Word, { address, prefix }: PrefixedAddress): void {
  cursor.report(cursor, {
    code: 'language.dotted-mask',
    word,
    message: `the mask of ${address} is understood as prefix length ${prefix}`,
    help: `write ${address}/${prefix}`,
  });
}

/** `192.0.2.1/24,`, `192.0.2.1/33` and `192.0.2.1/`: keepalived holds them all, somehow. */
function damagedPrefix(cursor: Cursor, word: Word): PrefixedAddress | undefined {
  const found = damaged(word.text);
  if (found === undefined) return undefined;
  const { address, digits, rest } = found;
  const longest = familyOf(address) === 'ipv4' ? 32 : 128;
  if (digits === '') {
    cursor.report(cursor, {
      code: 'language.not-a-number',
      word,
      message: `"${rest}" is no prefix length; ${address} is held as a host address`,
      cause: 'keepalived holds it with prefix length 0',
      help: `write ${address}/24, or whatever the prefix length of the network is`,
    });
    return { address, prefix: longest };
  }
  if (Number(digits) > longest) {
    cursor.report(cursor, {
      code: 'language.out-of-range',
      word,
      message: `${digits} is outside 0 to ${longest}; the address is held as a host address`,
      cause: `keepalived uses ${longest}`,
      help: `write a prefix length from 0 to ${longest}`,
    });
    return { address, prefix: longest };
  }
  cursor.report(cursor, {
    code: 'language.number-with-text',
    word,
    message: `"${rest}" behind the prefix length is ignored: read as ${digits}`,
    cause: `keepalived holds the address as a host address with prefix length ${longest}`,
    help: `write ${address}/${digits}`,
  });
  return { address, prefix: Number(digits) };
}

function damaged(text: string) {
  const [, host = '', digits = '', rest = ''] = /^([^/]+)\/(\d{0,4})(\D.*)?$/.exec(text) ?? [];
  const address = parseAddress(host);
  return address === undefined ? undefined : { address, digits, rest };
}

/** `192.0.2.1 /24`: the prefix length is meant for the address before it. */
function separatePrefix(cursor: Cursor, word: Word, value: PrefixedAddress): PrefixedAddress {
  const next = peek(cursor);
  const alone = next?.text === '/' ? cursor.words[cursor.next + 1] : undefined;
  const text = alone === undefined ? next?.text : `/${alone.text}`;
  if (next === undefined || text?.startsWith('/') !== true) return value;
  const whole = splitAddress(`${value.address}${text}`);
  if (whole === undefined) return value;
  advance(cursor);
  if (alone !== undefined) advance(cursor);
  cursor.report(cursor, {
    code: 'language.separate-prefix',
    word: next,
    message: `"${text}" is understood as the prefix length of ${word.text}`,
    help: `write ${word.text}${text}`,
  });
  return whole;
}
