/** Model against model: what a reload has to do, in the order of the table, by the reload class of each keyword. */
import { isEqual } from './equal.ts';
import type { BlockSchema, Keyword, Lines, ReloadClass, Scalar, Section } from './schema.ts';

/** One step into a model: a keyword, and which of its blocks by header or by place where it has several. */
export interface Step {
  readonly keyword: string;
  /** The words of the header, or the number from 1 of a block without one. Empty where there is only one block. */
  readonly label: string;
}

interface At {
  /** From the outermost block to the keyword itself. */
  readonly path: readonly Step[];
  readonly effect: ReloadClass;
}

export type Change =
  /** A scalar has another value; undefined where it is not written and has no default. */
  | (At & { readonly kind: 'changed'; readonly before: string; readonly after: string })
  /** An entry of a block of lines, as it is written. */
  | (At & { readonly kind: 'entry-added'; readonly entry: string })
  | (At & { readonly kind: 'entry-removed'; readonly entry: string })
  /** The same entries in another order. */
  | (At & { readonly kind: 'reordered' })
  /** A whole block. The path ends with it. */
  | (At & { readonly kind: 'block-added' })
  | (At & { readonly kind: 'block-removed' });

type Node = Readonly<Record<string, unknown>>;

/** Both models must be of `schema`. Linear in their size; the nodes that both share are skipped. */
export function diff<T extends object>(schema: BlockSchema<T>, before: T, after: T): Change[] {
  const changes: Change[] = [];
  diffBlock(
    { changes, parent: undefined, step: undefined },
    schema,
    before as unknown as Node,
    after as unknown as Node,
  );
  return changes;
}

/** The strongest of the effects of some changes; `keep` when there are none. */
export function strongest(changes: readonly Change[]): ReloadClass {
  if (changes.some(({ effect }) => effect === 'restart')) return 'restart';
  return changes.some(({ effect }) => effect === 'adjust') ? 'adjust' : 'keep';
}

/** Where the walk stands. Paths are made only for changes, since most blocks have none. */
interface Walk {
  readonly changes: Change[];
  readonly parent: Walk | undefined;
  readonly step: (() => Step) | undefined;
}

function diffBlock(walk: Walk, schema: BlockSchema<unknown>, before: Node, after: Node): void {
  if (before === after) return;
  const { entries } = schema;
  if (entries?.field.kind === 'lines') {
    diffLines(walk, entries, entries.field, {
      before: before[entries.key],
      after: after[entries.key],
    });
    return;
  }
  for (const keyword of schema.declared) {
    const { key, field } = keyword;
    if (before[key] === after[key]) continue;
    const sides = { before: before[key], after: after[key] };
    if (field.kind === 'scalar') diffScalar(walk, keyword, field, sides);
    else if (field.kind === 'lines') diffLines(walk, keyword, field, sides);
    else diffSection(walk, keyword, field, sides);
  }
}

interface Sides {
  readonly before: unknown;
  readonly after: unknown;
}

function pathOf({ parent, step }: Walk): readonly Step[] {
  const above = parent === undefined ? [] : pathOf(parent);
  return step === undefined ? above : [...above, step()];
}

function at(walk: Walk, keyword: Keyword, label: string): At {
  return {
    path: [...pathOf(walk), { keyword: keyword.name, label }],
    effect: keyword.field.reload ?? 'adjust',
  };
}

function diffScalar(walk: Walk, keyword: Keyword, field: Scalar<unknown>, sides: Sides): void {
  const { before, after } = sides;
  if (isEqual(before, after)) return;
  walk.changes.push({
    kind: 'changed',
    ...at(walk, keyword, ''),
    before: written(field, before),
    after: written(field, after),
  });
}

function written(field: Scalar<unknown>, value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return String(value);
  if (field.repeat !== 'collect') return field.value.write(value);
  return (value as readonly unknown[]).map((each) => field.value.write(each)).join(', ');
}

function diffLines(walk: Walk, keyword: Keyword, field: Lines<unknown>, sides: Sides): void {
  if (isEqual(sides.before, sides.after)) return;
  const before = (sides.before as readonly unknown[]).map((each) => field.value.write(each));
  const after = (sides.after as readonly unknown[]).map((each) => field.value.write(each));
  const place = at(walk, keyword, '');
  const had = new Set(before);
  const has = new Set(after);
  const removed = before.filter((entry) => !has.has(entry));
  const added = after.filter((entry) => !had.has(entry));
  for (const entry of removed) walk.changes.push({ kind: 'entry-removed', ...place, entry });
  for (const entry of added) walk.changes.push({ kind: 'entry-added', ...place, entry });
  const kept = before.filter((entry) => has.has(entry));
  const stays = after.filter((entry) => had.has(entry));
  if (!isEqual(kept, stays)) walk.changes.push({ kind: 'reordered', ...place });
}

function diffSection(walk: Walk, keyword: Keyword, field: Section<unknown>, sides: Sides): void {
  const { changes } = walk;
  if (matchesInOrder(field, sides)) {
    const old = sides.before as readonly Node[];
    for (const [index, node] of (sides.after as readonly Node[]).entries()) {
      const step = (): Step => ({
        keyword: keyword.name,
        label: [...labelled(field, sides.after)].find(([, each]) => each === node)?.[0] ?? '',
      });
      diffBlock({ changes, parent: walk, step }, field.block, old[index] ?? node, node);
    }
    return;
  }
  const before = labelled(field, sides.before);
  const after = labelled(field, sides.after);
  for (const label of before.keys()) {
    if (!after.has(label)) changes.push({ kind: 'block-removed', ...at(walk, keyword, label) });
  }
  for (const [label, node] of after) {
    const old = before.get(label);
    const step = (): Step => ({ keyword: keyword.name, label });
    if (old === undefined) changes.push({ kind: 'block-added', ...at(walk, keyword, label) });
    else diffBlock({ changes, parent: walk, step }, field.block, old, node);
  }
}

/** Whether both sides have the same blocks in the same order, the usual case: then none need be looked up. */
function matchesInOrder(field: Section<unknown>, { before, after }: Sides): boolean {
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length)
    return false;
  const key = field.block.label?.key;
  return key === undefined || before.every((node, index) => isEqual(node[key], after[index][key]));
}

/** Blocks by header; those that share one, or have none, are told apart by their number. */
function labelled(field: Section<unknown>, value: unknown): Map<string, Node> {
  const nodes = new Map<string, Node>();
  if (value === undefined) return nodes;
  if (field.count !== 'many') return nodes.set('', value as Node);
  const { label } = field.block;
  for (const node of value as readonly Node[]) {
    const name = label === undefined ? '' : label.value.write(node[label.key]);
    let unique = name === '' ? '1' : name;
    for (let number = 2; nodes.has(unique); number += 1) unique = `${name} ${number}`.trim();
    nodes.set(unique, node);
  }
  return nodes;
}
