import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, addressBytes, addressFromBytes, parseIpv4 } from '../base/address.ts';
import {
  addressSum,
  addWords,
  checksumOf,
  decodeIpv4Packet,
  encodeIpv4Header,
  INTERNETWORK_CONTROL,
  type Ipv4Header,
  isIntact,
  PROTOCOL_VRRP,
  pseudoHeaderSum,
} from './ip.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const address = (length: 4 | 16): fc.Arbitrary<Address> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((octets) => {
    const text = addressFromBytes(octets);
    assert.ok(text !== undefined);
    return text;
  });

const ipv4 = fc.ipV4().map((text) => {
  const parsed = parseIpv4(text);
  assert.ok(parsed !== undefined);
  return parsed;
});

/** RFC 1071 word by word, with the carry brought round at every step. */
function slowSum(data: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < data.length; at += 2) {
    sum += (data[at] ?? 0) * 256 + (data[at + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

test('the example of RFC 1071 3', () => {
  const sum = addWords(0, bytes('0001 f203 f4f5 f6f7'), 0, 8);
  assert.equal(checksumOf(sum), 0xffff ^ 0xddf2);
  assert.ok(isIntact(sum + 0x220d));
  assert.ok(!isIntact(sum + 0x220c));
});

test('a sum of zero and one of all ones are told apart', () => {
  assert.equal(checksumOf(0), 0xffff);
  assert.equal(checksumOf(0xffff), 0);
  assert.equal(checksumOf(2 * 0xffff), 0);
  assert.ok(!isIntact(0));
});

test('the checksum is that of the textbook for every length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (data) => {
      assert.equal(checksumOf(addWords(0, data, 0, data.length)), slowSum(data) ^ 0xffff);
    }),
  );
});

test('a message may be summed in parts and in place', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 60 }), fc.nat(30), (data, half) => {
      const cut = Math.min(half * 2, data.length);
      const parts = addWords(addWords(0, data, 0, cut), data, cut, data.length);
      assert.equal(parts, addWords(0, data, 0, data.length));
      const shifted = new Uint8Array(data.length + 2).fill(0xff);
      shifted.set(data, 1);
      assert.equal(addWords(0, shifted, 1, data.length + 1), parts);
    }),
  );
});

test('the largest datagram does not overflow the sum', () => {
  const data = new Uint8Array(0xffff).fill(0xff);
  assert.equal(checksumOf(addWords(0, data, 0, data.length)), slowSum(data) ^ 0xffff);
});

test('an address sums from its text as its bytes do', () => {
  fc.assert(
    fc.property(fc.oneof(address(4), address(16)), (text) => {
      const octets = addressBytes(text);
      assert.equal(addressSum(text), addWords(0, octets, 0, octets.length));
    }),
  );
  for (const text of ['::', '::1', '1::', 'fe80::ff:fe00:1', '0.0.0.0', '255.255.255.255']) {
    const octets = addressBytes(text as Address);
    assert.equal(addressSum(text as Address), addWords(0, octets, 0, octets.length), text);
  }
});

test('the pseudo headers of RFC 768 and RFC 8200 8.1, written out', () => {
  const length = 24;
  for (const [width, tail] of [
    [4, '00 70 0018'],
    [16, '00000018 000000 70'],
  ] as const) {
    fc.assert(
      fc.property(address(width), address(width), (source, destination) => {
        const written = Uint8Array.of(
          ...addressBytes(source),
          ...addressBytes(destination),
          ...bytes(tail),
        );
        const sum = pseudoHeaderSum({ source, destination, protocol: PROTOCOL_VRRP, length });
        assert.equal(checksumOf(sum), slowSum(written) ^ 0xffff);
      }),
    );
  }
});

const example: Ipv4Header = {
  source: '192.168.7.1' as Ipv4Header['source'],
  destination: '224.0.0.18' as Ipv4Header['source'],
  protocol: PROTOCOL_VRRP,
  hopLimit: 255,
  typeOfService: INTERNETWORK_CONTROL,
  payloadLength: 24,
};

test('the header that keepalived 2.2.7 puts before an advertisement, but for its identification', () => {
  const captured = bytes('45c0002c00010000ff7012e5c0a80701e0000012');
  const encoded = encodeIpv4Header(example);
  assert.deepEqual(encoded, bytes('45c0002c00000000ff7012e6c0a80701e0000012'));
  const packet = Uint8Array.of(...captured, ...new Uint8Array(24));
  assert.deepEqual(decodeIpv4Packet(packet), {
    ok: true,
    value: { header: example, payload: new Uint8Array(24) },
  });
});

test('a header round-trips, its checksum holds, options and padding fall away', () => {
  const headers = fc.record(
    {
      source: ipv4,
      destination: ipv4,
      protocol: fc.nat(255),
      hopLimit: fc.nat(255),
      typeOfService: fc.nat(255),
      payloadLength: fc.nat(40),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(headers, fc.nat(10), fc.nat(20), (header, optionWords, padding) => {
      const encoded = encodeIpv4Header(header);
      assert.ok(isIntact(addWords(0, encoded, 0, 20)));
      const headerLength = 20 + optionWords * 4;
      const packet = new Uint8Array(headerLength + header.payloadLength + padding).fill(0xee);
      packet.set(encoded);
      packet[0] = 0x40 | (headerLength / 4);
      packet[3] = headerLength + header.payloadLength;
      const decoded = decodeIpv4Packet(packet);
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.value.header, header);
      assert.equal(decoded.value.payload.byteOffset, headerLength);
      assert.equal(decoded.value.payload.length, header.payloadLength);
    }),
  );
});

test('a header with nothing behind it is a packet', () => {
  const decoded = decodeIpv4Packet(encodeIpv4Header({ ...example, payloadLength: 0 }));
  assert.ok(decoded.ok);
  assert.equal(decoded.value.payload.length, 0);
});

test('a datagram longer than 65535 bytes is a broken invariant', () => {
  assert.equal(encodeIpv4Header({ ...example, payloadLength: 65_515 })[2], 0xff);
  assert.throws(() => encodeIpv4Header({ ...example, payloadLength: 65_516 }), /65536/);
});

test('what is no IPv4 packet is refused by name', () => {
  const good = Uint8Array.of(...encodeIpv4Header(example), ...new Uint8Array(24));
  const broken = (at: number, byte: number): Uint8Array => good.with(at, byte);
  assert.deepEqual(decodeIpv4Packet(good.subarray(0, 19)), { ok: false, error: 'truncated' });
  assert.deepEqual(decodeIpv4Packet(good.subarray(0, 43)), { ok: false, error: 'truncated' });
  assert.deepEqual(decodeIpv4Packet(broken(0, 0x65)), { ok: false, error: 'version' });
  assert.deepEqual(decodeIpv4Packet(broken(0, 0x44)), { ok: false, error: 'header-length' });
  assert.deepEqual(decodeIpv4Packet(broken(3, 19)), { ok: false, error: 'total-length' });
});

test('no bytes throw, and a payload never leaves the packet', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (data, likely) => {
      if (likely && data.length > 3) data.set([0x45, 0, 0, data.length]);
      const decoded = decodeIpv4Packet(data);
      if (!decoded.ok) return;
      const { payload, header } = decoded.value;
      assert.equal(payload.length, header.payloadLength);
      assert.ok(payload.byteOffset + payload.length <= data.length);
    }),
  );
});
