/** Answers to what a master asks for. */
import type { MasterPdu, SearchRange } from '../../wire/agentx-decode.ts';
import type { Varbind } from '../../wire/agentx-values.ts';
import type { ObjectTree } from './tables.ts';

/** Rows in one answer: what is left is asked for again. */
const repetitionsMost = 100;

/** One value for each question, and for bulks as many rows as are asked for. */
export function answersIn(
  tree: ObjectTree,
  pdu: Extract<MasterPdu, { readonly ranges: readonly SearchRange[] }>,
): readonly Varbind[] {
  switch (pdu.kind) {
    case 'get':
      return pdu.ranges.map(({ start }) => ({ oid: start, value: tree.get(start) }));
    case 'get-next':
      return pdu.ranges.map((range) => nextIn(tree, range));
    case 'get-bulk': {
      const { ranges, nonRepeaters } = pdu;
      const once = ranges.slice(0, nonRepeaters).map((range) => nextIn(tree, range));
      let repeated = ranges.slice(nonRepeaters);
      const varbinds: Varbind[] = [...once];
      for (let left = Math.min(pdu.repetitions, repetitionsMost); left > 0; left -= 1) {
        const row = repeated.map((range) => nextIn(tree, range));
        varbinds.push(...row);
        if (row.every(({ value }) => value.kind === 'end-of-view')) break;
        repeated = row.map(({ oid }, at) => ({
          start: oid,
          include: false,
          end: repeated[at]?.end ?? [],
        }));
      }
      return varbinds;
    }
  }
}

function nextIn(tree: ObjectTree, { start, include, end }: SearchRange): Varbind {
  return tree.next(start, include, end) ?? { oid: start, value: { kind: 'end-of-view' } };
}
