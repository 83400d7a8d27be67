/** One address of `virtual_ipaddress`, `virtual_ipaddress_excluded` and `static_ipaddress`. */
import type { Address } from '../../base/address.ts';
import { familyOf, parseAddress, parseMac } from '../../base/address.ts';
import { flag, scalar } from '../../config/schema.ts';
import { line } from '../../config/schema-line.ts';
import { integer } from '../../config/schema-number.ts';
import type { Cursor, Value } from '../../config/schema-value.ts';
import { advance, demand, peek } from '../../config/schema-value.ts';
import { notAddress, text } from '../../config/schema-word.ts';
import type { AddressScope } from '../../ports.ts';
import { prefixedAddress } from './prefixed-address.ts';

const scopeNames = ['global', 'site', 'link', 'host', 'nowhere'] as const;

const namesOfNumbers: ReadonlyMap<number, AddressScope> = new Map([
  [0, 'global'],
  [200, 'site'],
  [253, 'link'],
  [254, 'host'],
  [255, 'nowhere'],
]);

const scope: Value<AddressScope> = {
  syntax: '<NAME>|<N>',
  range: '0..255 or a scope name',
  choices: scopeNames,
  read(cursor) {
    const word = demand(cursor, 'a scope');
    if (word === undefined) return undefined;
    const named = scopeNames.find((name) => name === word.text);
    if (named !== undefined) return named;
    const number = /^\d{1,3}$/.test(word.text) ? Number(word.text) : 256;
    if (number <= 255) return namesOfNumbers.get(number) ?? number;
    cursor.report(cursor, {
      code: 'language.unknown-choice',
      word,
      message: `"${word.text}" is not a scope; ${cursor.loss}`,
      cause: 'keepalived ignores the scope',
      help: `write ${scopeNames.join(', ')} or a number from 0 to 255`,
    });
    return undefined;
  },
  write: String,
};

const broadcast: Value<Address | '+' | '-'> = {
  syntax: '<ADDR>|+|-',
  read(cursor) {
    const word = demand(cursor, 'a broadcast address, + or -,');
    if (word === undefined) return undefined;
    if (word.text === '+' || word.text === '-') return word.text;
    const own = parseAddress(word.text);
    if (own !== undefined && familyOf(own) === 'ipv4') return own;
    return notAddress(cursor, word, 'a broadcast address');
  },
  write: (value) => value,
};

/** Longer labels do not fit the kernel; the address is worth more than its label. */
const label: Value<string> = {
  syntax: '<STRING>',
  range: 'at most 15 characters',
  read(cursor) {
    const word = demand(cursor, 'a label');
    if (word === undefined || word.text.length <= 15) return word?.text;
    cursor.report(cursor, {
      code: 'language.label-too-long',
      word,
      message: `the label "${word.text}" is longer than 15 characters; the address goes without it`,
      help: 'shorten the label',
    });
    return undefined;
  },
  write: (value) => value,
};

const lifetime: Value<number | 'forever'> = {
  syntax: '<N>|forever',
  range: '0..4294967295',
  unit: 'seconds',
  read(cursor) {
    if (peek(cursor)?.text !== 'forever') return seconds.read(cursor);
    advance(cursor);
    return 'forever';
  },
  write: String,
};
const seconds = integer({ min: 0, max: 4_294_967_295, unit: 'seconds' });

export interface OwnVmac {
  readonly name: string | undefined;
  readonly mac: string | undefined;
}

/** Both words may be left out, so whatever is an option of the line is not taken. */
const ownVmac: Value<OwnVmac> = {
  syntax: '[<IFNAME>] [<MAC>]',
  read(cursor) {
    const name = unlessOption(cursor);
    const mac = unlessOption(cursor);
    if (name !== undefined && parseMac(name) !== undefined) return { name: undefined, mac: name };
    return { name, mac };
  },
  write: ({ name, mac }) => [name, mac].filter((part) => part !== undefined).join(' '),
};

function unlessOption(cursor: Cursor): string | undefined {
  const word = peek(cursor);
  if (word === undefined || Object.hasOwn(addressOptions, word.text)) return undefined;
  return advance(cursor)?.text;
}

const addressOptions = {
  dev: scalar(text('an interface'), {
    doc: 'The interface the address is put on.',
    example: 'eth1',
    otherwise: 'interface of the instance, or default_interface',
  }),
  scope: scalar(scope, {
    doc: 'How far the address is valid.',
    example: 'link',
    fallback: 'global',
  }),
  brd: scalar(broadcast, {
    doc: 'Broadcast address: given, all host bits set (+) or all clear (-).',
    example: '+',
    aliases: { broadcast: {} },
  }),
  label: scalar(label, { doc: 'Name of the address in old tools (IPv4).', example: 'eth0:web' }),
  peer: scalar(prefixedAddress, {
    doc: 'Far end of a point-to-point link.',
    example: '192.0.2.2/32',
  }),
  home: flag({ doc: 'Marks an IPv6 home address.' }),
  '-nodad': flag({
    doc: 'Lets a static IPv6 address wait for duplicate address detection; virtual addresses never do.',
  }),
  mngtmpaddr: flag({ doc: 'Lets the kernel derive temporary addresses from it (IPv6).' }),
  noprefixroute: flag({ doc: 'Adds no route for the prefix.' }),
  autojoin: flag({ doc: 'Joins the multicast group of the address.', effect: 'none' }),
  no_track: flag({ doc: 'Nothing happens when somebody else removes the address.' }),
  preferred_lft: scalar(lifetime, {
    doc: 'How long it is chosen as source address (IPv6); 0 never.',
    example: '0',
    otherwise: 'forever; 0 for IPv6 with prefix length 128',
  }),
  track_group: scalar(text('the name of a track_group'), {
    doc: 'The instances of this group are at fault while the static address cannot be had.',
    example: 'uplinks',
  }),
  use_vmac: scalar(ownVmac, {
    doc: 'Puts the address on a virtual MAC interface of its own.',
    example: 'vmac51 00:00:5e:00:01:34',
  }),
};

export const addressLine = line({ lead: prefixedAddress, options: addressOptions });
export type AddressLine = NonNullable<ReturnType<typeof addressLine.read>>;
