import assert from 'node:assert/strict';
import { it } from 'node:test';
import { decodeConnection, encodeConnectionRequest, encodeForgetting } from './conntrack.ts';
import { encodePayload, nestedAttribute, uint8Attribute, uint32Attribute } from './netlink.ts';

const tuple = nestedAttribute(1, [nestedAttribute(2, [uint8Attribute(1, 17)])]);
const label = { type: 22, value: Uint8Array.of(4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) };

it('asks for datagrams alone', () => {
  assert.deepEqual(
    [...encodeConnectionRequest('ipv6', 'udp')],
    [
      ...[10, 0, 0, 0],
      ...[16, 0, 2, 0x80, 12, 0, 2, 0x80, 5, 0, 1, 0, 17, 0, 0, 0],
      ...[12, 0, 25, 0x80, 8, 0, 2, 0, 8, 0, 0, 0],
    ],
  );
});

it('reads whose a connection is, and names it as the kernel did', () => {
  const id = uint32Attribute(12, 99);
  const connection = decodeConnection(encodePayload(new Uint8Array(4), [tuple, id, label]));
  assert.deepEqual([connection?.isUdp, connection?.label], [true, 0x01020304]);
  const named = encodeForgetting('ipv4', connection?.identity ?? []);
  const nested = { ...tuple, type: tuple.type | 0x8000 };
  assert.deepEqual(named, encodePayload(Uint8Array.of(2, 0, 0, 0), [nested, id]));
});

it('takes nothing else for a connection, and no label for none', () => {
  assert.equal(decodeConnection(new Uint8Array(0)), undefined);
  assert.equal(decodeConnection(encodePayload(new Uint8Array(4), [label])), undefined);
  assert.equal(decodeConnection(encodePayload(new Uint8Array(4), [tuple]))?.label, 0);
});

it('tells a stream that lives from one that ends', () => {
  for (const [state, isEstablished] of [
    [3, true],
    [7, false],
  ] as const) {
    const information = nestedAttribute(4, [nestedAttribute(1, [uint8Attribute(1, state)])]);
    const payload = encodePayload(new Uint8Array(4), [tuple, information]);
    assert.equal(decodeConnection(payload)?.isEstablished, isEstablished);
  }
  const datagrams = decodeConnection(encodePayload(new Uint8Array(4), [tuple]));
  assert.equal(datagrams?.isEstablished, false);
});
