import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeEchoReply, decodeReturnedRequest, encodeEchoRequest } from './icmp.ts';

test('an IPv4 request sums to all ones, an IPv6 request leaves its checksum to the kernel', () => {
  const bytes = encodeEchoRequest('ipv4', { identifier: 0xbeef, sequence: 7 });
  assert.deepEqual([...bytes.subarray(0, 8)], [8, 0, 0x39, 0x09, 0xbe, 0xef, 0, 7]);
  const six = encodeEchoRequest('ipv6', { identifier: 1, sequence: 2 });
  assert.deepEqual([...six.subarray(0, 8)], [128, 0, 0, 0, 0, 1, 0, 2]);
});

test('only an echo reply is one, whatever else arrives', () => {
  const header = new Array(24).fill(0);
  header[0] = 0x46;
  const reply = new Uint8Array([...header, 0, 0, 0x41, 0x09, 0xbe, 0xef, 0, 7]);
  assert.deepEqual(decodeEchoReply('ipv4', reply), { identifier: 0xbeef, sequence: 7 });
  assert.equal(decodeEchoReply('ipv4', reply.subarray(0, 31)), undefined);
  assert.equal(decodeEchoReply('ipv4', reply.with(24, 3)), undefined);
  assert.equal(decodeEchoReply('ipv4', reply.with(31, 8)), undefined, 'a damaged one');
  const six = new Uint8Array([129, 0, 1, 2, 0, 3, 0, 4]);
  assert.deepEqual(decodeEchoReply('ipv6', six), { identifier: 3, sequence: 4 });
  assert.equal(decodeEchoReply('ipv6', new Uint8Array()), undefined);
});

test('a request that comes back within a complaint is known again', () => {
  for (const family of ['ipv4', 'ipv6'] as const) {
    const echo = { identifier: 0xbeef, sequence: 7 };
    const sent = encodeEchoRequest(family, echo);
    assert.deepEqual(decodeReturnedRequest(family, sent.subarray(0, 8)), echo);
    assert.equal(decodeReturnedRequest(family, sent.subarray(0, 7)), undefined);
    assert.equal(decodeReturnedRequest(family, sent.with(0, 13)), undefined);
  }
});
