/** Blocks of one keyword: a second one of the same name, and the node that a block fills. */
import type { Resolution } from './resolution.ts';
import { newTarget } from './resolution.ts';
import { report } from './resolve-report.ts';
import type { Node, Target } from './resolve-store.ts';
import { append } from './resolve-store.ts';
import type { Keyword, Section } from './schema.ts';
import type { Statement } from './tree.ts';

export function isSecond(
  resolution: Resolution,
  keyword: Keyword,
  field: Section<unknown>,
  name: unknown,
): boolean {
  if (field.duplicate !== 'refuse') return false;
  const { cursor, labels } = resolution;
  const seen = labels.get(field) ?? new Map<string, Statement>();
  labels.set(field, seen);
  const text = String(name);
  const first = seen.get(text);
  if (first === undefined) {
    seen.set(text, cursor.statement);
    return false;
  }
  report(resolution.reporter, cursor, {
    code: 'language.duplicate-block',
    message: `${keyword.name} ${text} is defined a second time; the first is used`,
    related: [{ span: first.words[1]?.span ?? first.span, label: 'first defined here' }],
    help: 'give it another name, or remove one of the two',
  });
  return true;
}

export function childOf(
  resolution: Resolution,
  target: Target,
  keyword: Keyword,
  field: Section<unknown>,
): Target {
  const { node, fields } = target;
  const { statement } = resolution.cursor;
  if (field.count === 'many') {
    const child = newTarget(resolution, field.block, statement);
    append(target, keyword.key, child.node, statement);
    return child;
  }
  const before = fields[keyword.key];
  const existing = node[keyword.key];
  const known = before === undefined ? undefined : resolution.places.get(existing as Node);
  if (known !== undefined && field.count === 'one') {
    report(resolution.reporter, resolution.cursor, {
      code: 'language.repeated-block',
      message: `${keyword.name} is written twice; what the second says is added to the first`,
      related: [{ span: (before as Statement).span, label: 'first written here' }],
      help: 'put everything into one block',
    });
  }
  if (known !== undefined) return known;
  const child = newTarget(resolution, field.block, statement);
  node[keyword.key] = child.node;
  fields[keyword.key] = statement;
  return child;
}
