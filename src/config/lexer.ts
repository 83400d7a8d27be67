/**
 * Words and braces of one line. Blanks separate words, double quotes group them, braces outside quotes stand
 * for themselves wherever they are, `#` and `!` outside quotes end the line unless a backslash stands before.
 */
import { type Findings, report, reportOnce } from './findings.ts';
import { literal, type MappedText, type Place, placeOf } from './mapped-text.ts';
import type { SourceId, Span } from './source.ts';
import type { Word } from './tree.ts';

export interface Brace {
  readonly brace: 'open' | 'close';
  readonly span: Span;
}

export type Token = Word | Brace;

export interface Lexed {
  readonly tokens: readonly Token[];
  /** Where a directive stands behind a brace: it is not lexed, since it takes the rest of the line. */
  readonly directive: number | undefined;
}

export interface Line {
  readonly text: string;
  readonly start: number;
  /** Exclusive; the line end is not part of the line. */
  readonly end: number;
  readonly source: SourceId;
  /** Where expanded text is written; undefined when `text` is the source itself. */
  readonly mapped: MappedText | undefined;
  /** Expanded text has lost its comments already: a mark in it is a letter. */
  readonly comments: boolean;
}

const tab = 9;
const verticalTab = 11;
const carriageReturn = 13;
const space = 32;
const bang = 33;
const doubleQuote = 34;
const hash = 35;
const dollar = 36;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;

export function isPlainBlank(code: number): boolean {
  return code === space || code === tab || (code >= verticalTab && code <= carriageReturn);
}

/** Characters that look like a blank, or like nothing, and are none for keepalived. */
function isForeignBlank(code: number): boolean {
  if (code < 0xa0) return false;
  return (
    code === 0xa0 ||
    (code >= 0x2000 && code <= 0x200b) ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x2060 ||
    code === 0x3000 ||
    code === 0xfeff
  );
}

function isBlank(code: number): boolean {
  return code > space ? isForeignBlank(code) : isPlainBlank(code);
}

/** The double marks of word processors. */
export function isTypographicQuote(code: number): boolean {
  return code >= 0x201c && code <= 0x201f;
}

export function isCommentMark(code: number): boolean {
  return code === hash || code === bang;
}

export function lexLine(line: Line, findings: Findings): Lexed {
  const tokens: Token[] = [];
  const { text, end } = line;
  let at = line.start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (isBlank(code)) {
      const until = blanksEnd(line, at);
      if (code > space) reportForeign(line, { start: at, end: until }, findings);
      at = until;
    } else if (code === openBrace || code === closeBrace) {
      const { span } = placeIn(line, at, at + 1);
      tokens.push({ brace: code === openBrace ? 'open' : 'close', span });
      at += 1;
      while (at < end && isPlainBlank(text.charCodeAt(at))) at += 1;
      if (at < end && isDirectiveAt(line, at)) return { tokens, directive: at };
    } else if (line.comments && isCommentMark(code)) {
      break;
    } else if (code === doubleQuote || isTypographicQuote(code)) {
      at = lexQuoted(line, at, { tokens, findings });
    } else {
      at = lexBare(line, at, { tokens, findings });
    }
  }
  return { tokens, directive: undefined };
}

const directive = /(?:@|~SEQx?\b|~LST\b|\$\w+=|include[rmwba]?(?:\s|$))/y;

/** Whether a word that starts here, behind a brace, is a directive. */
function isDirectiveAt(line: Line, at: number): boolean {
  const code = line.text.charCodeAt(at);
  if (code !== dollar && code !== 0x40 && code !== 0x7e && code !== 0x69) return false;
  directive.lastIndex = at;
  return directive.test(line.text);
}

interface Sink {
  readonly tokens: Token[];
  readonly findings: Findings;
}

/** The end of the bare word that starts at `start`, which has been pushed. */
function lexBare(line: Line, start: number, sink: Sink): number {
  const { text, end } = line;
  let at = start;
  let hasEscape = false;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === backslash) {
      hasEscape ||= isCommentMark(text.charCodeAt(at + 1));
      if (blanksEnd(line, at + 1) === end) break;
      at += isCommentMark(text.charCodeAt(at + 1)) ? 2 : 1;
      continue;
    }
    if (line.comments && isCommentMark(code)) {
      reportMarkInWord(line, { start, at }, sink.findings);
      break;
    }
    const named = code === openBrace && at > start ? bracedNameEnd(line, at) : undefined;
    if (named !== undefined) {
      at = named;
      continue;
    }
    if (isBlank(code) || code === doubleQuote || code === openBrace || code === closeBrace) break;
    if (code > 0x7f && isTypographicQuote(code)) break;
    at += 1;
  }
  if (at > start) pushWord(line, { start, end: at, hasEscape }, sink.tokens);
  if (at < end && text.charCodeAt(at) === backslash) return dropContinuation(line, at, sink);
  return at;
}

/** `${NAME}` that stayed, since no such parameter is known, is one word: its braces are no block. */
function bracedNameEnd(line: Line, brace: number): number | undefined {
  if (line.text.charCodeAt(brace - 1) !== dollar) return undefined;
  const rest = line.text.slice(brace, Math.min(line.end, brace + 256));
  const name = /^\{\s*\w+(?:\s+[\w.:/-]+)*\s*\}/.exec(rest);
  return name === null ? undefined : brace + name[0].length;
}

function pushWord(
  line: Line,
  bounds: { readonly start: number; readonly end: number; readonly hasEscape: boolean },
  tokens: Token[],
): void {
  const raw = line.text.slice(bounds.start, bounds.end);
  const text = bounds.hasEscape ? raw.replace(/\\([#!])/g, '$1') : raw;
  const { span, via } = placeIn(line, bounds.start, bounds.end);
  tokens.push({ text, raw, quoted: false, span, via });
}

/** A backslash with nothing but blanks behind it. */
function dropContinuation(line: Line, at: number, sink: Sink): number {
  report(sink.findings, {
    code: 'syntax.line-continuation',
    span: placeIn(line, at, at + 1).span,
    message: 'this backslash does not continue the line',
    help: 'write the whole statement on one line',
  });
  return line.end;
}

/** The end of the run of blanks that `from` is in. */
function blanksEnd(line: Line, from: number): number {
  let at = from;
  while (at < line.end && isBlank(line.text.charCodeAt(at))) at += 1;
  return at;
}

/** The offset behind the quoted word that starts at `start`, which has been pushed. */
function lexQuoted(line: Line, start: number, sink: Sink): number {
  const { text, end } = line;
  const curved = text.charCodeAt(start) !== doubleQuote;
  const closing = closingQuote(text, { start: start + 1, end }, curved);
  const isOpen = closing === undefined;
  const stop = closing ?? trimmedEnd(line);
  const place = placeIn(line, start, isOpen ? stop : stop + 1);
  const inner = text.slice(start + 1, stop);
  const raw = `"${inner}"`;
  const { span, via } = place;
  sink.tokens.push({ text: inner.replaceAll('\\"', '"'), raw, quoted: true, span, via });
  if (isOpen) {
    report(sink.findings, {
      code: 'syntax.unterminated-quote',
      span: placeIn(line, start, start + 1).span,
      message: 'this quote is never closed; it is read as ending with the line',
      help: 'put the closing double quote where the quoted text ends',
    });
  } else if (curved) {
    reportOnce(sink.findings, {
      code: 'syntax.typographic-quote',
      span: place.span,
      message: 'typographic quotation marks, read as double quotes',
      help: `write ${raw}`,
    });
  }
  return isOpen ? end : stop + 1;
}

/**
 * A quote behind a backslash does not close, unless no other does: `"a \" b"` holds a quote, `"C:\"` ends
 * with a backslash.
 */
export function closingQuote(
  text: string,
  inside: { readonly start: number; readonly end: number },
  curved: boolean,
): number | undefined {
  let fallback: number | undefined;
  for (let at = inside.start; at < inside.end; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== doubleQuote && !(curved && isTypographicQuote(code))) continue;
    if (text.charCodeAt(at - 1) !== backslash || at === inside.start) return at;
    fallback = at;
  }
  return fallback;
}

function trimmedEnd(line: Line): number {
  let end = line.end;
  while (end > line.start && isBlank(line.text.charCodeAt(end - 1))) end -= 1;
  return end;
}

function placeIn(line: Line, start: number, end: number): Place {
  if (line.mapped !== undefined) return placeOf(line.mapped, start, end);
  return { span: { source: line.source, start, end }, via: literal };
}

function reportForeign(
  line: Line,
  run: { readonly start: number; readonly end: number },
  findings: Findings,
): void {
  const code = line.text.charCodeAt(run.start).toString(16).toUpperCase().padStart(4, '0');
  reportOnce(findings, {
    code: 'syntax.foreign-blank',
    span: placeIn(line, run.start, run.end).span,
    message: `the character U+${code} is read as a blank`,
    help: 'replace it with a space',
  });
}

function reportMarkInWord(
  line: Line,
  word: { readonly start: number; readonly at: number },
  findings: Findings,
): void {
  const mark = line.text.charAt(word.at);
  const kept = line.text.slice(word.start, word.at);
  report(findings, {
    code: 'syntax.comment-in-word',
    span: placeIn(line, word.at, word.at + 1).span,
    message: `${mark} begins a comment here, so the word is '${kept}'`,
    help: `write \\${mark} if the mark belongs to the word, or a blank before it if it does not`,
  });
}
