import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { microseconds, milliseconds } from '../base/units.ts';
import { type BfdPacket, type BfdReason, decodeBfdPacket, encodeBfdPacket } from './bfd.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const UP: BfdPacket = {
  state: 'up',
  diagnostic: 0,
  poll: false,
  final: true,
  controlPlaneIndependent: false,
  demand: false,
  detectMultiplier: 5,
  myDiscriminator: 0x89abcdef,
  yourDiscriminator: 2,
  desiredTransmitInterval: milliseconds(10),
  requiredReceiveInterval: milliseconds(300),
  requiredEchoInterval: microseconds(0),
};
const UP_BYTES = bytes('20 d0 05 18 89abcdef 00000002 00002710 000493e0 00000000');

test('a packet of a session that is up, written out by hand', () => {
  assert.deepEqual(encodeBfdPacket(UP), UP_BYTES);
  assert.deepEqual(decodeBfdPacket(UP_BYTES), { ok: true, value: UP });
});

test('states, flags and diagnostic have the bits of RFC 5880 4.1', () => {
  const cases: readonly (readonly [Partial<BfdPacket>, number, number])[] = [
    [{ state: 'admin-down', diagnostic: 7 }, 0x27, 0x00],
    [{ state: 'down', diagnostic: 1 }, 0x21, 0x40],
    [{ state: 'init' }, 0x20, 0x80],
    [{ poll: true }, 0x20, 0xe0],
    [{ controlPlaneIndependent: true }, 0x20, 0xc8],
    [{ demand: true, diagnostic: 31 }, 0x3f, 0xc2],
  ];
  for (const [change, first, second] of cases) {
    const encoded = encodeBfdPacket({ ...UP, final: false, ...change });
    assert.deepEqual([encoded[0], encoded[1]], [first, second]);
  }
});

function failureOf(payload: Uint8Array): { reason: BfdReason; detail: string } | undefined {
  const decoded = decodeBfdPacket(payload);
  return decoded.ok ? undefined : decoded.error;
}

test('every discard of RFC 5880 6.8.6 has its reason', () => {
  const cases: readonly (readonly [Uint8Array, BfdReason, string])[] = [
    [UP_BYTES.subarray(0, 23), 'truncated', '23 bytes, a control packet has 24'],
    [UP_BYTES.with(0, 0x00), 'version', 'version 0, not 1'],
    [UP_BYTES.with(0, 0x40), 'version', 'version 2, not 1'],
    [UP_BYTES.with(3, 23), 'length', 'length field 23, between 24 and 24 expected'],
    [UP_BYTES.with(3, 25), 'length', 'length field 25, between 24 and 24 expected'],
    [UP_BYTES.with(2, 0), 'detect-multiplier', 'a detect multiplier of 0'],
    [UP_BYTES.with(1, 0xc1), 'multipoint', 'the multipoint bit is set'],
    [
      bytes(`20d00518${'00'.repeat(4)}${'01'.repeat(16)}`),
      'my-discriminator',
      'a discriminator of 0',
    ],
    [UP_BYTES.with(11, 0), 'your-discriminator', 'state up without our discriminator'],
    [
      UP_BYTES.with(11, 0).with(1, 0x80),
      'your-discriminator',
      'state init without our discriminator',
    ],
    [UP_BYTES.with(1, 0xc4), 'authentication', 'authenticated, which no session here is'],
  ];
  for (const [payload, reason, detail] of cases) {
    assert.deepEqual(failureOf(payload), { reason, detail });
  }
});

test('a session that is down may not know our discriminator yet', () => {
  assert.equal(failureOf(UP_BYTES.with(11, 0).with(1, 0x40)), undefined);
  assert.equal(failureOf(UP_BYTES.with(11, 0).with(1, 0x00)), undefined);
});

test('any one byte of our discriminator is enough', () => {
  for (const at of [8, 9, 10, 11]) {
    assert.equal(failureOf(UP_BYTES.with(11, 0).with(at, 1)), undefined);
  }
});

test('bytes behind the packet are ignored', () => {
  const padded = Uint8Array.of(...UP_BYTES, 0xee, 0xee);
  assert.deepEqual(decodeBfdPacket(padded), { ok: true, value: UP });
  assert.deepEqual(decodeBfdPacket(padded.with(3, 26)), { ok: true, value: UP });
});

test('what does not fit the wire is a broken invariant', () => {
  assert.throws(() => encodeBfdPacket({ ...UP, diagnostic: 32 }), /32 does not fit/);
  assert.throws(() => encodeBfdPacket({ ...UP, detectMultiplier: 256 }), /256 does not fit/);
  assert.throws(() => encodeBfdPacket({ ...UP, myDiscriminator: -1 }), /-1 does not fit/);
  assert.throws(
    () => encodeBfdPacket({ ...UP, requiredReceiveInterval: microseconds(2 ** 32) }),
    /4294967296 does not fit/,
  );
});

const word = fc.integer({ min: 0, max: 0xffffffff });
const discriminator = fc.integer({ min: 1, max: 0xffffffff });
const packets: fc.Arbitrary<BfdPacket> = fc.record(
  {
    state: fc.constantFrom('admin-down', 'down', 'init', 'up'),
    diagnostic: fc.nat(31),
    poll: fc.boolean(),
    final: fc.boolean(),
    controlPlaneIndependent: fc.boolean(),
    demand: fc.boolean(),
    detectMultiplier: fc.integer({ min: 1, max: 255 }),
    myDiscriminator: discriminator,
    yourDiscriminator: discriminator,
    desiredTransmitInterval: word.map(microseconds),
    requiredReceiveInterval: word.map(microseconds),
    requiredEchoInterval: word.map(microseconds),
  },
  { noNullPrototype: true },
);

test('every packet round-trips', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      assert.deepEqual(decodeBfdPacket(encodeBfdPacket(packet)), { ok: true, value: packet });
    }),
  );
});

test('no bytes throw, and what is accepted means the same when written again', () => {
  const edits = fc.array(fc.tuple(fc.nat(23), fc.nat(255)), { maxLength: 3 });
  const mutated = fc.tuple(packets, edits, fc.nat(40)).map(([packet, changes, length]) => {
    const payload = encodeBfdPacket(packet);
    for (const [at, byte] of changes) payload[at] = byte;
    return payload.slice(0, length);
  });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 40 })), (payload) => {
      const decoded = decodeBfdPacket(payload);
      if (!decoded.ok) return;
      assert.deepEqual(decodeBfdPacket(encodeBfdPacket(decoded.value)), decoded);
    }),
    { numRuns: 1000 },
  );
});
