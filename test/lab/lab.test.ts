import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, test } from 'node:test';
import { capture } from './capture.ts';
import { command } from './command.ts';
import { openLab } from './lab.ts';
import { processesInside } from './namespace.ts';
import { crash } from './task.ts';
import { until } from './until.ts';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
after(() => lab.close());

/** Whether b is reached from a: the kernel itself looks for the neighbour. */
async function reaches(): Promise<boolean> {
  await a.ip('neigh flush dev eth0');
  const inside = [`--net=${a.space.path}`, '--', 'bash', '-c', `>/dev/udp/${b.ipv4}/9 echo`];
  await command('nsenter', inside).catch(() => undefined);
  const told = async () => command('ip', ['-n', a.space.name, 'neigh', 'show', b.ipv4]);
  const state = await until(
    'the neighbour is found or given up',
    10_000,
    async () => /REACHABLE|FAILED/.exec(await told())?.[0],
  );
  return state === 'REACHABLE';
}

test('a host reaches another until its cable is cut, and again when it is restored', async () => {
  assert.ok(await reaches());
  await lab.cut('b');
  assert.ok(!(await reaches()));
  await lab.restore('b');
  assert.ok(await reaches());
});

test('an isolated host keeps its carrier and reaches nobody', async () => {
  await lab.isolate('b');
  assert.ok(!(await reaches()));
  await lab.rejoin('b');
  assert.ok(await reaches());
});

test('the capture records frames, and addresses come and go', async () => {
  const tape = await capture(lab);
  await a.ip('addr add 10.11.0.77/24 dev eth0');
  assert.ok(await a.holds('10.11.0.77'));
  await a.ip('addr del 10.11.0.77/24 dev eth0');
  assert.ok(!(await a.holds('10.11.0.77')));
  await reaches();
  await until('a frame is recorded', 2_000, () => tape.recording().length > 24 || undefined);
  await tape.close();
});

test('a crash takes the whole family, and nothing is told to the children', async () => {
  const script = 'trap "echo told" TERM; sh -c "sleep 60; :" & wait';
  const task = a.start('sh', ['-c', script], { name: 'family' });
  await until('three of the family run', 2_000, () =>
    processesInside(a.space).length === 3 ? true : undefined,
  );
  await crash(task);
  assert.deepEqual(processesInside(a.space), []);
  assert.equal(task.log(), '');
});

test('closing removes namespaces, processes and folders', async () => {
  const other = await openLab(['x']);
  const host = other.host('x');
  const task = host.start('sleep', ['60'], { name: 'sleeper' });
  await other.close();
  assert.ok(task.ended());
  assert.ok(!existsSync(host.space.path));
  assert.ok(!existsSync(host.directory));
});
