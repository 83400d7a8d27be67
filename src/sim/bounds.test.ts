import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skew } from './bounds.ts';

// The values of the RFCs' own formulas, worked out by hand.
test('skew time follows the master interval in version 3 and one second in version 2', () => {
  assert.equal(skew(3, 100, 1_000_000), 609_375);
  assert.equal(skew(3, 254, 10_000), 78.125);
  assert.equal(skew(2, 1, 5_000_000), 996_093.75);
  assert.equal(skew(2, 255, 1_000_000), 3_906.25);
});
