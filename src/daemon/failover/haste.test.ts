import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Haste } from './haste.ts';

function hasteOf(ahead: { isOrdered?: boolean; isRaised?: boolean }) {
  const set: number[] = [];
  const haste = new Haste({
    isOrdered: ahead.isOrdered === true,
    isRaised: () => ahead.isRaised === true,
    set: (priority) => void set.push(priority),
  });
  return { haste, set };
}

test('real time lasts until the last who needs it lets go', () => {
  const { haste, set } = hasteOf({});
  const sessions = haste.hold();
  const deadline = haste.hold();
  deadline();
  assert.deepEqual(set, [1]);
  sessions();
  assert.deepEqual(set, [1, 0]);
  haste.hold()();
  assert.deepEqual(set, [1, 0, 1, 0]);
});

test('a process that runs in real time by its configuration is left as it is', () => {
  const { haste, set } = hasteOf({ isOrdered: true });
  haste.hold()();
  assert.deepEqual(set, []);
});

test('what was raised meanwhile is not lowered', () => {
  const ahead = { isRaised: false };
  const { haste, set } = hasteOf(ahead);
  const release = haste.hold();
  ahead.isRaised = true;
  release();
  assert.deepEqual(set, [1]);
});
