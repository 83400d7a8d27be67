/** What is left in the kernel of a daemon all of whose processes were killed, and what a daemon may not set. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { command } from '../lab/command.ts';
import { program, startHoldfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { crash, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import * as pair from './pair.ts';

const lab = await openLab(['a', 'c']);
const [a, c] = [lab.host('a'), lab.host('c')];
let tasks: Task[] = [];
afterEach(async () => {
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
});
after(() => lab.close());

const configuration = (...lines: readonly string[]): string => {
  const inside = lines.map((line) => `    ${line}`).join('\n');
  return pair.instance({ ...pair.tenASecond, priority: 150, inside });
};

function inside(host: typeof a, line: string): Promise<string> {
  return command('ip', ['netns', 'exec', host.space.name, ...line.split(' ')]);
}

async function settings(): Promise<readonly string[]> {
  const names = ['arp_ignore', 'arp_filter'].map((name) => `/proc/sys/net/ipv4/conf/eth0/${name}`);
  return (await inside(a, `cat ${names.join(' ')}`)).trim().split('\n');
}

async function left(): Promise<readonly string[]> {
  const devices = await command('ip', [
    '-n',
    a.space.name,
    '-o',
    'link',
    'show',
    'type',
    'macvlan',
  ]);
  return [devices, await inside(a, 'nft list tables')].filter((text) => text !== '');
}

async function mastered(text: string): Promise<Task> {
  const task = startHoldfast(a, text);
  tasks.push(task);
  await pair.settled(a, task, { state: 'master' });
  return task;
}

async function clientReaches(): Promise<void> {
  await until('the address answers the client', 5_000, () =>
    inside(c, `ping -c 1 -W 1 ${pair.virtualAddress}`).then(
      () => true,
      () => undefined,
    ),
  );
}

/** Also the second time, and with a daemon in between that finds everything as it wants it. */
test('what is not wanted any more goes at the next start, and settings are what they were', async () => {
  await crash(await mastered(configuration('use_vmac', 'no_accept')));
  await crash(await mastered(configuration('use_vmac', 'no_accept')));
  assert.equal((await left()).length, 2);
  assert.deepEqual(await settings(), ['1', '1']);
  const plain = await mastered(configuration());
  await clientReaches();
  await until('nothing of it is left', 5_000, async () => (await left()).length === 0 || undefined);
  assert.deepEqual(await settings(), ['0', '0']);
  assert.equal(await stop(plain), 0);
  assert.equal(existsSync(join(pair.stateDirectory(a), 'leavings.json')), false);
});

test('a clean stop puts back what a daemon before it found', async () => {
  await crash(await mastered(configuration('use_vmac')));
  assert.equal(await stop(await mastered(configuration('use_vmac'))), 0);
  assert.deepEqual([await left(), await settings()], [[], ['0', '0']]);
});

test('settings that cannot be made are told, once, and nobody loses his address over it', async () => {
  pair.rewrite(a, configuration('use_vmac'));
  const mount = 'mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys';
  const run = `exec ${program} run -f ${pair.configurationFile(a)} --state-dir ${pair.stateDirectory(a)}`;
  const task = a.start('unshare', ['--mount', 'sh', '-c', `${mount} && ${run}`], {
    name: 'without settings',
  });
  tasks.push(task);
  await pair.settled(a, task, { state: 'master' });
  await clientReaches();
  const told = task.log().match(/cannot set net\/ipv4\/conf\/\S+ to 1: .*EROFS/g);
  assert.equal(told?.length, 1, task.log());
  assert.equal(await stop(task), 0);
});
