/** The physical lines of one file. Lines without any directive go to the lexer as they stand. */
import { report, reportOnce } from '../findings.ts';
import { isPlainBlank, lexLine } from '../lexer.ts';
import { limits } from '../limits.ts';
import type { MappedText } from '../mapped-text.ts';
import type { Source, Span } from '../source.ts';
import { addLine } from '../tree-builder.ts';
import { type BareLine, stripComment } from './comment.ts';
import { judgeConditions } from './condition.ts';
import { define, definitionOn } from './define.ts';
import { readBehindBrace, readLine } from './line.ts';
import { plainReader, readPlainLines } from './plain-lines.ts';
import type { Reading } from './state.ts';

/** Where reading stands within one file. */
interface Cursor {
  readonly source: Source;
  readonly hasNul: boolean;
  at: number;
  /** The next `$` at or behind `at`; the length of the text when there is none. */
  dollar: number;
}

export function readSource(reading: Reading, source: Source): void {
  const cursor = { source, hasNul: source.text.includes('\0'), at: 0, dollar: -1 };
  skipMark(reading, cursor);
  const plain = plainReader(source, reading.tree);
  while (cursor.at < source.text.length) {
    cursor.at = readPlainLines(plain, cursor.at);
    if (cursor.at >= source.text.length) break;
    const span = nextLine(reading, cursor);
    if (span === undefined) continue;
    if (isPlain(cursor, span)) readPlain(reading, source, span);
    else readDirective(reading, cursor, span);
  }
}

/** The line at the cursor, which moves behind it; undefined when the line cannot be used. */
function nextLine(reading: Reading, cursor: Cursor): Span | undefined {
  const { text, id } = cursor.source;
  const newline = text.indexOf('\n', cursor.at);
  const end = newline < 0 ? text.length : newline;
  const span = { source: id, start: cursor.at, end };
  cursor.at = end + 1;
  if (end - span.start > (limits.lineBytes - 1) / 3) reportLength(reading, text, span);
  if (cursor.hasNul && text.slice(span.start, end).includes('\0')) {
    const at = text.indexOf('\0', span.start);
    reportOnce(reading.findings, {
      code: 'syntax.nul-byte',
      span: { source: id, start: at, end: at + 1 },
      message: 'this line holds a NUL byte and is ignored',
      help: 'save the file again as UTF-8 text',
    });
    return undefined;
  }
  return span;
}

function skipMark(reading: Reading, cursor: Cursor): void {
  if (cursor.source.text.charCodeAt(0) !== 0xfeff) return;
  cursor.at = 1;
  report(reading.findings, {
    code: 'syntax.byte-order-mark',
    span: { source: cursor.source.id, start: 0, end: 1 },
    message: 'the file begins with a byte order mark, which is skipped',
    help: 'save the file as UTF-8 without a byte order mark',
  });
}

function reportLength(reading: Reading, text: string, span: Span): void {
  let bytes = 0;
  for (let at = span.start; at < span.end; at += 1) {
    const code = text.charCodeAt(at);
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  if (bytes < limits.lineBytes) return;
  reportOnce(reading.findings, {
    code: 'syntax.long-line',
    span,
    message: `this line is ${bytes} bytes long; keepalived reads at most ${limits.lineBytes - 1}`,
    help: 'break the line before the file is used with keepalived',
  });
}

function isPlain(cursor: Cursor, span: Span): boolean {
  const { text } = cursor.source;
  if (cursor.dollar < span.start) {
    const next = text.indexOf('$', span.start);
    cursor.dollar = next < 0 ? text.length : next;
  }
  if (cursor.dollar < span.end) return false;
  let at = span.start;
  while (at < span.end && isPlainBlank(text.charCodeAt(at))) at += 1;
  const first = text.charCodeAt(at);
  return first !== 0x40 && first !== 0x7e && !text.startsWith('include', at);
}

function readPlain(reading: Reading, source: Source, span: Span): void {
  const { start, end } = span;
  const line = {
    text: source.text,
    start,
    end,
    source: source.id,
    mapped: undefined,
    comments: true,
  };
  const { tokens, directive } = lexLine(line, reading.findings);
  if (tokens.length > 0) addLine(reading.tree, tokens);
  if (directive === undefined) return;
  const rest = stripComment(source, { ...span, start: directive }, reading.findings);
  readBehindBrace(reading, rest.text);
}

function readDirective(reading: Reading, cursor: Cursor, span: Span): void {
  const bare = stripComment(cursor.source, span, reading.findings);
  const conditioned = judgeConditions(reading, bare.text);
  const definition = definitionOn(reading, conditioned.rest);
  if (definition !== undefined) {
    const lines = [definition.value, ...continuation(reading, cursor, bare)];
    if (conditioned.applies) define(reading, definition.name, lines);
    else reading.definedElsewhere.add(definition.name);
  } else if (conditioned.applies) {
    if (bare.continues && !bare.isCommented) reportContinuation(reading, cursor.source, span);
    readLine(reading, conditioned.rest);
  }
}

/** The further lines of a definition: every line but the last ends in a backslash. */
function continuation(reading: Reading, cursor: Cursor, first: BareLine): MappedText[] {
  const lines: MappedText[] = [];
  let last = first;
  while (last.continues && cursor.at < cursor.source.text.length) {
    const span = nextLine(reading, cursor);
    if (span === undefined) break;
    last = stripComment(cursor.source, span, reading.findings);
    lines.push(last.text);
  }
  return lines;
}

function reportContinuation(reading: Reading, source: Source, span: Span): void {
  const start = source.text.lastIndexOf('\\', span.end);
  report(reading.findings, {
    code: 'syntax.line-continuation',
    span: { source: span.source, start, end: start + 1 },
    message: 'this backslash does not continue the line',
    help: 'write the whole statement on one line',
  });
}
