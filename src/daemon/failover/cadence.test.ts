import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, microseconds } from '../../base/units.ts';
import { cadence, changed, drawn, dueAt } from './cadence.ts';

test('the first picture is due at once', () => {
  assert.equal(dueAt(cadence(instant(5))), 5);
});

test('pictures cost at most a hundredth of the time', () => {
  const state = changed(drawn(instant(1_000_000), microseconds(3_000)));
  assert.equal(dueAt(state), 1_300_000);
});

test('a cheap one waits twenty milliseconds, so that a burst of changes is one picture', () => {
  const state = changed(drawn(instant(1_000_000), microseconds(10)));
  assert.equal(dueAt(state), 1_020_000);
});

test('without a change it is due after ten seconds', () => {
  assert.equal(dueAt(drawn(instant(0), microseconds(10))), 10_000_000);
});
