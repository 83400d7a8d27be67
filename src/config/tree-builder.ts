/** Puts the words and braces of successive lines together into statements and blocks. */
import { type Findings, report } from './findings.ts';
import type { Token } from './lexer.ts';
import { limits } from './limits.ts';
import type { Span } from './source.ts';
import type { Statement, Word } from './tree.ts';

interface OpenBlock {
  readonly words: readonly Word[];
  readonly open: Span;
  readonly statements: Statement[];
}

export interface TreeBuilder {
  readonly statements: Statement[];
  readonly stack: OpenBlock[];
  readonly findings: Findings;
  /** Closing braces without a block. */
  readonly extra: Span[];
  /** Braces that opened beyond the bound and did not close yet. */
  drowned: number;
}

export function emptyTree(findings: Findings): TreeBuilder {
  return { statements: [], stack: [], findings, extra: [], drowned: 0 };
}

/** Adds one line. A statement ends with the line, or with a brace. */
export function addLine(builder: TreeBuilder, tokens: readonly Token[]): void {
  let from = 0;
  for (let at = 0; at <= tokens.length; at += 1) {
    const token = tokens[at];
    if (token !== undefined && !('brace' in token)) continue;
    const words = tokens.slice(from, at) as Word[];
    from = at + 1;
    if (token?.brace === 'open') {
      openBlock(builder, words, token.span);
      continue;
    }
    endStatement(builder, words);
    if (token !== undefined) closeBlock(builder, token.span);
  }
}

/** Ends the input; blocks that are still open are returned, the outermost first. */
export function endTree(builder: TreeBuilder): readonly Statement[] {
  const open: Statement[] = [];
  while (builder.stack.length > 0) open.unshift(popBlock(builder, undefined));
  return open;
}

function current(builder: TreeBuilder): Statement[] {
  return builder.stack.at(-1)?.statements ?? builder.statements;
}

function endStatement(builder: TreeBuilder, words: readonly Word[]): void {
  const first = words[0];
  if (first === undefined || builder.drowned > 0) return;
  const span = covering(first.span, words.at(-1)?.span ?? first.span);
  current(builder).push({ words, block: undefined, span });
}

function openBlock(builder: TreeBuilder, words: readonly Word[], open: Span): void {
  if (builder.drowned > 0 || builder.stack.length >= limits.blockDepth) {
    if (builder.drowned === 0) reportDepth(builder, open);
    builder.drowned += 1;
    return;
  }
  const owner = words.length > 0 ? words : keywordBefore(builder);
  if (owner.length === 0) {
    report(builder.findings, {
      code: 'syntax.block-without-keyword',
      span: open,
      message: 'a block opens here without a keyword',
      help: 'write the keyword before the brace, or remove the block',
    });
  }
  builder.stack.push({ words: owner, open, statements: [] });
}

/** The words of the statement before, which waits for the brace on a line of its own. */
function keywordBefore(builder: TreeBuilder): readonly Word[] {
  const siblings = current(builder);
  const last = siblings.at(-1);
  if (last === undefined || last.block !== undefined) return [];
  siblings.pop();
  return last.words;
}

function closeBlock(builder: TreeBuilder, close: Span): void {
  if (builder.drowned > 0) {
    builder.drowned -= 1;
  } else if (builder.stack.length > 0) {
    popBlock(builder, close);
  } else {
    builder.extra.push(close);
  }
}

function popBlock(builder: TreeBuilder, close: Span | undefined): Statement {
  const block = builder.stack.pop();
  if (block === undefined) throw new Error('broken invariant: a block is open');
  const end = close ?? block.statements.at(-1)?.span ?? block.open;
  const statement = {
    words: block.words,
    block: { open: block.open, close, statements: block.statements },
    span: covering(block.words[0]?.span ?? block.open, end),
  };
  current(builder).push(statement);
  return statement;
}

/** From the start of one to the end of the other; the first alone when they stand in different texts. */
function covering(first: Span, last: Span): Span {
  if (first === last || first.source !== last.source || last.end < first.start) return first;
  return { source: first.source, start: first.start, end: Math.max(first.end, last.end) };
}

function reportDepth(builder: TreeBuilder, open: Span): void {
  report(builder.findings, {
    code: 'syntax.too-deep',
    span: open,
    message: `more than ${limits.blockDepth} blocks are open here; what this one holds is dropped`,
    help: 'look for a missing closing brace above',
  });
}
