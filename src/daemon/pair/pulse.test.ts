import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant } from '../../base/units.ts';
import { alive, beat, type Pulse } from './pulse.ts';

const beats = (pulse: Pulse, seconds: readonly number[]): Pulse =>
  seconds.reduce((current, second) => beat(current, instant(second * 1_000_000)), pulse);

test('three questions without an answer are a process that hangs', () => {
  assert.ok(!beats(alive, [1, 2, 3]).hung);
  assert.ok(beats(alive, [1, 2, 3, 4]).hung);
});

test('an asker that stood still itself blames nobody', () => {
  assert.ok(!beats(alive, [1, 2, 3, 60]).hung);
  assert.ok(!beats(alive, [1, 2, 3, 60, 61, 62]).hung);
  assert.ok(beats(alive, [1, 2, 3, 60, 61, 62, 63, 64]).hung);
});
