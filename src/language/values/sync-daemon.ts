/** `<IF> [[inst] <VRRP_INST>] [id <N>] [maxlen <N>] [port <N>] [ttl <N>] [group <MCAST>]`. */
import type { Address } from '../../base/address.ts';
import { integer } from '../../config/schema-number.ts';
import type { Cursor, Value } from '../../config/schema-value.ts';
import { advanceIfAny, demand, quoteWord } from '../../config/schema-value.ts';
import { address } from '../../config/schema-word.ts';

export interface SyncDaemon {
  readonly interface: string;
  /** The instance whose state decides between sending and receiving; undefined does both. */
  readonly instance: string | undefined;
  readonly id: number | undefined;
  readonly maxlen: number | undefined;
  readonly port: number | undefined;
  readonly ttl: number | undefined;
  readonly group: Address | undefined;
}

type Draft = { -readonly [K in keyof SyncDaemon]: SyncDaemon[K] };

const numbers = {
  id: integer({ min: 0, max: 255 }),
  maxlen: integer({ min: 1, max: 65_507 }),
  port: integer({ min: 1, max: 65_535 }),
  ttl: integer({ min: 1, max: 255 }),
} as const;

export const syncDaemon: Value<SyncDaemon> = {
  syntax:
    '<IF> [[inst] <VRRP_INST>] [id <0-255>] [maxlen <1-65507>] [port <1-65535>] [ttl <1-255>] [group <MCAST>]',
  read(cursor) {
    const name = demand(cursor, 'an interface')?.text;
    if (name === undefined) return undefined;
    const draft: Draft = {
      interface: name,
      instance: undefined,
      id: undefined,
      maxlen: undefined,
      port: undefined,
      ttl: undefined,
      group: undefined,
    };
    while (readPart(cursor, draft));
    return draft;
  },
  write: (value) =>
    [
      value.interface,
      value.instance === undefined ? undefined : `inst ${quoteWord(value.instance)}`,
      ...(['id', 'maxlen', 'port', 'ttl', 'group'] as const).map((key) =>
        value[key] === undefined ? undefined : `${key} ${value[key]}`,
      ),
    ]
      .filter((part) => part !== undefined)
      .join(' '),
};

/** One option, or the bare names and numbers of the old form; false at the end or at a word too many. */
function readPart(cursor: Cursor, draft: Draft): boolean {
  const word = advanceIfAny(cursor);
  if (word === undefined) return false;
  const key = word.text;
  if (key === 'inst') draft.instance = demand(cursor, 'the name of an instance')?.text;
  else if (key === 'group') draft.group = address().read(cursor);
  else if (key === 'id' || key === 'maxlen' || key === 'port' || key === 'ttl') {
    draft[key] = numbers[key].read(cursor);
  } else if (draft.instance === undefined) draft.instance = key;
  else if (draft.id === undefined && /^\d+$/.test(key)) draft.id = Number(key);
  else {
    cursor.next -= 1;
    return false;
  }
  return true;
}
