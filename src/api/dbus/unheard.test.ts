import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unheard } from './unheard.ts';

test('the latest state of each waits, in order, until a question behind it has been answered', () => {
  const unheard = new Unheard();
  unheard.add('V1', 'backup');
  unheard.add('V2', 'backup');
  unheard.add('V1', 'master');
  assert.deepEqual(unheard.entries(), [
    ['V2', 'backup'],
    ['V1', 'master'],
  ]);
  const heard = unheard.asked();
  // After the question, and the same state again: what was heard is another one.
  unheard.add('V1', 'backup');
  unheard.add('V1', 'master');
  unheard.add('V3', 'fault');
  heard();
  assert.deepEqual(unheard.entries(), [
    ['V1', 'master'],
    ['V3', 'fault'],
  ]);
  unheard.asked()();
  assert.equal(unheard.size, 0);
});
