import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outgoing } from './outgoing.ts';
import { integer } from './values.ts';

const trap = (subject: string, value: number) => ({
  subject,
  varbinds: [{ oid: [1], value: integer(value) }],
});

test('what waits leaves in order; too much of it loses what a later one makes old', () => {
  const outgoing = new Outgoing(3);
  for (const [subject, value] of [
    ['a', 1],
    ['b', 1],
    ['a', 2],
    ['c', 1],
    ['a', 3],
  ] as const) {
    outgoing.add(trap(subject, value));
  }
  assert.deepEqual(outgoing.take(), [trap('b', 1), trap('c', 1), trap('a', 3)]);
  assert.deepEqual(outgoing.take(), []);
  for (const subject of ['a', 'b', 'c', 'd']) outgoing.add(trap(subject, 1));
  assert.deepEqual(outgoing.take(), [trap('b', 1), trap('c', 1), trap('d', 1)]);
});

test('what a master has not confirmed before it is lost is told to the next, before the rest', () => {
  const outgoing = new Outgoing(3);
  for (const subject of ['a', 'b', 'c']) outgoing.add(trap(subject, 1));
  const [first] = outgoing.take();
  if (first !== undefined) outgoing.taken(first);
  outgoing.add(trap('d', 1));
  assert.equal(outgoing.size, 3);
  outgoing.putBack();
  assert.deepEqual(outgoing.take(), [trap('b', 1), trap('c', 1), trap('d', 1)]);
  assert.equal(outgoing.lost, 0);
});
