/** The words after `use_vmac` and `use_ipvlan`. */
import type { Address } from '../../base/address.ts';
import type { Cursor, Value } from '../../config/schema-value.ts';
import { advanceIfAny, demand, quoteWord } from '../../config/schema-value.ts';
import { splitAddress } from './prefixed-address.ts';

export interface VirtualMac {
  readonly name: string | undefined;
  /** Six octets, or five where the virtual router id is the last. */
  readonly mac: string | undefined;
  readonly group: string | undefined;
  readonly netlinkNotify: boolean;
}

const macText = /^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){4}(:([0-9a-fA-F]{1,2})?)?$/;

export const virtualMac: Value<VirtualMac> = {
  syntax: '[[name] <IFNAME>] [<MAC6>|<MAC5>] [group <GRP>] [netlink_notify_msg]',
  range: 'MAC5 takes the virtual router id as its last octet',
  read(cursor) {
    const read = { name: undefined, mac: undefined, group: undefined, netlinkNotify: false };
    const value: { -readonly [K in keyof VirtualMac]: VirtualMac[K] } = read;
    for (let word = advanceIfAny(cursor); word !== undefined; word = advanceIfAny(cursor)) {
      if (word.text === 'netlink_notify_msg') value.netlinkNotify = true;
      else if (word.text === 'group') value.group = demand(cursor, 'an interface group')?.text;
      else if (word.text === 'name') value.name = demand(cursor, 'an interface name')?.text;
      else if (macText.test(word.text)) value.mac = word.text;
      else if (value.name === undefined) value.name = word.text;
      else return stepBack(cursor, value);
    }
    return value;
  },
  write: ({ name, mac, group, netlinkNotify }) =>
    words([
      name === undefined ? undefined : `name ${quoteWord(name)}`,
      mac,
      group === undefined ? undefined : `group ${quoteWord(group)}`,
      netlinkNotify ? 'netlink_notify_msg' : undefined,
    ]),
};

const modes = ['bridge', 'private', 'vepa'] as const;

export interface IpVlan {
  readonly name: string | undefined;
  readonly address: Address | undefined;
  readonly prefix: number | undefined;
  readonly group: string | undefined;
  readonly mode: 'bridge' | 'private' | 'vepa' | undefined;
}

export const ipVlan: Value<IpVlan> = {
  syntax: '[[name] <IFNAME>] [<ADDR>[/<M>]] [group <GRP>] [bridge|private|vepa]',
  choices: modes,
  read(cursor) {
    const value: { -readonly [K in keyof IpVlan]: IpVlan[K] } = {
      name: undefined,
      address: undefined,
      prefix: undefined,
      group: undefined,
      mode: undefined,
    };
    for (let word = advanceIfAny(cursor); word !== undefined; word = advanceIfAny(cursor)) {
      const address = splitAddress(word.text);
      const mode = modes.find((each) => each === word.text);
      if (word.text === 'group') value.group = demand(cursor, 'an interface group')?.text;
      else if (word.text === 'name') value.name = demand(cursor, 'an interface name')?.text;
      else if (mode !== undefined) value.mode = mode;
      else if (address !== undefined) Object.assign(value, address);
      else if (value.name === undefined) value.name = word.text;
      else return stepBack(cursor, value);
    }
    return value;
  },
  write: ({ name, address, prefix, group, mode }) =>
    words([
      name === undefined ? undefined : `name ${quoteWord(name)}`,
      address === undefined || prefix === undefined ? address : `${address}/${prefix}`,
      group === undefined ? undefined : `group ${quoteWord(group)}`,
      mode,
    ]),
};

/** Leaves the word just read to whoever reports words too many. */
function stepBack<T>(cursor: Cursor, value: T): T {
  cursor.next -= 1;
  return value;
}

function words(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}
