/** Processes of the daemon die at the worst moment. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { capture } from '../lab/capture.ts';
import { program } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { crash, family, signal, stop, type Task } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import {
  inState,
  instance,
  lives,
  running,
  stateDirectory,
  statusOf,
  virtualAddress,
} from './site.ts';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
let tasks: Task[] = [];
afterEach(async () => {
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
});
after(() => lab.close());

async function start(...given: Parameters<typeof running>): Promise<Task> {
  const task = await running(...given);
  tasks.push(task);
  return task;
}

const kills = 6;
/** Milliseconds: three intervals, after which a peer of the highest priority would take over. */
const patience = 300;

async function killAgainAndAgain(): Promise<void> {
  const master = await start(a, instance());
  const peer = await start(b, instance({ priority: 100 }), 'backup');
  const tape = await capture(lab);
  for (let kill = 0; kill < kills; kill += 1) {
    const { failover } = await until('a standby is ready', 10_000, async () => {
      const status = await statusOf(a);
      return status.failover.standbyReady ? status : undefined;
    });
    await delay(37 * kill);
    signal(failover.pid ?? 0, 'SIGKILL');
    await until('another failover process runs', 5_000, async () => {
      const status = await statusOf(a);
      return status.failover.replaced === kill + 1 && status.failover.pid !== failover.pid
        ? true
        : undefined;
    });
    assert.ok(await a.holds(virtualAddress), 'the address left its host');
  }
  await tape.close();
  const sent = tape.advertisements();
  assert.ok(
    sent.every(({ priority }) => priority !== 0),
    'somebody resigned',
  );
  const ours = sent.filter(({ source }) => source === a.ipv4);
  const gaps = ours.slice(1).map(({ at }, index) => (at - (ours[index]?.at ?? at)) / 1_000);
  const worst = Math.max(...gaps);
  assert.match(master.log(), /was killed by SIGKILL; the standby goes on in its place/);
  assert.equal(await stop(master), 0);
  await stop(peer);
  onTime(worst < patience, `silent for ${worst} ms`);
  assert.equal(ours.length, sent.length, 'the peer took over');
}

test('a killed failover process is followed by the standby, and nobody notices', killAgainAndAgain);

test('when the supervisor is killed, the failover process resigns, withdraws and ends', async () => {
  const task = await start(a, instance());
  const members = family(task.pid);
  const tape = await capture(lab);
  signal(task.pid, 'SIGKILL');
  await until('all its processes are gone', 5_000, () =>
    members.some((pid) => lives(pid)) ? undefined : true,
  );
  assert.ok(!(await a.holds(virtualAddress)), 'the address stayed');
  await until('the resignation is heard', 2_000, () =>
    tape.advertisements().some(({ priority }) => priority === 0) ? true : undefined,
  );
  await tape.close();
  // What it left behind does not keep the next one out.
  const next = await start(a, instance());
  assert.equal(await stop(next), 0);
});

test('SIGTERM during the start, and twice, leaves nothing behind', async () => {
  for (const wait of [0, 20, 60, 100, 150, 200, 300]) {
    const { startHoldfast } = await import('../lab/holdfast.ts');
    const task = startHoldfast(a, instance({ priority: 255 }));
    tasks.push(task);
    await delay(wait);
    const members = family(task.pid);
    signal(task.pid, 'SIGTERM');
    await delay(5);
    signal(task.pid, 'SIGTERM');
    const end = await task.exit;
    assert.ok(end === 0 || end === 'SIGTERM', `ended with ${end} after ${wait} ms: ${task.log()}`);
    await until('its processes are gone', 3_000, () =>
      members.some((pid) => lives(pid)) ? undefined : true,
    );
    assert.ok(!(await a.holds(virtualAddress)), `the address stayed after ${wait} ms`);
  }
});

test('a failover process that hangs is replaced, and the address has one owner', async () => {
  const task = await start(a, instance());
  const { failover } = await statusOf(a);
  signal(failover.pid ?? 0, 'SIGSTOP');
  await until('it is replaced', 15_000, () =>
    /does not answer any more: replacing it/.test(task.log()) ? true : undefined,
  );
  await inState(a, task, 'master');
  assert.notEqual((await statusOf(a)).failover.pid, failover.pid);
  assert.ok(await a.holds(virtualAddress));
});

test('one that hangs while it stops is killed after child_wait_time, and the standby withdraws for it', async () => {
  const task = await start(a, `child_wait_time 1\n${instance()}`);
  const { failover } = await until('a standby is ready', 10_000, async () => {
    const status = await statusOf(a);
    return status.failover.standbyReady ? status : undefined;
  });
  const tape = await capture(lab);
  signal(failover.pid ?? 0, 'SIGSTOP');
  const since = performance.now();
  assert.equal(await stop(task, 30_000), 0);
  const took = performance.now() - since;
  assert.match(task.log(), /killed by SIGKILL while it stopped: withdrawing for it/);
  assert.equal(await a.holds(virtualAddress), false);
  assert.ok(took > 900, `it waited ${took} ms`);
  assert.equal(tape.advertisements().at(-1)?.priority, 0, 'nobody resigned');
  await tape.close();
  onTime(took < 4_000, `it took ${took} ms`);
});

function uptime(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
}

test('vrrp_delay_after_boot: nothing is sent before, over a death of the process too', async () => {
  // For the daemon the host was booted a hundred seconds ago.
  const booted = Math.floor(uptime()) - 100;
  const file = join(a.directory, 'boot.conf');
  const global = 'global_defs {\n  vrrp_delay_after_boot 106\n}\n';
  writeFileSync(file, global + instance({ priority: 255 }));
  const offsets = ['--monotonic', `-${booted}`, '--boottime', `-${booted}`];
  const run = [program, 'run', '-f', file, '--state-dir', stateDirectory(a)];
  const tape = await capture(lab);
  const task = a.start('unshare', ['--time', ...offsets, '--fork', '--kill-child', ...run], {
    name: 'a host that was booted just now',
  });
  tasks.push(task);
  const { failover } = await until('it runs', 15_000, async () => {
    const status = await statusOf(a).catch(() => undefined);
    return status?.snapshot === undefined ? undefined : status;
  });
  signal(failover.pid ?? 0, 'SIGKILL');
  await inState(a, task, 'master');
  const [first] = tape.advertisements();
  assert.ok(first !== undefined);
  const at = uptime() - (Date.now() - first.at / 1_000) / 1_000;
  assert.ok(at > booted + 105.9, `the first advertisement was sent at ${at - booted} s`);
  await tape.close();
});

test('a standby that is killed is replaced', async () => {
  await start(a, instance());
  const { failover } = await until('a standby is ready', 10_000, async () => {
    const status = await statusOf(a);
    return status.failover.standbyReady ? status : undefined;
  });
  signal(failover.standbyPid ?? 0, 'SIGKILL');
  await until('another stands by', 10_000, async () => {
    const now = (await statusOf(a)).failover;
    return now.standbyReady && now.standbyPid !== failover.standbyPid ? true : undefined;
  });
});
