/** Disks that are full and readers that do not read, beside a keepalived that waits for one late advertisement. */
import assert from 'node:assert/strict';
import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../../src/api/client.ts';
import type { ReloadAnswer, Status } from '../../src/daemon/control.ts';
import { type Capture, capture } from '../lab/capture.ts';
import { command } from '../lab/command.ts';
import { program, startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { crash, signal, stop, type Task } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import * as pair from './pair.ts';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
after(() => lab.close());

const pace = pair.tenASecond;
const configuration = pair.instance({ ...pace, priority: 150 });
let tasks: Task[] = [];
afterEach(async () => {
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
});

/** A file with this many errors, each of which takes several lines to tell. */
function wrong(errors: number): string {
  return pair.instance({ ...pace, priority: 150, inside: '    priority\n'.repeat(errors) });
}

interface Contest {
  /** Ends it, and judges what was on the wire since its beginning. */
  readonly judge: (what: string) => Promise<void>;
}

/** A peer that takes over 361 ms after the last advertisement, and a record of the wire. */
async function contest(): Promise<Contest> {
  const peer = startKeepalived(b, pair.instance({ ...pace, priority: 100 }));
  tasks.push(peer);
  await pair.peerIs(peer, 'BACKUP');
  const tape: Capture = await capture(lab);
  return {
    judge: async (what) => {
      await delay(5 * pace.interval);
      assert.equal(pair.sentBy(tape, b).length, 0, `${what}: the peer took over`);
      assert.doesNotMatch(peer.log(), /MASTER STATE/);
      const sent = pair.sentBy(tape, a);
      assert.ok(sent.length > 5, `${what}: hardly anything was sent`);
      assert.ok(sent.every(({ priority }) => priority === 150));
      const gaps = pair.gaps(sent);
      // One that comes early, from a process that has just taken over, harms nobody.
      const late = gaps.map((gap) => gap - pace.interval).sort((x, y) => x - y);
      const [typical = 0, worst = 0] = [late[late.length >> 1], late.at(-1)];
      process.stdout.write(
        `${what}: ${gaps.length} intervals, late by ${typical.toFixed(2)} ms typically, ${worst.toFixed(1)} ms at worst\n`,
      );
      onTime(worst < 150, `${what}: an advertisement was ${worst} ms late`);
      await tape.close();
    },
  };
}

async function asked(task: Task, directory: string): Promise<Status | undefined> {
  if (task.ended()) throw new Error(`it ended: ${task.log()}`);
  const answer = await ask<Status>('status', { stateDirectory: directory });
  return answer.ok ? answer.value : undefined;
}

async function mastered(task: Task, directory: string): Promise<Status> {
  return until('it is master, a standby ready', 20_000, async () => {
    const status = await asked(task, directory);
    const is = status?.snapshot?.instances[0]?.state === 'master' && status.failover.standbyReady;
    return is ? status : undefined;
  });
}

test('a full disk under the state directory, the log and the configuration', async () => {
  const disk = join(a.directory, 'disk');
  await command('mkdir', ['-p', disk]);
  const file = join(a.directory, 'full.conf');
  writeFileSync(file, configuration);
  const mount = `mount -t tmpfs -o size=16m tmpfs ${disk}`;
  const run = `exec ${program} run ${file} --state-dir ${disk}/state > ${disk}/log`;
  const task = a.start('unshare', ['--mount', 'sh', '-c', `${mount} && ${run}`], {
    name: 'on a small disk',
  });
  tasks.push(task);
  const inside = `/proc/${task.pid}/root${disk}`;
  const before = await mastered(task, `${inside}/state`);
  await command('sh', ['-c', `cat /dev/zero > ${inside}/fill 2>/dev/null; true`]);
  assert.throws(() => writeFileSync(`${inside}/more`, 'x'.repeat(65_536)), /ENOSPC/);
  const trial = await contest();
  for (let round = 0; round < 3; round += 1) {
    signal(task.pid, 'SIGHUP');
    await delay(100);
  }
  signal(before.failover.pid ?? 0, 'SIGKILL');
  await until('another process runs', 10_000, async () => {
    const now = await asked(task, `${inside}/state`);
    return now?.failover.replaced === 1 || undefined;
  });
  await mastered(task, `${inside}/state`);
  await trial.judge('full disk');
  assert.equal(await stop(task), 0);
  assert.ok(!(await a.holds(pair.virtualAddress)));
});

test('a log to a device that takes nothing', async () => {
  const file = join(a.directory, 'full.conf');
  writeFileSync(file, configuration);
  const run = `exec ${program} run ${file} --state-dir ${pair.stateDirectory(a)} > /dev/full`;
  const task = a.start('sh', ['-c', run], { name: 'with a log to /dev/full' });
  tasks.push(task);
  await mastered(task, pair.stateDirectory(a));
  const trial = await contest();
  writeFileSync(file, wrong(100));
  for (let round = 0; round < 5; round += 1) {
    await ask<ReloadAnswer>('reload', { stateDirectory: pair.stateDirectory(a), patience: 20_000 });
  }
  const status = await asked(task, pair.stateDirectory(a));
  assert.ok((status?.journalLinesLost ?? 0) > 0, 'no line was lost');
  await trial.judge('log to /dev/full');
  assert.equal(await stop(task), 0);
});

test('a log that nobody reads while its process is killed', async () => {
  const pipe = join(a.directory, 'log');
  await command('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const file = join(a.directory, 'stalled.conf');
  writeFileSync(file, configuration);
  const directory = pair.stateDirectory(a);
  const run = `exec ${program} run ${file} --state-dir ${directory} > ${pipe}`;
  const task = a.start('sh', ['-c', run], { name: 'with a stalled log' });
  tasks.push(task);
  await mastered(task, directory);
  const trial = await contest();
  writeFileSync(file, wrong(200));
  // Each refused reload writes some thousand lines; the pipe holds 64 KB.
  const status = await until('lines are lost', 30_000, async () => {
    await ask<ReloadAnswer>('reload', { stateDirectory: directory, patience: 20_000 });
    const now = await asked(task, directory);
    return (now?.journalLinesLost ?? 0) > 0 ? now : undefined;
  });
  signal(status.failover.pid ?? 0, 'SIGKILL');
  await until('another process runs', 10_000, async () => {
    return (await asked(task, directory))?.failover.replaced === 1 || undefined;
  });
  await trial.judge('stalled log');
  assert.equal(await stop(task), 0);
  closeSync(reader);
});

test('two hundred clients of the control socket that ask and never read', async () => {
  const task = startHoldfast(a, configuration);
  tasks.push(task);
  await mastered(task, pair.stateDirectory(a));
  const trial = await contest();
  const path = join(pair.stateDirectory(a), 'control.sock');
  const deaf: Socket[] = [];
  for (let client = 0; client < 200; client += 1) {
    const socket = connect(path);
    socket.on('error', () => undefined);
    socket.pause();
    socket.write('GET /status HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(40));
    deaf.push(socket);
    if (client % 20 === 19) await delay(50);
  }
  await delay(500);
  await trial.judge('deaf clients');
  // Those who read are served again once the deaf have been cut off, at the latest.
  await until('a client that reads is served', 10_000, () => asked(task, pair.stateDirectory(a)));
  assert.equal(await stop(task), 0);
  for (const socket of deaf) socket.destroy();
});
