import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../language/read-text.ts';
import { virtualAddress } from './virtual-addresses.ts';

test('of a point-to-point address the prefix length is that of its far end, and nothing is broadcast', () => {
  const { model } = readText(`static_ipaddress {
    192.0.2.1/24 peer 198.51.100.1 dev eth0
    192.0.2.2/24 brd 192.0.2.255 peer 198.51.100.2/30 dev eth0
    192.0.2.3/24 brd + dev eth0
}
`);
  assert.deepEqual(
    model.static_ipaddress.map((entry) => {
      const { prefix, peer, broadcast } = virtualAddress(undefined, entry);
      return [prefix, peer, broadcast];
    }),
    [
      [32, '198.51.100.1', undefined],
      [30, '198.51.100.2', undefined],
      [24, undefined, '192.0.2.255'],
    ],
  );
});

test('an IPv6 address does not wait for duplicate address detection, unless it is asked to', () => {
  const { model } = readText(`static_ipaddress {
    2001:db8::1/64 dev eth0
    2001:db8::2/64 -nodad home dev eth0
    192.0.2.1/24 dev eth0
}
`);
  assert.deepEqual(
    model.static_ipaddress.map((entry) => virtualAddress(undefined, entry).flags),
    [['nodad'], ['home'], []],
  );
});
