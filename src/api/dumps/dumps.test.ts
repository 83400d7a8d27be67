/** The three forms for one picture, to the letter. What keepalived itself writes is compared in the namespaces. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../../base/address.ts';
import { instant, seconds, wallTime } from '../../base/units.ts';
import type { Inspection } from '../../daemon/control.ts';
import type { DaemonPlan } from '../../daemon/reading/plan.ts';
import type { InstanceSnapshot, InstanceStatistics } from '../../engine/snapshot.ts';
import { doorsModel } from '../../engine/translation/doors-model.ts';
import { failoverModel } from '../../engine/translation/failover-model.ts';
import { supervisorModel } from '../../engine/translation/supervisor-model.ts';
import { readText } from '../../language/read-text.ts';
import { dataPieces } from './data.ts';
import { filesOf } from './dump.ts';
import { jsonPieces } from './json.ts';
import { renderMoment } from './moment.ts';
import { type Baseline, type Picture, pictureOf } from './picture.ts';
import { each, gathered, type Pieces } from './pieces.ts';
import { statisticsPieces } from './statistics.ts';

const text = `vrrp_instance web {
  interface eth0
  virtual_router_id 51
  priority 150
  authentication {
    auth_type PASS
    auth_pass secret
  }
  virtual_ipaddress {
    192.0.2.1/24
    192.0.2.2 label eth0:2
  }
}
`;

const statistics: InstanceStatistics = {
  received: 7,
  sent: 5,
  becameMaster: 2,
  releasedMaster: 1,
  priorityZeroReceived: 1,
  priorityZeroSent: 3,
  rejected: { 'hop-limit': 4, 'authentication-data': 6, checksum: 9 },
};

const now: InstanceSnapshot = {
  name: 'web',
  interface: 'eth0',
  virtualRouterId: 51,
  state: 'backup',
  since: instant(1_000_000),
  cause: { kind: 'start' },
  priority: { base: 150, terms: [{ from: 'script:a', amount: -20 }], effective: 130 },
  faults: [],
  master: { address: '192.0.2.9' as Address, priority: 200, heardAt: instant(5_000_000) },
  masterInterval: seconds(1),
  deadline: undefined,
  source: '192.0.2.8' as Address,
  addresses: [
    { address: '192.0.2.1' as Address, prefix: 24, interface: 'eth0', present: true },
    { address: '192.0.2.2' as Address, prefix: 32, interface: 'eth0', present: false },
  ],
  peers: [],
  entries: [],
  conflicts: [],
  statistics,
};

function picture(global = '', around = '', baseline: Baseline = new Map()): Picture {
  const { model } = readText(`${around}global_defs {\n${global}}\n${text}`);
  const plan = {
    failover: failoverModel(model),
    doors: doorsModel(model),
    scripts: [],
    processes: supervisorModel(model).processes,
    pipes: supervisorModel(model).pipes,
    instanceNotify: new Map(),
    groupNotify: new Map(),
  } as unknown as DaemonPlan;
  const snapshot = { instances: [now], groups: [], trackers: [] };
  const status = { now: instant(6_000_000), wall: wallTime(1_673_674_897_348_360), snapshot };
  const taken = pictureOf({ plan, status } as unknown as Inspection, baseline);
  assert.ok(taken !== undefined);
  return taken;
}

const textOf = (pieces: Pieces): string => [...pieces].join('');

test('statistics: what keepalived counts, in its groups', () => {
  const shown = textOf(statisticsPieces(picture()))
    .split('\n')
    .filter((line) => !/ 0$/.test(line));
  assert.deepEqual(shown, [
    'VRRP Instance: web',
    '  Advertisements:',
    '    Received: 7',
    '    Sent: 5',
    '  Became master: 2',
    '  Released master: 1',
    '  Packet Errors:',
    '    TTL: 4',
    '  Authentication Errors:',
    '    Failure: 6',
    '  Authentication Extension Errors:',
    '  Priority Zero:',
    '    Received: 1',
    '    Sent: 3',
    '',
  ]);
});

test('statistics count from the last clearing, and in full after a counter began anew', () => {
  const before = { ...statistics, received: 5, sent: 9, rejected: { 'hop-limit': 1 } };
  const cleared = textOf(statisticsPieces(picture('', '', new Map([['web', before]]))));
  assert.match(cleared, /Received: 2\n {4}Sent: 5\n/);
  assert.match(cleared, /TTL: 3\n/);
  assert.match(cleared, /Became master: 0\n/);
});

test('JSON: a backup that knows its master, no password, and both layouts', () => {
  const [first] = JSON.parse(textOf(jsonPieces(picture())));
  assert.equal(first.data.master_priority, 200);
  assert.equal(first.data.last_transition, 1_673_674_892.34836);
  assert.equal(first.data.vipset, true);
  assert.deepEqual([first.data.state, first.data.wantstate], [1, 1]);
  assert.deepEqual(first.data.vips, [
    '192.0.2.1/24 dev eth0 scope global set',
    '192.0.2.2 dev eth0 scope global label eth0:2',
  ]);
  assert.equal(first.data.auth_data, '********');
  assert.ok(!('evips' in first.data) && !('script' in first.data));
  const second = JSON.parse(textOf(jsonPieces(picture('json_version 2\n'))));
  assert.deepEqual([second.vrrp.length, second.track_process], [1, []]);
});

test('JSON: what is tracked, with what runs of it, and unbounded as keepalived writes it', () => {
  const process = `vrrp_track_process web {
  process nginx -g daemon
  param_match initial
  weight 3
  quorum 2
  delay 1.5
}
vrrp_instance other {
  interface eth0
  virtual_router_id 52
  virtual_ipaddress {
    192.0.2.9
  }
  track_process {
    web
  }
}
`;
  const shown = picture('json_version 2\n', process);
  const processes = [{ tracker: 'process:web', count: 1, up: true, isWaiting: true }];
  const counted = { ...shown, status: { ...shown.status, processes } };
  assert.deepEqual(JSON.parse(textOf(jsonPieces(counted))).track_process, [
    {
      ...{ process: 'nginx', parameters: '-g daemon', param_match: 'initial' },
      ...{ min_processes: 2, max_processes: 4_294_967_295, current_processes: 1 },
      ...{ have_quorum: true, weight: 3, terminate_delay: 1.5, fork_delay: 1.5 },
      ...{ fork_delay_timer_running: false, terminate_delay_timer_running: true },
      full_command: false,
    },
  ]);
});

test('data: nothing of the password, the sum before it is clamped, a moment in local time', () => {
  const data = textOf(dataPieces(picture('router_id lb1\n')));
  assert.match(data, /^------< Global definitions >------\n Network namespace = /);
  assert.match(data, /\n Router ID = lb1\n/);
  assert.match(data, /\n {3}Effective priority = 130\n {3}Total priority = 130\n/);
  assert.match(data, /\n {3}Read timeout = DISABLED\n {3}Master down timer = 3492188 usecs\n/);
  assert.doesNotMatch(data, /secret/);
  assert.match(data, /\n {3}Notify priority changes = false\n/);
  const telling = textOf(dataPieces(picture('vrrp_notify_priority_changes true\n')));
  assert.match(telling, /\n {3}Notify priority changes = true\n/);
  const moment = renderMoment(1_673_674_892_048_360);
  assert.match(
    moment,
    /^1673674892\.048360 \([A-Z][a-z]{2} Jan 1[45] \d\d:\d\d:32\.048360 2023\)$/,
  );
});

test('files stand where keepalived puts them', () => {
  const paths = (of: Picture, kind: 'data' | 'stats' | 'json') =>
    filesOf(kind, of, '/tmp').map(([path]) => path);
  assert.deepEqual(paths(picture(), 'data'), [
    '/tmp/keepalived.data',
    '/tmp/keepalived_parent.data',
  ]);
  assert.deepEqual(paths(picture(), 'stats'), ['/tmp/keepalived.stats']);
  const moved = picture('state_dump_file /run/x/states\ndata_use_instance\n', 'instance blue\n');
  assert.deepEqual(paths(moved, 'data'), ['/run/x/states.blue', '/run/x/states_parent.blue']);
  assert.deepEqual(paths(moved, 'json'), ['/tmp/keepalived.blue.json']);
});

test('a long dump lets others have their turn, and is the same', async () => {
  let turns = 0;
  const count = (): void => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const slow = each(['one\n', 'two\n', 'three\n'], (piece) => {
    const end = performance.now() + 5;
    while (performance.now() < end);
    return piece;
  });
  assert.equal(await gathered(slow), 'one\ntwo\nthree\n');
  clearImmediate(timer);
  assert.ok(turns >= 2, `${turns} turns`);
});
