/** Where a route leads: `[<TYPE>] <DST>[/<M>]`, or the default route. */
import type { Value } from '../../config/schema-value.ts';
import { advance, demand, peek } from '../../config/schema-value.ts';
import { notAddress } from '../../config/schema-word.ts';
import type { Word } from '../../config/tree.ts';
import type { PrefixedAddress } from './prefixed-address.ts';
import { splitAddress } from './prefixed-address.ts';

const types = [
  'unicast',
  'local',
  'broadcast',
  'multicast',
  'throw',
  'unreachable',
  'prohibit',
  'blackhole',
  'nat',
  'xresolve',
] as const;

const everything = ['default', 'any', 'all', 'default6'] as const;

export interface Destination {
  readonly type: (typeof types)[number] | undefined;
  readonly to: PrefixedAddress | 'default' | 'default6';
}

export const destination: Value<Destination> = {
  syntax: '[<TYPE>] <DST>[/<M>]|default',
  choices: [...types, ...everything],
  read(cursor) {
    const type = types.find((each) => each === peek(cursor)?.text);
    if (type !== undefined) advance(cursor);
    const word = demand(cursor, 'a destination');
    if (word === undefined) return undefined;
    if (everything.some((each) => each === word.text)) {
      return { type, to: word.text === 'default6' ? 'default6' : 'default' };
    }
    const to = splitAddress(word.text);
    return to === undefined ? notAddress(cursor, word, 'a destination') : { type, to };
  },
  write({ type, to }) {
    const where =
      typeof to === 'string'
        ? to
        : `${to.address}${to.prefix === undefined ? '' : `/${to.prefix}`}`;
    return type === undefined ? where : `${type} ${where}`;
  },
};

/** Whether a word without keyword is a destination. */
export function isDestination(word: Word): boolean {
  return (
    types.some((type) => type === word.text) ||
    everything.some((each) => each === word.text) ||
    splitAddress(word.text) !== undefined
  );
}
