/** What the engine gets from lines of configuration: keepalived's defaults and corrections, one by one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seconds } from '../../base/units.ts';
import { readText } from '../../language/read-text.ts';
import type { FailoverModel, InstanceModel } from '../model.ts';
import { failoverModel } from './failover-model.ts';

function modelOf(text: string): FailoverModel {
  return failoverModel(readText(text).model);
}

const address = 'virtual_ipaddress {\n 10.0.0.1/24\n}\n';

/** The one instance with these lines, on eth0 with id 51. */
function instanceOf(lines: string, around = '', held = address): InstanceModel {
  const text = `${around}\nvrrp_instance VI_1 {\ninterface eth0\nvirtual_router_id 51\n${held}${lines}\n}\n`;
  const [instance] = modelOf(text).instances;
  assert.ok(instance !== undefined, text);
  return instance;
}

const globally = (lines: string): string => `global_defs {\n${lines}\n}`;
const ipv6 = 'virtual_ipaddress {\n 2001:db8::1/64\n}\n';

test('an instance with nothing but the necessary gets the defaults of keepalived', () => {
  assert.deepEqual(instanceOf(''), {
    name: 'VI_1',
    interface: 'eth0',
    virtualRouterId: 51,
    version: 2,
    family: 'ipv4',
    priority: 100,
    advertInterval: 1_000_000,
    initialState: 'backup',
    preempt: true,
    preemptDelay: 0,
    downTimerAdverts: 3,
    strict: false,
    timerExpiredBackup: undefined,
    accept: true,
    skipCheckAdvertAddresses: false,
    lowerPriorityNoAdvert: false,
    higherPrioritySendAdvert: false,
    ownerIgnoreAdverts: false,
    authentication: { kind: 'none' },
    checksumWithoutPseudoHeader: false,
    transport: { kind: 'multicast', group: '224.0.0.18', source: undefined },
    addresses: [
      {
        address: '10.0.0.1',
        prefix: 24,
        interface: undefined,
        scope: 'global',
        label: undefined,
        broadcast: undefined,
        peer: undefined,
        flags: [],
        preferred: undefined,
        track: true,
      },
    ],
    excludedAddresses: [],
    entries: [],
    promoteSecondaries: false,
    trackPrimary: true,
    trackSource: false,
    trackedInterfaces: [],
    trackers: [],
    garp: {
      masterDelay: 5_000_000,
      masterRepeat: 5,
      masterRefresh: 0,
      masterRefreshRepeat: 1,
      lowerPriorityDelay: 5_000_000,
      lowerPriorityRepeat: 5,
    },
    receiveBuffer: undefined,
  });
});

test('state MASTER without priority owns the addresses; a priority out of range counts as 100', () => {
  assert.equal(instanceOf('state MASTER').priority, 255);
  assert.equal(instanceOf('state MASTER\npriority 150').priority, 150);
  assert.equal(instanceOf('state MASTER\npriority 0').priority, 100);
  assert.equal(instanceOf('state MASTER\npriority 256').priority, 100);
});

test('the version follows the family unless it is written', () => {
  const versions: readonly (readonly [string, string, string, 2 | 3])[] = [
    ['', '', address, 2],
    ['', '', ipv6, 3],
    ['version 2', '', ipv6, 2],
    ['version 3', '', address, 3],
    ['', globally('vrrp_version 3'), address, 3],
    ['version 2', globally('vrrp_version 3'), address, 2],
    ['version 2', globally('vrrp_strict'), ipv6, 3],
  ];
  for (const [lines, around, held, version] of versions) {
    assert.equal(instanceOf(lines, around, held).version, version, lines + around + held);
  }
});

test('version 2 rounds its interval to whole seconds, version 3 is bounded by 40.95', () => {
  assert.equal(instanceOf('advert_int 0.3').advertInterval, 1_000_000);
  assert.equal(instanceOf('advert_int 1.6').advertInterval, 2_000_000);
  assert.equal(instanceOf('advert_int 0.3\nversion 3').advertInterval, 300_000);
  assert.equal(instanceOf('advert_int 0.01\nversion 3').advertInterval, 10_000);
  assert.equal(instanceOf('advert_int 50\nversion 3').advertInterval, 40_950_000);
  assert.equal(instanceOf('advert_int 300').advertInterval, 1_000_000);
});

test('nopreempt gives way to state MASTER and to the owner', () => {
  assert.equal(instanceOf('nopreempt').preempt, false);
  assert.equal(instanceOf('nopreempt\npreempt').preempt, true);
  assert.equal(instanceOf('preempt\nnopreempt').preempt, false);
  assert.equal(instanceOf('nopreempt\nstate MASTER\npriority 100').preempt, true);
  assert.equal(instanceOf('nopreempt\npriority 255').preempt, true);
  assert.equal(instanceOf('nopreempt\npreempt_delay 5').preemptDelay, 0);
  assert.equal(instanceOf('preempt_delay 5').preemptDelay, 5_000_000);
});

test('preempt_delay is for a backup: state MASTER clears it, as keepalived does', () => {
  assert.equal(instanceOf('preempt_delay 3\n').preemptDelay, seconds(3));
  assert.equal(instanceOf('state MASTER\npriority 100\npreempt_delay 3\n').preemptDelay, 0);
});

test('strict mode corrects what the standard does not allow', () => {
  const strict = instanceOf(
    [
      'state MASTER',
      'priority 100',
      'preempt_delay 5',
      'down_timer_adverts 5',
      'accept',
      'lower_prio_no_advert false',
      'higher_prio_send_advert',
      'garp_lower_prio_repeat 4',
      'authentication {\nauth_type PASS\nauth_pass secret\n}',
      'strict_mode on',
    ].join('\n'),
  );
  assert.equal(strict.initialState, 'backup');
  assert.equal(strict.preemptDelay, 0);
  assert.equal(strict.downTimerAdverts, 3);
  assert.equal(strict.lowerPriorityNoAdvert, true);
  assert.equal(strict.higherPrioritySendAdvert, false);
  assert.equal(strict.garp.lowerPriorityRepeat, 0);
  assert.equal(strict.garp.lowerPriorityDelay, 0);
  assert.deepEqual(strict.authentication, { kind: 'none' });
  assert.equal(strict.accept, false);
  assert.equal(instanceOf('strict_mode\nversion 3\naccept').accept, true);
  assert.equal(instanceOf('strict_mode\nversion 3').accept, false);
  assert.equal(instanceOf('strict_mode\npriority 255').accept, true);
  assert.equal(instanceOf('strict_mode off', globally('vrrp_strict')).strict, false);
});

test('a password is for version 2 with type PASS', () => {
  const block = (type: string): string => `authentication {\n${type}\nauth_pass secret\n}`;
  assert.deepEqual(instanceOf(block('auth_type PASS')).authentication, {
    kind: 'pass',
    secret: 'secret',
  });
  assert.deepEqual(instanceOf(block('')).authentication, { kind: 'none' });
  assert.deepEqual(instanceOf(`version 3\n${block('auth_type PASS')}`).authentication, {
    kind: 'none',
  });
});

test('announcements: own word, then the global one, then the default that vrrp_min_garp lowers', () => {
  const around = globally('vrrp_garp_master_repeat 7\nvrrp_garp_master_delay 9');
  const garp = instanceOf('garp_master_repeat 2', around).garp;
  assert.equal(garp.masterRepeat, 2);
  assert.equal(garp.masterDelay, 9_000_000);
  assert.equal(garp.lowerPriorityDelay, 9_000_000);
  const least = instanceOf('', globally('vrrp_min_garp')).garp;
  assert.deepEqual([least.masterRepeat, least.masterDelay], [1, 0]);
  const kept = instanceOf('', globally('vrrp_min_garp\nvrrp_garp_master_repeat 4')).garp;
  assert.equal(kept.masterRepeat, 4);
});

test('the answer to a lower priority knows the global words alone', () => {
  const own = 'garp_master_delay 2\ngarp_master_repeat 3\n';
  const { garp } = instanceOf(own);
  assert.deepEqual([garp.lowerPriorityDelay, garp.lowerPriorityRepeat], [seconds(5), 5]);
  const around = globally('vrrp_garp_master_delay 7\nvrrp_garp_master_repeat 4');
  const { garp: other } = instanceOf(own, around);
  assert.deepEqual([other.lowerPriorityDelay, other.lowerPriorityRepeat], [seconds(7), 4]);
});

test('peers make it unicast; doubles and the other family are left out', () => {
  const peers = 'unicast_peer {\n10.0.0.3 min_ttl 254\n10.0.0.3\n2001:db8::2\n10.0.0.4\n}';
  assert.deepEqual(instanceOf(`unicast_src_ip 10.0.0.2\nunicast_ttl 64\n${peers}`).transport, {
    kind: 'unicast',
    source: '10.0.0.2',
    hopLimit: 64,
    checkSource: false,
    peers: [
      { address: '10.0.0.3', hopLimitMin: 254, hopLimitMax: 255 },
      { address: '10.0.0.4', hopLimitMin: 0, hopLimitMax: 255 },
    ],
  });
});

test('addresses: broadcast, lifetime, own interface, the other family unadvertised', () => {
  const held =
    'virtual_ipaddress {\n10.0.0.5/24 dev eth0 brd + label eth0:1\n10.0.0.5/24\n2001:db8::5\n10.1.0.9/30 dev eth1 brd -\n}\n';
  const instance = instanceOf('virtual_ipaddress_excluded {\n10.2.0.1\n}', '', held);
  assert.deepEqual(
    instance.addresses.map(({ address: each, broadcast, interface: dev }) => [
      each,
      broadcast,
      dev,
    ]),
    [
      ['10.0.0.5', '10.0.0.255', undefined],
      ['10.1.0.9', '10.1.0.8', 'eth1'],
    ],
  );
  assert.deepEqual(
    instance.excludedAddresses.map(({ address: each, prefix, preferred }) => [
      each,
      prefix,
      preferred,
    ]),
    [
      ['2001:db8::5', 128, 0],
      ['10.2.0.1', 32, undefined],
    ],
  );
});

test('trackers are named by kind, take the weight of the script, and may stand before it', () => {
  const script =
    'vrrp_script check {\nscript /bin/true\nweight -20 reverse\n}\nvrrp_script none {\n}\n';
  const tracking =
    'track_script {\ncheck\nnone\nmissing\n}\ntrack_interface {\neth0\neth1 weight 5\n}';
  const before = instanceOf(tracking, script);
  assert.deepEqual(before.trackers, [{ tracker: 'script:check', weight: -20, reverse: true }]);
  assert.deepEqual(before.trackedInterfaces, [{ interface: 'eth1', weight: 5, reverse: false }]);
  const text = `vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n${address}${tracking}\n}\n${script}`;
  assert.deepEqual(modelOf(text).instances[0]?.trackers, before.trackers);
});

test('instances that cannot run are left out, and groups keep the members that do', () => {
  const text = [
    'vrrp_sync_group G {\ngroup {\nA\nB\nC\nX\n}\n}',
    'vrrp_sync_group H {\ngroup {\nA\n}\n}',
    `vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n${address}}`,
    `vrrp_instance B {\ninterface eth0\n${address}}`,
    `vrrp_instance C {\nvirtual_router_id 3\n${address}}`,
    `vrrp_instance D {\nvirtual_router_id 4\nunicast_peer {\n10.0.0.9\n}\n${address}}`,
  ].join('\n');
  const model = modelOf(text);
  assert.deepEqual(
    model.instances.map(({ name }) => name),
    ['A', 'D'],
  );
  assert.deepEqual(
    model.groups.map(({ name, members }) => [name, members]),
    [['G', ['A']]],
  );
});

test('authentication headers are for version 2 over IPv4', () => {
  const asks = 'authentication {\nauth_type AH\nauth_pass x\n}\n';
  const kindsOf = (global: string) =>
    modelOf(
      [
        global,
        `vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n${address}${asks}}`,
        `vrrp_instance B {\ninterface eth0\nvirtual_router_id 2\nversion 3\n${address}${asks}}`,
        `vrrp_instance C {\ninterface eth0\nvirtual_router_id 3\nversion 2\nvirtual_ipaddress {\nfe80::1\n}\n${asks}}`,
      ].join('\n'),
    ).instances.map(({ authentication }) => authentication.kind);
  assert.deepEqual(kindsOf(''), ['ah', 'none', 'none']);
  assert.deepEqual(kindsOf('global_defs {\nvrrp_strict\n}'), ['none', 'none', 'none']);
});

test('settings of the host', () => {
  const { host } = modelOf(
    globally(
      'vrrp_startup_delay 2.5\nvrrp_garp_interval 0.001\nlog_unknown_vrids\naddress_lifetimes off',
    ),
  );
  assert.deepEqual(host, {
    startupDelay: 2_500_000,
    garpInterval: 1_000,
    gnaInterval: 0,
    logUnknownVrids: true,
    addressLifetimes: false,
  });
});

test('with authentication headers only the owner begins as master: others hear the sequence first', () => {
  const header = 'version 2\nstate MASTER\nauthentication {\n auth_type AH\n auth_pass x\n}\n';
  assert.equal(instanceOf(`${header}priority 100`).initialState, 'backup');
  assert.equal(instanceOf(`${header}priority 255`).initialState, 'master');
  assert.equal(instanceOf(header).initialState, 'master', 'which owns the address');
  assert.equal(instanceOf(`${header}priority 100`, '', ipv6).initialState, 'master');
  // So what state MASTER takes away stays.
  const patient = instanceOf(`${header}priority 100\nnopreempt`);
  assert.equal(patient.preempt, false);
  assert.equal(instanceOf(`${header}priority 100\npreempt_delay 7`).preemptDelay, seconds(7));
  assert.equal(instanceOf(`state MASTER\npriority 100\nnopreempt`).preempt, true);
});

test('a signature is fresh for three intervals, for five seconds at least and for five minutes at most', () => {
  const key = `key 1 hex:${'00'.repeat(32)}\nactive_key 1`;
  const windowOf = (lines: string, inside = '') =>
    instanceOf(`${lines}\nauth_hmac {\n${key}\n${inside}\n}\n`).signing?.window;
  assert.equal(windowOf('version 3\nadvert_int 0.5'), seconds(5));
  assert.equal(windowOf('version 3\nadvert_int 10'), seconds(30));
  assert.equal(windowOf('version 2\nadvert_int 200'), seconds(300));
  assert.equal(windowOf('version 2\nadvert_int 200', 'time_window 7'), seconds(7));
});
