import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Address, addressFromBytes, type Family, parseAddress } from '../base/address.ts';
import type { Rule, RuleAction } from '../base/rule.ts';
import type { NetlinkMessage } from './netlink.ts';
import { decodeRule, encodeRule, RTM_NEWRULE } from './rule.ts';

const plain = { noNullPrototype: true };
const word = fc.nat(0xffff_ffff);
const byte = fc.nat(0xff);
const name = fc.stringMatching(/^[a-z0-9.]{1,15}$/);

function maybe<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(value, { nil: undefined });
}

function span(most: number) {
  return maybe(fc.record({ low: fc.nat(most), high: fc.nat(most) }, plain));
}

const action: fc.Arbitrary<RuleAction> = fc.oneof(
  fc.record({ kind: fc.constant('table'), table: word }, plain),
  fc.record({ kind: fc.constant('goto'), target: word }, plain),
  fc.record(
    { kind: fc.constantFrom('nop', 'blackhole', 'unreachable', 'prohibit', 'l3mdev') },
    plain,
  ),
);

const rule: fc.Arbitrary<Rule> = fc.constantFrom<Family>('ipv4', 'ipv6').chain((family) => {
  const length = family === 'ipv4' ? 4 : 16;
  const address = fc.uint8Array({ minLength: length, maxLength: length }).map(fromBytes);
  const prefix = maybe(fc.record({ address, prefix: byte }, plain));
  return fc.record(
    {
      family: fc.constant(family),
      priority: word,
      action,
      not: fc.boolean(),
      from: prefix,
      to: prefix,
      tos: byte,
      mark: maybe(fc.record({ value: word, mask: word }, plain)),
      incoming: maybe(name),
      outgoing: maybe(name),
      tunnel: maybe(fc.bigInt(0n, 2n ** 64n - 1n).map(String)),
      users: span(0xffff_ffff),
      transport: maybe(byte),
      sourcePorts: span(0xffff),
      destinationPorts: span(0xffff),
      realms: maybe(word),
      suppressPrefix: maybe(fc.nat(128)),
      suppressGroup: maybe(fc.nat(0x7fff_ffff)),
      protocol: byte,
    },
    plain,
  );
});

describe('policy rules', () => {
  it('come back as they were encoded', () => {
    fc.assert(
      fc.property(rule, (one) => {
        assert.deepEqual(decodeRule(carry(encodeRule(one))), one);
      }),
    );
  });

  it('are decoded from any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(2, 10), (payload, first) => {
        payload[0] = first;
        decodeRule(carry(payload));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are read as the ip command of iproute2 6.1 sends them', () => {
    // ip -6 rule add not from fd00::/64 fwmark 1/255 iif eth0 uidrange 1-2 ipproto tcp dport 80-81
    // pref 99 table 300 suppress_prefixlength 0 protocol 18
    const hex = `
      0a004000 00000001 02000000 14000200 fd000000 00000000 00000000 00000000 08000a00 01000000
      08001000 ff000000 09000300 65746830 00000000 0c001400 01000000 02000000 05001600 06000000
      08001800 50005100 08000600 63000000 08000f00 2c010000 08000e00 00000000 05001500 12000000`;
    const payload = Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
    const network = parseAddress('fd00::');
    assert.ok(network !== undefined);
    const expected: Rule = {
      family: 'ipv6',
      priority: 99,
      action: { kind: 'table', table: 300 },
      not: true,
      from: { address: network, prefix: 64 },
      to: undefined,
      tos: 0,
      mark: { value: 1, mask: 255 },
      incoming: 'eth0',
      outgoing: undefined,
      tunnel: undefined,
      users: { low: 1, high: 2 },
      transport: 6,
      sourcePorts: undefined,
      destinationPorts: { low: 80, high: 81 },
      realms: undefined,
      suppressPrefix: 0,
      suppressGroup: undefined,
      protocol: 18,
    };
    assert.deepEqual(decodeRule(carry(payload)), expected);
  });
});

function carry(payload: Uint8Array): NetlinkMessage {
  return { type: RTM_NEWRULE, flags: 0, sequence: 0, portId: 0, payload };
}

function fromBytes(value: Uint8Array): Address {
  const one = addressFromBytes(value);
  assert.ok(one !== undefined);
  return one;
}
