/** Services below a real SNMP agent: what keepalived shows and tells of the same configuration, Holdfast shows and tells. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { command } from '../lab/command.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { compare, type Difference } from '../peers/snmp-differences.ts';
import {
  ask,
  masterSocket,
  mibs,
  notifications,
  startAgent,
  startReceiver,
  walk,
} from '../peers/snmp-site.ts';
import { enterGuest } from './guest.ts';

enterGuest(import.meta.filename);

const lab = await openLab(['a']);
const a = lab.host('a');
const started: Task[] = [];
afterEach(async () => {
  for (const task of started.splice(0).reverse()) await stop(task);
});
after(() => lab.close());

function begin(task: Task): Task {
  started.push(task);
  return task;
}

const configuration = `global_defs {
  router_id lb1
  script_user root
  enable_script_security
  snmp_socket unix:${masterSocket(a)}
  enable_snmp_checker
  enable_traps
  smtp_server 192.0.2.25
  notification_email_from lb@example.org
  lvs_timeouts tcp 900 tcpfin 30 udp 300
}
virtual_server_group grp {
  192.0.2.3 80
  192.0.2.4-8 81
  fwmark 9
}
virtual_server 192.0.2.1 80 {
  delay_loop 7
  lb_algo wrr
  lb_kind DR
  persistence_timeout 50
  persistence_granularity 255.255.255.0
  protocol TCP
  virtualhost www.example.org
  alpha
  omega
  quorum 2
  hysteresis 1
  quorum_up "/usr/bin/true qu"
  quorum_down "/usr/bin/true qd"
  retry 3
  delay_before_retry 2
  warmup 0.1
  weight 4
  snmp_name web
  sorry_server 10.11.0.9 80
  real_server 10.11.0.2 80 {
    weight 5
    inhibit_on_failure
    uthreshold 100
    lthreshold 50
    notify_up "/usr/bin/true u"
    notify_down "/usr/bin/true d"
    snmp_name one
    TCP_CHECK {
      connect_ip 10.11.0.1
      connect_timeout 1
      connect_port 9
    }
  }
  real_server 10.11.0.3 80 {
    smtp_alert
    lvs_method NAT
  }
}
virtual_server fwmark 5 {
  lb_algo sh
  sh-port
  lb_kind NAT
  ops
  real_server 10.11.0.4 0 {
    weight 3
  }
}
virtual_server group grp {
  lb_algo wlc
  lb_kind TUN
  protocol UDP
  real_server fd00::5 80 {
    weight 3
  }
  real_server 10.11.0.5 80 {
    weight 3
    virtualhost x.org
  }
}
`;

const check = `${mibs.keepalived}.3`;
const weights = `${check}.4.1.7`;

interface Interview {
  readonly objects: ReadonlyMap<string, string>;
  readonly told: readonly string[];
  /** The first service after a weight has been ordered. */
  readonly table: readonly string[];
}

async function interview(start: () => Task): Promise<Interview> {
  begin(await startAgent(a));
  const received = begin(await startReceiver(a));
  const task = begin(start());
  const failed = `${check}.4.1.6 = INTEGER: 2`;
  const told = (what: string, times: number) => () =>
    notifications(received).filter((line) => line.includes(what)).length === times || undefined;
  await until(`a failure is told: ${task.log()}`, 20_000, told(failed, 1), 100);
  await until('three services have their quorum', 5_000, told(`${check}.5.0.2`, 3), 100);
  const objects = await walk(a, mibs.keepalived);
  assert.match(await ask(a, 'snmpset', `${weights}.1.3`, 'i', '9'), /INTEGER: 9/);
  const table = await until('the kernel has it', 5_000, async () => {
    const text = await command('nsenter', [`--net=${a.space.path}`, '--', 'ipvsadm', '-Sn']);
    const lines = text.split('\n').filter((line) => line.includes('-t 192.0.2.1:80'));
    return lines.some((line) => line.endsWith('-w 9')) ? lines : undefined;
  });
  assert.equal((await walk(a, weights)).get(`${weights}.1.3`), 'INTEGER: 9');
  await stop(task);
  await until('the end of three services', 5_000, told(`${check}.3.1.23 = INTEGER: 3`, 3), 100);
  const all = notifications(received);
  for (const one of started.splice(0).reverse()) await stop(one);
  return { objects, told: all, table };
}

const own = String.raw`^\.1\.3\.6\.1\.4\.1\.9586\.100\.5\.`;
const differences: readonly Difference[] = [
  {
    objects: new RegExp(`${own}1\\.1\\.0$`),
    ours: /^Hex-STRING: 48 6F 6C 64 66 61 73 74 /,
    why: 'its own name and version',
  },
  { objects: new RegExp(`${own}1\\.12\\.0$`), ours: /^INTEGER: 2$/, why: 'of a later MIB' },
  { objects: new RegExp(`${own}3\\.3\\.1\\.7[23]\\.`), ours: /^Hex/, why: 'of a later MIB' },
  { objects: new RegExp(`${own}3\\.4\\.1\\.(5[67]|63)\\.`), ours: /./, why: 'of a later MIB' },
  {
    objects: new RegExp(`${own}3\\.(3\\.1\\.7[4-8]|4\\.1\\.(5[89]|6[0-2]))\\.`),
    ours: /^Counter64: 0$/,
    why: 'of a later MIB',
  },
];

test('the same objects, notifications and weights as keepalived', async () => {
  const theirs = await interview(() => startKeepalived(a, configuration));
  const ours = await interview(() => startHoldfast(a, configuration));
  assert.ok(theirs.objects.size > 450, `${theirs.objects.size} objects of keepalived`);
  compare(ours.objects, theirs.objects, differences);
  // keepalived says UDP for a firewall mark, which has no protocol: "none" in the MIB.
  const mark = /(3\.1\.4 = Gauge32: 5\s+\S+3\.1\.8 = INTEGER: )2/;
  const corrected = theirs.told.map((line) => line.replace(mark, '$14'));
  assert.deepEqual(ours.told.toSorted(), corrected.toSorted());
  assert.deepEqual(ours.table, theirs.table);
});

test('a weight that no kernel takes is refused, and so is everything else', async () => {
  begin(await startAgent(a));
  const task = begin(startHoldfast(a, configuration));
  await until(
    'it is served',
    15_000,
    () => task.log().includes('balancing with IPVS') || undefined,
  );
  await until(
    'servers are shown',
    10_000,
    async () => (await walk(a, weights)).size === 5 || undefined,
  );
  assert.match(await ask(a, 'snmpset', `${weights}.1.2`, 'i', '65536'), /wrongValue/);
  assert.match(await ask(a, 'snmpset', `${weights}.1.2`, 'u', '6'), /wrongType/);
  const both = [`${weights}.1.2`, 'i', '7', `${check}.3.1.60.1`, 'i', '7'] as const;
  assert.match(await ask(a, 'snmpset', ...both), /notWritable/);
  assert.equal((await walk(a, weights)).get(`${weights}.1.2`), 'INTEGER: 5');
});
