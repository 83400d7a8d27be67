/**
 * Expressions of PCRE2, which a configuration holds, as expressions of JavaScript that match the same bytes. They differ in
 * what `$`, `^` and the dot stand for, and in words that only one of them has.
 */

export interface JavascriptExpression {
  readonly source: string;
  /** In the order of the alphabet. */
  readonly flags: string;
}

interface Reading {
  readonly text: string;
  at: number;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly dollarEndOnly: boolean;
  source: string;
}

const END = '(?![\\s\\S])';
/** Also before a newline that is the last of the text. */
const END_OF_TEXT = `(?=\\n?${END})`;
const START = '(?<![\\s\\S])';

/** `options`: PCRE2's names in lower case, `caseless`. What is none of either is left for the compiler to refuse. */
export function fromPcre(pattern: string, options: readonly string[]): JavascriptExpression {
  // Options at the head hold for the whole of it.
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  const letters = inline?.[1] ?? '';
  const has = (name: string, letter: string) => options.includes(name) || letters.includes(letter);
  const reading: Reading = {
    text: extended(pattern.slice(inline?.[0].length ?? 0), has('extended', 'x')),
    at: 0,
    multiline: has('multiline', 'm'),
    dotAll: has('dotall', 's'),
    dollarEndOnly: options.includes('dollar_endonly'),
    source: '',
  };
  while (reading.at < reading.text.length) reading.source += next(reading);
  const { source } = reading;
  const isUnicode = options.includes('utf') || options.includes('ucp');
  return {
    source: options.includes('anchored') ? `${START}(?:${source})` : source,
    flags: `${has('caseless', 'i') ? 'i' : ''}${isUnicode ? 'u' : ''}`,
  };
}

/** Without the blanks and comments that `extended` allows. */
function extended(text: string, isExtended: boolean): string {
  const plain = text.replaceAll(/\(\?#[^)]*\)/g, '');
  if (!isExtended) return plain;
  return plain.replaceAll(/\\[\s\S]|\[[^\]]*\]|\s+|#[^\n]*/g, (part) =>
    part.startsWith('\\') || part.startsWith('[') ? part : '',
  );
}

function next(reading: Reading): string {
  const { text, multiline, dotAll, dollarEndOnly } = reading;
  const letter = text.charAt(reading.at);
  if (letter === '\\') return escaped(reading);
  if (letter === '[') return bracket(reading);
  const group = /^\(\?(P<|P=|P>|>)/.exec(text.slice(reading.at, reading.at + 4));
  if (group !== null) return grouped(reading, group[0]);
  reading.at += 1;
  if (letter === '.') return dotAll ? '[\\s\\S]' : '[^\\n]';
  if (letter === '^') return multiline ? '(?<![^\\n])' : START;
  if (letter === '$') return multiline ? '(?![^\\n])' : dollarEndOnly ? END : END_OF_TEXT;
  // A possessive quantifier gives nothing back; without that it matches the same, and sometimes more.
  const isQuantifier = /[*+?}]/.test(letter);
  if (isQuantifier && text.charAt(reading.at) === '+') reading.at += 1;
  return letter;
}

function grouped(reading: Reading, opening: string): string {
  reading.at += opening.length;
  if (opening === '(?P<') return '(?<';
  // An atomic group, as a possessive quantifier.
  if (opening === '(?>') return '(?:';
  const name = reading.text.slice(reading.at).match(/^\w*\)?/)?.[0] ?? '';
  reading.at += name.length;
  return `\\k<${name.replace(')', '')}>`;
}

const words: Readonly<Record<string, string>> = {
  A: START,
  z: END,
  Z: END_OF_TEXT,
  h: '[ \\t]',
  H: '[^ \\t]',
  R: '(?:\\r\\n|[\\n-\\r])',
  N: '[^\\n]',
  e: '\\x1b',
  a: '\\x07',
};

/** Anything else stands for itself, and in Unicode mode must not be escaped. */
const needsEscape = /[a-zA-Z0-9^$\\.*+?()[\]{}|/]/;

function escaped(reading: Reading): string {
  const { text, at } = reading;
  const letter = text.charAt(at + 1);
  if (letter === 'Q') {
    const end = text.indexOf('\\E', at);
    const literal = text.slice(at + 2, end < 0 ? undefined : end);
    reading.at = end < 0 ? text.length : end + 2;
    return literal.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  reading.at += 2;
  return words[letter] ?? (needsEscape.test(letter) ? `\\${letter}` : letter);
}

const classes: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z\\d',
  alpha: 'a-zA-Z',
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
};

/** `[...]`: a bracket that comes first is itself, a bracket within opens a class by name. */
function bracket(reading: Reading): string {
  const { text } = reading;
  const opening = text.charAt(reading.at + 1) === '^' ? '[^' : '[';
  reading.at += opening.length;
  let source = opening;
  for (let isFirst = true; reading.at < text.length; isFirst = false) {
    const letter = text.charAt(reading.at);
    if (letter === ']' && !isFirst) {
      reading.at += 1;
      return `${source}]`;
    }
    const named = /^\[:(\w+):\]/.exec(text.slice(reading.at, reading.at + 12));
    const known = classes[named?.[1] ?? ''];
    if (named !== null && known !== undefined) {
      source += known;
      reading.at += named[0].length;
    } else if (letter === '\\') {
      const meant = text.charAt(reading.at + 1);
      source +=
        meant === 'h' ? ' \\t' : meant === '-' || needsEscape.test(meant) ? `\\${meant}` : meant;
      reading.at += 2;
    } else {
      source += letter === ']' || letter === '[' ? `\\${letter}` : letter;
      reading.at += 1;
    }
  }
  // It is not closed, which the compiler will say.
  return source;
}
