/** Takes the comment from a physical line before its parameters are replaced. */
import { type Findings, report } from '../findings.ts';
import { closingQuote, isCommentMark, isTypographicQuote } from '../lexer.ts';
import { joinMapped, type MappedText, mappedSlice, trimMapped } from '../mapped-text.ts';
import type { Source, Span } from '../source.ts';

export interface BareLine {
  /** Without comment and outer blanks; `\#` and `\!` have become the mark itself. */
  readonly text: MappedText;
  /** The line ends in a backslash, which is not part of the text; in a comment it counts too. */
  readonly continues: boolean;
  /** A comment was taken away. */
  readonly isCommented: boolean;
}

/** The line from `span.start` to `span.end` of the source, line end not included. */
export function stripComment(source: Source, span: Span, findings: Findings): BareLine {
  const line = source.text.slice(span.start, span.end).trimEnd();
  const continues = line.endsWith('\\') && !line.endsWith('\\\\');
  const until = continues ? line.length - 1 : line.length;
  const parts: MappedText[] = [];
  let from = 0;
  let at = 0;
  for (; at < until; at += 1) {
    const code = line.charCodeAt(at);
    if (code === 34 || isTypographicQuote(code)) {
      at = closingQuote(line, { start: at + 1, end: until }, code !== 34) ?? until;
    } else if (code === 92) {
      if (at + 1 < until && isCommentMark(line.charCodeAt(at + 1))) {
        parts.push(part(source, span, from, at));
        from = at + 1;
      }
      at += 1;
    } else if (isCommentMark(code)) break;
  }
  const end = Math.min(at, until);
  if (end < until) reportGlued(line, { end, span }, findings);
  parts.push(part(source, span, from, end));
  return { text: trimMapped(joinMapped(parts)), continues, isCommented: end < until };
}

function part(source: Source, line: Span, from: number, to: number): MappedText {
  return mappedSlice(source.text, { ...line, start: line.start + from, end: line.start + to });
}

/** A comment that begins within a bare word: the operator may have meant the mark as a letter. */
function reportGlued(
  line: string,
  mark: { readonly end: number; readonly span: Span },
  findings: Findings,
): void {
  const word = /[^\s"{}]+$/.exec(line.slice(0, mark.end))?.[0];
  if (word === undefined) return;
  const start = mark.span.start + mark.end;
  report(findings, {
    code: 'syntax.comment-in-word',
    span: { source: mark.span.source, start, end: start + 1 },
    message: `${line.charAt(mark.end)} begins a comment here, so the word is '${word}'`,
    help: `write \\${line.charAt(mark.end)} if the mark belongs to the word, or a blank before it if it does not`,
  });
}
