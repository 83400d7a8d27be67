import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../language/read-text.ts';
import { virtualAddress } from './virtual-addresses.ts';

test('of a point-to-point address the prefix length is that of its far end', () => {
  const { model } = readText(`static_ipaddress {
    192.0.2.1/24 peer 198.51.100.1 dev eth0
    192.0.2.2/24 peer 198.51.100.2/30 dev eth0
    192.0.2.3/24 dev eth0
}
`);
  assert.deepEqual(
    model.static_ipaddress.map((entry) => {
      const { prefix, peer } = virtualAddress(undefined, entry);
      return [prefix, peer];
    }),
    [
      [32, '198.51.100.1'],
      [30, '198.51.100.2'],
      [24, undefined],
    ],
  );
});
