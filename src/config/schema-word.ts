/** Values of one or more plain words: text, choices, booleans, addresses. */
import type { Address, Family } from '../base/address.ts';
import { familyOf, parseAddress } from '../base/address.ts';
import type { Cursor, Value } from './schema-value.ts';
import { advance, advanceIfAny, demand, peek, quoteWord } from './schema-value.ts';
import { nearest } from './spelling.ts';
import type { Word } from './tree.ts';

/** Any word. `what` completes "needs … after it". */
export function text(what: string, syntax = '<STRING>'): Value<string> {
  return {
    syntax,
    read: (cursor) => demand(cursor, what)?.text,
    write: quoteWord,
  };
}

/** A name that fits the kernel: shorter than IFNAMSIZ. */
export const interfaceName: Value<string> = {
  syntax: '<IF>',
  range: 'at most 15 characters',
  read(cursor) {
    const word = demand(cursor, 'an interface');
    if (word === undefined) return undefined;
    if (/[;,]$/.test(word.text)) oddName(cursor, word);
    if (word.text.length <= 15) return word.text;
    cursor.report(cursor, {
      code: 'language.interface-name-too-long',
      word,
      message: `"${word.text}" is longer than the 15 characters of an interface name; ${cursor.loss}`,
      help: 'write the name as `ip link` shows it',
    });
    return undefined;
  },
  write: quoteWord,
};

/** A legal name, so it is used; but nobody calls an interface so. */
function oddName(cursor: Cursor, word: Word): void {
  cursor.report(cursor, {
    code: 'language.mark-in-name',
    word,
    message: `"${word.text}" is taken for the name of an interface, with the mark at its end`,
    help: `write ${word.text.replace(/[;,]+$/, '')}: lines end without a mark here`,
  });
}

/** A word that may be left out; empty text when it is. */
export function optionalText(syntax: string): Value<string> {
  return {
    syntax: `[${syntax}]`,
    read: (cursor) => advanceIfAny(cursor)?.text ?? '',
    write: (value) => (value === '' ? '' : quoteWord(value)),
  };
}

/** All words to the end of the line. At least one is demanded. */
export function texts(what: string, syntax: string): Value<readonly string[]> {
  return {
    syntax,
    read(cursor) {
      const first = demand(cursor, what);
      if (first === undefined) return undefined;
      const all = [first.text];
      for (let word = advance(cursor); word !== undefined; word = advance(cursor)) {
        all.push(word.text);
      }
      return all;
    },
    write: (value) => value.map(quoteWord).join(' '),
  };
}

export interface ChoiceOptions<T extends string> {
  /** keepalived reads the words in any case; they come out as declared. */
  readonly anyCase?: true;
  /** A word in other letters is not understood as the one that was meant, since too much hangs on it. */
  readonly exactCase?: true;
  /** What keepalived does with anything else. Completes "keepalived …". */
  readonly otherwise?: string;
  /** The value taken for anything else; without it the line is ignored. */
  readonly instead?: T;
}

/** One of a few words. */
export function choice<const T extends string>(
  words: readonly T[],
  options: ChoiceOptions<T> = {},
): Value<T> {
  const expected = words.length > 6 ? `one of ${words.join(', ')}` : words.join(' or ');
  const exact = new Map<string, T>(words.map((word) => [word, word]));
  const folded = new Map<string, T>(words.map((word) => [word.toLowerCase(), word]));
  return {
    syntax: words.join('|'),
    choices: words,
    read(cursor) {
      const word = demand(cursor, expected);
      if (word === undefined) return undefined;
      const found = exact.get(word.text);
      if (found !== undefined) return found;
      const loose = folded.get(word.text.toLowerCase());
      if (loose !== undefined && options.anyCase === true) return loose;
      if (loose !== undefined && options.exactCase !== true) {
        otherCase(cursor, word, loose, options.otherwise);
        return loose;
      }
      notOneOf(cursor, word, expected, { near: nearest(word.text, words), ...options });
      return options.instead;
    },
    write: (value) => value,
  };
}

function otherCase(cursor: Cursor, word: Word, meant: string, otherwise: string | undefined): void {
  cursor.report(cursor, {
    code: 'language.other-case',
    word,
    message: `"${word.text}" is understood as ${meant}`,
    cause: `keepalived minds the case and ${otherwise ?? 'ignores the line'}`,
    help: `write ${meant}`,
  });
}

function notOneOf(
  cursor: Cursor,
  word: Word,
  expected: string,
  options: ChoiceOptions<string> & { readonly near: string | undefined },
): void {
  const instead = options.instead === undefined ? cursor.loss : `${options.instead} is used`;
  cursor.report(cursor, {
    code: 'language.unknown-choice',
    word,
    message: `"${word.text}" is not ${expected}; ${instead}`,
    cause: `keepalived ${options.otherwise ?? (options.instead === undefined ? 'ignores the line' : `uses ${options.instead}`)}`,
    help: options.near === undefined ? `write ${expected}` : `did you mean ${options.near}?`,
  });
}

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  yes: true,
  false: false,
  off: false,
  no: false,
};
const looseTruths: Readonly<Record<string, boolean>> = {
  ...truths,
  '1': true,
  '0': false,
  enable: true,
  enabled: true,
  disable: false,
  disabled: false,
};

/** `true on yes` or `false off no`; nothing at all means true. */
export const boolean: Value<boolean> = {
  syntax: '[<BOOL>]',
  choices: Object.keys(truths),
  read(cursor) {
    const word = peek(cursor);
    if (word === undefined) return true;
    const exact = truths[word.text];
    if (exact !== undefined) {
      cursor.next += 1;
      return exact;
    }
    const loose = looseTruths[word.text.toLowerCase()];
    cursor.next += 1;
    cursor.report(cursor, {
      code: 'language.not-a-boolean',
      word,
      message:
        loose === undefined
          ? `"${word.text}" is neither true nor false; ${cursor.loss}`
          : `"${word.text}" is understood as ${loose}`,
      cause:
        'keepalived knows only true, on, yes, false, off and no in lower case and ignores the line',
      help: loose === undefined ? 'write true or false' : `write ${loose}`,
    });
    return loose;
  },
  write: (value) => (value ? 'true' : 'false'),
};

/** An IP address without prefix. */
export function address(family?: Family): Value<Address> {
  const expected =
    family === undefined ? 'an IP address' : `an ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address`;
  return {
    syntax: family === undefined ? '<ADDR>' : family === 'ipv4' ? '<IPV4>' : '<IPV6>',
    read(cursor) {
      const word = demand(cursor, expected);
      if (word === undefined) return undefined;
      const value = addressIn(cursor, word);
      if (value !== undefined && (family === undefined || familyOf(value) === family)) return value;
      return notAddress(cursor, word, expected);
    },
    write: (value) => value,
    begins: (word) => parseAddress(word.text) !== undefined,
  };
}

/** A word as an address alone; a prefix length behind it is told and dropped, as keepalived drops it. */
export function addressIn(cursor: Cursor, word: Word): Address | undefined {
  const value = parseAddress(word.text);
  if (value !== undefined) return value;
  const [, alone = '', prefix = ''] = /^([^/]+)(\/\d{1,3})$/.exec(word.text) ?? [];
  const own = parseAddress(alone);
  if (own === undefined) return undefined;
  cursor.report(cursor, {
    code: 'language.needless-prefix',
    word,
    message: `"${prefix}" is ignored: here stands one address, ${own}`,
    help: `write ${own}`,
  });
  return own;
}

export function notAddress(cursor: Cursor, word: Word, expected: string): undefined {
  const [alone = ''] = word.text.split('%', 1);
  const isZoned = alone !== word.text && parseAddress(alone) !== undefined;
  cursor.report(cursor, {
    code: 'language.not-an-address',
    word,
    message: `"${word.text}" is not ${expected}; ${cursor.loss}`,
    help: isZoned
      ? `write ${alone}, and the interface by a keyword of its own: interface, bind_if or dev`
      : `write ${expected}`,
  });
  return undefined;
}

/** A value that may be left out: nothing behind the keyword gives `absent`, which no words spell. */
export function optional<T, const A extends string | number | boolean>(
  inner: Value<T>,
  absent: A,
): Value<T | A> {
  return {
    syntax: `[${inner.syntax}]`,
    range: inner.range,
    unit: inner.unit,
    choices: inner.choices,
    read: (cursor) => (peek(cursor) === undefined ? absent : inner.read(cursor)),
    write: (value) => (value === absent ? '' : inner.write(value as T)),
  };
}
