import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Ipv4, type Ipv6, type Mac, parseAddress } from '../base/address.ts';
import { arpProbe, decodeClaim, neighborSolicitation } from './claim.ts';
import { gratuitousArp, unsolicitedAdvertisement } from './neighbor.ts';

const mac = '02:00:00:00:00:0a' as Mac;
const ipv4 = '10.0.0.100' as Ipv4;
const ipv6 = parseAddress('fd00::1234:5678') as Ipv6;
const linkLocal = parseAddress('fe80::1') as Ipv6;

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

describe('questions', () => {
  it('is an ARP probe as RFC 5227 2.1.1 has it', () => {
    assert.equal(
      hex(arpProbe({ mac, address: ipv4 })),
      'ffffffffffff02000000000a0806' + '000108000604000102000000000a000000000000000000000a000064',
    );
  });

  it('is a neighbour solicitation to the group of the address, with an intact checksum', () => {
    const frame = neighborSolicitation({ mac, source: linkLocal, address: ipv6 });
    assert.equal(hex(frame.subarray(0, 14)), '3333ff34567802000000000a86dd');
    assert.equal(hex(frame.subarray(38, 54)), 'ff0200000000000000000001ff345678');
    assert.equal(hex(frame.subarray(54, 56)), '8700');
    assert.equal(hex(frame.subarray(78)), '010102000000000a');
    let sum = 58 + 32;
    for (let at = 22; at < frame.length; at += 2) {
      sum += (frame[at] ?? 0) * 256 + (frame[at + 1] ?? 0);
    }
    assert.equal(((sum & 0xffff) + (sum >> 16)) & 0xffff, 0xffff);
  });
});

describe('claims', () => {
  it('is the sender of a request, of a reply and of an advertisement', () => {
    const frames = [
      gratuitousArp({ mac, address: ipv4, form: 'request' }),
      gratuitousArp({ mac, address: ipv4, form: 'reply' }),
      unsolicitedAdvertisement({ mac, address: ipv6, router: true }),
    ];
    assert.deepEqual(frames.map(decodeClaim), [
      { mac, address: ipv4 },
      { mac, address: ipv4 },
      { mac, address: ipv6 },
    ]);
  });

  it('is not a probe, a question, or an advertisement that came over a router or is damaged', () => {
    const routed = unsolicitedAdvertisement({ mac, address: ipv6, router: true });
    routed[21] = 254;
    const damaged = unsolicitedAdvertisement({ mac, address: ipv6, router: true });
    damaged[70] = 1;
    const frames = [
      arpProbe({ mac, address: ipv4 }),
      neighborSolicitation({ mac, source: linkLocal, address: ipv6 }),
      routed,
      damaged,
    ];
    for (const frame of frames) assert.equal(decodeClaim(frame), undefined);
  });

  it('reads any bytes without a throw', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 14, maxLength: 120 }),
        fc.boolean(),
        (bytes, isArp) => {
          bytes.set(isArp ? [0x08, 0x06] : [0x86, 0xdd], 12);
          decodeClaim(bytes);
          decodeClaim(bytes.subarray(0, 13));
        },
      ),
    );
  });
});
