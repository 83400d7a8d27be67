import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { type Address, parseAddress } from '../../base/address.ts';
import { type Instant, seconds, type WallTime, wallTime } from '../../base/units.ts';
import type { LinkIndex } from '../../ports.ts';
import { encodeAdvertisement } from '../../wire/vrrp.ts';
import { createMachine, type Machine } from '../machine.ts';
import type { InstanceModel, SigningModel } from '../model.ts';
import type { OutgoingDatagram } from '../output.ts';
import { checkSignature, sign } from './signing.ts';

const key = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const signing: SigningModel = {
  keys: [{ id: 1, hex: key }],
  activeKey: 1,
  window: seconds(5),
  mode: 'enforce',
};

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined);
  return parsed;
}

/** A router and a clock that is turned by hand. */
function router(source: string, terms: SigningModel = signing) {
  let now = 1_800_000_000_000_000;
  const family = source.includes(':') ? 'ipv6' : 'ipv4';
  const group = address(family === 'ipv4' ? '224.0.0.18' : 'ff02::12');
  const transport = { kind: 'multicast', group, source: undefined };
  const model = { name: 'VI_1', family, signing: terms, transport, garp: {} };
  const machine: Machine = createMachine(model as unknown as InstanceModel, undefined);
  const notary = {
    hmacSha256: (secret: Uint8Array, data: Uint8Array) =>
      createHmac('sha256', secret).update(data).digest(),
    hmacMd5: (secret: Uint8Array, data: Uint8Array) =>
      createHmac('md5', secret).update(data).digest(),
    wall: (): WallTime => wallTime(now),
  };
  const from = address(source);
  const message = encodeAdvertisement(
    {
      version: 3,
      virtualRouterId: 51,
      priority: 150,
      interval: seconds(1),
      addresses: [address(family === 'ipv4' ? '192.0.2.1' : 'fe80::99')],
      authentication: { kind: 'none' },
    },
    { family, source: from, destination: group, checksum: 'standard' },
  );
  const plain: OutgoingDatagram = {
    instance: 'VI_1',
    link: 1 as LinkIndex,
    source: from,
    destination: group,
    hopLimit: 255,
    payload: message,
  };
  return {
    plain,
    turn: (microseconds: number) => {
      now += microseconds;
    },
    send(): OutgoingDatagram {
      const [signed] = sign(machine, [plain], notary);
      assert.ok(signed !== undefined);
      return signed;
    },
    hear: (datagram: OutgoingDatagram) =>
      checkSignature(machine, { ...datagram, receivedAt: 0 as Instant }, notary)?.reason,
  };
}

test('the trailer, byte by byte, by other means', () => {
  for (const source of ['192.0.2.7', 'fe80::7']) {
    const { payload } = router(source).send();
    const message = payload.slice(0, -28);
    const trailer = Buffer.from(payload.slice(-28));
    assert.equal(
      trailer.subarray(0, 12).toString('hex'),
      '01010000' + '6b49d200' + '0000' + '0000',
    );
    const pseudo = Buffer.alloc(20);
    const isIpv6 = source.includes(':');
    pseudo.set([isIpv6 ? 6 : 4, 3, 51, 0]);
    if (isIpv6) pseudo.set([0xfe, 0x80, ...Array(13).fill(0), 7], 4);
    else pseudo.set([192, 0, 2, 7], 4);
    message.set([0, 0], 6);
    const mac = createHmac('sha256', Buffer.from(key, 'hex'))
      .update(pseudo)
      .update(message)
      .update(trailer.subarray(0, 12))
      .update(Buffer.alloc(16))
      .digest();
    assert.deepEqual(trailer.subarray(12), mac.subarray(0, 16));
  }
});

test('what is signed is heeded once, in order, however fast it comes', () => {
  const [a, b] = [router('192.0.2.7'), router('192.0.2.8')];
  const first = a.send();
  const second = a.send();
  assert.equal(b.hear(first), undefined);
  assert.equal(b.hear(second), undefined, 'the clock stood still');
  assert.equal(b.hear(second), 'signature-replayed');
  assert.equal(b.hear(first), 'signature-replayed');
  a.turn(-1_000_000);
  assert.equal(b.hear(a.send()), undefined, 'the clock of the sender went back');
});

test('every bit of it counts', () => {
  const signed = router('192.0.2.7').send();
  for (let at = 0; at < signed.payload.length; at += 1) {
    // The checksum is judged elsewhere, and is not signed.
    if (at === 6 || at === 7) continue;
    const payload = signed.payload.slice();
    payload[at] = (payload[at] ?? 0) ^ 0x40;
    const heard = router('192.0.2.8').hear({ ...signed, payload });
    assert.notEqual(heard, undefined, `byte ${at}`);
  }
  assert.equal(
    router('192.0.2.8').hear({ ...signed, source: address('192.0.2.9') }),
    'signature-wrong',
  );
});

test('no signature, another length, another key, another clock: each by its name', () => {
  const a = router('192.0.2.7');
  const signed = a.send();
  const b = router('192.0.2.8');
  assert.equal(b.hear(a.plain), 'signature-missing');
  const { payload } = signed;
  assert.equal(b.hear({ ...signed, payload: payload.slice(0, -1) }), 'signature-malformed');
  const rotated = { ...signing, keys: [{ id: 2, hex: key }], activeKey: 2 };
  assert.equal(router('192.0.2.8', rotated).hear(signed), 'signature-key');
  const other = { ...signing, keys: [{ id: 1, hex: key.replaceAll('0', 'f') }] };
  assert.equal(router('192.0.2.8', other).hear(signed), 'signature-wrong');
  for (const ahead of [6_000_000, -12_000_000]) {
    b.turn(ahead);
    assert.equal(b.hear(signed), 'signature-stale', `a clock that is apart by ${ahead}`);
  }
  b.turn(1_000_000);
  assert.equal(b.hear(signed), undefined, 'at the edge of the window');
  const calm = router('192.0.2.8', { ...signing, window: undefined });
  calm.turn(3_600_000_000);
  assert.equal(calm.hear(signed), undefined, 'the order alone counts');
});

test('a cluster is moved in three steps, and no step silences it', () => {
  const unsigned = router('192.0.2.7').plain;
  const receiving = { ...signing, mode: 'receive-only', activeKey: undefined } as const;
  const permissive = { ...signing, mode: 'permissive' } as const;
  const a = router('192.0.2.7', receiving);
  assert.deepEqual(a.send(), a.plain);
  for (const terms of [receiving, permissive]) {
    assert.equal(router('192.0.2.8', terms).hear(unsigned), undefined);
    assert.equal(router('192.0.2.8', terms).hear(router('192.0.2.7').send()), undefined);
  }
  const forged = router('192.0.2.7', {
    ...signing,
    keys: [{ id: 1, hex: key.replaceAll('1', '2') }],
  });
  assert.equal(router('192.0.2.8', permissive).hear(forged.send()), 'signature-wrong');
});

test('four senders to a group are remembered, the one silent longest is forgotten', () => {
  const b = router('192.0.2.8');
  const senders = [1, 2, 3, 4, 5].map((host) => router(`192.0.2.10${host}`).send());
  for (const datagram of senders) assert.equal(b.hear(datagram), undefined);
  assert.equal(b.hear(senders[4] as OutgoingDatagram), 'signature-replayed');
  assert.equal(b.hear(senders[1] as OutgoingDatagram), 'signature-replayed');
  assert.equal(b.hear(senders[0] as OutgoingDatagram), undefined);
});
