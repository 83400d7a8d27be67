/** What a reload does, told in a line each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../language/read-text.ts';
import { isQuiet, type NamedStep, type Plan, planReload, type Target } from './plan.ts';
import { targetOf } from './target.ts';

function target(text: string): Target {
  return targetOf(readText(text).model);
}

function named(what: string, { kind, name, differences }: NamedStep): readonly string[] {
  if (kind === 'keep') return [];
  const words = differences.map((each) => `${each.what} ${each.before} -> ${each.after}`);
  return [[`${kind} ${what} ${name}`, ...words].join('; ').trim()];
}

/** Everything but what is kept. */
function told(plan: Plan): readonly string[] {
  return [
    ...plan.instances.flatMap((step) => {
      const former = step.formerName === undefined ? '' : ` (was ${step.formerName})`;
      const wire = step.kind === 'adjust' && step.advertisesDifferently ? ', seen by peers' : '';
      return named('instance', step).map((line) => `${line}${former}${wire}`);
    }),
    ...plan.addresses.map(({ kind, address, prefix, interface: name, instance, from }) => {
      const old =
        from === undefined ? '' : ` from ${from.instance} ${from.interface}/${from.prefix}`;
      return `${kind} ${address}/${prefix} on ${name} of ${instance}${old}`;
    }),
    ...plan.groups.flatMap((step) => named('group', step)),
    ...plan.scripts.flatMap((step) => named('script', step)),
    ...plan.services.flatMap((step) => [
      ...named('service', step),
      ...step.servers.flatMap((server) => named('server', server)),
    ]),
    ...plan.host.map(({ what }) => `host ${what}`),
    ...plan.process.map(({ what }) => `process ${what}`),
  ];
}

const before = `vrrp_script check {
  script /bin/true
  interval 2
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  priority 100
  virtual_ipaddress {
    10.0.0.1/24
    10.0.0.2/24
  }
  track_script {
    check
  }
}
vrrp_instance B {
  interface eth0
  virtual_router_id 52
  virtual_ipaddress {
    10.0.0.3/24
  }
}
virtual_server 10.0.0.1 80 {
  protocol TCP
  real_server 10.0.1.1 80 {
  }
  real_server 10.0.1.2 80 {
    weight 2
  }
}
`;

function plan(edit: (text: string) => string): Plan {
  return planReload(target(before), target(edit(before)));
}

function reload(...edits: readonly (readonly [string, string])[]): readonly string[] {
  return told(
    plan((text) => {
      let edited = text;
      for (const [old, fresh] of edits) {
        assert.ok(edited.includes(old), old);
        edited = edited.replace(old, fresh);
      }
      return edited;
    }),
  );
}

test('the same text is nothing, and everything is kept', () => {
  const same = plan((text) => text.replaceAll('\n', '\n\n'));
  assert.deepEqual(told(same), []);
  assert.ok(isQuiet(same));
  assert.deepEqual(
    same.instances.map(({ kind, name }) => `${kind} ${name}`),
    ['keep A', 'keep B'],
  );
  assert.equal(same.servicesKept, 1);
});

test('a priority, an interval: adjusted in place, and seen by peers', () => {
  assert.deepEqual(reload(['priority 100', 'priority 150\n advert_int 2']), [
    'adjust instance A; priority 100 -> 150; advert_int 1s -> 2s, seen by peers',
  ]);
  assert.deepEqual(reload(['priority 100', 'priority 100\n nopreempt']), [
    'adjust instance A; preempt true -> false',
  ]);
});

test('addresses appear, vanish, move and change hands', () => {
  assert.deepEqual(reload(['10.0.0.2/24', '10.0.0.2/24\n10.0.0.9/24 dev eth1']), [
    'adjust instance A; virtual_ipaddress  -> 10.0.0.9/24 dev eth1, seen by peers',
    'appear 10.0.0.9/24 on eth1 of A',
  ]);
  assert.deepEqual(reload(['10.0.0.2/24\n', '']), [
    'adjust instance A; virtual_ipaddress 10.0.0.2/24 ->, seen by peers',
    'vanish 10.0.0.2/24 on eth0 of A',
  ]);
  assert.deepEqual(reload(['10.0.0.2/24', '10.0.0.2/24 dev eth1']), [
    'adjust instance A; virtual_ipaddress 10.0.0.2/24 -> 10.0.0.2/24 dev eth1, seen by peers',
    'move 10.0.0.2/24 on eth1 of A from A eth0/24',
  ]);
  assert.deepEqual(reload(['10.0.0.2/24\n', ''], ['10.0.0.3/24', '10.0.0.3/24\n10.0.0.2/24']), [
    'adjust instance A; virtual_ipaddress 10.0.0.2/24 ->, seen by peers',
    'adjust instance B; virtual_ipaddress  -> 10.0.0.2/24, seen by peers',
    'hand-over 10.0.0.2/24 on eth0 of B from A eth0/24',
  ]);
  assert.deepEqual(reload(['10.0.0.2/24', '10.0.0.2/24 label eth0:1']), [
    'adjust instance A; virtual_ipaddress  ->, seen by peers',
    'replace 10.0.0.2/24 on eth0 of A from A eth0/24',
  ]);
});

test('an address that another instance keeps neither comes nor goes', () => {
  assert.deepEqual(reload(['10.0.0.2/24', '10.0.0.2/24\n10.0.0.3/24']), [
    'adjust instance A; virtual_ipaddress  -> 10.0.0.3/24, seen by peers',
  ]);
});

test('an instance on another link or with another id begins anew; names are only names', () => {
  assert.deepEqual(reload(['interface eth0', 'interface eth1']), [
    'restart instance A; interface eth0 -> eth1',
    'move 10.0.0.1/24 on eth1 of A from A eth0/24',
    'move 10.0.0.2/24 on eth1 of A from A eth0/24',
  ]);
  assert.deepEqual(reload(['virtual_router_id 51', 'virtual_router_id 61']), [
    'restart instance A; virtual_router_id 51 -> 61',
    'interrupt 10.0.0.1/24 on eth0 of A from A eth0/24',
    'interrupt 10.0.0.2/24 on eth0 of A from A eth0/24',
  ]);
  assert.deepEqual(reload(['vrrp_instance B', 'vrrp_instance C']), ['adjust instance C (was B)']);
});

test('swapped ids: both virtual routers go on, the addresses change hands', () => {
  const lines = reload(
    ['virtual_router_id 51', 'virtual_router_id X'],
    ['virtual_router_id 52', 'virtual_router_id 51'],
    ['virtual_router_id X', 'virtual_router_id 52'],
  );
  assert.match(lines[0] ?? '', /^adjust instance A; .*\(was B\), seen by peers$/);
  assert.match(lines[1] ?? '', /^adjust instance B; .*\(was A\), seen by peers$/);
  assert.deepEqual(lines.slice(2), [
    'hand-over 10.0.0.1/24 on eth0 of A from A eth0/24',
    'hand-over 10.0.0.2/24 on eth0 of A from A eth0/24',
    'hand-over 10.0.0.3/24 on eth0 of B from B eth0/24',
  ]);
});

test('one instance goes, another comes', () => {
  assert.deepEqual(
    reload(
      [
        'vrrp_instance B {\n  interface eth0\n  virtual_router_id 52',
        'vrrp_instance C {\n  interface eth0\n  virtual_router_id 53',
      ],
      ['10.0.0.3', '10.0.0.4'],
    ),
    [
      'add instance C',
      'remove instance B',
      'appear 10.0.0.4/24 on eth0 of C',
      'vanish 10.0.0.3/24 on eth0 of B',
    ],
  );
});

test('scripts, groups, notify scripts, host and process settings', () => {
  assert.deepEqual(reload(['interval 2', 'interval 5']), [
    'restart script check; interval 2s -> 5s; timeout 2s -> 5s',
  ]);
  assert.deepEqual(reload(['/bin/true', '/bin/false']), [
    'restart script check; script /bin/true -> /bin/false',
  ]);
  assert.deepEqual(reload(['  track_script {\n    check\n  }\n', '']), [
    'adjust instance A; trackers script:check weight 0 ->',
    'remove script check',
  ]);
  assert.deepEqual(reload(['priority 100', 'priority 100\n notify_master /bin/true']), [
    'adjust instance A; notify (master)  -> /bin/true',
  ]);
  assert.deepEqual(
    reload(['vrrp_script', 'vrrp_sync_group G {\n group {\n A\n B\n }\n}\nvrrp_script']),
    ['adjust instance A; sync_group  -> G', 'adjust instance B; sync_group  -> G', 'add group G'],
  );
  assert.deepEqual(
    reload([
      'vrrp_script',
      'global_defs {\nvrrp_garp_interval 1\nvrrp_priority -5\n}\nvrrp_script',
    ]),
    ['host vrrp_garp_interval', 'process vrrp_priority'],
  );
  const device = reload(['priority 100', 'priority 100\n use_vmac\n no_accept']);
  assert.match(device[0] ?? '', /^adjust instance A; .*use_vmac.*vmac_xmit_base/);
  assert.ok(device.includes('host nftables'));
});

test('services and servers by what IPVS knows them by', () => {
  assert.deepEqual(reload(['weight 2', 'weight 7']), [
    'adjust service 10.0.0.1 80 TCP',
    'adjust server 10.0.1.2 80; weight 2 -> 7',
  ]);
  assert.deepEqual(reload(['10.0.1.2 80', '10.0.1.9 80']), [
    'adjust service 10.0.0.1 80 TCP',
    'add server 10.0.1.9 80',
    'remove server 10.0.1.2 80',
  ]);
  assert.deepEqual(reload(['protocol TCP', 'protocol TCP\nlb_algo rr']), [
    'adjust service 10.0.0.1 80 TCP; lb_algo  -> rr',
  ]);
  assert.deepEqual(reload(['protocol TCP', 'protocol UDP']), [
    'add service 10.0.0.1 80 UDP',
    'add server 10.0.1.1 80',
    'add server 10.0.1.2 80',
    'remove service 10.0.0.1 80 TCP',
  ]);
});

test('a password is never written', () => {
  const authenticated = (word: string) =>
    target(
      before.replace('priority 100', `authentication {\nauth_type PASS\nauth_pass ${word}\n}`),
    );
  const text = JSON.stringify(planReload(authenticated('first'), authenticated('second')));
  assert.match(text, /"authentication"/);
  assert.doesNotMatch(text, /first"|second/);
});

test('another plane is told, since all services are made anew there', () => {
  const moved = plan((text) => `global_defs {\n  lvs_plane nftables\n}\n${text}`);
  assert.deepEqual(
    moved.host.map(({ what, after }) => `${what} ${after}`),
    ['lvs_plane nftables'],
  );
  assert.ok(!isQuiet(moved));
});
