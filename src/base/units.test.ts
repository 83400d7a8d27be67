import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  after,
  between,
  centiseconds,
  earliest,
  instant,
  latest,
  microseconds,
  milliseconds,
  plus,
  renderDuration,
  seconds,
  times,
  toMilliseconds,
  toSeconds,
  wallTime,
} from './units.ts';

/** A century either way: more than any deadline or uptime. */
const CENTURY = 100 * 365 * 86_400 * 1_000_000;
const lengths = fc.integer({ min: -CENTURY, max: CENTURY }).map(microseconds);
const instants = fc.integer({ min: 0, max: CENTURY }).map(instant);

test('units scale to whole microseconds', () => {
  assert.equal(seconds(3.609375), 3_609_375);
  assert.equal(centiseconds(4095), 40_950_000);
  assert.equal(milliseconds(0.25), 250);
  assert.equal(microseconds(1.5), 2);
  assert.equal(seconds(0.1 + 0.2), 300_000);
  assert.equal(instant(41.6), 42);
  assert.equal(wallTime(41.4), 41);
});

test('every unit gives an integer', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (count) => {
      for (const unit of [seconds, centiseconds, milliseconds, microseconds, instant, wallTime]) {
        assert.ok(Number.isSafeInteger(unit(count)));
      }
    }),
  );
});

test('a length survives the way through seconds and milliseconds', () => {
  fc.assert(
    fc.property(lengths, (length) => {
      assert.equal(seconds(toSeconds(length)) - length, 0);
      assert.equal(milliseconds(toMilliseconds(length)) - length, 0);
    }),
  );
});

test('between undoes after', () => {
  fc.assert(
    fc.property(instants, lengths, (start, length) => {
      assert.equal(between(start, after(start, length)), length);
      assert.equal(after(start, plus(length, seconds(1))), after(after(start, length), seconds(1)));
    }),
  );
});

test('times rounds to a whole microsecond', () => {
  assert.equal(times(seconds(1), 156 / 256), 609_375);
  assert.equal(times(seconds(1), 1 / 3), 333_333);
  assert.equal(times(microseconds(3), 0.5), 2);
});

test('earliest takes undefined for never', () => {
  assert.equal(earliest(undefined, undefined), undefined);
  assert.equal(earliest(instant(5), undefined), 5);
  assert.equal(earliest(undefined, instant(5)), 5);
  fc.assert(
    fc.property(instants, instants, (one, other) => {
      assert.equal(earliest(one, other), Math.min(one, other));
      assert.equal(latest(one, other), Math.max(one, other));
    }),
  );
});

test('renderDuration chooses the unit by size', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0us'],
    [40, '40us'],
    [999, '999us'],
    [1_000, '1ms'],
    [12_500, '12.5ms'],
    [999_999, '999.999ms'],
    [1_000_000, '1s'],
    [3_609_375, '3.609375s'],
    [-12_500, '-12.5ms'],
    [-2_000_000, '-2s'],
  ];
  for (const [count, text] of cases) assert.equal(renderDuration(microseconds(count)), text);
});

test('renderDuration loses nothing', () => {
  fc.assert(
    fc.property(lengths, (length) => {
      assert.equal(readDuration(renderDuration(length)) - length, 0);
    }),
  );
});

function readDuration(text: string): number {
  const match = /^(-?\d+(?:\.\d{1,6})?)(us|ms|s)$/.exec(text);
  assert.ok(match, `not a plain decimal with a unit: ${text}`);
  const [, count = '', unit = ''] = match;
  const scale = { us: microseconds, ms: milliseconds, s: seconds }[unit] ?? Number;
  return scale(Number(count));
}
