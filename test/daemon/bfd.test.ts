/** BFD in the daemon: nothing of it before it is configured, weights and groups, a port that another holds, the dump. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { command } from '../lab/command.ts';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { crash, signal, stop } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { instance, running, statusOf } from './site.ts';

const lab = await openLab(['a', 'b']);
after(() => lab.close());
const a = lab.host('a');
const b = lab.host('b');
process.env.TMPDIR = a.directory;

const session = (to: string, inside = '') =>
  `bfd_instance peer {\n  neighbor_ip ${to}\n  min_rx 50\n  min_tx 50\n  multiplier 4\n${inside}}\n`;
const tracked = '  track_bfd {\n    peer weight -30\n  }\n';
const plain = instance();
const withSession = `${session(b.ipv4)}${instance({ inside: tracked })}`;

const task = await running(a, plain);
const file = join(a.directory, 'holdfast.conf');
const other = startHoldfast(
  b,
  session(a.ipv4) + instance({ priority: 50, routerId: 52, address: '10.11.0.101' }),
);

const ports = () => command('nsenter', [`--net=${a.space.path}`, '--', 'ss', '-Huanl']);
const reload = async (text: string) => {
  writeFileSync(file, text);
  await holdfast(a, 'reload');
};
const priorityIs = (wanted: number) =>
  until(`the priority is ${wanted}: ${task.log()}`, 10_000, async () => {
    const { snapshot } = await statusOf(a);
    return snapshot?.instances[0]?.priority.effective === wanted ? snapshot : undefined;
  });
const isUp = () =>
  until(`the session is up: ${task.log()} ${other.log()}`, 15_000, async () => {
    const { snapshot } = await statusOf(a);
    return snapshot?.bfd?.sessions[0]?.state.state === 'up' ? snapshot : undefined;
  });

test('nothing is open before a session is configured; a reload brings it, another takes it away', async () => {
  assert.doesNotMatch(await ports(), /:3784/);
  assert.equal((await statusOf(a)).snapshot?.bfd, undefined);
  await reload(withSession);
  await isUp();
  await priorityIs(150);
  assert.match(await ports(), /0\.0\.0\.0:3784/);
  assert.doesNotMatch(await ports(), /:4784|\[::\]:3784/);
  assert.equal((await statusOf(a)).snapshot?.instances[0]?.state, 'master');
  await reload(plain);
  await until('the port is closed', 5_000, async () =>
    (await ports()).includes(':3784') ? undefined : true,
  );
  await until(
    'the neighbour was told',
    5_000,
    () =>
      /peer went down: the neighbour took it down \(admin-down\)/.test(other.log()) || undefined,
  );
  assert.equal((await statusOf(a)).snapshot?.bfd, undefined);
});

test('a port that another daemon holds is named, and taken when it is free', async () => {
  const squat =
    "const s=require('dgram').createSocket('udp4');s.bind(3784,()=>console.log('here'))";
  const squatter = a.start(process.execPath, ['-e', squat], { name: 'squatter' });
  await until('the port is taken', 5_000, () => squatter.log().includes('here') || undefined);
  await reload(withSession);
  await until(
    'it is told',
    5_000,
    () =>
      /cannot listen on UDP port 3784 \(IPv4\) for BFD: EADDRINUSE; another BFD daemon has it/.test(
        task.log(),
      ) || undefined,
  );
  await priorityIs(120);
  await crash(squatter);
  await isUp();
  await priorityIs(150);
});

test('the weight counts while it is down; status, metrics and the dump show it', async () => {
  await stop(other);
  const snapshot = await priorityIs(120);
  assert.deepEqual(snapshot.instances[0]?.priority.terms, [{ from: 'bfd:peer', amount: -30 }]);
  assert.match(await holdfast(a, 'status'), /BFD peer {2}DOWN/);
  assert.match(
    await holdfast(a, 'metrics'),
    /holdfast_bfd_session_state\{session="peer",neighbour="10\.11\.0\.2",state="down"\} 1/,
  );
  signal((await statusOf(a)).pid, 'SIGUSR1');
  const dump = join(a.directory, 'keepalived_bfd.data');
  await until('the dump is there', 5_000, () => existsSync(dump) || undefined);
  const text = readFileSync(dump, 'utf8');
  for (const line of [
    ' BFD Instance = peer',
    '   Neighbor IP = 10.11.0.2',
    '   local state = Down',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line} in ${text}`);
  }
});

test('a whole group is at fault with its session', async () => {
  const group = 'vrrp_sync_group VG {\n  group {\n    VI_1\n  }\n  track_bfd {\n    peer\n  }\n}\n';
  await reload(`${session(b.ipv4)}${group}${instance()}`);
  await until(`VI_1 is in fault: ${task.log()}`, 5_000, async () => {
    const { snapshot } = await statusOf(a);
    return snapshot?.instances[0]?.state === 'fault' ? true : undefined;
  });
  startHoldfast(b, session(a.ipv4, '  passive\n'));
  await isUp();
  await until(`VI_1 is master: ${task.log()}`, 10_000, async () => {
    const { snapshot } = await statusOf(a);
    return snapshot?.instances[0]?.state === 'master' ? true : undefined;
  });
});
