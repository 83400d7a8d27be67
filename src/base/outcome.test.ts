import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure, invariant, success, unreachable } from './outcome.ts';

test('success and failure carry what they were given', () => {
  assert.deepEqual(success(7), { ok: true, value: 7 });
  assert.deepEqual(failure('gone'), { ok: false, error: 'gone' });
});

test('invariant throws its claim only when it does not hold', () => {
  invariant(true, 'one is one');
  assert.throws(() => invariant(false, 'one is two'), /^Error: broken invariant: one is two$/);
});

test('unreachable names the value that should not be', () => {
  assert.throws(() => unreachable({ kind: 'fish' } as never), /unexpected \{"kind":"fish"\}/);
});
