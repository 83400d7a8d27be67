/** Nodes of the model while they are being filled. */
import { isEqual } from './equal.ts';
import type { Origin } from './places.ts';
import { reportRepeated } from './resolve-complaint.ts';
import type { BlockSchema, Keyword } from './schema.ts';
import type { Cursor } from './schema-value.ts';
import type { Statement } from './tree.ts';

export type Node = Record<string, unknown>;

/** A block being filled: its schema, its node and where it and its fields were written. */
export interface Target extends Origin {
  readonly schema: BlockSchema<unknown>;
  readonly node: Node;
}

/** Puts what a scalar read into its node, by the rules for repeats. */
export function store(cursor: Cursor, target: Target, keyword: Keyword, value: unknown): void {
  const { node, fields } = target;
  const { key, field } = keyword;
  if (field.kind !== 'scalar') return;
  const before = fields[key];
  if (field.repeat === 'collect') {
    append(target, key, value, cursor.statement);
    return;
  }
  if (before !== undefined) {
    if (!Array.isArray(before) && !isEqual(node[key], value)) {
      reportRepeated(cursor, keyword, before, field.repeat);
    }
    if (field.repeat === 'first') return;
  }
  if (value === false && field.falseIgnored !== undefined) {
    cursor.report(cursor, {
      code: 'language.false-ignored',
      message: `${keyword.name} is switched off here; keepalived would switch it on`,
      cause: field.falseIgnored,
      help: 'remove the line',
    });
  }
  node[key] = value;
  fields[key] = cursor.statement;
  if (field.undoes === undefined) return;
  node[field.undoes] = target.schema.template[field.undoes];
  delete fields[field.undoes];
}

/** Adds an entry to a list, and the place it was written. */
export function append(
  { node, fields }: Pick<Target, 'node' | 'fields'>,
  key: string,
  value: unknown,
  statement: Statement,
): void {
  const places = fields[key];
  if (Array.isArray(places)) {
    places.push(statement);
    (node[key] as unknown[]).push(value);
  } else {
    fields[key] = [statement];
    node[key] = [value];
  }
}

/** Remembers that a field was meant to be written and is not. */
export function unread(target: Target, keyword: Keyword): void {
  target.unread = [...target.unread, keyword.key];
}
