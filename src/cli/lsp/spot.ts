/** Where in the language a place in a text is: in which block, behind which keyword. */
import { loadTree } from '../../config/load.ts';
import type { BlockSchema, Keyword } from '../../config/schema.ts';
import type { Block, Statement } from '../../config/tree.ts';
import { textOptions } from '../../language/read-text.ts';
import { root } from '../../language/sections/root.ts';

export interface Spot {
  /** The block around it; undefined within a block that the language does not know. */
  readonly block: BlockSchema<unknown> | undefined;
  /** The keyword whose lines stand here, where the block around it holds lines. */
  readonly lines: Keyword | undefined;
  /** What opened the block: its keyword and label. Empty at the top. */
  readonly header: readonly string[];
  /** The words before it in the same statement. */
  readonly before: readonly string[];
  /** The word that it is in, or empty, and where that begins. */
  readonly word: string;
  readonly start: number;
}

export function spotAt(text: string, offset: number): Spot {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  const statementStart = lineStart + Math.max(line.lastIndexOf('{'), line.lastIndexOf('}')) + 1;
  const { statements } = loadTree(textOptions(text.slice(0, statementStart)));
  const around = innermost(statements);
  const head = wordsBefore(text.slice(statementStart, offset));
  const end = /^[^\s{}]*/.exec(text.slice(offset))?.[0] ?? '';
  const typed = head.at(-1) ?? '';
  return {
    ...around,
    before: head.slice(0, -1),
    word: typed + end,
    start: offset - typed.length,
  };
}

/** The words of a beginning line; the last one, perhaps empty, is still being written. A condition is none. */
function wordsBefore(text: string): readonly string[] {
  const words = text.trimStart().split(/\s+/);
  return words.length > 1 && words[0]?.startsWith('@') === true ? words.slice(1) : words;
}

type Around = Pick<Spot, 'block' | 'lines' | 'header'>;

/** Follows the blocks that are still open. */
function innermost(statements: readonly Statement[]): Around {
  let around: Around = { block: root, lines: undefined, header: [] };
  let inner: readonly Statement[] = statements;
  for (let open = openOf(inner); open !== undefined; open = openOf(inner)) {
    around = enter(around, open.statement);
    inner = open.block.statements;
  }
  return around;
}

function openOf(
  statements: readonly Statement[],
): { readonly statement: Statement; readonly block: Block } | undefined {
  const statement = statements.at(-1);
  const block = statement?.block;
  if (statement === undefined || block === undefined || block.close !== undefined) return undefined;
  return { statement, block };
}

function enter({ block }: Around, statement: Statement): Around {
  const header = statement.words.map((word) => word.text);
  const keyword = block?.keywords.get(header[0] ?? '');
  if (keyword === undefined) return { block: undefined, lines: undefined, header };
  if (keyword.field.kind === 'lines') return { block: undefined, lines: keyword, header };
  if (keyword.field.kind === 'scalar') return { block: undefined, lines: undefined, header };
  const inner = keyword.field.block;
  return inner.entries === undefined
    ? { block: inner, lines: undefined, header }
    : { block: undefined, lines: inner.entries, header };
}
