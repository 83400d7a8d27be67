/** Both daemons run the same configuration, each alone on its wire: their dumps have the same keys and the same values. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { statusOf } from '../daemon/site.ts';
import { dataBlocks, statisticsOf } from '../doors/blocks.ts';
import { dumped } from '../doors/dump-files.ts';
import {
  countersOfStatistics,
  instancesByLines,
  instancesOfData,
  instancesOfJson,
  scriptsOfData,
} from '../doors/exporter.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import { peerIs } from './pair.ts';

const lab = await openLab(['a', 'b']);
after(() => lab.close());
await lab.isolate('b');
const [ours, theirs] = [lab.host('a'), lab.host('b')];

const configuration = (host: Host): string => `global_defs {
  router_id lb1
  vrrp_garp_master_refresh 60
  enable_script_security
  script_user root
}
vrrp_script good {
  script "/usr/bin/true"
  interval 1
  weight 10
  rise 2
  fall 3
}
vrrp_script bad {
  script "/usr/bin/false x"
  interval 2
  timeout 1
}
vrrp_sync_group G1 {
  group {
    VI_2
    VI_6
  }
  notify_master "/usr/bin/true grp"
}
vrrp_instance VI_1 {
  state MASTER
  interface eth0
  virtual_router_id 51
  priority 150
  advert_int 1
  preempt_delay 1
  authentication {
    auth_type PASS
    auth_pass secret12
  }
  virtual_ipaddress {
    10.11.0.100/24 dev eth0 label eth0:1
    10.11.0.101
    10.11.0.102/24 brd 10.11.0.255 scope link
  }
  virtual_ipaddress_excluded {
    10.11.0.120/32
  }
  virtual_routes {
    10.91.0.0/24 via 10.11.0.250 dev eth0
    10.92.0.0/24 dev eth0 table 100 metric 5 src 10.11.0.100
    blackhole 10.95.0.0/24
    10.96.0.0/24 nexthop via 10.11.0.250 dev eth0 weight 3 nexthop via 10.11.0.251 dev eth0 weight 2
    10.97.0.0/24 dev eth0 no_track
    unreachable 10.98.0.0/24 no_track
    10.99.0.0/24 no_track nexthop via 10.11.0.250 dev eth0 nexthop via 10.11.0.251 dev eth0
    10.100.0.0/24 via 10.11.0.250 dev eth0 no_track
    prohibit 10.101.0.0/24 table 100
    throw 10.102.0.0/24 table 100 metric 4
  }
  virtual_rules {
    from 10.93.0.0/24 table 100 priority 77
    to 10.94.0.0/16 iif eth0 blackhole priority 78
    from 10.103.0.0/24 table 100 priority 79 no_track
  }
  track_interface {
    lo weight 5
  }
  track_script {
    good
  }
  notify_master "/usr/bin/true 'a b'"
  notify_backup "/usr/bin/true b"
  notify_fault "/usr/bin/true f"
  notify_stop "/usr/bin/true s"
  notify "/usr/bin/true n"
  smtp_alert
}
vrrp_instance VI_2 {
  interface eth0
  version 3
  virtual_router_id 52
  advert_int 0.5
  nopreempt
  garp_master_delay 2
  garp_master_repeat 3
  higher_prio_send_advert
  virtual_ipaddress {
    10.11.0.110/24
  }
}
vrrp_instance VI_3 {
  interface eth0
  version 3
  virtual_router_id 53
  priority 90
  unicast_src_ip ${host.ipv4}
  unicast_peer {
    10.11.0.77
  }
  virtual_ipaddress {
    10.11.0.130/24
  }
  track_script {
    bad
  }
}
vrrp_instance VI_4 {
  interface eth0
  virtual_router_id 57
  virtual_ipaddress {
    10.11.0.140/24
  }
}
vrrp_instance VI_5 {
  state MASTER
  interface eth0
  virtual_router_id 58
  priority 80
  advert_int 60
  authentication {
    auth_type AH
    auth_pass secret
  }
  virtual_ipaddress {
    10.11.0.141/24
  }
}
vrrp_instance VI_5 {
  interface eth0
  virtual_router_id 55
  version 3
  priority 90
  advert_int 0.5
  use_vmac
  virtual_ipaddress {
    10.11.0.150/24
  }
}
vrrp_instance VI_6 {
  interface eth0
  virtual_router_id 56
  version 3
  priority 90
  skip_check_adv_addr
  virtual_ipaddress {
    fe80::100/64
    fd00::7/64
  }
}
vrrp_instance VI_7 {
  interface eth0
  use_vmac
  version 3
  virtual_router_id 59
  virtual_ipaddress {
    10.11.0.142/24
  }
}
vrrp_instance VI_8 {
  interface eth0
  version 3
  virtual_router_id 60
  priority 77
  advert_int 30
  preempt_delay 2.5
  garp_lower_prio_delay 7
  unicast_peer {
    fd00::77
  }
  virtual_ipaddress {
    fe80::8/64
  }
}
`;

interface Dumps {
  readonly json: readonly Instance[];
  readonly stats: ReadonlyMap<string, number>;
  /** Of the statistics. */
  readonly text: string;
  readonly data: string;
}

interface Instance {
  readonly data: Readonly<Record<string, unknown>>;
  readonly stats: Readonly<Record<string, unknown>>;
}

/** VI_3 is in fault, VI_5 and VI_8 have still to wait for a master, everything else is master. */
async function settled(host: Host, pid: number): Promise<Dumps> {
  const json = await until(`${host.name} has settled`, 20_000, async () => {
    const text = JSON.parse(await dumped(host, pid, 'json')) as readonly Instance[];
    const states = text.map(({ data }) => data.state);
    return states.join() === '2,2,3,2,1,2,2,1' ? text : undefined;
  });
  const text = await dumped(host, pid, 'stats');
  return {
    ...{ json, text },
    stats: statisticsOf(text),
    data: await dumped(host, pid, 'data'),
  };
}

process.env.TMPDIR = ours.directory;
startHoldfast(ours, configuration(ours));
const keepalived = startKeepalived(theirs, configuration(theirs));
// A signal before that would end it.
await peerIs(keepalived, 'BACKUP');
const pid = await until('Holdfast answers', 20_000, () =>
  statusOf(ours).then(
    // Before that there is nothing to dump.
    (status) => (status.snapshot === undefined ? undefined : status.pid),
    () => undefined,
  ),
);
const [own, real] = await Promise.all([settled(ours, pid), settled(theirs, keepalived.pid)]);

/** Moments differ by when each was started, counters by when each was asked. */
const elsewhere: Readonly<Record<string, string>> = {
  last_transition: 'a moment',
  auth_data: 'keepalived hides the password since 2.4.0, and so do we',
};

test('JSON: the same instances in the same order, the same keys in the same order, the same values', () => {
  assert.equal(own.json.length, real.json.length);
  for (const [index, { data, stats }] of real.json.entries()) {
    const mine = own.json[index];
    assert.deepEqual(Object.keys(mine?.data ?? {}), Object.keys(data));
    for (const [key, value] of Object.entries(data)) {
      if (key in elsewhere) assert.equal(typeof mine?.data[key], typeof value, key);
      else assert.deepEqual(mine?.data[key], value, `${data.iname} ${key}`);
    }
    const known = Object.keys(mine?.stats ?? {}).filter((key) => !key.startsWith('auth_ext_'));
    assert.deepEqual(known, Object.keys(stats));
    for (const [key, value] of Object.entries(stats)) {
      if (key !== 'advert_sent') assert.equal(mine?.stats[key], value, `${data.iname} ${key}`);
    }
  }
});

test('statistics: the same counters in the same places', () => {
  // Since 2.4.0 there is one group more.
  const known = [...own.stats.keys()].filter((path) => !path.includes('Extension Errors'));
  assert.deepEqual(known, [...real.stats.keys()]);
  for (const [path, count] of real.stats) {
    if (!path.endsWith('Advertisements/Sent')) assert.equal(own.stats.get(path), count, path);
  }
});

/** What a data file says differently, or one of the two does not say at all, and why. */
const otherwise: readonly (readonly [title: RegExp, reason: string])[] = [
  [/^(Last transition|Read timeout)$/, 'a moment'],
  [/^Master down timer$/, 'rounded here, cut off there: one microsecond'],
  [/^Using src_ip$/, 'two hosts have two addresses'],
  [/^Password$/, 'hidden since 2.4.0'],
  [/^fd_in /, "descriptors of another process are nobody's business"],
  [/^Flags$/, 'keepalived counts flags that it does not show'],
  [/^Multicast address ff02/, 'keepalived adds the index of the interface'],
  [/^Unicast checksum compatibility$/, 'for peers older than 1.3.6, which are not spoken to'],
  [/^(Timeout|Result)$/, 'keepalived shows the timeout as written, and a counter of its own'],
];

test('data: the same blocks, the same titles, the same values, but for what has a reason', () => {
  const excused = (title: string): boolean => otherwise.some(([pattern]) => pattern.test(title));
  for (const head of ['VRRP Instance', 'VRRP Sync Group', 'VRRP Script']) {
    const [mine, reference] = [dataBlocks(own.data, head), dataBlocks(real.data, head)];
    assert.deepEqual([...mine.keys()], [...reference.keys()]);
    for (const [name, block] of reference) {
      const titles = (of: typeof block | undefined) =>
        [...(of?.keys() ?? [])].filter((title) => !excused(title));
      assert.deepEqual(titles(mine.get(name)), titles(block), name);
      for (const title of titles(block)) {
        assert.deepEqual(mine.get(name)?.get(title), block.get(title), `${name}: ${title}`);
      }
    }
  }
});

test('two exporters find the same in our files and in those of keepalived, in every state and form', () => {
  const plain = (dumps: Dumps) => ({
    data: [...instancesOfData(dumps.data)],
    json: [...instancesOfJson(JSON.stringify(dumps.json))],
    scripts: scriptsOfData(dumps.data).map(({ name, status }) => [name, status]),
    lines: instancesByLines(dumps.data).map(({ transition, ...others }) => ({
      ...{ others, isMoment: Math.abs((transition ?? 0) - Date.now() / 1_000) < 600 },
    })),
  });
  assert.deepEqual(plain(own), plain(real));
  const extension = /Extension Errors/;
  const counters = (dumps: Dumps) =>
    [...countersOfStatistics(dumps.text).keys()].filter((name) => !extension.test(name));
  assert.deepEqual(counters(own), counters(real));
  assert.deepEqual(
    plain(own).data.map(([, { state }]) => state),
    [2, 2, 3, 2, 1, 2, 2, 1],
  );
});
