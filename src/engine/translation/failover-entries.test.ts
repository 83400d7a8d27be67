import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkNamed } from '../../../test/conformance/recording-ports.ts';
import type { Route } from '../../base/route.ts';
import type { Rule } from '../../base/rule.ts';
import { readText } from '../../language/read-text.ts';
import { fit } from '../entries/fitting.ts';
import { entryWords } from '../entries/words.ts';
import type { Entry } from '../model.ts';
import { createWorld } from '../world.ts';
import { entriesIn } from './failover-entries.ts';
import { builtinNames, type RoutingNames } from './routing-names.ts';

const names: RoutingNames = {
  ...builtinNames,
  table: new Map([...builtinNames.table, ['blue', 300]]),
  realm: new Map([['inner', 7]]),
};

function read(text: string): ReturnType<typeof entriesIn> {
  return entriesIn(readText(text).model, names);
}

function route(line: string): Route<string> {
  const { statics, problems } = read(`static_routes {\n${line}\n}\n`);
  assert.deepEqual(problems, []);
  const [entry] = statics;
  assert.ok(entry?.kind === 'route', `${line} is no route`);
  return entry.route;
}

function rule(line: string): Rule {
  const { statics, problems } = read(`static_rules {\n${line}\n}\n`);
  assert.deepEqual(problems, []);
  const [entry] = statics;
  assert.ok(entry?.kind === 'rule', `${line} is no rule`);
  return entry.rule;
}

test('a route takes its family from whatever names one', () => {
  const families = [
    ['default via 10.0.0.9', 'ipv4'],
    ['default via fd00::9', 'ipv6'],
    ['default6 dev eth0', 'ipv6'],
    ['inet6 default dev eth0', 'ipv6'],
    ['default dev eth0', 'ipv4'],
    ['198.51.100.0/24 via inet6 fe80::9 dev eth0', 'ipv4'],
  ] as const;
  for (const [line, family] of families) assert.equal(route(line).family, family, line);
});

test('the scope of a route follows from its type, and IPv6 has none', () => {
  const scopes = [
    ['198.51.100.0/24 dev eth0', 0],
    ['198.51.100.0/24 via 10.0.0.9', 0],
    ['local 198.51.100.1 dev eth0', 254],
    ['broadcast 198.51.100.255 dev eth0', 253],
    ['blackhole 198.51.100.0/24', 0],
    ['198.51.100.0/24 dev eth0 scope host', 254],
    ['2001:db8::/64 dev eth0', 0],
  ] as const;
  for (const [line, scope] of scopes) assert.equal(route(line).scope, scope, line);
});

test('a destination loses the bits behind its prefix, which the kernel would refuse', () => {
  const { destination, prefix } = route('198.51.100.77/24 dev eth0');
  assert.deepEqual([destination, prefix], ['198.51.100.0', 24]);
  const everything = route('0.0.0.0/0 via 10.0.0.9');
  assert.deepEqual([everything.destination, everything.prefix], [undefined, 0]);
});

test('metrics are in the units of the kernel, and locks are bits', () => {
  const line = '198.51.100.0/24 dev eth0 mtu lock 1400 rtt 100ms rttvar 2s rto_min lock 0.3s';
  const lock = (1 << 2) | (1 << 13);
  assert.deepEqual(route(line).metrics, {
    mtu: 1400,
    rtt: 800,
    rttvar: 8_000,
    rtoMin: 300,
    lock,
  });
  assert.deepEqual(route('198.51.100.0/24 dev eth0 rtt 100').metrics, { rtt: 100 });
});

test('several gateways are hops, also in the old spelling', () => {
  const { hops } = route(
    '198.51.100.0/24 nexthop via 10.0.0.8 weight 3 nexthop via 10.0.0.9 onlink',
  );
  assert.deepEqual(
    hops.map(({ gateway, weight, onlink }) => [gateway, weight, onlink]),
    [
      ['10.0.0.8', 3, false],
      ['10.0.0.9', 1, true],
    ],
  );
  const old = route('198.51.100.0/24 via 10.0.0.8 or 10.0.0.9 dev eth0');
  assert.deepEqual(
    old.hops.map(({ gateway, link }) => [gateway, link]),
    [
      ['10.0.0.8', 'eth0'],
      ['10.0.0.9', 'eth0'],
    ],
  );
});

test('tunnels, realms and tables by name', () => {
  const tunnel = route('198.51.100.0/24 encap ip id 5 dst 192.0.2.9 ttl 7 dev eth0 table blue');
  assert.equal(tunnel.table, 300);
  assert.deepEqual(tunnel.hops[0]?.encapsulation, {
    kind: 'ip',
    id: '5',
    destination: '192.0.2.9',
    source: undefined,
    tos: undefined,
    ttl: 7,
    flags: undefined,
  });
  const labels = route('198.51.100.0/24 encap mpls 100/200 via 10.0.0.9').hops[0]?.encapsulation;
  assert.deepEqual(labels, { kind: 'mpls', labels: [100, 200] });
  assert.equal(route('198.51.100.0/24 dev eth0 realms 3/inner').realms, 0x3_0007);
});

test('a route of a VRF waits for it, and goes into its table', () => {
  const { statics } = read('static_routes {\n198.51.102.0/24 dev eth0 vrf red\n}\n');
  const [entry] = statics;
  assert.ok(entry !== undefined);
  assert.equal(entryWords(entry), '198.51.102.0/24 dev eth0 vrf red');
  const world = createWorld();
  world.change({ kind: 'link', link: linkNamed('eth0', 2) });
  assert.equal(fit(entry, world), 'red');
  world.change({ kind: 'link', link: { ...linkNamed('red', 3), kind: 'vrf', table: 10 } });
  const fitted = fit(entry, world);
  assert.ok(typeof fitted !== 'string' && fitted.value.kind === 'route');
  assert.deepEqual([fitted.value.route.table, fitted.value.route.hops[0]?.link], [10, 2]);
});

test('what cannot be had is left out and named', () => {
  const { statics, problems } = read(`static_routes {
    198.51.100.0/24 dev eth0 table green
    198.51.101.0/24 encap ila 1:2:3:4 dev eth0
    198.51.103.0/24 dev eth0
}
static_rules {
    from 192.0.2.0/24 table green preference 1
}
`);
  assert.equal(statics.length, 1);
  assert.deepEqual(problems, [
    'a route is left out: green is no table of this host',
    'a route is left out: ILA tunnels are not known here',
    'a rule is left out: green is no table of this host',
  ]);
});

test('rules without preference count down from 16384, each family for itself', () => {
  const { statics } = read(`static_rules {
    from 192.0.2.0/24 table 1
    from 2001:db8::/64 table 1
    from 192.0.2.1 table 1
}
`);
  const priorities = statics.map((entry) => entry.kind === 'rule' && entry.rule.priority);
  assert.deepEqual(priorities, [16_384, 16_384, 16_383]);
});

test('a rule has its selectors and its action', () => {
  const line =
    'not from 192.0.2.9 fwmark 0x18/12 iif eth0 uidrange 1-2 ipproto TCP dport 80-81 goto 9 preference 5';
  const made = rule(line);
  assert.deepEqual(made.from, { address: '192.0.2.9', prefix: 32 });
  assert.deepEqual(made.action, { kind: 'goto', target: 9 });
  assert.deepEqual(made.mark, { value: 24, mask: 12 });
  assert.deepEqual(made.users, { low: 1, high: 2 });
  assert.deepEqual(made.destinationPorts, { low: 80, high: 81 });
  assert.deepEqual([made.not, made.incoming, made.transport], [true, 'eth0', 6]);
  const actions = [
    ['from 192.0.2.9 table blue preference 5', { kind: 'table', table: 300 }],
    ['from 192.0.2.9 table main preference 5', { kind: 'table', table: 254 }],
    ['from all table blue preference 5', { kind: 'table', table: 300 }],
    ['from 192.0.2.9 type blackhole preference 5', { kind: 'blackhole' }],
    ['from 192.0.2.9 l3mdev preference 5', { kind: 'l3mdev' }],
  ] as const;
  for (const [written, action] of actions) assert.deepEqual(rule(written).action, action, written);
});

test('static entries know the instances of their track_group, and their interface', () => {
  const { statics } = read(`global_defs {
    default_interface eth7
}
track_group up {
    group {
        VI_1
    }
}
static_ipaddress {
    192.0.2.1/24 track_group up
    10.0.0.1/24 dev eth0
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 1
    virtual_ipaddress {
        10.0.0.1/24
    }
}
`);
  const words = statics.map((entry: Entry) => [
    entry.kind === 'address' && `${entry.address.address} ${entry.address.interface}`,
    ...entry.trackedBy,
  ]);
  // The other one is the instance's.
  assert.deepEqual(words, [['192.0.2.1 eth7', 'VI_1']]);
});
