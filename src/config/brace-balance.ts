/** Says at the end of the input which braces do not pair, and where the indentation shows the mistake. */
import type { Diagnostic } from './diagnostic.ts';
import { report } from './findings.ts';
import type { Reading } from './preprocess/state.ts';
import type { Source, Span } from './source.ts';
import type { Block, Statement } from './tree.ts';

/** `open` are the blocks that nothing closed, the outermost first. */
export function reportBraces(reading: Reading, open: readonly Statement[]): void {
  const { sources, tree, findings } = reading;
  for (const [index, span] of tree.extra.entries()) {
    const early = index === 0 ? earlyBrace(sources, tree.waiting, span) : undefined;
    report(findings, {
      code: 'syntax.extra-brace',
      span,
      message: 'this brace closes nothing',
      related: early === undefined ? [] : [early],
      help:
        early === undefined
          ? 'remove it, or the brace above that closed a block too early'
          : 'remove one of the two braces',
    });
  }
  const innermost = open.at(-1)?.block;
  if (innermost !== undefined) reportOpen(reading, open, innermost);
}

function reportOpen(reading: Reading, open: readonly Statement[], innermost: Block): void {
  const guess = missingBrace(reading.sources, reading.tree.waiting);
  const count = open.length === 1 ? 'a block is' : `${open.length} blocks are`;
  const where = guess?.statement.block?.open ?? innermost.open;
  report(reading.findings, {
    code: 'syntax.missing-brace',
    span: where,
    message: `${count} still open at the end of the input`,
    related: related(open, guess),
    help:
      guess === undefined
        ? 'add the closing brace where the block should end'
        : `by the indentation, } is missing before line ${lineOf(reading.sources, guess.before)}, to end ${nameOf(guess.statement)}`,
  });
}

function related(open: readonly Statement[], guess: Guess | undefined): Diagnostic['related'] {
  if (guess !== undefined)
    return [{ span: guess.before, label: 'the block seems to end before this' }];
  return open
    .slice(0, -1)
    .flatMap(({ block }) =>
      block === undefined ? [] : [{ span: block.open, label: 'this block is open too' }],
    );
}

interface Guess {
  /** The block whose brace is missing. */
  readonly statement: Statement;
  readonly before: Span;
}

/**
 * The first block, in the order of the text, whose contents start deeper than its keyword and then come back
 * to the keyword's depth or further while the block is still open.
 */
function missingBrace(
  sources: readonly Source[],
  statements: readonly Statement[],
): Guess | undefined {
  for (const statement of statements) {
    const { block } = statement;
    if (block === undefined) continue;
    const limit = indentedBlock(sources, statement, block) ?? -1;
    for (const child of limit < 0 ? [] : block.statements.slice(1)) {
      const depth = indentation(sources, child.span) ?? Number.POSITIVE_INFINITY;
      if (depth > limit || child.span.source !== statement.span.source) continue;
      const earlier = missingBrace(sources, before(block.statements, child));
      return earlier ?? { statement, before: child.words[0]?.span ?? child.span };
    }
    const within = missingBrace(sources, block.statements);
    if (within !== undefined) return within;
    const { close } = block;
    const end = close === undefined ? undefined : indentation(sources, close);
    if (close !== undefined && end !== undefined && end < limit) {
      return { statement, before: close };
    }
  }
  return undefined;
}

/** The columns before the keyword of a block whose contents start deeper than it. */
function indentedBlock(
  sources: readonly Source[],
  statement: Statement,
  block: Block,
): number | undefined {
  const own = indentation(sources, statement.span);
  const first = block.statements[0];
  const inner = first === undefined ? undefined : indentation(sources, first.span);
  return own !== undefined && inner !== undefined && inner > own ? own : undefined;
}

function before(statements: readonly Statement[], child: Statement): readonly Statement[] {
  return statements.slice(0, statements.indexOf(child));
}

/** A brace that closed a top block although it is indented like the contents. */
function earlyBrace(
  sources: readonly Source[],
  statements: readonly Statement[],
  extra: Span,
): { readonly span: Span; readonly label: string } | undefined {
  for (const statement of statements) {
    const close = statement.block?.close;
    if (close === undefined || close.source !== extra.source || close.start > extra.start) continue;
    const own = indentation(sources, statement.span);
    const end = indentation(sources, close);
    if (own !== undefined && end !== undefined && end > own) {
      return {
        span: close,
        label: `this brace closed ${nameOf(statement)}, though it is indented deeper`,
      };
    }
  }
  return undefined;
}

/** Columns before the text when it is the first of its line; a tab counts to the next multiple of eight. */
function indentation(sources: readonly Source[], span: Span): number | undefined {
  const text = sources[span.source]?.text ?? '';
  let lineStart = span.start;
  while (lineStart > 0 && isIndent(text.charAt(lineStart - 1))) lineStart -= 1;
  if (lineStart > 0 && text.charAt(lineStart - 1) !== '\n') return undefined;
  let columns = 0;
  for (let at = lineStart; at < span.start; at += 1) {
    columns = text.charAt(at) === '\t' ? (Math.floor(columns / 8) + 1) * 8 : columns + 1;
  }
  return columns;
}

function isIndent(letter: string): boolean {
  return letter === ' ' || letter === '\t';
}

function lineOf(sources: readonly Source[], span: Span): number {
  const text = sources[span.source]?.text ?? '';
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < span.start; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}

function nameOf(statement: Statement): string {
  const words = statement.words.map((word) => word.raw).join(' ');
  return words === '' ? 'the block' : `'${words}'`;
}
