import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '../../base/address.ts';
import type { Server, ServiceKey, ServiceSettings } from '../../base/service.ts';
import { parseServerRecord, parseServiceRecord, serverRecord, serviceRecord } from './record.ts';

/** With the prototype that literals have. */
const plainRecord = <Value>(model: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> }) =>
  fc.record(model, { noNullPrototype: true });

const address = fc
  .oneof(
    fc.ipV4(),
    fc.ipV6().filter((text) => parseAddress(text) !== undefined),
  )
  .map((text) => parseAddress(text) ?? assert.fail(text));
const port = fc.integer({ min: 0, max: 65_535 });
const key: fc.Arbitrary<ServiceKey> = fc.oneof(
  plainRecord({
    kind: fc.constant('address' as const),
    protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const),
    address,
    port,
  }),
  plainRecord({
    kind: fc.constant('mark' as const),
    family: fc.constantFrom('ipv4' as const, 'ipv6' as const),
    mark: fc.integer({ min: 1, max: 0xffff_ffff }),
  }),
);
const settings: fc.Arbitrary<ServiceSettings> = plainRecord({
  scheduler: fc.constantFrom('rr' as const, 'wlc' as const, 'mh' as const, 'twos' as const),
  flags: fc.subarray([1, 2, 3] as const),
  persistence: fc.option(
    plainRecord({
      seconds: fc.integer({ min: 1, max: 2_678_400 }),
      prefix: fc.integer({ min: 1, max: 128 }),
      engine: fc.constantFrom(undefined, 'sip'),
    }),
    { nil: undefined },
  ),
  onePacket: fc.boolean(),
});
const bound = fc.integer({ min: 0, max: 0xffff_ffff });
const server: fc.Arbitrary<Server> = plainRecord({
  address,
  port,
  forwarding: fc.constantFrom<Server['forwarding']>(
    { kind: 'nat' },
    { kind: 'nat', masquerade: true },
    { kind: 'direct' },
  ),
  weight: port,
  upper: bound,
  lower: bound,
});

it('reads back what it writes, and nothing is too long for the kernel', () => {
  fc.assert(
    fc.property(key, settings, server, (of, how, one) => {
      const [service, member] = [serviceRecord(of, how), serverRecord(of, one)];
      assert.deepEqual(parseServiceRecord(service), { key: of, settings: how });
      assert.deepEqual(parseServerRecord(member), { service: of, server: one });
      assert.ok(service.length <= 253 && member.length <= 253);
    }),
  );
});

it('takes nothing else for a record', () => {
  for (const text of [
    '',
    'web',
    'tcp 192.0.2.1:80',
    'tcp nowhere:80 rr flags=0 persist=no ops=no',
  ]) {
    assert.equal(parseServiceRecord(text), undefined);
    assert.equal(parseServerRecord(text), undefined);
  }
  const foreign = 'tcp 192.0.2.1:80 fastest flags=0 persist=no ops=no';
  assert.equal(parseServiceRecord(foreign), undefined);
});
