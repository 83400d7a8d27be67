import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { microseconds } from '../../base/units.ts';
import { detectionTime, jittered, shortest, transmitInterval } from './timing.ts';

const interval = fc.integer({ min: 1_000, max: 0xffff_ffff }).map(microseconds);
const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('jitter takes 10 to 25 percent away, never more and never less', () => {
  fc.assert(
    fc.property(interval, draw, (length, drawn) => {
      const cut = jittered(length, drawn);
      assert.ok(cut <= length * 0.9 + 1, `${cut} of ${length}`);
      assert.ok(cut >= shortest(length) - 1, `${cut} of ${length}`);
      assert.ok(Number.isSafeInteger(cut));
    }),
  );
});

test('each direction takes the slower of what both want', () => {
  fc.assert(
    fc.property(interval, interval, fc.integer({ min: 1, max: 255 }), (own, theirs, multiplier) => {
      assert.equal(transmitInterval(own, theirs), Math.max(own, theirs));
      const remote = { multiplier, desiredTransmit: theirs };
      assert.equal(detectionTime(own, remote), Math.max(own, theirs) * multiplier);
    }),
  );
  assert.equal(transmitInterval(microseconds(10), microseconds(0)), undefined);
});
