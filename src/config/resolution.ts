/** What resolving carries from statement to statement. */
import { PlacesInOrder } from './places-in-order.ts';
import type { Reporter } from './resolve-report.ts';
import { mention, report } from './resolve-report.ts';
import type { Node, Target } from './resolve-store.ts';
import type { BlockSchema, Keyword } from './schema.ts';
import { type Cursor, LINE_IS_IGNORED } from './schema-value.ts';
import type { Statement } from './tree.ts';

export interface Resolution {
  readonly root: BlockSchema<unknown>;
  readonly reporter: Reporter;
  readonly cursor: Cursor;
  readonly places: PlacesInOrder;
  /** The first block of each label, for sections that refuse a second. */
  readonly labels: Map<object, Map<string, Statement>>;
  /** The blocks around what is being read, the root first. */
  readonly around: Target[];
  /** How the nodes of each kind of block are made. */
  readonly copies: Map<BlockSchema<unknown>, Copy>;
  /** The last statement that was given a block whose braces are missing. */
  adopted: Statement | undefined;
  /** keepalived has met a block that it does not know, and may have lost count of the braces since. */
  derailed: boolean;
}

export function startResolution(root: BlockSchema<unknown>, reporter: Reporter): Resolution {
  return {
    root,
    reporter,
    cursor: newCursor(reporter),
    places: new PlacesInOrder(),
    labels: new Map(),
    around: [],
    copies: new Map(),
    adopted: undefined,
    derailed: false,
  };
}

const nowhere: Statement = {
  words: [],
  block: undefined,
  span: { source: 0 as Statement['span']['source'], start: 0, end: 0 },
};

const noSiblings: ReadonlyMap<string, Keyword> = new Map();

function newCursor(reporter: Reporter): Cursor {
  return {
    statement: nowhere,
    words: nowhere.words,
    next: 0,
    part: 'statement',
    loss: LINE_IS_IGNORED,
    siblings: noSiblings,
    report: (cursor, problem) => report(reporter, cursor, problem),
    mention: (cursor, word, facts) => mention(reporter, cursor, word, facts),
  };
}

const none: readonly string[] = [];

type Copy = (template: Node) => Node;

/**
 * The same several times over: V8 remembers the shape of what it copies by the place in the text, and where one place
 * copies more than four shapes each copy costs three times as much.
 */
const copies: readonly [Copy, ...Copy[]] = [
  (template) => ({ ...template }),
  (template) => ({ ...template }),
  (template) => ({ ...template }),
  (template) => ({ ...template }),
  (template) => ({ ...template }),
  (template) => ({ ...template }),
];

function copyOf(known: Map<BlockSchema<unknown>, Copy>, schema: BlockSchema<unknown>): Copy {
  const chosen = copies[known.size % copies.length] ?? copies[0];
  known.set(schema, chosen);
  return chosen;
}

export function newTarget(
  resolution: Resolution,
  schema: BlockSchema<unknown>,
  statement: Statement | undefined,
): Target {
  const copy = resolution.copies.get(schema) ?? copyOf(resolution.copies, schema);
  const node = copy(schema.template);
  const target = { schema, node, statement, fields: {}, unread: none };
  resolution.places.add(target);
  return target;
}

export function place(cursor: Cursor, statement: Statement, next: number): Cursor {
  cursor.statement = statement;
  cursor.words = statement.words;
  cursor.next = next;
  cursor.part = next === 0 ? 'line' : 'statement';
  cursor.siblings = noSiblings;
  return cursor;
}
