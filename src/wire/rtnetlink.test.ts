import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Address, addressFromBytes, type Family, parseAddress } from '../base/address.ts';
import type { NetlinkMessage } from './netlink.ts';
import {
  type AddressMessage,
  decodeAddress,
  decodeLink,
  encodeAddress,
  encodeLinkDump,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_PERMANENT,
  RTM_NEWADDR,
  RTM_NEWLINK,
} from './rtnetlink.ts';

const word = fc.nat(0xffff_ffff);
const byte = fc.nat(0xff);
const addresses: Readonly<Record<Family, fc.Arbitrary<Address>>> = {
  ipv4: fc.uint8Array({ minLength: 4, maxLength: 4 }).map(fromBytes),
  ipv6: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(fromBytes),
};
const family = fc.constantFrom<Family>('ipv4', 'ipv6');

function maybe<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(value, { nil: undefined });
}

const address: fc.Arbitrary<AddressMessage> = family.chain((kind) =>
  fc
    .record({
      link: word,
      address: addresses[kind],
      prefix: fc.nat(kind === 'ipv4' ? 32 : 128),
      scope: byte,
      flags: word,
      label: maybe(fc.stringMatching(/^[a-z0-9:.]{1,15}$/)),
      broadcast: maybe(addresses[kind]),
      peer: maybe(addresses[kind]),
      lifetime: maybe(fc.record({ preferred: word, valid: word }, { noNullPrototype: true })),
      protocol: byte,
    })
    .map((one) => ({ ...one, peer: one.peer === one.address ? undefined : one.peer })),
);

describe('rtnetlink addresses', () => {
  it('come back as they were encoded', () => {
    fc.assert(
      fc.property(address, (one) => {
        assert.deepEqual(decodeAddress(carry(RTM_NEWADDR, encodeAddress(one))), one);
      }),
    );
  });

  it('are encoded as ip(8) encodes them', () => {
    // strace ip addr add 10.2.0.1/24 brd 10.2.0.255 dev va label va:x valid_lft 60 preferred_lft 30
    const encoded = encodeAddress({
      ...bare(known('10.2.0.1'), 24),
      broadcast: known('10.2.0.255'),
      label: 'va:x',
      lifetime: { preferred: 30, valid: 60 },
    });
    const header = '02180000' + '03000000';
    const local = '08000200' + '0a020001';
    const far = '08000100' + '0a020001';
    const broadcast = '08000400' + '0a0200ff';
    const label = '09000300' + '76613a78' + '00000000';
    const lifetime = '14000600' + '1e000000' + '3c000000' + '00000000' + '00000000';
    assert.equal(
      Buffer.from(encoded).toString('hex'),
      header + local + broadcast + label + far + lifetime,
    );
  });

  it('carry flags that do not fit the header in an attribute of their own', () => {
    const flags = IFA_F_NODAD | IFA_F_NOPREFIXROUTE;
    const encoded = encodeAddress({ ...bare(known('fd00::1'), 128), flags });
    assert.equal(encoded[2], IFA_F_NODAD);
    assert.equal(Buffer.from(encoded).toString('hex').slice(-16), '08000800' + '02020000');
  });

  it('are read as the kernel tells them, IPv6 without IFA_LOCAL', () => {
    const payload =
      '0a408080' +
      '02000000' +
      '14000100' +
      'fe800000000000000000000000000001' +
      '14000600' +
      'ffffffff' +
      'ffffffff' +
      '2a010000' +
      '2a010000' +
      '08000800' +
      '80000000' +
      '05000b00' +
      '03000000';
    assert.deepEqual(decodeAddress(carry(RTM_NEWADDR, bytes(payload))), {
      ...bare(known('fe80::1'), 64),
      link: 2,
      scope: 128,
      flags: IFA_F_PERMANENT,
      lifetime: { preferred: 0xffff_ffff, valid: 0xffff_ffff },
      protocol: 3,
    });
  });

  it('of other families are nothing', () => {
    assert.equal(decodeAddress(carry(RTM_NEWADDR, bytes('1c180000' + '03000000'))), undefined);
  });
});

describe('rtnetlink interfaces', () => {
  const header = '00000100' + '03000000' + '43100100' + '00000000';
  const name = '09000300' + '6574683000' + '000000';
  const mtu = '08000400' + 'dc050000';
  const mac = '0a000100' + '020000000001' + '0000';
  const parent = '08000500' + '07000000';

  it('are read as the kernel tells them', () => {
    const link = decodeLink(carry(RTM_NEWLINK, bytes(header + name + mtu + mac + parent)));
    assert.deepEqual(link, {
      family: 0,
      index: 3,
      flags: 0x11043,
      name: 'eth0',
      mtu: 1500,
      mac: '02:00:00:00:00:01',
      parent: 7,
      kind: undefined,
      master: undefined,
    });
  });

  it('say what makes them a device of their own, and what they are enslaved to', () => {
    const info = '10001200' + '0c000100' + '6d6163766c616e00';
    const master = '08000a00' + '09000000';
    const link = decodeLink(carry(RTM_NEWLINK, bytes(header + name + info + master)));
    assert.deepEqual([link?.kind, link?.master], ['macvlan', 9]);
  });

  it('have no parent when that is in another namespace', () => {
    const elsewhere = '08002500' + '00000000';
    const link = decodeLink(carry(RTM_NEWLINK, bytes(header + parent + elsewhere)));
    assert.equal(link?.parent, undefined);
  });

  it('are asked for without counters', () => {
    assert.deepEqual(encodeLinkDump(), bytes(`${'00'.repeat(16)}08001d0008000000`));
  });
});

it('decodes any bytes without throwing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(0, 2, 10), (payload, first) => {
      if (payload.length > 0) payload[0] = first;
      decodeLink(carry(RTM_NEWLINK, payload));
      decodeAddress(carry(RTM_NEWADDR, payload));
    }),
    { numRuns: 2_000 },
  );
});

function bare(one: Address, prefix: number): AddressMessage {
  return {
    link: 3,
    address: one,
    prefix,
    scope: 0,
    flags: 0,
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    lifetime: undefined,
    protocol: 0,
  };
}

function carry(type: number, payload: Uint8Array): NetlinkMessage {
  return { type, flags: 0, sequence: 0, portId: 0, payload };
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function fromBytes(value: Uint8Array): Address {
  const one = addressFromBytes(value);
  assert.ok(one !== undefined);
  return one;
}

function known(text: string): Address {
  const one = parseAddress(text);
  assert.ok(one !== undefined);
  return one;
}
