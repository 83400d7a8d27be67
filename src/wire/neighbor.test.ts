import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Ipv4,
  type Ipv6,
  type Mac,
  macFromBytes,
  parseIpv4,
  parseIpv6,
  parseMac,
} from '../base/address.ts';
import { decodeAnnouncement, gratuitousArp, unsolicitedAdvertisement } from './neighbor.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

function present<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined);
  return value;
}

const MAC = present(parseMac('02:00:00:00:00:01'));
const V4 = present(parseIpv4('192.168.7.100'));
const V6 = present(parseIpv6('2001:db8:7::1'));

test('a gratuitous ARP request, byte for byte', () => {
  const frame = gratuitousArp({ mac: MAC, address: V4, form: 'request' });
  const expected =
    'ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 c0a80764 000000000000 c0a80764';
  assert.deepEqual(frame, bytes(expected));
});

test('a gratuitous ARP reply, byte for byte', () => {
  const frame = gratuitousArp({ mac: MAC, address: V4, form: 'reply' });
  const expected =
    'ffffffffffff 020000000001 0806 0001 0800 06 04 0002 020000000001 c0a80764 020000000001 c0a80764';
  assert.deepEqual(frame, bytes(expected));
});

/** Captured from keepalived 2.2.7 on a veth pair. */
const KEEPALIVED_ARP =
  'ffffffffffff 020000000001 0806 0001080006040001 020000000001 c0a80764 ffffffffffff c0a80764';
const KEEPALIVED_ADVERTISEMENT =
  '333300000001 020000000001 86dd 6000000000203aff 20010db8000700000000000000000001' +
  'ff020000000000000000000000000001 8800f91c 20000000 20010db8000700000000000000000001 0201020000000001';

test('keepalived’s gratuitous ARP is understood', () => {
  const decoded = decodeAnnouncement(bytes(KEEPALIVED_ARP));
  assert.deepEqual(decoded, { kind: 'arp-request', mac: MAC, address: V4 });
});

test('an unsolicited advertisement is the one that keepalived sends', () => {
  const frame = unsolicitedAdvertisement({ mac: MAC, address: V6, router: false });
  assert.deepEqual(frame, bytes(KEEPALIVED_ADVERTISEMENT));
  assert.deepEqual(decodeAnnouncement(frame), { kind: 'advertisement', mac: MAC, address: V6 });
});

test('a router says so, and the checksum covers it', () => {
  const frame = unsolicitedAdvertisement({ mac: MAC, address: V6, router: true });
  assert.deepEqual(frame.subarray(54, 62), bytes('8800 791c a0000000'));
  assert.deepEqual(decodeAnnouncement(frame), { kind: 'advertisement', mac: MAC, address: V6 });
});

test('ARP that announces nothing is not an announcement', () => {
  const good = bytes(KEEPALIVED_ARP);
  const changes: readonly (readonly [number, number, string])[] = [
    [13, 0x00, 'another EtherType'],
    [15, 0x06, 'hardware other than Ethernet'],
    [16, 0x86, 'a protocol other than IPv4'],
    [18, 0x08, 'a hardware length of 8'],
    [19, 0x10, 'a protocol length of 16'],
    [21, 0x00, 'operation 0'],
    [21, 0x03, 'operation 3'],
    [20, 0x01, 'operation 257'],
    [41, 0x65, 'a question for another address'],
  ];
  for (const [at, byte, what] of changes) {
    assert.equal(decodeAnnouncement(good.with(at, byte)), undefined, what);
  }
  for (let length = 0; length < good.length; length += 1) {
    assert.equal(decodeAnnouncement(good.subarray(0, length)), undefined);
  }
});

test('padding to the least Ethernet frame is ignored', () => {
  for (const hex of [KEEPALIVED_ARP, KEEPALIVED_ADVERTISEMENT]) {
    const good = bytes(hex);
    const padded = new Uint8Array(100).fill(0xee);
    padded.set(good);
    assert.deepEqual(decodeAnnouncement(padded), present(decodeAnnouncement(good)));
  }
});

/** The frame with `edits` made and the ICMPv6 checksum set right again by brute arithmetic. */
function repaired(edits: readonly (readonly [number, number])[]): Uint8Array {
  const frame = bytes(KEEPALIVED_ADVERTISEMENT);
  for (const [at, byte] of edits) frame[at] = byte;
  frame[56] = 0;
  frame[57] = 0;
  let sum = 58 + (frame[18] ?? 0) * 256 + (frame[19] ?? 0);
  for (let at = 22; at < frame.length; at += 2)
    sum += (frame[at] ?? 0) * 256 + (frame[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  frame[56] = (sum ^ 0xffff) >> 8;
  frame[57] = sum ^ 0xffff;
  return frame;
}

test('a neighbour advertisement that a node must drop is not an announcement', () => {
  assert.ok(decodeAnnouncement(repaired([])) !== undefined);
  const changes: readonly (readonly [number, number, string])[] = [
    [14, 0x40, 'IP version 4'],
    [20, 17, 'another next header'],
    [21, 254, 'a hop limit below 255'],
    [54, 135, 'a solicitation'],
    [55, 1, 'code 1'],
    [58, 0x00, 'no override flag'],
    [58, 0x60, 'the solicited flag'],
    [78, 1, 'the source link-layer option only'],
    [79, 0, 'an option of length 0'],
    [79, 2, 'an option past the end'],
  ];
  for (const [at, byte, what] of changes) {
    assert.equal(decodeAnnouncement(repaired([[at, byte]])), undefined, what);
  }
  assert.equal(decodeAnnouncement(bytes(KEEPALIVED_ADVERTISEMENT).with(57, 0)), undefined);
  const good = bytes(KEEPALIVED_ADVERTISEMENT);
  for (let length = 0; length < good.length; length += 1) {
    assert.equal(decodeAnnouncement(good.subarray(0, length)), undefined);
  }
});

test('reserved bits are ignored', () => {
  const decoded = decodeAnnouncement(repaired([[58, 0x3f]]));
  assert.deepEqual(decoded, { kind: 'advertisement', mac: MAC, address: V6 });
});

/** The advertisement with 8 more bytes at `at`, their words and 8 more of length taken from the checksum. */
function lengthened(at: number, option: Uint8Array): Uint8Array {
  const frame = bytes(KEEPALIVED_ADVERTISEMENT);
  const longer = Uint8Array.of(...frame.subarray(0, at), ...option, ...frame.subarray(at));
  longer[19] = 40;
  let sum = 0xf91c - 8;
  for (let word = 0; word < 8; word += 2) {
    sum -= (option[word] ?? 0) * 256 + (option[word + 1] ?? 0);
  }
  const checksum = ((sum % 0xffff) + 0xffff) % 0xffff;
  longer[56] = checksum >> 8;
  longer[57] = checksum;
  return longer;
}

test('other options are stepped over, and the first target link-layer address counts', () => {
  const expected = { kind: 'advertisement', mac: MAC, address: V6 };
  assert.deepEqual(decodeAnnouncement(lengthened(78, bytes('0e01aabbccddeeff'))), expected);
  assert.deepEqual(decodeAnnouncement(lengthened(86, bytes('0e01aabbccddeeff'))), expected);
  assert.deepEqual(decodeAnnouncement(lengthened(86, bytes('0201aabbccddeeff'))), expected);
});

test('a malformed option spoils the advertisement wherever it stands', () => {
  assert.equal(decodeAnnouncement(lengthened(86, bytes('0e02aabbccddeeff'))), undefined);
  assert.equal(decodeAnnouncement(lengthened(86, bytes('0e00aabbccddeeff'))), undefined);
});

const macs: fc.Arbitrary<Mac> = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((pairs) => present(macFromBytes(pairs)));
const v4s: fc.Arbitrary<Ipv4> = fc.ipV4().map((text) => present(parseIpv4(text)));
const v6s: fc.Arbitrary<Ipv6> = fc.ipV6().map((text) => present(parseIpv6(text)));

test('every announcement round-trips', () => {
  fc.assert(
    fc.property(macs, v4s, v6s, fc.boolean(), (mac, v4, v6, flag) => {
      const form = flag ? 'request' : 'reply';
      const arp = decodeAnnouncement(gratuitousArp({ mac, address: v4, form }));
      assert.deepEqual(arp, { kind: `arp-${form}`, mac, address: v4 });
      const advertisement = decodeAnnouncement(
        unsolicitedAdvertisement({ mac, address: v6, router: flag }),
      );
      assert.deepEqual(advertisement, { kind: 'advertisement', mac, address: v6 });
    }),
  );
});

test('no bytes throw, random or mutated', () => {
  const edits = fc.array(fc.tuple(fc.nat(85), fc.nat(255)), { maxLength: 4 });
  const start = fc.constantFrom(KEEPALIVED_ARP, KEEPALIVED_ADVERTISEMENT).map(bytes);
  const mutated = fc.tuple(start, edits, fc.nat(120)).map(([frame, changes, length]) => {
    const copy = frame.slice(0, length);
    for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
    return copy;
  });
  const options = fc
    .uint8Array({ minLength: 8, maxLength: 8 })
    .map((option) => repaired([...option].map((byte, index) => [78 + index, byte] as const)));
  fc.assert(
    fc.property(fc.oneof(mutated, options, fc.uint8Array({ maxLength: 120 })), (frame) => {
      decodeAnnouncement(frame);
    }),
    { numRuns: 1000 },
  );
});
