import assert from 'node:assert/strict';
import { test } from 'node:test';
import { microseconds, seconds } from '../../base/units.ts';
import { renderSpan } from './time.ts';

test('lengths of time are as fine as a reader needs', () => {
  assert.equal(renderSpan(microseconds(4_600)), '5 ms');
  assert.equal(renderSpan(seconds(3.24)), '3.2 s');
  assert.equal(renderSpan(seconds(250)), '4 min 10 s');
  assert.equal(renderSpan(seconds(7_500)), '2 h 5 min');
  assert.equal(renderSpan(seconds(266_400)), '3 d 2 h');
});
