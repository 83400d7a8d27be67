import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backlog } from './backlog.ts';

test('of each subject the newest line is kept, in the order of the newest; the others are lost', () => {
  const backlog = new Backlog();
  for (const [subject, line] of [
    ['a', 'a1'],
    ['b', 'b1'],
    ['a', 'a2'],
    ['c', 'c1'],
  ] as const) {
    backlog.add(subject, line);
  }
  assert.equal(backlog.lost, 1);
  const written: string[] = [];
  backlog.drain((line) => line !== 'c1' && written.push(line) > 0);
  assert.deepEqual(written, ['b1', 'a2']);
  assert.equal(backlog.isEmpty, false);
  backlog.drain((line) => written.push(line) > 0);
  assert.deepEqual(written, ['b1', 'a2', 'c1']);
  assert.equal(backlog.isEmpty, true);
});
