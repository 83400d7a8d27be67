/**
 * The fast way through lines that hold nothing but bare words, braces and comments on lines of their own, which is
 * nearly all of a large file. It stops at the first line that holds more, and the other way goes on from there.
 */
import { limits } from '../limits.ts';
import { PlainWord } from '../plain.ts';
import type { Source, SourceId } from '../source.ts';
import type { Word } from '../tree.ts';
import {
  closePlainBlock,
  endStatement,
  openPlainBlock,
  type TreeBuilder,
} from '../tree-builder.ts';

const tab = 9;
const carriageReturn = 13;
const space = 32;
const openBrace = 123;
const closeBrace = 125;

/** What a line of the fast way may not hold: marks of any directive, quotes, escapes, comments, other blanks. */
const special = /[^\t\n\r\x20\x25-\x3f\x41-\x5b\x5d-\x7d]/g;
/** Lines beyond this may be longer than keepalived reads. */
const longest = (limits.lineBytes - 1) / 3;

export interface PlainReader {
  readonly source: Source;
  readonly tree: TreeBuilder;
  /** The next character that is special, at or behind where reading stands. */
  special: number;
  /** The next `include`, likewise. */
  include: number;
  /** Words that were read lately: keywords come back thousands of times and need not be made anew. */
  readonly recent: string[];
}

export function plainReader(source: Source, tree: TreeBuilder): PlainReader {
  return { source, tree, special: -1, include: -1, recent: new Array<string>(1024).fill('') };
}

/** Reads lines from `from`, where a line begins, as long as they are plain; returns where the next one begins. */
export function readPlainLines(reader: PlainReader, from: number): number {
  const { text } = reader.source;
  let start = from;
  while (start < text.length) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    if (reader.special < start) reader.special = nextSpecial(text, start);
    if (reader.include < start) reader.include = nextInclude(text, start);
    if (reader.special < end || reader.include < end || end - start > longest) return start;
    readLine(reader, start, end);
    start = end + 1;
  }
  return start;
}

function nextSpecial(text: string, from: number): number {
  special.lastIndex = from;
  return special.exec(text)?.index ?? text.length;
}

function nextInclude(text: string, from: number): number {
  const found = text.indexOf('include', from);
  return found < 0 ? text.length : found;
}

/** Of the line that is being read. Long enough from the start: what V8 has compiled for a shorter list it gives up. */
const words: Word[] = [];
for (let each = 0; each < 32; each += 1) words.push(new PlainWord('', 0, 0 as SourceId));

function readLine(reader: PlainReader, start: number, end: number): void {
  const { source, tree } = reader;
  const { text, id } = source;
  let count = 0;
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === space || code === tab || code === carriageReturn) {
      at += 1;
    } else if (code === openBrace || code === closeBrace) {
      const before = count === 0 ? none : words.slice(0, count);
      if (code === openBrace) openPlainBlock(tree, before, id, at);
      else {
        endStatement(tree, before);
        closePlainBlock(tree, id, at);
      }
      count = 0;
      at += 1;
    } else {
      const until = wordEnd(text, at, end);
      words[count] = new PlainWord(wordAt(reader, at, until), at, id);
      count += 1;
      at = until;
    }
  }
  if (count > 0) endStatement(tree, words.slice(0, count));
}

const none: readonly Word[] = [];

function wordAt({ source, recent }: PlainReader, start: number, end: number): string {
  const { text } = source;
  const length = end - start;
  const slot = (text.charCodeAt(start) * 7 + text.charCodeAt(end - 1) * 31 + length * 131) & 1023;
  const known = recent[slot] ?? '';
  if (known.length === length && text.startsWith(known, start)) return known;
  const made = text.slice(start, end);
  recent[slot] = made;
  return made;
}

function wordEnd(text: string, start: number, end: number): number {
  let at = start + 1;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code <= space || code === openBrace || code === closeBrace) break;
    at += 1;
  }
  return at;
}
