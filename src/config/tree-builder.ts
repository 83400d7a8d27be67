/** Puts the words and braces of successive lines together into statements and blocks. */
import { type Findings, report } from './findings.ts';
import type { Token } from './lexer.ts';
import { limits } from './limits.ts';
import { PlainBlock, WrittenStatement } from './plain.ts';
import type { Span } from './source.ts';
import type { Block, Statement, Word } from './tree.ts';

interface OpenBlock {
  readonly words: readonly Word[];
  readonly open: Span;
  /** How many statements were waiting when it opened: those behind them are its own. */
  readonly from: number;
}

export interface TreeBuilder {
  /** Statements of the blocks that are open, and of the top level, in the order of the text. */
  readonly waiting: Statement[];
  readonly stack: OpenBlock[];
  readonly findings: Findings;
  /** Closing braces without a block. */
  readonly extra: Span[];
  /** Braces that opened beyond the bound and did not close yet. */
  drowned: number;
}

export function emptyTree(findings: Findings): TreeBuilder {
  return { waiting: [], stack: [], findings, extra: [], drowned: 0 };
}

/** Ends a line, or what stands before a brace. */
export function endStatement(builder: TreeBuilder, words: readonly Word[]): void {
  if (words.length === 0 || builder.drowned > 0) return;
  builder.waiting.push(new WrittenStatement(words, undefined));
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

export function openBlock(builder: TreeBuilder, words: readonly Word[], open: Span): void {
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
  builder.stack.push({ words: owner, open, from: builder.waiting.length });
}

/** The words of the statement before, which waits for the brace on a line of its own. */
function keywordBefore({ waiting, stack }: TreeBuilder): readonly Word[] {
  const last = waiting.length > (stack.at(-1)?.from ?? 0) ? waiting.at(-1) : undefined;
  if (last === undefined || last.block !== undefined) return [];
  waiting.pop();
  return last.words;
}

export function closeBlock(builder: TreeBuilder, close: Span): void {
  if (builder.drowned > 0) {
    builder.drowned -= 1;
  } else if (builder.stack.length > 0) {
    popBlock(builder, close);
  } else {
    builder.extra.push(close);
  }
}

function popBlock(builder: TreeBuilder, close: Span | undefined): Statement {
  const top = builder.stack.pop();
  if (top === undefined) throw new Error('broken invariant: a block is open');
  const statement = new WrittenStatement(top.words, blockOf(builder, top, close));
  builder.waiting.push(statement);
  return statement;
}

function blockOf({ waiting }: TreeBuilder, top: OpenBlock, close: Span | undefined): Block {
  const statements = waiting.length === top.from ? none : waiting.slice(top.from);
  waiting.length = top.from;
  const { open } = top;
  const isPlain = open.end === open.start + 1 && (close === undefined || isBeside(open, close));
  if (!isPlain) return { open, close, statements };
  return new PlainBlock(statements, { source: open.source, open: open.start }, close?.start ?? -1);
}

function isBeside(open: Span, close: Span): boolean {
  return close.source === open.source && close.end === close.start + 1;
}

const none: readonly Statement[] = [];

function reportDepth(builder: TreeBuilder, open: Span): void {
  report(builder.findings, {
    code: 'syntax.too-deep',
    span: open,
    message: `more than ${limits.blockDepth} blocks are open here; what this one holds is dropped`,
    help: 'look for a missing closing brace above',
  });
}
