import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderOid } from '../../wire/agentx-values.ts';
import { ObjectTree, scalarsOf, tableOf } from './tables.ts';
import { integer } from './values.ts';

const tree = new ObjectTree([
  {
    root: [9, 3],
    objects: () =>
      tableOf(
        [9, 3],
        [10, 2].map((row) => ({
          index: [row],
          columns: { 1: integer(row), 3: integer(row + 1), 2: undefined },
        })),
      ),
  },
  { root: [9, 1], objects: () => scalarsOf([9, 1], { 4: integer(7) }) },
  { root: [9, 2], objects: () => [] },
]);

test('a walk meets every object once, in order, over parts that are empty', () => {
  const met: string[] = [];
  let found = tree.next([9], false, [9, 4]);
  while (found !== undefined) {
    met.push(renderOid(found.oid));
    found = tree.next(found.oid, false, [9, 4]);
  }
  assert.deepEqual(met, ['9.1.4.0', '9.3.1.1.2', '9.3.1.1.10', '9.3.1.3.2', '9.3.1.3.10']);
});

test('a question for what comes next may include where it begins, and ends where it says', () => {
  assert.deepEqual(tree.next([9, 3, 1, 1, 2], true, [])?.oid, [9, 3, 1, 1, 2]);
  assert.equal(tree.next([9, 3, 1, 1, 2], false, [9, 3, 1, 1, 10]), undefined);
  assert.equal(tree.next([9, 3, 1, 3, 10], false, []), undefined);
});

test('what is not there is told apart from what is nowhere', () => {
  assert.deepEqual(tree.get([9, 3, 1, 3, 2]), integer(3));
  assert.deepEqual(tree.get([9, 3, 1, 2, 2]), { kind: 'no-such-instance' });
  assert.deepEqual(tree.get([8]), { kind: 'no-such-object' });
});
