/** The smaller values of routes and rules. */
import type { Address } from '../../base/address.ts';
import type { Value } from '../../config/schema-value.ts';
import { advance, demand, peek, quoteWord } from '../../config/schema-value.ts';
import { address } from '../../config/schema-word.ts';
import type { Word } from '../../config/tree.ts';

/** `[lock] <value>`: the kernel must not change it. */
export interface Lockable<T> {
  readonly lock: boolean;
  readonly value: T;
}

export function lockable<T>(inner: Value<T>): Value<Lockable<T>> {
  return {
    syntax: `[lock] ${inner.syntax}`,
    range: inner.range,
    unit: inner.unit,
    choices: ['lock'],
    read(cursor) {
      const lock = peek(cursor)?.text === 'lock';
      if (lock) advance(cursor);
      const value = inner.read(cursor);
      return value === undefined ? undefined : { lock, value };
    },
    write: ({ lock, value }) => `${lock ? 'lock ' : ''}${inner.write(value)}`,
  };
}

/** An address behind a word that may be left out. */
export function addressAfter(words: readonly string[]): Value<Address> {
  const inner = address();
  return {
    syntax: `[${words.join('|')}] ${inner.syntax}`,
    choices: words,
    read(cursor) {
      if (words.some((word) => word === peek(cursor)?.text)) advance(cursor);
      return inner.read(cursor);
    },
    write: inner.write,
  };
}

/** One word that must have a certain form. `what` completes "is not …". */
export function pattern(what: string, syntax: string, form: RegExp): Value<string> {
  return {
    syntax,
    read(cursor) {
      const word = demand(cursor, what);
      if (word === undefined || form.test(word.text)) return word?.text;
      return notOfForm(cursor, word, what);
    },
    write: quoteWord,
  };
}

function notOfForm(cursor: Parameters<Value<string>['read']>[0], word: Word, what: string) {
  cursor.report(cursor, {
    code: 'language.wrong-form',
    word,
    message: `"${word.text}" is not ${what}; ${cursor.loss}`,
    help: `write ${what}`,
  });
  return undefined;
}

/** Milliseconds unless `s` follows, as the kernel's tools write it. */
export const kernelTime = pattern('a time such as 200ms', '<T>[s|ms]', /^\d+(\.\d+)?(s|ms)?$/);
export const typeOfService = pattern('a type of service', '<TOS>', /^[\w.-]+$/);
export const realms = pattern('a realm or two', '[<SRC>/]<DST>', /^[\w.-]+(\/[\w.-]+)?$/);

const encapsulations = ['ip', 'ip6', 'mpls', 'ila'] as const;

export interface Encapsulation {
  readonly kind: (typeof encapsulations)[number];
  readonly words: readonly string[];
}

const tunnelWords = new Set(['id', 'dst', 'src', 'tos', 'tc', 'ttl', 'hoplimit', 'flags']);

export const encapsulation: Value<Encapsulation> = {
  syntax: 'ip|ip6|mpls|ila <ARGS>',
  choices: encapsulations,
  read(cursor) {
    const word = demand(cursor, 'ip, ip6, mpls or ila');
    const kind = encapsulations.find((each) => each === word?.text);
    if (word === undefined) return undefined;
    if (kind === undefined) return notOfForm(cursor, word, 'ip, ip6, mpls or ila');
    const words: string[] = [];
    if (kind === 'mpls' || kind === 'ila') {
      const value = demand(cursor, kind === 'mpls' ? 'labels' : 'a locator');
      return value === undefined ? undefined : { kind, words: [value.text] };
    }
    for (
      let key = peek(cursor);
      key !== undefined && tunnelWords.has(key.text);
      key = peek(cursor)
    ) {
      advance(cursor);
      const value = demand(cursor, 'a value');
      if (value !== undefined) words.push(key.text, value.text);
    }
    return { kind, words };
  },
  write: ({ kind, words }) => [kind, ...words].join(' '),
};
