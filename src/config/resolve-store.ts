/** Nodes of the model while they are being filled. */
import { isEqual } from './equal.ts';
import type { Origin } from './places.ts';
import { reportRepeated } from './resolve-complaint.ts';
import type { Reporter } from './resolve-report.ts';
import { report } from './resolve-report.ts';
import type { BlockSchema, Keyword, Scalar } from './schema.ts';
import type { Cursor } from './schema-value.ts';
import type { Statement } from './tree.ts';

export type Node = Record<string, unknown>;

/** A block being filled: its schema, its node and where its fields were written. */
export interface Target {
  readonly schema: BlockSchema<unknown>;
  readonly node: Node;
  readonly origin: Origin;
}

interface Read {
  readonly keyword: Keyword;
  readonly field: Scalar<unknown>;
  readonly value: unknown;
}

/** Puts what a scalar read into its node, by the rules for repeats. */
export function store(reporter: Reporter, cursor: Cursor, target: Target, read: Read): void {
  const { node, origin } = target;
  const { keyword, field, value } = read;
  const { key } = keyword;
  const before = origin.fields[key];
  if (field.repeat === 'collect') {
    append(node, origin, key, { value, statement: cursor.statement });
    return;
  }
  if (before !== undefined && !Array.isArray(before) && !isEqual(node[key], value)) {
    reportRepeated(cursor, keyword, before, field.repeat);
  }
  if (before !== undefined && field.repeat === 'first') return;
  if (value === false && field.falseIgnored !== undefined) {
    report(reporter, cursor, {
      code: 'language.false-ignored',
      message: `${keyword.name} is switched off here; keepalived would switch it on`,
      cause: field.falseIgnored,
      help: 'remove the line',
    });
  }
  node[key] = value;
  origin.fields[key] = cursor.statement;
  if (field.undoes === undefined) return;
  node[field.undoes] = target.schema.template[field.undoes];
  delete origin.fields[field.undoes];
}

/** Adds an entry to a list, and the place it was written. */
export function append(
  node: Node,
  origin: Origin,
  key: string,
  entry: { readonly value: unknown; readonly statement: Statement },
): void {
  const places = origin.fields[key];
  if (Array.isArray(places)) {
    places.push(entry.statement);
    (node[key] as unknown[]).push(entry.value);
  } else {
    origin.fields[key] = [entry.statement];
    node[key] = [entry.value];
  }
}

/** Remembers that a field was meant to be written and is not. */
export function unread({ origin }: Target, keyword: Keyword): void {
  origin.unread = [...origin.unread, keyword.key];
}
