/**
 * Lays a file out anew: four blanks for each block around a line, one empty line at most, blanks beside braces.
 * Works on the lines as they are written, so that comments, includes, conditions and definitions stay; what the
 * file says does not change.
 */
import { noFindings } from './findings.ts';
import { lexLine } from './lexer.ts';
import { limits } from './limits.ts';
import type { SourceId, Span } from './source.ts';

const indentWidth = 4;
/** Beyond this many letters a line may come near keepalived's bound, and is not made longer. */
const careful = Math.floor((limits.lineBytes - 1) / 3);

interface Layout {
  readonly lines: string[];
  depth: number;
  /** Within a definition of several lines: the blocks that it opened so far; undefined outside. */
  body: number | undefined;
  /** The depth of the conditional lines just above, and what they did to it: alternatives count once. */
  alternative: { readonly depth: number; readonly net: number } | undefined;
}

/**
 * The text laid out; laying it out again changes nothing. A text with byte order marks in its midst comes back
 * as it is: which of them are blanks depends on where its lines start.
 */
export function formatText(text: string): string {
  const layout: Layout = { lines: [], depth: 0, body: undefined, alternative: undefined };
  if (text.includes('\ufeff', 1)) return text;
  const lines = text.replace('\ufeff', '').split('\n');
  for (const line of lines) addFormatted(layout, line);
  while (layout.lines.at(-1) === '') layout.lines.pop();
  return layout.lines.map((line) => `${line}\n`).join('');
}

function addFormatted(layout: Layout, written: string): void {
  const bare = written.replace(/[ \t\v\f\r]+$/, '');
  const content = bare.replace(/^[ \t\v\f\r]+/, '');
  if (layout.body !== undefined) {
    addBodyLine(layout, bare, content);
  } else if (content === '') {
    const last = layout.lines.at(-1);
    if (last !== undefined && last !== '') layout.lines.push('');
  } else {
    addPlainLine(layout, bare, content);
  }
}

/** A further line of a definition: every one counts, even an empty one. */
function addBodyLine(layout: Layout, bare: string, content: string): void {
  const body = layout.body ?? 0;
  const braces = bracesOf(content);
  const depth = layout.depth + 1 + Math.max(0, body - leadingCloses(content, braces));
  layout.lines.push(indented(depth, bare, content));
  layout.body = continues(content) ? Math.max(0, body + netOf(content, braces)) : undefined;
}

function addPlainLine(layout: Layout, bare: string, content: string): void {
  const braces = bracesOf(content);
  const isDefinition = /^(?:@\S*\s+)*\$\w+\s*=/.test(content);
  const net = isDefinition ? 0 : netOf(content, braces);
  const isCondition = content.startsWith('@');
  const first = isCondition && layout.alternative?.net === net ? layout.alternative : undefined;
  const outer = first?.depth ?? layout.depth;
  const depth = Math.max(0, outer - leadingCloses(content, braces));
  const isPlain = !/[$~@]|^include/.test(content);
  layout.lines.push(indented(depth, bare, isPlain ? spaced(content, braces) : content));
  layout.depth = Math.max(0, outer + net);
  layout.alternative = isCondition ? { depth: outer, net } : undefined;
  if (isDefinition && continues(content)) layout.body = Math.max(0, netOf(content, braces));
}

function continues(content: string): boolean {
  const end = content.trimEnd();
  return end.endsWith('\\') && !end.endsWith('\\\\');
}

/** Where braces stand that open or close blocks. */
function bracesOf(content: string): readonly Span[] {
  const findings = noFindings();
  const braces: Span[] = [];
  let start: number | undefined = 0;
  while (start !== undefined) {
    const source = 0 as SourceId;
    const line = { text: content, start, end: content.length, source, mapped: undefined };
    const lexed = lexLine({ ...line, comments: true }, findings);
    for (const token of lexed.tokens) if ('brace' in token) braces.push(token.span);
    start = lexed.directive;
  }
  return braces;
}

function netOf(content: string, braces: readonly Span[]): number {
  const opens = braces.filter((brace) => content.charAt(brace.start) === '{').length;
  return opens * 2 - braces.length;
}

/** How many blocks end before anything else stands on the line. */
function leadingCloses(content: string, braces: readonly Span[]): number {
  let count = 0;
  let at = 0;
  for (const brace of braces) {
    const between = content.slice(at, brace.start).trim();
    if (between !== '' || content.charAt(brace.start) !== '}') break;
    at = brace.end;
    count += 1;
  }
  return count;
}

/** A blank on both sides of each brace that lacks one. */
function spaced(content: string, braces: readonly Span[]): string {
  let text = '';
  let at = 0;
  for (const brace of braces) {
    text += content.slice(at, brace.start);
    if (text !== '' && !/\s$/.test(text)) text += ' ';
    text += content.slice(brace.start, brace.end);
    at = brace.end;
    if (at < content.length && !/\s/.test(content.charAt(at))) text += ' ';
  }
  return text + content.slice(at);
}

function indented(depth: number, bare: string, content: string): string {
  if (content === '') return '';
  const line = ' '.repeat(Math.min(depth, limits.blockDepth) * indentWidth) + content;
  return line.length > careful && line.length > bare.length ? bare : line;
}
