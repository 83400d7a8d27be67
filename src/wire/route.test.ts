import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Address, addressFromBytes, type Family, parseAddress } from '../base/address.ts';
import type { Encapsulation, Route, RouteHop, RouteType } from '../base/route.ts';
import { leadsNowhere } from '../base/route.ts';
import type { NetlinkMessage } from './netlink.ts';
import { decodeRoute, encodeRoute, encodeRouteDump, RTM_NEWROUTE } from './route.ts';
import { metricNumbers } from './route-metrics.ts';

const plain = { noNullPrototype: true };
const word = fc.nat(0xffff_ffff);
const byte = fc.nat(0xff);
const addresses: Readonly<Record<Family, fc.Arbitrary<Address>>> = {
  ipv4: fc.uint8Array({ minLength: 4, maxLength: 4 }).map(fromBytes),
  ipv6: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(fromBytes),
};

function maybe<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(value, { nil: undefined });
}

const tunnel = fc.constantFrom('ip', 'ip6').chain((kind) => {
  const address = maybe(addresses[kind === 'ip' ? 'ipv4' : 'ipv6']);
  return fc.record(
    {
      kind: fc.constant(kind),
      id: maybe(fc.bigInt(0n, 2n ** 64n - 1n).map(String)),
      destination: address,
      source: address,
      tos: maybe(byte),
      ttl: maybe(byte),
      flags: maybe(fc.nat(0xffff)),
    },
    plain,
  );
}) as fc.Arbitrary<Encapsulation>;
const encapsulation: fc.Arbitrary<Encapsulation> = fc.oneof(
  tunnel,
  fc.record(
    { kind: fc.constant('mpls'), labels: fc.array(fc.nat(0xf_ffff), { maxLength: 4 }) },
    plain,
  ),
);

function hop(single: boolean): fc.Arbitrary<RouteHop<number>> {
  return fc.record(
    {
      gateway: maybe(fc.oneof(addresses.ipv4, addresses.ipv6)),
      link: single ? word : maybe(fc.integer({ min: 1, max: 0x7fff_ffff })),
      weight: single ? fc.constant(1) : fc.integer({ min: 1, max: 256 }),
      onlink: fc.boolean(),
      encapsulation: maybe(encapsulation),
      realms: single ? fc.constant(undefined) : maybe(word),
    },
    plain,
  );
}

const { congestionControl: _, ...numbers } = metricNumbers;
const metrics = fc.record(
  {
    ...Object.fromEntries(Object.keys(numbers).map((name) => [name, word])),
    congestionControl: fc.stringMatching(/^[a-z]{1,15}$/),
  },
  { requiredKeys: [], ...plain },
);

const types: readonly RouteType[] = [
  ...(['unicast', 'local', 'broadcast', 'anycast', 'multicast', 'blackhole'] as const),
  ...(['unreachable', 'prohibit', 'throw', 'nat', 'xresolve'] as const),
];

const route: fc.Arbitrary<Route<number>> = fc
  .constantFrom<Family>('ipv4', 'ipv6')
  .chain((family) =>
    fc.record(
      {
        family: fc.constant(family),
        type: fc.constantFrom(...types),
        destination: maybe(addresses[family]),
        prefix: byte,
        from: maybe(fc.record({ address: addresses[family], prefix: byte }, plain)),
        tos: byte,
        table: word,
        metric: maybe(word),
        protocol: byte,
        scope: byte,
        source: maybe(addresses[family]),
        hops: fc.oneof(
          fc.constant([]),
          fc.tuple(hop(true)),
          fc.array(hop(false), { minLength: 2, maxLength: 5 }),
        ),
        metrics,
        realms: maybe(word),
        preference: maybe(fc.constantFrom('low', 'medium', 'high')),
        expires: maybe(word),
        ttlPropagate: maybe(fc.boolean()),
      },
      plain,
    ),
  )
  .map((one) => (leadsNowhere(one.type) ? { ...one, hops: [] } : one));

describe('routes', () => {
  it('come back as they were encoded', () => {
    fc.assert(
      fc.property(route, (one) => {
        assert.deepEqual(decodeRoute(carry(encodeRoute(one))), one);
      }),
    );
  });

  it('are decoded from any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(2, 10), (payload, first) => {
        payload[0] = first;
        decodeRoute(carry(payload));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are decoded from mutated messages without throwing', () => {
    fc.assert(
      fc.property(route, fc.nat(), byte, (one, at, value) => {
        const payload = encodeRoute(one);
        payload[at % payload.length] = value;
        decodeRoute(carry(payload));
      }),
    );
  });

  it('that a lookup has copied are none', () => {
    const payload = encodeRouteDump('ipv6', 18);
    payload[7] = 1;
    assert.notEqual(decodeRoute(carry(payload)), undefined);
    payload[9] = 2;
    assert.equal(decodeRoute(carry(payload)), undefined);
  });
});

/** What `ip route add` of iproute2 6.1 sends for the words that name each. */
describe('routes of the ip command', () => {
  it('over several gateways, with metrics', () => {
    // table 300 10.9.0.0/24 src 10.0.0.1 metric 7 proto 18 mtu lock 1400 rtt 10ms congctl cubic
    // nexthop via 10.0.0.2 dev eth0 weight 3 nexthop via inet6 fe80::1 dev eth0 onlink
    const sent = decodeHex(`
      02180000 00120001 00000000 08000f00 2c010000 08000100 0a090000 08000700 0a000001 08000600
      07000000 28000800 08000200 78050000 08000400 50000000 09001000 63756269 63000000 08000100
      04000000 34000900 10000002 03000000 08000500 0a000002 20000400 03000000 16001200 0a00fe80
      00000000 00000000 00000000 00010100`);
    const leg = { link: 3, encapsulation: undefined, realms: undefined };
    assert.deepEqual(sent, {
      ...bare('10.9.0.0', 24),
      table: 300,
      protocol: 18,
      metric: 7,
      source: '10.0.0.1',
      metrics: { mtu: 1400, rtt: 80, congestionControl: 'cubic', lock: 4 },
      hops: [
        { ...leg, gateway: '10.0.0.2', weight: 3, onlink: false },
        { ...leg, gateway: 'fe80::1', weight: 1, onlink: true },
      ],
    });
  });

  it('into an MPLS tunnel', () => {
    // 10.1.0.0/24 encap mpls 100/200 via 10.0.0.2
    const sent = decodeHex(`
      02180000 fe030001 00000000 08000100 0a010000 10001680 0c000100 00064000 000c8100 06001500
      01000100 08000500 0a000002`);
    const encapsulation = { kind: 'mpls', labels: [100, 200] };
    assert.deepEqual(sent, {
      ...bare('10.1.0.0', 24),
      hops: [{ ...onlyHop, gateway: '10.0.0.2', encapsulation }],
    });
  });

  it('into an IP tunnel', () => {
    // 10.2.0.0/24 encap ip id 5 dst 10.0.0.9 ttl 7 tos 3 dev eth0
    const sent = decodeHex(`
      02180000 fe03fd01 00000000 08000100 0a020000 28001680 0c000100 00000000 00000005 08000200
      0a000009 05000400 07f00100 05000500 03e10100 06001500 02000100 08000400 03000000`);
    const tunnelled = { kind: 'ip', id: '5', destination: '10.0.0.9', source: undefined } as const;
    assert.deepEqual(sent, {
      ...bare('10.2.0.0', 24),
      scope: 253,
      hops: [
        { ...onlyHop, link: 3, encapsulation: { ...tunnelled, tos: 3, ttl: 7, flags: undefined } },
      ],
    });
  });
});

const onlyHop = {
  gateway: undefined,
  link: undefined,
  weight: 1,
  onlink: false,
  encapsulation: undefined,
  realms: undefined,
};

function bare(destination: string, prefix: number) {
  return {
    family: 'ipv4',
    type: 'unicast',
    destination: parseAddress(destination),
    prefix,
    from: undefined,
    tos: 0,
    table: 254,
    metric: undefined,
    protocol: 3,
    scope: 0,
    source: undefined,
    hops: [],
    metrics: {},
    realms: undefined,
    preference: undefined,
    expires: undefined,
    ttlPropagate: undefined,
  } as const;
}

function decodeHex(hex: string): Route<number> | undefined {
  return decodeRoute(carry(Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))));
}

function carry(payload: Uint8Array): NetlinkMessage {
  return { type: RTM_NEWROUTE, flags: 0, sequence: 0, portId: 0, payload };
}

function fromBytes(value: Uint8Array): Address {
  const one = addressFromBytes(value);
  assert.ok(one !== undefined);
  return one;
}
