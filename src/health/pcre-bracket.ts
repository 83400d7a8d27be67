/** `[...]`: a bracket that comes first is itself, a bracket within opens a class by name. */
import { escapedCharacter } from './pcre-escape.ts';
import { characterAt, emit, literal, type Reading, refuse, rest } from './pcre-reading.ts';

const classes: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z\\d',
  alpha: 'a-zA-Z',
  ascii: '\\0-\\x7f',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '\\d',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t-\\r ',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '\\da-fA-F',
  '^digit': '\\D',
  '^word': '\\W',
};

/** Behind a backslash, as members of a class. JavaScript's \s knows more blanks than PCRE2's, and \S therefore less. */
const members: Readonly<Record<string, string>> = {
  s: '\\t-\\r ',
  S: '\\S\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff',
  h: ' \\t\\xa0',
  v: '\\n-\\r\\x85',
  b: '\\x08',
  E: '',
};

/** The same where classes know all letters. */
const wideMembers: Readonly<Record<string, string>> = {
  ...members,
  s: '\\s',
  S: '\\S',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: '\\p{L}\\p{N}_',
};

export function bracket(reading: Reading): void {
  const { text, at } = reading;
  const opening = text.charAt(at + 1) === '^' ? '[^' : '[';
  let source = opening;
  const begin = reading.at;
  reading.at += opening.length;
  for (let isFirst = true; reading.at < text.length; isFirst = false) {
    const letter = text.charAt(reading.at);
    if (letter === ']' && !isFirst) {
      const length = reading.at + 1 - begin;
      reading.at = begin;
      emit(reading, `${source}]`, length);
      return;
    }
    source += member(reading, letter);
  }
  // It is not closed, which the compiler will say.
  reading.source += source;
}

/** Moves on behind it. */
function member(reading: Reading, letter: string): string {
  const text = rest(reading).slice(0, 16);
  const named = /^\[([:.=])(\^?\w*)\1\]/.exec(text);
  if (named !== null) {
    const known = named[1] === ':' ? classes[named[2] ?? ''] : undefined;
    if (known === undefined) {
      const what = `${named[0]} has no counterpart here`;
      refuse(reading, { what, cure: 'write the characters themselves between the brackets' });
      return '';
    }
    reading.at += named[0].length;
    return known;
  }
  if (letter !== '\\') {
    const character = characterAt(reading, reading.at);
    reading.at += character.length;
    // A hyphen makes a range, or is itself at the border, in both.
    return character === '-' ? '-' : literal(reading, character).join('');
  }
  const { properties } = reading.options;
  const known = (properties ? wideMembers : members)[text.charAt(1)];
  if (known !== undefined) {
    reading.at += 2;
    return known;
  }
  if (/^\\[1-9HVRNXBQ]/.test(text) || (properties && text.startsWith('\\W'))) {
    const what = `${text.slice(0, 2)} between brackets has no counterpart here`;
    refuse(reading, { what, cure: 'write the characters themselves between the brackets' });
    return '';
  }
  const found = escapedCharacter(reading);
  reading.at += found?.length ?? 0;
  return found?.source ?? '';
}
