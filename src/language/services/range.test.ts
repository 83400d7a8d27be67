import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesIn } from './range.ts';

test('ranges of a group end by address, last byte, last digits or prefix', () => {
  assert.deepEqual(addressesIn('192.0.2.254-255'), ['192.0.2.254', '192.0.2.255']);
  assert.deepEqual(addressesIn('192.0.2.255-192.0.3.0'), ['192.0.2.255', '192.0.3.0']);
  assert.deepEqual(addressesIn('2001:db8::fe-ff'), ['2001:db8::fe', '2001:db8::ff']);
  assert.equal(addressesIn('192.0.2.7/30')?.join(), '192.0.2.4,192.0.2.5,192.0.2.6,192.0.2.7');
  for (const wrong of ['192.0.2.9-1', '10.0.0.0/8', '192.0.2.1-2001:db8::1', '192.0.2.1-999']) {
    assert.equal(addressesIn(wrong), undefined, wrong);
  }
});
