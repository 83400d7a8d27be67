/** Interfaces that flap, that come late, that go and come back, and whose carrier is asked for. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { command } from '../lab/command.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { crash, signal, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import * as pair from './pair.ts';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
after(() => lab.close());

const pace = pair.tenASecond;
/** An interface of a host that comes and goes, on the same wire as everybody's. */
const comes = 'late1';
let tasks: Task[] = [];
afterEach(async () => {
  await lab.restore('a');
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
  await a.ip(`link del ${comes}`).catch(() => undefined);
});

function run(text: string): Task {
  const task = startHoldfast(a, text);
  tasks.push(task);
  return task;
}

async function stateOf(): Promise<string | undefined> {
  return (await pair.statusOf(a))?.snapshot?.instances[0]?.state;
}

test('a link that is gone for less than its delay changes nothing; one that stays away does', async () => {
  // The delay is cut to 1.4 s: what 3 advertisements of 500 ms leave is the most that a master may not know.
  const instance = pair.instance({ version: 3, interval: 750, priority: 150 });
  const task = run(`interface_up_down_delays {\n    eth0 10 1\n}\n${instance}`);
  await pair.settled(a, task, { state: 'master' });
  const peer = startKeepalived(b, pair.instance({ version: 3, interval: 750, priority: 100 }));
  tasks.push(peer);
  await pair.peerIs(peer, 'BACKUP');
  for (let round = 0; round < 3; round += 1) {
    await lab.cut('a');
    await delay(200);
    await lab.restore('a');
    await delay(200);
  }
  assert.equal(await stateOf(), 'master');
  assert.doesNotMatch(task.log(), /FAULT/);
  assert.doesNotMatch(peer.log(), /Entering MASTER/);
  await lab.cut('a');
  const cutAt = performance.now();
  await pair.settled(a, task, { state: 'fault' });
  assert.ok(performance.now() - cutAt > 1_000, 'it did not wait');
  await pair.peerIs(peer, 'MASTER');
  await crash(peer);
  await lab.restore('a');
  const backAt = performance.now();
  await pair.settled(a, task, { state: 'backup' });
  assert.ok(performance.now() - backAt > 700, 'it did not wait for it to stay up');
});

test('a carrier that is asked for is known within a second or two', async () => {
  const instance = pair.instance({ ...pace, priority: 150 });
  const task = run(`linkbeat_interfaces {\n    eth0 ETHTOOL\n}\n${instance}`);
  await pair.settled(a, task, { state: 'master' });
  await lab.cut('a');
  await pair.settled(a, task, { state: 'fault' });
  await lab.restore('a');
  await pair.settled(a, task, { state: 'master' });
});

test('an interface that comes late, goes and comes back under a virtual MAC is followed', async () => {
  const instance = pair.instance({ ...pace, priority: 150, inside: '    use_vmac' });
  const held = instance.replaceAll('eth0', 'late0').replace('10.11.0.100', '10.12.0.100');
  const task = run(`global_defs {\n    dynamic_interfaces\n}\n${held}`);
  await pair.settled(a, task, { state: 'fault' });
  const come = () =>
    a.ip(
      'link add late0 type veth peer name far0',
      'addr add 10.12.0.1/24 dev late0',
      'link set late0 up',
      'link set far0 up',
    );
  const holds = () =>
    until('the address is on the device', 10_000, async () => {
      const words = ['-n', a.space.name, '-j', 'addr', 'show', 'dev', 'vrrp.51'];
      const shown = await command('ip', words).catch(() => '');
      return shown.includes('10.12.0.100') || undefined;
    });
  await come();
  await pair.settled(a, task, { state: 'master' });
  await holds();
  await a.ip('link del late0');
  await pair.settled(a, task, { state: 'fault' });
  await come();
  await pair.settled(a, task, { state: 'master' });
  await holds();
});

const slow = { version: 3, interval: 300 } as const;

async function plugIn(index?: number): Promise<void> {
  const number = index === undefined ? '' : ` index ${index}`;
  const line = `link add name ${comes} netns ${a.space.name}${number} type veth peer name far1 netns ${lab.wire.name}`;
  await command('ip', line.split(' '));
  await command('ip', ['-n', lab.wire.name, 'link', 'set', 'far1', 'master', 'br0', 'up']);
  await addressed();
}

async function addressed(): Promise<void> {
  await a.ip(`link set ${comes} up`, `addr replace 10.11.0.21/24 dev ${comes}`);
}

const moving = (priority: number, link: string): string =>
  pair
    .instance({ ...slow, priority, name: 'moving', routerId: 52, address: '10.11.0.102' })
    .replaceAll('eth0', link);

async function isHeld(address: string): Promise<boolean> {
  return (await a.holds(address)) || (await b.holds(address));
}

test('an interface is deleted, renamed, moved away: its address goes to the peer and comes back; others stay', async () => {
  await plugIn();
  const steady = pair.instance({ ...slow, priority: 150 });
  const global = 'global_defs {\n    dynamic_interfaces\n}\n';
  const task = run(`${global}${steady}${moving(150, comes)}`);
  await pair.settled(a, task, { state: 'master' });
  await pair.settled(a, task, { state: 'master', name: 'moving' });
  const peer = startKeepalived(b, pair.instance({ ...slow, priority: 100 }) + moving(100, 'eth0'));
  tasks.push(peer);
  await pair.peerIs(peer, 'BACKUP');
  const monitor = a.start('ip', ['-o', 'monitor', 'address'], { name: 'ip monitor' });
  tasks.push(monitor);
  const gone = async (what: string): Promise<void> => {
    await pair.settled(a, task, { state: 'fault', name: 'moving' });
    await until(`${what}: the peer has it alone`, 10_000, async () => {
      const moved = (await b.holds('10.11.0.102')) && !(await a.holds('10.11.0.102'));
      return moved || undefined;
    });
  };
  const back = async (): Promise<void> => {
    await pair.settled(a, task, { state: 'master', name: 'moving' });
    await until('it is back alone', 10_000, async () => {
      const moved = (await a.holds('10.11.0.102')) && !(await b.holds('10.11.0.102'));
      return moved || undefined;
    });
  };

  await a.ip(`link del ${comes}`);
  await gone('deleted');
  await plugIn(4_321);
  await back();

  await a.ip(`link set ${comes} down`, `link set ${comes} name other1`, 'link set other1 up');
  await gone('renamed');
  await a.ip('link set other1 down', `link set other1 name ${comes}`);
  await addressed();
  await back();

  await a.ip(`link set ${comes} netns ${lab.wire.name}`);
  await gone('moved away');
  await command('ip', ['-n', lab.wire.name, 'link', 'set', comes, 'netns', a.space.name]);
  await addressed();
  await back();

  assert.ok(await isHeld('10.11.0.102'));
  assert.doesNotMatch(
    monitor.log(),
    /Deleted .*10\.11\.0\.100\//,
    'an unrelated address was touched',
  );
  const status = await pair.statusOf(a);
  const unrelated = status?.snapshot?.instances.find(({ name }) => name === 'web');
  assert.equal(unrelated?.statistics.becameMaster, 1);
});

test('a link that comes back under its index while nobody looks is listened to again', async () => {
  await plugIn(5_432);
  const task = run(moving(50, comes));
  const peer = startKeepalived(b, moving(150, 'eth0'));
  tasks.push(peer);
  await pair.settled(a, task, { state: 'backup', name: 'moving' });
  await pair.peerIs(peer, 'MASTER');
  const pid = (await pair.statusOf(a))?.failover.pid;
  assert.ok(pid !== undefined);
  signal(pid, 'SIGSTOP');
  try {
    await a.ip(`link set ${comes} netns ${lab.wire.name}`);
    await command('ip', ['-n', lab.wire.name, 'link', 'set', comes, 'netns', a.space.name]);
    await addressed();
    const shown = await command('ip', ['-n', a.space.name, '-o', 'link', 'show', comes]);
    assert.match(shown, /^5432:/);
  } finally {
    signal(pid, 'SIGCONT');
  }
  await delay(6 * slow.interval);
  const status = await pair.statusOf(a);
  assert.equal(status?.snapshot?.instances[0]?.state, 'backup', `it went deaf:\n${task.log()}`);
  assert.equal(await a.holds('10.11.0.102'), false);
});
