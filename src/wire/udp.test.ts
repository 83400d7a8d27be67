import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '../base/address.ts';
import { uint16At } from '../base/bytes.ts';
import { invariant } from '../base/outcome.ts';
import { addWords, isIntact, pseudoHeaderSum } from './ip.ts';
import { PROTOCOL_UDP, UDP_HEADER_LENGTH, writeUdpHeader } from './udp.ts';

const ends = (one: string, other: string) => {
  const source = parseAddress(one);
  const destination = parseAddress(other);
  invariant(source !== undefined && destination !== undefined, 'both are addresses');
  return { source, destination };
};

test('a header and its payload sum up to nothing with the pseudo header, at any offset', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(7),
      fc.nat(0xffff),
      fc.boolean(),
      (payload, at, sourcePort, wide) => {
        const between = wide ? ends('2001:db8::1', 'fd00::2') : ends('192.0.2.1', '198.51.100.255');
        const end = at + UDP_HEADER_LENGTH + payload.length;
        const bytes = new Uint8Array(end + 3).fill(0xaa);
        bytes.set(payload, at + UDP_HEADER_LENGTH);
        writeUdpHeader(bytes, at, end, { ...between, sourcePort, destinationPort: 3784 });
        const length = end - at;
        assert.equal(uint16At(bytes, at), sourcePort);
        assert.equal(uint16At(bytes, at + 2), 3784);
        assert.equal(uint16At(bytes, at + 4), length);
        assert.notEqual(uint16At(bytes, at + 6), 0);
        const pseudo = pseudoHeaderSum({ ...between, protocol: PROTOCOL_UDP, length });
        assert.ok(isIntact(addWords(pseudo, bytes, at, end)));
        assert.deepEqual([...bytes.subarray(end)], [0xaa, 0xaa, 0xaa]);
      },
    ),
  );
});
