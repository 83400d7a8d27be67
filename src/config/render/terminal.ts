/** Findings for somebody who reads them on a terminal: the line, the place in it, why, and what to do. */
import type { Diagnostic, Severity } from '../diagnostic.ts';
import { type Located, type Locator, lineText, locator } from '../line-index.ts';
import type { Source, Span } from '../source.ts';
import { excerpt, printable } from './excerpt.ts';

export interface TerminalOptions {
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

interface Mark {
  readonly located: Located;
  readonly span: Span;
  readonly label: string;
  readonly primary: boolean;
}

interface Painter {
  readonly options: TerminalOptions;
  readonly gutter: number;
  readonly severity: Severity;
}

const colours: Readonly<Record<Severity | 'frame' | 'bold', string>> = {
  error: '\u001b[1;31m',
  warning: '\u001b[1;33m',
  note: '\u001b[1;36m',
  frame: '\u001b[34m',
  bold: '\u001b[1m',
};

/** All findings, one after the other, each followed by an empty line. */
export function renderTerminal(
  diagnostics: readonly Diagnostic[],
  sources: readonly Source[],
  options: TerminalOptions,
): string {
  const locate = locator(sources);
  return diagnostics.map((diagnostic) => `${renderOne(diagnostic, locate, options)}\n`).join('\n');
}

function renderOne(diagnostic: Diagnostic, locate: Locator, options: TerminalOptions): string {
  const marks = marksOf(diagnostic, locate);
  const lines = marks.map((mark) => mark.located.start.line);
  const gutter = Math.max(2, String(Math.max(0, ...lines)).length);
  const painter = { options, gutter, severity: diagnostic.severity };
  const head = paint(painter, diagnostic.severity, `${diagnostic.severity}[${diagnostic.code}]`);
  return [
    `${head}${paint(painter, 'bold', `: ${printable(diagnostic.message)}`)}`,
    ...placeLines(painter, marks),
    ...noteLines(painter, diagnostic),
  ].join('\n');
}

function marksOf(diagnostic: Diagnostic, locate: Locator): readonly Mark[] {
  const { span } = diagnostic;
  const related = diagnostic.related.map((other) => ({
    located: locate(other.span),
    span: other.span,
    label: other.label,
    primary: false,
  }));
  if (span === undefined) return related;
  return [{ located: locate(span), span, label: '', primary: true }, ...related];
}

/** One frame for each file, the one of the finding first; within it the lines in their order. */
function placeLines(painter: Painter, marks: readonly Mark[]): readonly string[] {
  const lines: string[] = [];
  const paths = new Set(marks.map((mark) => mark.located.path));
  for (const path of paths) {
    const here = marks.filter((mark) => mark.located.path === path);
    const shown = here.find((mark) => mark.primary) ?? here[0];
    if (shown === undefined) continue;
    const { line, column } = shown.located.start;
    lines.push(
      frame(painter, '┌─', ` ${printable(path)}:${line}:${column}`),
      frame(painter, '│', ''),
    );
    lines.push(...excerptLines(painter, here), frame(painter, '│', ''));
  }
  return lines;
}

function excerptLines(painter: Painter, marks: readonly Mark[]): readonly string[] {
  const sorted = [...marks].sort((one, other) => one.span.start - other.span.start);
  const lines: string[] = [];
  let last = 0;
  for (const mark of sorted) {
    const { line } = mark.located.start;
    const text = lineText(mark.located.index, line);
    const start = mark.located.index.starts[line - 1] ?? 0;
    const stretch = { start: mark.span.start - start, end: mark.span.end - start };
    const shown = excerpt(text, stretch, painter.options.width - painter.gutter - 3);
    if (line !== last) {
      if (last !== 0 && line > last + 1) lines.push(frame(painter, '·', ''));
      const number = String(line).padStart(painter.gutter);
      lines.push(`${paint(painter, 'frame', `${number} │`)} ${shown.text}`.trimEnd());
    }
    last = line;
    const sign = (mark.primary ? '^' : '-').repeat(shown.width);
    const under = mark.label === '' ? sign : `${sign} ${printable(mark.label)}`;
    const colour = mark.primary ? painter.severity : 'frame';
    lines.push(frame(painter, '│', ` ${' '.repeat(shown.column)}${paint(painter, colour, under)}`));
  }
  return lines;
}

function noteLines(painter: Painter, diagnostic: Diagnostic): readonly string[] {
  const lines: string[] = [];
  if (diagnostic.cause !== undefined) lines.push(note(painter, 'cause', diagnostic.cause));
  if (diagnostic.help !== undefined) lines.push(note(painter, 'help', diagnostic.help));
  lines.push(note(painter, 'more', `holdfast explain ${diagnostic.code}`));
  return lines;
}

/** A note, its words wrapped at the width and indented under its name. */
function note(painter: Painter, name: string, text: string): string {
  const indent = painter.gutter + 4 + name.length + 1;
  const room = Math.max(20, painter.options.width - indent);
  const wrapped = wrap(printable(text), room).join(`\n${' '.repeat(indent)}`);
  return frame(painter, '=', ` ${paint(painter, 'bold', `${name}:`)} ${wrapped}`);
}

function wrap(text: string, room: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}

function frame(painter: Painter, sign: string, rest: string): string {
  return `${' '.repeat(painter.gutter + 1)}${paint(painter, 'frame', sign)}${rest}`;
}

function paint(painter: Painter, colour: keyof typeof colours, text: string): string {
  return painter.options.colour && text !== '' ? `${colours[colour]}${text}\u001b[0m` : text;
}
