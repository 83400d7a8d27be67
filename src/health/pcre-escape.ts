/** What stands behind a backslash, within brackets and without. */
import { emit, literal, numbered, type Reading, refuse, rest } from './pcre-reading.ts';

const END = '(?![\\s\\S])';
/** Also before a newline that is the last of the text. */
export const endOfText = `(?=\\n?${END})`;
export const veryEnd = END;
export const startOfText = '(?<![\\s\\S])';

/** Blanks that PCRE2 knows by \h and \v; those beyond a byte count only where characters are matched. */
const across = ' \\t\\xa0';
const acrossWide = '\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000';
const down = '\\n-\\r\\x85';
const downWide = '\\u2028\\u2029';
const letter = '[\\p{L}\\p{N}_]';

/** What stands for itself in both, with what PCRE2 alone names. */
const alike = new Set([...'dDwWfnrt']);
const named: Readonly<Record<string, string>> = { e: '\\x1b', a: '\\x07' };

/** By letter, for outside of brackets. */
function classOf({ options }: Reading, name: string): string | undefined {
  const { unicode, properties } = options;
  const h = unicode ? across + acrossWide : across;
  const v = unicode ? down + downWide : down;
  switch (name) {
    case 'h':
      return `[${h}]`;
    case 'H':
      return `[^${h}]`;
    case 'v':
      return `[${v}]`;
    case 'V':
      return `[^${v}]`;
    case 'R':
      return `(?:\\r\\n|(?!\\r\\n)[${v}])`;
    case 'N':
      return '[^\\n]';
    case 's':
      return properties ? '\\s' : '[\\t-\\r ]';
    case 'S':
      return properties ? '\\S' : '[^\\t-\\r ]';
    case 'd':
      return properties ? '\\p{Nd}' : '\\d';
    case 'D':
      return properties ? '\\P{Nd}' : '\\D';
    case 'w':
      return properties ? letter : '\\w';
    case 'W':
      return properties ? `[^${letter.slice(1)}` : '\\W';
    case 'b':
      return properties ? `(?:(?<=${letter})(?!${letter})|(?<!${letter})(?=${letter}))` : '\\b';
    case 'B':
      return properties ? `(?:(?<=${letter})(?=${letter})|(?<!${letter})(?!${letter}))` : '\\B';
    case 'A':
      return startOfText;
    case 'z':
      return END;
    case 'Z':
      return endOfText;
    default:
      return undefined;
  }
}

export function escaped(reading: Reading): void {
  const name = reading.text.charAt(reading.at + 1);
  if (name === 'Q') {
    quoted(reading);
  } else if (name === 'E') {
    reading.at += 2;
  } else if (name === 'g' || name === 'k' || /[1-9]/.test(name)) {
    reference(reading);
  } else if (name === 'N' && reading.text.charAt(reading.at + 2) === '{') {
    refuse(reading, unknown('\\N{'));
  } else {
    const known = classOf(reading, name);
    if (known !== undefined) emit(reading, known, 2);
    else character(reading);
  }
}

/** One that stands for one character, whatever it is. */
function character(reading: Reading): void {
  const found = escapedCharacter(reading);
  if (found !== undefined) emit(reading, found.source, found.length);
}

export interface Found {
  readonly source: string;
  readonly length: number;
}

/** undefined has been refused. */
export function escapedCharacter(reading: Reading): Found | undefined {
  const text = rest(reading);
  const name = text.charAt(1);
  const own = named[name];
  if (own !== undefined) return { source: own, length: 2 };
  if (alike.has(name)) return { source: `\\${name}`, length: 2 };
  if (/[xo0]/.test(name)) return byNumber(reading, text);
  if (name === 'p' || name === 'P') return property(reading, text);
  const control = /^\\c[a-zA-Z]/.exec(text);
  if (control !== null) return { source: control[0], length: 3 };
  if (/[a-zA-Z]/.test(name)) {
    refuse(reading, unknown(`\\${name}`));
    return undefined;
  }
  // Nothing behind it, which the compiler will say.
  if (name === '') return { source: '\\', length: 1 };
  // It would make a range between brackets, and cannot be escaped outside of them in Unicode mode.
  if (name === '-') return { source: '\\x2d', length: 2 };
  const scalar = String.fromCodePoint(text.codePointAt(1) ?? 0);
  return { source: literal(reading, scalar).join(''), length: 1 + scalar.length };
}

function byNumber(reading: Reading, text: string): Found | undefined {
  const match =
    /^\\x\{([\da-fA-F]+)\}/.exec(text) ??
    /^\\x([\da-fA-F]{0,2})/.exec(text) ??
    /^\\o\{([0-7]+)\}/.exec(text) ??
    /^\\(0[0-7]{0,2})/.exec(text);
  const base = text.startsWith('\\x') ? 16 : 8;
  const scalar = Number.parseInt(match?.[1] || '0', base);
  const source = match === null ? undefined : numbered(reading, scalar);
  if (match === null || source === undefined) {
    const what = `${match?.[0] ?? text.slice(0, 3)} is a character that no byte is`;
    refuse(reading, { what, cure: 'add utf to regex_options' });
    return undefined;
  }
  return { source, length: match[0].length };
}

function property(reading: Reading, text: string): Found | undefined {
  const match = /^\\[pP](?:\{(\^?)(\w+)\}|([A-Z]))/.exec(text);
  if (match === null || !reading.options.unicode) {
    refuse(reading, {
      what: `${match?.[0] ?? '\\p'} asks what a character is, and bytes are matched`,
      cure: 'add utf to regex_options',
    });
    return undefined;
  }
  const [written, not, name, short] = match;
  const isNot = written.startsWith('\\P') !== (not === '^');
  return { source: `\\${isNot ? 'P' : 'p'}{${name ?? short}}`, length: written.length };
}

function unknown(what: string) {
  return {
    what: `${what} has no counterpart here`,
    cure: 'write the expression without it',
  };
}

function quoted(reading: Reading): void {
  const { text, at } = reading;
  const end = text.indexOf('\\E', at + 2);
  for (const each of text.slice(at + 2, end < 0 ? undefined : end)) {
    for (const source of literal(reading, each)) emit(reading, source, 0);
  }
  reading.at = end < 0 ? text.length : end + 2;
}

const byName = /^\\(?:k<(\w+)>|k'(\w+)'|k\{(\w+)\}|g\{([A-Za-z_]\w*)\})/;
const byPlace = /^\\(?:g\{([+-]?\d+)\}|g([+-]?\d+)|(\d+))/;

/** `\1`, `\g{-1}`, `\k<name>`: what a group has matched, once more. */
function reference(reading: Reading): void {
  const text = rest(reading);
  const name = byName.exec(text);
  if (name !== null) {
    emit(reading, `\\k<${name[1] ?? name[2] ?? name[3] ?? name[4]}>`, name[0].length);
    return;
  }
  const place = byPlace.exec(text);
  const digits = place?.[1] ?? place?.[2] ?? place?.[3];
  if (place === null || digits === undefined) {
    refuse(reading, text.startsWith('\\k') ? unknown('\\k') : calls(text.slice(0, 12)));
    return;
  }
  const number = Number(digits);
  const octal = /^\\([0-7]{2,3})/.exec(text);
  if (place[3] !== undefined && number > 9 && number > reading.groups.length && octal !== null) {
    const source = numbered(reading, Number.parseInt(octal[1] ?? '', 8) & 0xff);
    emit(reading, source ?? '', octal[0].length);
    return;
  }
  const index = digits.startsWith('-') ? reading.groups.length + number : number - 1;
  // One that is not there, or comes later, is for the compiler to find.
  emit(reading, `\\k<${reading.groups[index] ?? `$${index + 1}`}>`, place[0].length);
}

export function calls(what: string) {
  return {
    what: `${what} has another part of the expression match again`,
    cure: 'write that part out where it is called; one that contains itself cannot be written',
  };
}
