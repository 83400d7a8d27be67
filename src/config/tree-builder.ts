/** Puts the words and braces of successive lines together into statements and blocks. */
import { type Findings, report } from './findings.ts';
import type { Token } from './lexer.ts';
import { limits } from './limits.ts';
import { PlainBlock, WrittenStatement } from './plain.ts';
import type { SourceId, Span } from './source.ts';
import type { Block, Statement, Word } from './tree.ts';

interface OpenBlock {
  words: readonly Word[];
  /** The opening brace. */
  source: SourceId;
  start: number;
  end: number;
  /** How many statements were waiting when it opened: those behind them are its own. */
  from: number;
}

export interface TreeBuilder {
  /** Statements of the blocks that are open, and of the top level, in the order of the text. */
  readonly waiting: Statement[];
  /** The blocks that are open, the outermost first, and behind `depth` those that were: they are used again. */
  readonly stack: OpenBlock[];
  depth: number;
  readonly findings: Findings;
  /** Closing braces without a block. */
  readonly extra: Span[];
  /** Braces that opened beyond the bound and did not close yet. */
  drowned: number;
}

export function emptyTree(findings: Findings): TreeBuilder {
  return { waiting: [], stack: [], depth: 0, findings, extra: [], drowned: 0 };
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
  while (builder.depth > 0) open.unshift(endBlock(builder, undefined));
  return open;
}

function openBlock(builder: TreeBuilder, words: readonly Word[], brace: Span): void {
  if (isOver(builder, brace)) return;
  const { source, start, end } = brace;
  const owner = ownerOf(builder, words, brace);
  push(builder, owner, { source, start, end });
}

function push(builder: TreeBuilder, words: readonly Word[], { source, start, end }: Span): void {
  const { stack, depth, waiting } = builder;
  builder.depth = depth + 1;
  const known = stack[depth];
  if (known === undefined) {
    stack.push({ words, source, start, end, from: waiting.length });
    return;
  }
  known.words = words;
  known.source = source;
  known.start = start;
  known.end = end;
  known.from = waiting.length;
}

/** The same for a brace that stands at `at` of a source, without a span that nobody will ask for. */
export function openPlainBlock(
  builder: TreeBuilder,
  words: readonly Word[],
  source: SourceId,
  at: number,
): void {
  const { stack, depth, waiting } = builder;
  const known = stack[depth];
  if (known === undefined || words.length === 0 || builder.drowned > 0) {
    openBlock(builder, words, { source, start: at, end: at + 1 });
    return;
  }
  builder.depth = depth + 1;
  known.words = words;
  known.source = source;
  known.start = at;
  known.end = at + 1;
  known.from = waiting.length;
}

function isOver(builder: TreeBuilder, brace: Span): boolean {
  if (builder.drowned === 0 && builder.depth < limits.blockDepth) return false;
  if (builder.drowned === 0) reportDepth(builder, brace);
  builder.drowned += 1;
  return true;
}

/** Its keyword stands before the brace, or on the line before. */
function ownerOf(builder: TreeBuilder, words: readonly Word[], brace: Span): readonly Word[] {
  const owner = words.length > 0 ? words : keywordBefore(builder);
  if (owner.length === 0) {
    report(builder.findings, {
      code: 'syntax.block-without-keyword',
      span: brace,
      message: 'a block opens here without a keyword',
      help: 'write the keyword before the brace, or remove the block',
    });
  }
  return owner;
}

/** The words of the statement before, which waits for the brace on a line of its own. */
function keywordBefore({ waiting, stack, depth }: TreeBuilder): readonly Word[] {
  const last = waiting.length > (stack[depth - 1]?.from ?? 0) ? waiting.at(-1) : undefined;
  if (last === undefined || last.block !== undefined) return [];
  waiting.pop();
  return last.words;
}

function closeBlock(builder: TreeBuilder, brace: Span): void {
  if (builder.drowned > 0) {
    builder.drowned -= 1;
  } else if (builder.depth > 0) {
    endBlock(builder, brace);
  } else {
    builder.extra.push(brace);
  }
}

/** The same for a brace that stands at `at` of a source. */
export function closePlainBlock(builder: TreeBuilder, source: SourceId, at: number): void {
  const { stack, depth, waiting } = builder;
  const top = stack[depth - 1];
  const isPlain = top !== undefined && top.source === source && top.end === top.start + 1;
  if (builder.drowned > 0 || !isPlain) {
    closeBlock(builder, { source, start: at, end: at + 1 });
    return;
  }
  builder.depth = depth - 1;
  const block = new PlainBlock(statementsOf(builder, top), source, top.start, at);
  waiting.push(new WrittenStatement(top.words, block));
}

function endBlock(builder: TreeBuilder, close: Span | undefined): Statement {
  const top = builder.stack[builder.depth - 1];
  if (top === undefined) throw new Error('broken invariant: a block is open');
  builder.depth -= 1;
  const statement = new WrittenStatement(top.words, blockOf(builder, top, close));
  builder.waiting.push(statement);
  return statement;
}

function statementsOf({ waiting }: TreeBuilder, top: OpenBlock): readonly Statement[] {
  if (waiting.length === top.from) return none;
  return waiting.splice(top.from);
}

function blockOf(builder: TreeBuilder, top: OpenBlock, close: Span | undefined): Block {
  const statements = statementsOf(builder, top);
  const { source, start, end } = top;
  const isPlain = end === start + 1 && (close === undefined || isBeside(top, close));
  if (!isPlain) return { open: { source, start, end }, close, statements };
  return new PlainBlock(statements, source, start, close?.start ?? -1);
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
