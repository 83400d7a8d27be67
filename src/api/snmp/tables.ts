/** Objects in the order of a walk, found by name and by what comes next. */
import { compareOids, type Oid, type SnmpValue, type Varbind } from '../../wire/agentx-values.ts';

export interface Row {
  readonly index: Oid;
  /** By number; what has no value has no object. */
  readonly columns: Columns;
}

export type Columns = Readonly<Record<number, SnmpValue | undefined>>;

/** The columns of a table below its entry, one after the other, each with its rows. */
export function tableOf(table: Oid, rows: readonly Row[]): readonly Varbind[] {
  const varbinds: Varbind[] = [];
  for (const { index, columns } of rows) {
    for (const [column, value] of Object.entries(columns)) {
      if (value !== undefined)
        varbinds.push({ oid: [...table, 1, Number(column), ...index], value });
    }
  }
  return varbinds;
}

/** Objects without an index, which end in 0. */
export function scalarsOf(group: Oid, objects: Columns): readonly Varbind[] {
  return Object.entries(objects).flatMap(([number, value]) =>
    value === undefined ? [] : [{ oid: [...group, Number(number), 0], value }],
  );
}

/** What is shown of one moment; its parts are worked out when something in them is asked for. */
export class ObjectTree {
  readonly #parts: readonly TreePart[];
  readonly #sorted = new Map<TreePart, readonly Varbind[]>();

  /** No part lies within another. */
  constructor(parts: readonly TreePart[]) {
    this.#parts = parts.toSorted((one, other) => compareOids(one.root, other.root));
  }

  get(oid: Oid): SnmpValue {
    const part = this.#parts.find(({ root }) => isWithin(oid, root));
    if (part === undefined) return { kind: 'no-such-object' };
    const varbinds = this.#varbinds(part);
    const found = varbinds[firstFrom(varbinds, oid, true)];
    if (found !== undefined && compareOids(found.oid, oid) === 0) return found.value;
    return { kind: 'no-such-instance' };
  }

  /** The first object after `start`, or at it, before `end`; an empty end is none. */
  next(start: Oid, include: boolean, end: Oid): Varbind | undefined {
    for (const part of this.#parts) {
      // Everything in it comes before what is asked for.
      if (compareOids(part.root, start) < 0 && !isWithin(start, part.root)) continue;
      const varbinds = this.#varbinds(part);
      const found = varbinds[firstFrom(varbinds, start, include)];
      if (found === undefined) continue;
      return end.length > 0 && compareOids(found.oid, end) >= 0 ? undefined : found;
    }
    return undefined;
  }

  #varbinds(part: TreePart): readonly Varbind[] {
    const known = this.#sorted.get(part);
    if (known !== undefined) return known;
    const sorted = part.objects().toSorted((one, other) => compareOids(one.oid, other.oid));
    this.#sorted.set(part, sorted);
    return sorted;
  }
}

export interface TreePart {
  readonly root: Oid;
  readonly objects: () => readonly Varbind[];
}

export function isWithin(oid: Oid, root: Oid): boolean {
  return oid.length >= root.length && root.every((number, at) => oid[at] === number);
}

/** Where the first one stands that is not before `oid`, or after it. */
function firstFrom(varbinds: readonly Varbind[], oid: Oid, include: boolean): number {
  let low = 0;
  let high = varbinds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareOids(varbinds[middle]?.oid ?? [], oid);
    if (order < 0 || (order === 0 && !include)) low = middle + 1;
    else high = middle;
  }
  return low;
}
