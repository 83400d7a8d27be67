import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { type Address, parseAddress } from '../../base/address.ts';
import { type Instant, wallTime } from '../../base/units.ts';
import type { LinkIndex, ReceivedDatagram } from '../../ports.ts';
import { createMachine } from '../machine.ts';
import type { InstanceModel } from '../model.ts';
import { checkAh, forgetAh, openAh, wrapInAh } from './authentication-header.ts';

const notary = {
  hmacSha256: () => assert.fail('not asked for'),
  hmacMd5: (key: Uint8Array, data: Uint8Array) => createHmac('md5', key).update(data).digest(),
  wall: () => wallTime(1_000_000 * 1_000_000),
};

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined);
  return parsed;
}

function router(secret = 'hold1234', kind = 'ah') {
  const model = { name: 'VI_1', family: 'ipv4', authentication: { kind, secret }, garp: {} };
  return createMachine(model as unknown as InstanceModel, undefined);
}

/** Captured from keepalived 2.2.7: `auth_pass hold1234`, its first advertisement. */
const message = '2133960102013c190a4d00640000000000000000';
const recorded = {
  '224.0.0.18': `700400000a4d000100000001747587de0f98b6469023ca5f${message}`,
  '10.77.0.2': `700400000a4d0001000000019d0166d5ff6dd57d07e9e458${message}`,
};

function received(to: keyof typeof recorded, change?: (payload: Buffer) => void): ReceivedDatagram {
  const payload = Buffer.from(recorded[to], 'hex');
  change?.(payload);
  return {
    link: 1 as LinkIndex,
    source: address('10.77.0.1'),
    destination: address(to),
    hopLimit: 255,
    ah: { identification: 1 },
    payload,
    receivedAt: 0 as Instant,
  };
}

function judge(machine: ReturnType<typeof router>, datagram: ReceivedDatagram) {
  const opened = openAh(datagram);
  assert.equal(opened.kind, 'opened');
  return opened.kind === 'opened'
    ? checkAh(machine, datagram, opened.sequence, notary)?.reason
    : undefined;
}

test('what keepalived sent is believed, to a group and to a host, and its message comes out', () => {
  for (const to of ['224.0.0.18', '10.77.0.2'] as const) {
    assert.equal(judge(router(), received(to)), undefined, to);
    const opened = openAh(received(to));
    assert.ok(opened.kind === 'opened');
    assert.equal(Buffer.from(opened.datagram.payload).toString('hex'), message);
    assert.equal(opened.datagram.ah, undefined);
  }
});

test('every byte of it counts, and so do the addresses, the number and the password', () => {
  const { length } = received('224.0.0.18').payload;
  // The first two bytes say what it is: others are no authentication header for VRRP.
  for (let at = 2; at < length; at += 1) {
    const damaged = received('224.0.0.18', (payload) => {
      payload[at] = (payload[at] ?? 0) ^ 1;
    });
    assert.equal(judge(router(), damaged), 'authentication-data', `byte ${at}`);
  }
  const whole = received('224.0.0.18');
  assert.equal(judge(router('other'), whole), 'authentication-data');
  assert.equal(judge(router('', 'none'), whole), 'authentication-type');
  for (const change of [{ source: address('10.77.0.3') }, { ah: { identification: 2 } }]) {
    assert.equal(judge(router(), { ...whole, ...change }), 'authentication-data');
  }
});

test('a number is taken once; a sender that fell silent may begin anew', () => {
  const machine = router();
  assert.equal(judge(machine, received('224.0.0.18')), undefined);
  assert.equal(judge(machine, received('224.0.0.18')), 'signature-replayed');
  forgetAh(machine);
  assert.equal(judge(machine, received('224.0.0.18')), undefined);
});

test('what is wrapped opens again, and its numbers grow beyond all that was heard', () => {
  const sender = router();
  sender.ah.heard.set(address('10.77.0.9'), 5_000_000);
  const plain = {
    instance: 'VI_1',
    link: 1 as LinkIndex,
    source: address('10.77.0.1'),
    destination: address('224.0.0.18'),
    hopLimit: 255,
    payload: Buffer.from(message, 'hex'),
  };
  const listener = router();
  for (const expected of [5_000_001, 5_000_002]) {
    const [sent] = wrapInAh(sender, [plain], notary);
    assert.ok(sent !== undefined);
    assert.equal(Buffer.from(sent.payload).readUInt32BE(8), expected);
    assert.equal(judge(listener, { ...sent, receivedAt: 0 as Instant }), undefined);
  }
});

test('what is no authentication header is none', () => {
  for (const hex of ['', '70040000', `06${recorded['224.0.0.18'].slice(2)}`]) {
    const datagram = { ...received('224.0.0.18'), payload: Buffer.from(hex, 'hex') };
    assert.equal(openAh(datagram).kind, 'malformed');
  }
});
