import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, type Family, parseAddress } from '../base/address.ts';
import { centiseconds, seconds } from '../base/units.ts';
import {
  type Advertisement,
  decodeAdvertisement,
  type Envelope,
  encodeAdvertisement,
  type VrrpAuthentication,
} from './vrrp.ts';

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined, text);
  return parsed;
}

const NONE: VrrpAuthentication = { kind: 'none' };
/** Strict equality looks at prototypes. */
const PLAIN = { noNullPrototype: true } as const;
const OVER_IPV4: Envelope = {
  family: 'ipv4',
  source: address('192.168.7.1'),
  destination: address('224.0.0.18'),
  checksum: 'standard',
};
const OVER_IPV6: Envelope = {
  family: 'ipv6',
  source: address('fe80::ff:fe00:1'),
  destination: address('ff02::12'),
  checksum: 'standard',
};
const octet = fc.nat(255);
const addressOf = (family: Family): fc.Arbitrary<Address> =>
  (family === 'ipv4' ? fc.ipV4() : fc.ipV6()).map(address);

const authenticationOver = (family: Family): fc.Arbitrary<VrrpAuthentication> => {
  const size = family === 'ipv4' ? 8 : 0;
  return fc.oneof(
    fc.constant(NONE),
    fc.record(
      {
        kind: fc.constant('pass' as const),
        data: fc.uint8Array({ minLength: size, maxLength: size }),
      },
      PLAIN,
    ),
    fc.record(
      { kind: fc.constant('other' as const), type: fc.integer({ min: 2, max: 255 }) },
      PLAIN,
    ),
  );
};

const letters = fc.constantFrom<Family>('ipv4', 'ipv6').chain((family) => {
  const shared = {
    virtualRouterId: octet,
    priority: octet,
    addresses: fc.array(addressOf(family), { maxLength: 20 }),
  };
  const second = fc.record(
    {
      ...shared,
      version: fc.constant(2 as const),
      interval: fc.integer({ min: 1, max: 255 }).map(seconds),
      authentication: authenticationOver(family),
    },
    PLAIN,
  );
  const third = fc.record(
    {
      ...shared,
      version: fc.constant(3 as const),
      interval: fc.integer({ min: 1, max: 4095 }).map(centiseconds),
      authentication: fc.constant(NONE),
    },
    PLAIN,
  );
  return fc.record({
    advertisement: fc.oneof<fc.Arbitrary<Advertisement>[]>(second, third),
    on: fc.record<Envelope>({
      family: fc.constant(family),
      source: addressOf(family),
      destination: addressOf(family),
      checksum: fc.constantFrom('standard', 'without-pseudo-header', 'multicast-destination'),
    }),
  });
});

test('every advertisement round-trips', () => {
  fc.assert(
    fc.property(letters, ({ advertisement, on }) => {
      const payload = encodeAdvertisement(advertisement, on);
      assert.deepEqual(decodeAdvertisement(payload, on), { ok: true, value: advertisement });
    }),
    { numRuns: 300 },
  );
});

test('one flipped bit that leaves the length alone is always noticed', () => {
  fc.assert(
    fc.property(letters, fc.nat(), ({ advertisement, on }, position) => {
      const envelope: Envelope = { ...on, checksum: 'standard' };
      const payload = encodeAdvertisement(advertisement, envelope);
      const bit = position % (payload.length * 8);
      fc.pre(bit >> 3 !== 0 && bit >> 3 !== 3);
      payload[bit >> 3] = (payload[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const decoded = decodeAdvertisement(payload, envelope);
      assert.equal(decoded.ok ? 'accepted' : decoded.error.reason, 'checksum');
    }),
    { numRuns: 300 },
  );
});

test('no bytes throw, random or mutated', () => {
  const mutated = fc
    .tuple(letters, fc.array(fc.tuple(fc.nat(80), octet), { maxLength: 4 }), fc.nat(400))
    .map(([{ advertisement, on }, edits, length]) => {
      const payload = encodeAdvertisement(advertisement, on).slice(0, length);
      for (const [at, byte] of edits) if (at < payload.length) payload[at] = byte;
      return { payload, on };
    });
  const random = fc.record({
    payload: fc.uint8Array({ maxLength: 120 }),
    on: fc.constantFrom(OVER_IPV4, OVER_IPV6),
  });
  fc.assert(
    fc.property(fc.oneof(mutated, random), ({ payload, on }) => {
      const decoded = decodeAdvertisement(payload, on);
      if (decoded.ok) assert.ok(decoded.value.interval > 0);
      else assert.notEqual(decoded.error.detail, '');
    }),
    { numRuns: 1000 },
  );
});
