/**
 * Expressions of PCRE2, which a configuration holds, as expressions of JavaScript that match the same bytes, or what of
 * them has no counterpart. One difference is left: a reference to a group that has matched nothing fails in PCRE2.
 */
import { bracket } from './pcre-bracket.ts';
import { calls, endOfText, escaped, startOfText, veryEnd } from './pcre-escape.ts';
import {
  characterAt,
  emit,
  literal,
  type Options,
  type Reading,
  refuse,
  rest,
  type Trouble,
} from './pcre-reading.ts';

export interface JavascriptExpression {
  readonly source: string;
  /** In the order of the alphabet. */
  readonly flags: string;
  /** What cannot be carried over: `source` then means something else. */
  readonly trouble?: Trouble;
}

/** Names of options that change what matches in a way that is not built. */
const unbuilt = ['firstline', 'alt_bsux'];

/** `options`: PCRE2's names in lower case, `caseless`. What is damaged is left for the compiler to refuse. */
export function fromPcre(pattern: string, options: readonly string[]): JavascriptExpression {
  // Options at the head hold for the whole of it.
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  const letters = inline?.[1] ?? '';
  const has = (name: string, letter: string) => options.includes(name) || letters.includes(letter);
  const properties = options.includes('ucp');
  // Without utf it asks of bytes what only characters are.
  const unicode = options.includes('utf') || properties;
  const reading = readingOf(pattern.slice(inline?.[0].length ?? 0), {
    multiline: has('multiline', 'm'),
    dotAll: has('dotall', 's'),
    dollarEndOnly: options.includes('dollar_endonly'),
    altCircumflex: options.includes('alt_circumflex'),
    extended: has('extended', 'x'),
    ...{ unicode, properties },
  });
  for (const name of unbuilt) {
    if (!options.includes(name)) continue;
    const what = `the option ${name} is not known here`;
    refuse(reading, { what, cure: `remove ${name} from regex_options` });
  }
  if (options.includes('allow_empty_class') && /\[\^?\]/.test(pattern)) {
    refuse(reading, { what: '[] is a class of nothing', cure: 'write (?!) in its place' });
  }
  while (reading.at < reading.text.length) next(reading);
  const { source, trouble } = reading;
  return {
    source: options.includes('anchored') ? `${startOfText}(?:${source})` : source,
    flags: `${has('caseless', 'i') ? 'i' : ''}${unicode ? 'u' : ''}`,
    ...(trouble === undefined ? {} : { trouble }),
  };
}

function readingOf(text: string, options: Options): Reading {
  return {
    ...{ text, options },
    hasReferences: /\\[1-9gk]|\(\?P=/.test(text),
    ...{ at: 0, source: '', atom: undefined, opened: [], groups: [], atomics: 0 },
    trouble: undefined,
  };
}

const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})/;

function next(reading: Reading): void {
  const { text, options } = reading;
  const letter = text.charAt(reading.at);
  if (letter === '\\') escaped(reading);
  else if (letter === '[') bracket(reading);
  else if (letter === '(') opened(reading);
  else if (letter === ')') closed(reading);
  else if (options.extended && /[\s#]/.test(letter)) skip(reading);
  else if (letter === '|') {
    emit(reading, letter, 1);
    reading.atom = undefined;
  } else if (quantifier.test(rest(reading))) repeated(reading);
  else if (letter === '.') emit(reading, options.dotAll ? '[\\s\\S]' : '[^\\n]', 1);
  else if (letter === '^') emit(reading, lineStart(options), 1);
  else if (letter === '$') emit(reading, lineEnd(options), 1);
  else {
    const character = characterAt(reading, reading.at);
    for (const source of literal(reading, character)) emit(reading, source, 0);
    reading.at += character.length;
  }
}

/** Behind a newline that ends the text no line begins. */
function lineStart({ multiline, altCircumflex }: Options): string {
  if (!multiline) return startOfText;
  return altCircumflex ? '(?<![^\\n])' : `(?:${startOfText}|(?<=\\n)(?=[\\s\\S]))`;
}

function lineEnd({ multiline, dollarEndOnly }: Options): string {
  return multiline ? '(?![^\\n])' : dollarEndOnly ? veryEnd : endOfText;
}

/** Blanks and comments, which `extended` allows; a quantifier may follow them. */
function skip(reading: Reading): void {
  reading.at += (/^(?:\s+|#[^\n]*)/.exec(rest(reading))?.[0] ?? ' ').length;
}

function repeated(reading: Reading): void {
  const { atom } = reading;
  const count = quantifier.exec(rest(reading))?.[0] ?? '';
  const mode = reading.text.charAt(reading.at + count.length);
  reading.at += count.length;
  if (mode === '?' || mode === '+') reading.at += 1;
  reading.source += mode === '?' ? `${count}?` : count;
  // Nothing to repeat is for the compiler to find.
  if (mode === '+' && atom !== undefined) makeAtomic(reading, atom);
}

/** What has once matched gives nothing back: a look ahead does not, and what it has seen is then taken. */
function makeAtomic(reading: Reading, from: number): void {
  const body = reading.source.slice(from);
  reading.atomics += 1;
  const name = `$a${reading.atomics}`;
  reading.source = `${reading.source.slice(0, from)}(?:(?=(?<${name}>${body}))\\k<${name}>)`;
  reading.atom = from;
}

const named = /^\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/;
/** JavaScript has the same, with the same meaning. */
const plain = /^\(\?(?:[:=!]|<[=!]|i:|-i:)/;
const called = /^\(\?(?:R|P>|&|[+-]?\d)[^)]*\)?/;

function opened(reading: Reading): void {
  const text = rest(reading);
  const name = named.exec(text);
  const opening = plain.exec(text)?.[0];
  if (name !== null) capture(reading, name[1] ?? name[2] ?? '', name[0].length);
  else if (opening !== undefined) open(reading, opening, opening.length, false);
  else if (text.startsWith('(?>')) open(reading, '(?:', 3, true);
  else if (text.startsWith('(?#')) {
    const end = text.indexOf(')');
    reading.at += end < 0 ? text.length : end + 1;
  } else if (text.startsWith('(?P=')) {
    const again = /^\(\?P=(\w*)\)?/.exec(text);
    emit(reading, `\\k<${again?.[1] ?? ''}>`, again?.[0].length ?? 0);
  } else if (text.startsWith('(?') || text.startsWith('(*')) refuse(reading, special(text));
  else capture(reading, `$${reading.groups.length + 1}`, 1);
}

function special(text: string): Trouble {
  const call = called.exec(text)?.[0];
  if (call !== undefined) return calls(call);
  const head = /^\([?*][^)]{0,12}\)?/.exec(text)?.[0] ?? text.slice(0, 3);
  if (/^\(\?\^?[a-zA-Z-]+\)/.test(text)) {
    return {
      what: `${head} changes options in the middle`,
      cure: 'write them into regex_options',
    };
  }
  return { what: `${head} has no counterpart here`, cure: 'write the expression without it' };
}

function capture(reading: Reading, name: string, length: number): void {
  reading.groups.push(name);
  open(reading, reading.hasReferences ? `(?<${name}>` : '(?:', length, false);
}

function open(reading: Reading, source: string, length: number, isAtomic: boolean): void {
  reading.opened.push({ at: reading.source.length, isAtomic });
  emit(reading, source, length);
  reading.atom = undefined;
}

function closed(reading: Reading): void {
  const begun = reading.opened.pop();
  reading.source += ')';
  reading.at += 1;
  reading.atom = begun?.at;
  if (begun?.isAtomic === true) makeAtomic(reading, begun.at);
}
