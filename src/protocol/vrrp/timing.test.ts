import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { centiseconds, type Duration, microseconds, seconds } from '../../base/units.ts';
import { advertisementSlack, masterDownInterval, skewTime } from './timing.ts';

const priorities = fc.integer({ min: 1, max: 255 });
const intervals = fc.integer({ min: 1, max: 4095 }).map(centiseconds);

test('skew time of version 3 at its edges (RFC 9568 6.1)', () => {
  const skew = (priority: number, masterInterval: Duration): Duration =>
    skewTime({ version: 3, priority, masterInterval });
  assert.equal(skew(255, seconds(1)), 3_906);
  assert.equal(skew(254, seconds(1)), 7_813);
  assert.equal(skew(1, seconds(1)), 996_094);
  assert.equal(skew(255, centiseconds(1)), 39);
  assert.equal(skew(1, centiseconds(1)), 9_961);
  assert.equal(skew(1, centiseconds(4095)), 40_790_039);
});

test('skew time of version 2 does not know the interval (RFC 3768 6.1)', () => {
  fc.assert(
    fc.property(priorities, intervals, (priority, masterInterval) => {
      const skew = skewTime({ version: 2, priority, masterInterval });
      assert.equal(skew, Math.round(((256 - priority) * 1_000_000) / 256));
    }),
  );
});

test('the higher priority never waits longer, and always longer than the advertisements that may be missed', () => {
  fc.assert(
    fc.property(
      priorities,
      intervals,
      fc.constantFrom(2, 3),
      (priority, masterInterval, version) => {
        const downTimerAdverts = 3;
        const timing = {
          version: version === 2 ? 2 : 3,
          masterInterval,
          downTimerAdverts,
        } as const;
        const down = masterDownInterval({ ...timing, priority });
        assert.ok(down > masterInterval * downTimerAdverts);
        if (priority > 1) {
          assert.ok(down <= masterDownInterval({ ...timing, priority: priority - 1 }));
        }
      },
    ),
  );
});

test('an advertisement never leaves so early that a peer could tell', () => {
  assert.equal(advertisementSlack(centiseconds(1)), 78);
  assert.equal(advertisementSlack(seconds(1)), 7_812);
  assert.equal(advertisementSlack(seconds(40)), 10_000);
  assert.equal(advertisementSlack(microseconds(1)), 0);
});
