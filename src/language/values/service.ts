/** Headers of virtual servers, groups and real servers. */
import type { Address } from '../../base/address.ts';
import { parseAddress } from '../../base/address.ts';
import { integer } from '../../config/schema-number.ts';
import type { Cursor, Value } from '../../config/schema-value.ts';
import { advance, demand, peek, quoteWord } from '../../config/schema-value.ts';
import { address, addressIn } from '../../config/schema-word.ts';
import type { Word } from '../../config/tree.ts';

const portNumber = integer({ min: 0, max: 65_535 });
const mark = integer({ min: 1, max: 4_294_967_295 });

export type Service =
  | { readonly kind: 'address'; readonly address: Address; readonly port: number | undefined }
  | { readonly kind: 'fwmark'; readonly mark: number }
  | { readonly kind: 'group'; readonly name: string };

export const service: Value<Service> = {
  syntax: '<IP> [<PORT>] | fwmark <N> | group <NAME>',
  range: 'port 1..65535, 0 only with persistence',
  read(cursor) {
    const word = demand(cursor, 'an address and a port, fwmark and a number, or group and a name,');
    if (word === undefined) return undefined;
    if (word.text === 'fwmark') {
      const number = mark.read(cursor);
      return number === undefined ? undefined : { kind: 'fwmark', mark: number };
    }
    if (word.text === 'group') {
      const name = demand(cursor, 'the name of a virtual_server_group')?.text;
      return name === undefined ? undefined : { kind: 'group', name };
    }
    const own = addressIn(cursor, word) ?? firstOf(cursor, word);
    if (own !== undefined) {
      const port = portAfter(cursor);
      return port === 'unreadable' ? undefined : { kind: 'address', address: own, port };
    }
    cursor.report(cursor, {
      code: 'language.not-a-service',
      word,
      message: `"${word.text}" is neither an IP address nor fwmark nor group; the block is skipped`,
      help: 'write an IP address and a port; host names are not resolved',
    });
    return undefined;
  },
  write(value) {
    switch (value.kind) {
      case 'address':
        return value.port === undefined ? value.address : `${value.address} ${value.port}`;
      case 'fwmark':
        return `fwmark ${value.mark}`;
      case 'group':
        return `group ${quoteWord(value.name)}`;
    }
  },
};

/** Of a range keepalived balances the first address without a word. */
function firstOf(cursor: Cursor, word: Word): Address | undefined {
  const first = parseAddress(word.text.slice(0, word.text.indexOf('-')));
  if (first === undefined || !isRange(word.text)) return undefined;
  cursor.report(cursor, {
    code: 'language.number-with-text',
    word,
    message: `"${word.text}" is a range, and a virtual_server has one address; ${first} is balanced`,
    cause: `keepalived balances ${first} alone`,
    help: 'put the range into a virtual_server_group',
  });
  return first;
}

/** A service on a port that cannot be read would be one on every port. */
function portAfter(cursor: Cursor): number | 'unreadable' | undefined {
  if (peek(cursor) === undefined) return undefined;
  const { loss } = cursor;
  cursor.loss = 'it is left out';
  const port = portNumber.read(cursor);
  cursor.loss = loss;
  return port ?? 'unreadable';
}

export interface Endpoint {
  readonly address: Address;
  /** undefined takes the port of the service; so does 0, as it is written. */
  readonly port: number | undefined;
}

const anyAddress = address();

export const endpoint: Value<Endpoint> = {
  syntax: '<ADDR> [<PORT>]',
  range: 'port 1..65535',
  read(cursor) {
    const { loss } = cursor;
    cursor.loss = 'it is left out';
    const own = anyAddress.read(cursor);
    cursor.loss = loss;
    const port = own === undefined ? undefined : portAfter(cursor);
    if (own === undefined || port === 'unreadable') return undefined;
    return { address: own, port: port === 0 ? undefined : port };
  },
  write: ({ address: own, port }) => (port === undefined ? own : `${own} ${port}`),
};

/** One line of `virtual_server_group`. */
export type GroupEntry =
  | {
      readonly kind: 'addresses';
      /** `192.0.2.1`, `192.0.2.1-9`, `192.0.2.1-192.0.2.9`, `192.0.2.0/28`. */
      readonly range: string;
      readonly port: number | undefined;
    }
  | {
      readonly kind: 'fwmark';
      readonly mark: number;
      readonly family: 'inet' | 'inet6' | undefined;
    };

export const groupEntry: Value<GroupEntry> = {
  syntax: '<IP>[-<LAST>] [<PORT>] | <IP>/<MASK> [<PORT>] | fwmark <N> [inet|inet6]',
  read(cursor) {
    const word = demand(cursor, 'an address or fwmark');
    if (word === undefined) return undefined;
    if (word.text === 'fwmark') {
      const number = mark.read(cursor);
      const family = peek(cursor)?.text;
      const named = family === 'inet' || family === 'inet6' ? family : undefined;
      if (named !== undefined) advance(cursor);
      return number === undefined ? undefined : { kind: 'fwmark', mark: number, family: named };
    }
    if (isRange(word.text)) {
      const port = portAfter(cursor);
      return port === 'unreadable' ? undefined : { kind: 'addresses', range: word.text, port };
    }
    cursor.report(cursor, {
      code: 'language.wrong-form',
      word,
      message: `"${word.text}" is neither an address, a range of addresses nor fwmark; ${cursor.loss}`,
      help: 'write 192.0.2.1, 192.0.2.1-9 or 192.0.2.0/28 and a port',
    });
    return undefined;
  },
  write(entry) {
    if (entry.kind === 'fwmark') {
      return `fwmark ${entry.mark}${entry.family === undefined ? '' : ` ${entry.family}`}`;
    }
    return entry.port === undefined ? entry.range : `${entry.range} ${entry.port}`;
  },
};

function isRange(text: string): boolean {
  const match = /^([^-/]+)(?:-([^-/]+)|\/(\d{1,3}))?$/.exec(text);
  if (match === null || parseAddress(match[1] ?? '') === undefined) return false;
  const last = match[2];
  return last === undefined || /^[\da-fA-F]{1,4}$/.test(last) || parseAddress(last) !== undefined;
}
