/** Interfaces that flap, that come late, that go and come back, and whose carrier is asked for. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { command } from '../lab/command.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { crash, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import * as pair from './pair.ts';

const lab = await openLab(['a', 'b']);
const a = lab.host('a');
after(() => lab.close());

const pace = pair.tenASecond;
let tasks: Task[] = [];
afterEach(async () => {
  await lab.restore('a');
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
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
  for (let round = 0; round < 3; round += 1) {
    await lab.cut('a');
    await delay(200);
    await lab.restore('a');
    await delay(200);
  }
  assert.equal(await stateOf(), 'master');
  assert.doesNotMatch(task.log(), /FAULT/);
  await lab.cut('a');
  const cutAt = performance.now();
  await pair.settled(a, task, { state: 'fault' });
  assert.ok(performance.now() - cutAt > 1_000, 'it did not wait');
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
