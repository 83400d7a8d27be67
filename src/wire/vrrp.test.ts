import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, parseAddress } from '../base/address.ts';
import { centiseconds, microseconds, seconds } from '../base/units.ts';
import {
  type Advertisement,
  type ChecksumForm,
  type DecodeReason,
  decodeAdvertisement,
  type Envelope,
  encodeAdvertisement,
  encodeSecret,
  peekVersion,
  peekVirtualRouterId,
  type VrrpAuthentication,
} from './vrrp.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined, text);
  return parsed;
}

function envelope(
  source: string,
  destination: string,
  checksum: ChecksumForm = 'standard',
): Envelope {
  const family = source.includes(':') ? 'ipv6' : 'ipv4';
  return { family, source: address(source), destination: address(destination), checksum };
}

const NONE: VrrpAuthentication = { kind: 'none' };
const OVER_IPV4 = envelope('192.168.7.1', '224.0.0.18');
const OVER_IPV6 = envelope('fe80::ff:fe00:1', 'ff02::12');

interface Capture {
  readonly title: string;
  readonly hex: string;
  readonly envelope: Envelope;
  readonly advertisement: Advertisement;
}

function capture(
  title: string,
  hex: string,
  on: Envelope,
  message: Partial<Advertisement>,
): Capture {
  const advertisement: Advertisement = {
    version: 3,
    virtualRouterId: 0,
    priority: 255,
    interval: seconds(1),
    addresses: [],
    authentication: NONE,
    ...message,
  };
  return { title, hex, envelope: on, advertisement };
}

/** Taken off a veth pair with tcpdump while Debian's keepalived 2.2.7 was master, except where it says so. */
const captures: readonly Capture[] = [
  capture(
    'version 2 with a password',
    '2133ff02 0101e12f c0a80764 c0a80765 7365637265743132',
    OVER_IPV4,
    {
      version: 2,
      virtualRouterId: 51,
      addresses: [address('192.168.7.100'), address('192.168.7.101')],
      authentication: { kind: 'pass', data: encodeSecret('secret12345') },
    },
  ),
  capture('version 3, four a second', '3134ff01 00195f61 c0a8076e', OVER_IPV4, {
    virtualRouterId: 52,
    interval: centiseconds(25),
    addresses: [address('192.168.7.110')],
  }),
  capture('version 3, resigning', '31340001 00195e62 c0a8076e', OVER_IPV4, {
    virtualRouterId: 52,
    priority: 0,
    interval: centiseconds(25),
    addresses: [address('192.168.7.110')],
  }),
  capture(
    'version 3 over IPv6',
    '3135ff02 0064a5ea fe800000000000000000000000070001 20010db8000700000000000000000001',
    OVER_IPV6,
    { virtualRouterId: 53, addresses: [address('fe80::7:1'), address('2001:db8:7::1')] },
  ),
  capture('version 2 over IPv6', '2136ff01 0001e41d fe800000000000000000000000070002', OVER_IPV6, {
    version: 2,
    virtualRouterId: 54,
    addresses: [address('fe80::7:2')],
  }),
  capture(
    'version 2 over IPv6 with a password, whose data stays at home',
    '2136ff01 0101e31d fe800000000000000000000000070002',
    OVER_IPV6,
    {
      version: 2,
      virtualRouterId: 54,
      addresses: [address('fe80::7:2')],
      authentication: { kind: 'pass', data: new Uint8Array(0) },
    },
  ),
  capture(
    'version 3 to a peer',
    '3138ff01 00647766 c0a80782',
    envelope('192.168.7.1', '192.168.7.2'),
    {
      virtualRouterId: 56,
      addresses: [address('192.168.7.130')],
    },
  ),
  capture(
    'version 3 to a peer with old_unicast_checksum',
    '3138ff01 00645efe c0a80782',
    envelope('192.168.7.1', '192.168.7.2', 'multicast-destination'),
    { virtualRouterId: 56, addresses: [address('192.168.7.130')] },
  ),
  capture(
    'version 3 without pseudo header, summed by hand: 3137 ff01 0064 c0a8 0778 fold to f8bd',
    '3137ff01 00640742 c0a80778',
    envelope('192.168.7.1', '224.0.0.18', 'without-pseudo-header'),
    { virtualRouterId: 55, addresses: [address('192.168.7.120')] },
  ),
];

for (const { title, hex, envelope: on, advertisement } of captures) {
  test(`encodes and decodes ${title}`, () => {
    assert.equal(
      Buffer.from(encodeAdvertisement(advertisement, on)).toString('hex'),
      hex.replaceAll(' ', ''),
    );
    assert.deepEqual(decodeAdvertisement(bytes(hex), on), { ok: true, value: advertisement });
  });
}

const GOOD_2 = bytes('2133ff02 0101e12f c0a80764 c0a80765 7365637265743132');
const GOOD_3 = bytes('3134ff01 00195f61 c0a8076e');

function reasonOf(payload: Uint8Array, on: Envelope = OVER_IPV4): DecodeReason | undefined {
  const decoded = decodeAdvertisement(payload, on);
  return decoded.ok ? undefined : decoded.error.reason;
}

function detailOf(payload: Uint8Array): string | undefined {
  const decoded = decodeAdvertisement(payload, OVER_IPV4);
  return decoded.ok ? undefined : decoded.error.detail;
}

/** `payload` with one byte changed and its checksum made right again. */
function patched(payload: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = payload.with(at, byte);
  const difference = (byte - (payload[at] ?? 0)) * (at % 2 === 0 ? 256 : 1);
  const old = (payload[6] ?? 0) * 256 + (payload[7] ?? 0);
  const sum = (((old - difference) % 0xffff) + 0xffff) % 0xffff;
  copy[6] = sum >> 8;
  copy[7] = sum;
  return copy;
}

test('every refusal has its reason', () => {
  assert.equal(reasonOf(new Uint8Array(0)), 'truncated');
  assert.equal(reasonOf(GOOD_3.subarray(0, 7)), 'truncated');
  assert.equal(reasonOf(GOOD_2.subarray(0, 23)), 'truncated');
  assert.equal(reasonOf(GOOD_2.with(0, 0x11)), 'version');
  assert.equal(reasonOf(GOOD_2.with(0, 0x41)), 'version');
  assert.equal(reasonOf(GOOD_2.with(0, 0x22)), 'type');
  assert.equal(reasonOf(GOOD_3.subarray(0, 11)), 'address-list');
  assert.equal(reasonOf(GOOD_3.with(3, 255)), 'address-list');
  assert.equal(reasonOf(GOOD_3.with(2, 254)), 'checksum');
  assert.equal(reasonOf(GOOD_2.with(23, 0)), 'checksum');
  assert.equal(reasonOf(patched(GOOD_2, 5, 0)), 'interval');
  assert.equal(reasonOf(patched(GOOD_3, 5, 0)), 'interval');
});

test('every refusal says what was found and what was expected', () => {
  assert.equal(detailOf(GOOD_3.subarray(0, 7)), '7 bytes, a header has 8');
  assert.equal(detailOf(GOOD_2.subarray(0, 19)), '3 bytes of authentication data, not 8');
  assert.equal(detailOf(GOOD_2.with(0, 0x41)), 'version 4, not 2 or 3');
  assert.equal(detailOf(GOOD_2.with(0, 0x22)), 'type 2, an advertisement is 1');
  assert.equal(detailOf(GOOD_3.with(3, 3)), '3 addresses announced, room for 1');
  assert.equal(detailOf(GOOD_3.with(6, 0)), 'checksum 0x0061, the message has 0x5f61');
});

test('the reserved bits of version 3 are ignored', () => {
  const decoded = decodeAdvertisement(patched(GOOD_3, 4, 0xf0), OVER_IPV4);
  assert.deepEqual(decoded, decodeAdvertisement(GOOD_3, OVER_IPV4));
  assert.ok(decoded.ok);
});

test('padding and trailers behind the message are ignored', () => {
  for (const good of [GOOD_2, GOOD_3]) {
    const padded = new Uint8Array(60).fill(0xee);
    padded.set(good);
    assert.deepEqual(decodeAdvertisement(padded, OVER_IPV4), decodeAdvertisement(good, OVER_IPV4));
    assert.equal(reasonOf(padded), undefined);
  }
});

test('a form of checksum is accepted beside the standard one, which accepts only itself', () => {
  const forms: readonly ChecksumForm[] = [
    'standard',
    'without-pseudo-header',
    'multicast-destination',
  ];
  const on = envelope('192.168.7.1', '192.168.7.2');
  const decoded = decodeAdvertisement(GOOD_3, OVER_IPV4);
  assert.ok(decoded.ok);
  for (const sent of forms) {
    const payload = encodeAdvertisement(decoded.value, { ...on, checksum: sent });
    for (const wanted of forms) {
      const reason = reasonOf(payload, { ...on, checksum: wanted });
      assert.equal(reason, sent === wanted || sent === 'standard' ? undefined : 'checksum');
    }
  }
});

test('the forms make no difference to version 2 nor over IPv6', () => {
  const messages = captures.filter(
    (one) => one.advertisement.version === 2 || one.envelope.family === 'ipv6',
  );
  assert.ok(messages.length >= 4);
  for (const { advertisement, envelope: on } of messages) {
    const standard = encodeAdvertisement(advertisement, on);
    for (const checksum of ['without-pseudo-header', 'multicast-destination'] as const) {
      assert.deepEqual(encodeAdvertisement(advertisement, { ...on, checksum }), standard);
    }
  }
});

test('a version 3 advertisement of another source or destination is damaged', () => {
  assert.equal(reasonOf(GOOD_3, envelope('192.168.7.3', '224.0.0.18')), 'checksum');
  assert.equal(reasonOf(GOOD_3, envelope('192.168.7.1', '224.0.0.19')), 'checksum');
  assert.equal(reasonOf(GOOD_2, envelope('192.168.7.3', '224.0.0.19')), undefined);
});

test('a decoded password does not alias the receive buffer', () => {
  const buffer = GOOD_2.slice();
  const decoded = decodeAdvertisement(buffer, OVER_IPV4);
  buffer.fill(0);
  assert.ok(decoded.ok && decoded.value.authentication.kind === 'pass');
  assert.deepEqual(decoded.value.authentication.data, encodeSecret('secret12'));
});

test('a secret is cut or zero padded to 8 bytes of UTF-8', () => {
  assert.deepEqual(encodeSecret(''), new Uint8Array(8));
  assert.deepEqual(encodeSecret('abc'), bytes('6162630000000000'));
  assert.deepEqual(encodeSecret('12345678'), bytes('3132333435363738'));
  assert.deepEqual(encodeSecret('123456789'), bytes('3132333435363738'));
  assert.deepEqual(encodeSecret('1234567é'), bytes('31323334353637c3'));
});

test('peeking sees the header as it is', () => {
  assert.equal(peekVersion(GOOD_2), 2);
  assert.equal(peekVersion(bytes('f1')), 15);
  assert.equal(peekVersion(new Uint8Array(0)), undefined);
  assert.equal(peekVirtualRouterId(GOOD_2), 51);
  assert.equal(peekVirtualRouterId(bytes('21')), undefined);
});

test('an empty list and one of 255 addresses are whole messages', () => {
  const decoded = decodeAdvertisement(GOOD_2, OVER_IPV4);
  assert.ok(decoded.ok);
  for (const length of [0, 255]) {
    const addresses = Array.from({ length }, (_, index) => address(`10.0.0.${index}`));
    const advertisement: Advertisement = { ...decoded.value, addresses };
    const payload = encodeAdvertisement(advertisement, OVER_IPV4);
    assert.equal(payload.length, 16 + length * 4);
    assert.deepEqual(decodeAdvertisement(payload, OVER_IPV4), { ok: true, value: advertisement });
  }
});

test('what does not fit the wire is a broken invariant', () => {
  const base: Advertisement = {
    version: 3,
    virtualRouterId: 1,
    priority: 100,
    interval: seconds(1),
    addresses: [],
    authentication: NONE,
  };
  const encode = (change: Partial<Advertisement>) => () =>
    encodeAdvertisement({ ...base, ...change }, OVER_IPV4);
  assert.throws(encode({ interval: microseconds(4_000) }), /interval/);
  assert.throws(encode({ interval: centiseconds(4096) }), /interval/);
  assert.throws(encode({ version: 2, interval: seconds(256) }), /interval/);
  assert.throws(encode({ addresses: new Array(256).fill('10.0.0.1') }), /255/);
  assert.throws(encode({ addresses: [address('fe80::1')] }), /fe80::1 is not ipv4/);
  assert.throws(encode({ virtualRouterId: 256 }), /virtual router id/);
  assert.throws(encode({ priority: -1 }), /priority/);
});
