import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, seconds } from '../../base/units.ts';
import { startAt } from './start-at.ts';

const now = instant(seconds(100));
const none = seconds(0);

test('without delays, or when the host has been up for long enough, at once', () => {
  assert.equal(startAt({ startupDelay: none }, now), undefined);
  assert.equal(startAt({ startupDelay: none, bootDelay: seconds(100) }, now), undefined);
});

test('the later one of both counts: one from the start, one from the boot', () => {
  assert.equal(startAt({ startupDelay: seconds(5) }, now), seconds(105));
  assert.equal(startAt({ startupDelay: none, bootDelay: seconds(101) }, now), seconds(101));
  assert.equal(startAt({ startupDelay: seconds(5), bootDelay: seconds(101) }, now), seconds(105));
  assert.equal(startAt({ startupDelay: seconds(5), bootDelay: seconds(130) }, now), seconds(130));
});
