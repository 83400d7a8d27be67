import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkNamed } from '../../../test/conformance/recording-ports.ts';
import { type Address, parseAddress } from '../../base/address.ts';
import { type Duration, type Instant, milliseconds } from '../../base/units.ts';
import { decodeAnnouncement } from '../../wire/neighbor.ts';
import { type Announcer, type AnnouncerPace, createAnnouncer } from './announcer.ts';

const link = linkNamed('eth0', 2);
const UNPACED: AnnouncerPace = { garpInterval: 0 as Duration, gnaInterval: 0 as Duration };

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined, text);
  return parsed;
}

const A = address('10.0.0.100');
const B = address('10.0.0.101');
const C = address('fe80::100');

function said(announcer: Announcer, now: number): readonly string[] {
  return announcer
    .take(now as Instant)
    .map(({ bytes }) => decodeAnnouncement(bytes)?.address ?? '');
}

test('the first word of every address goes before any repetition', () => {
  const announcer = createAnnouncer(() => UNPACED);
  announcer.announce(link, [A], 2);
  announcer.announce(link, [B, C], 2);
  assert.deepEqual(said(announcer, 0), [A, B, C, A, B, C]);
  assert.deepEqual(said(announcer, 0), []);
  assert.equal(announcer.deadline(0 as Instant), undefined);
});

test('requests and replies take turns', () => {
  const announcer = createAnnouncer(() => UNPACED);
  announcer.announce(link, [A], 3);
  const kinds = announcer.take(0 as Instant).map(({ bytes }) => decodeAnnouncement(bytes)?.kind);
  assert.deepEqual(kinds, ['arp-request', 'arp-reply', 'arp-request']);
});

test('a paced link speaks once in an interval, each family by itself', () => {
  const pace = { garpInterval: milliseconds(10), gnaInterval: milliseconds(30) };
  const announcer = createAnnouncer(() => pace);
  announcer.announce(link, [A, B, C], 1);
  announcer.announce(linkNamed('eth1', 3), [A], 1);
  assert.deepEqual(said(announcer, 0), [A, C, A]);
  assert.equal(announcer.deadline(0 as Instant), 10_000);
  assert.deepEqual(said(announcer, 9_999), []);
  assert.deepEqual(said(announcer, 10_000), [B]);
  announcer.announce(link, [C], 1);
  assert.equal(announcer.deadline(10_000 as Instant), 30_000);
});

test('a burst is bounded, and so is what waits', () => {
  const announcer = createAnnouncer(() => UNPACED);
  const many = Array.from({ length: 1_000 }, (_, index) =>
    address(`10.1.${index >> 8}.${index & 255}`),
  );
  for (let reason = 0; reason < 100; reason += 1) announcer.announce(link, many, 5);
  let total = 0;
  for (let frames = announcer.take(0 as Instant); frames.length > 0; ) {
    assert.ok(frames.length <= 256);
    total += frames.length;
    frames = announcer.take(0 as Instant);
  }
  assert.equal(total, 5_000);
});

test('a hundred thousand waiting frames are no more than a burst away', () => {
  const announcer = createAnnouncer(() => UNPACED);
  for (let host = 0; host < 40_000; host += 1) {
    announcer.announce(link, [address(`10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`)], 5);
  }
  assert.equal(announcer.take(0 as Instant).length, 256);
});

test('an address that is not ours any more is not announced, on its link alone', () => {
  const announcer = createAnnouncer(() => UNPACED);
  const other = linkNamed('eth1', 3);
  announcer.announce(link, [A, B], 2);
  announcer.announce(other, [A], 1);
  announcer.forget(link.index, A);
  assert.deepEqual(said(announcer, 0), [B, A, B]);
  announcer.announce(link, [A], 1);
  assert.deepEqual(said(announcer, 0), [A], 'and may be announced again later');
});

test('a link that has no use for it is left alone', () => {
  const announcer = createAnnouncer(() => UNPACED);
  announcer.announce({ ...link, noArp: true }, [A], 1);
  announcer.announce({ ...link, loopback: true }, [A], 1);
  announcer.announce({ ...link, mac: undefined }, [A], 1);
  announcer.announce(link, [A], 0);
  assert.deepEqual(said(announcer, 0), []);
});

test('links of one group speak in turn, others as before', () => {
  const eth1 = linkNamed('eth1', 3);
  const eth2 = linkNamed('eth2', 4);
  const group = { interfaces: ['eth0', 'eth1'], garpInterval: milliseconds(100) };
  const garpGroups = [{ ...group, gnaInterval: UNPACED.gnaInterval }];
  const announcer = createAnnouncer(() => ({ ...UNPACED, garpGroups }));
  announcer.announce(link, [A], 1);
  announcer.announce(eth1, [B], 1);
  announcer.announce(eth2, [A, B], 1);
  const at = (now: number) => announcer.take(now as Instant).map((frame) => frame.link);
  assert.deepEqual(at(0), [2, 4, 4]);
  assert.equal(announcer.deadline(0 as Instant), 100_000);
  assert.deepEqual(at(50_000), []);
  assert.deepEqual(at(100_000), [3]);
});
