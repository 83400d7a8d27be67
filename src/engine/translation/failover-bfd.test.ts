import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../language/read-text.ts';
import { failoverModel } from './failover-model.ts';
import { supervisorModel } from './supervisor-model.ts';

function read(text: string) {
  const { model } = readText(text);
  assert.ok(model !== undefined);
  return model;
}

const sessions = (text: string) => failoverModel(read(text)).bfd ?? [];

test('without a session there is no field of it', () => {
  assert.ok(!('bfd' in failoverModel(read('global_defs {\n router_id a\n}\n'))));
});

test('defaults, and what is sent and accepted over either family', () => {
  const text = `bfd_instance four {
  neighbor_ip 192.0.2.2
}
bfd_instance six {
  neighbor_ip 2001:db8::2
}
bfd_instance far {
  neighbour_ip 192.0.2.9
  source_ip 192.0.2.1
  multihop true
  max_hops 5
  min_rx 0.5
}
bfd_instance any {
  neighbor_ip 2001:db8::9
  hoplimit 200
  max_hops -1
}
bfd_instance left {
  neighbor_ip fe80::9
  interface eth0
}
bfd_instance right {
  neighbor_ip fe80::9
  interface eth1
}
`;
  const [four, six, far, any, left, right] = sessions(text);
  assert.deepEqual(four, {
    name: 'four',
    neighbour: '192.0.2.2',
    source: undefined,
    multihop: false,
    minTransmit: 10_000,
    minReceive: 10_000,
    idleTransmit: 1_000_000,
    multiplier: 5,
    passive: false,
    hopLimit: 255,
    hopLimitLeast: 255,
    forFailover: true,
    forChecks: true,
    tracked: false,
  });
  assert.deepEqual([six?.hopLimit, six?.hopLimitLeast], [255, 64]);
  assert.deepEqual([far?.multihop, far?.hopLimitLeast, far?.source], [true, 250, '192.0.2.1']);
  assert.deepEqual([any?.hopLimit, any?.hopLimitLeast], [200, 0]);
  assert.deepEqual([left?.interface, right?.interface], ['eth0', 'eth1']);
});

test('what cannot be told apart or sent is left out', () => {
  const text = `bfd_instance one {
  neighbor_ip 192.0.2.2
}
bfd_instance twin {
  neighbor_ip 192.0.2.2
}
bfd_instance mixed {
  neighbor_ip 192.0.2.3
  source_ip 2001:db8::1
}
bfd_instance nobody {
  min_rx 100
}
`;
  assert.deepEqual(
    sessions(text).map(({ name }) => name),
    ['one'],
  );
});

test('who is told: an entry that tracks a session for checks alone is ignored', () => {
  const session = (name: string, last: number, inside: string) =>
    `bfd_instance ${name} {\n  neighbor_ip 192.0.2.${last}\n  weight -20\n${inside}}\n`;
  const text = `${session('both', 2, '')}${session('checks', 3, '  checker\n')}${session('vrrp', 4, '  vrrp\n')}vrrp_instance VI {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress {
    192.0.2.100
  }
  track_bfd {
    both
    checks
    vrrp weight 0
  }
}
`;
  const { bfd, instances } = failoverModel(read(text));
  assert.deepEqual(
    bfd?.map(({ name, forFailover, forChecks, tracked }) => [
      name,
      forFailover,
      forChecks,
      tracked,
    ]),
    [
      ['both', true, true, true],
      ['checks', false, true, true],
      ['vrrp', true, false, true],
    ],
  );
  assert.deepEqual(instances[0]?.trackers, [
    { tracker: 'bfd:both', weight: -20, reverse: false },
    { tracker: 'bfd:vrrp', weight: 0, reverse: false },
  ]);
});

test('what is asked for its process counts where there are sessions and VRRP asks for nothing', () => {
  const global = 'global_defs {\n  bfd_rt_priority 40\n  bfd_priority -5\n  bfd_no_swap\n}\n';
  const session = 'bfd_instance a {\n  neighbor_ip 192.0.2.2\n}\n';
  const both = global.replace('bfd_priority', 'vrrp_rt_priority 50\n  bfd_priority');
  assert.equal(supervisorModel(read(global)).process.realTimePriority, undefined);
  assert.equal(supervisorModel(read(global)).process.lockMemory, false);
  const { realTimePriority, nice, lockMemory } = supervisorModel(read(global + session)).process;
  assert.deepEqual([realTimePriority, nice, lockMemory], [40, -5, true]);
  assert.equal(supervisorModel(read(both + session)).process.realTimePriority, 50);
});
