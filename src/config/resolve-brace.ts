/** Braces that are not where they belong: blocks whose brace was forgotten, and unknown blocks around known ones. */
import type { BlockSchema, Keyword } from './schema.ts';
import type { Block, Statement } from './tree.ts';

/**
 * The statements after `at` that only the block of `keyword`, written there without a brace, can mean: its keywords,
 * and none of the block around it.
 */
export function contentsLost(
  schema: BlockSchema<unknown>,
  keyword: Keyword,
  statements: readonly Statement[],
  at: number,
): readonly Statement[] {
  const { field } = keyword;
  if (field.kind !== 'section') return none;
  let end = at + 1;
  for (; end < statements.length; end += 1) {
    const word = statements[end]?.words[0]?.text ?? '';
    if (schema.keywords.has(word) || !field.block.keywords.has(word)) break;
  }
  return statements.slice(at + 1, end);
}

const none: readonly Statement[] = [];

/** The statement with the block that it should have had. */
export function adopt(statement: Statement, contents: readonly Statement[]): Statement {
  const block: Block = { open: statement.span, close: undefined, statements: contents };
  return { words: statement.words, block, span: statement.span };
}

/**
 * The statements within an unknown block at the top level that belong to the top level: keepalived ignores the braces
 * there and so reads them. Deeper unknown blocks are skipped as a whole.
 */
export function knownInside(
  root: BlockSchema<unknown>,
  schema: BlockSchema<unknown>,
  statement: Statement,
): readonly Statement[] {
  const inside = statement.block?.statements ?? [];
  const opens = (each: Statement): boolean =>
    root.keywords.get(each.words[0]?.text ?? '')?.field.kind === 'section';
  return schema === root && inside.some(opens) ? inside : [];
}
