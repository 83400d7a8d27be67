/** Whatever stalls around the daemon: no advertisement is late, and what is wrong is told in a sentence. */
import assert from 'node:assert/strict';
import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Capture, capture } from '../lab/capture.ts';
import { command } from '../lab/command.ts';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { crash, signal, stop, type Task } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import {
  inState,
  instance,
  linesOf,
  running,
  scriptOn,
  stateDirectory,
  statusOf,
  virtualAddress,
} from './site.ts';

const lab = await openLab(['a']);
const a = lab.host('a');
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

/** The longest silence of the wire in milliseconds. */
function silence(tape: Capture): number {
  const sent = tape.advertisements().map(({ at }) => at);
  assert.ok(sent.length > 3, 'hardly anything was sent');
  return Math.max(...sent.slice(1).map((at, index) => (at - (sent[index] ?? at)) / 1_000));
}

test('a log that nobody reads delays nothing', async () => {
  const pipe = join(a.directory, 'log');
  await command('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const file = join(a.directory, 'quiet.conf');
  writeFileSync(file, instance());
  const bin = join(import.meta.dirname, '../../bin/holdfast');
  const line = `exec ${bin} run ${file} --state-dir ${stateDirectory(a)} > ${pipe}`;
  const task = a.start('sh', ['-c', line], { name: 'with a stalled log' });
  tasks.push(task);
  await inState(a, task, 'master');
  const tape = await capture(lab);
  writeFileSync(file, 'vrrp_instance V {\n  virtual_router_id\n}\n'.repeat(40));
  // Each refused reload writes hundreds of lines; the pipe holds 64 KB, the daemon 512 KB.
  for (let round = 0; round < 20; round += 1) {
    await holdfast(a, 'reload').catch(() => undefined);
  }
  const status = await until('lines are lost', 5_000, async () => {
    const now = await statusOf(a);
    return now.journalLinesLost > 0 ? now : undefined;
  });
  assert.equal(status.snapshot?.instances[0]?.state, 'master');
  onTime(silence(tape) < 200, `silent for ${silence(tape)} ms`);
  await tape.close();
  assert.equal(await stop(task), 0);
  assert.ok(!(await a.holds(virtualAddress)));
  closeSync(reader);
});

test('clients that say nothing and clients that read nothing cost nothing', async () => {
  const task = await start(a, instance());
  const path = join(stateDirectory(a), 'control.sock');
  const silent = Array.from({ length: 10 }, () => connect(path));
  const deaf = Array.from({ length: 10 }, () => {
    const socket = connect(path);
    socket.pause();
    socket.write('GET /status HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(50));
    return socket;
  });
  for (const socket of [...silent, ...deaf]) socket.on('error', () => undefined);
  const tape = await capture(lab);
  await delay(500);
  assert.equal((await statusOf(a)).snapshot?.instances[0]?.state, 'master');
  assert.ok(silence(tape) < 200);
  await tape.close();
  assert.equal(await stop(task), 0);
  for (const socket of [...silent, ...deaf]) socket.destroy();
});

test('notify scripts run in order, one at a time, the latest state winning', async () => {
  const notes = join(a.directory, 'notes');
  const notify = scriptOn(a, 'notify', `echo "$@" >> ${notes}; sleep 0.6; echo end >> ${notes}`);
  const task = await start(a, instance({ inside: `  notify "${notify} own"` }));
  for (const up of ['down', 'up', 'down']) {
    await a.ip(`link set dev eth0 ${up}`);
    await delay(60);
  }
  await inState(a, task, 'fault');
  await a.ip('link set dev eth0 up', `addr replace ${a.ipv4}/24 brd + dev eth0`);
  await inState(a, task, 'master');
  await until('the last script has run', 8_000, () =>
    linesOf(notes).at(-1) === 'end' && linesOf(notes).at(-2)?.includes('MASTER') ? true : undefined,
  );
  const lines = linesOf(notes);
  for (const [index, text] of lines.entries()) {
    assert.match(text, index % 2 === 0 ? /^own INSTANCE VI_1 (MASTER|BACKUP|FAULT) 150$/ : /^end$/);
  }
  assert.equal(await stop(task), 0);
  assert.ok(linesOf(notes).some((text) => text === 'own INSTANCE VI_1 STOP 150'));
});

test('a track script lowers the priority, and status and explain show the sum', async () => {
  const flag = join(a.directory, 'down');
  const task = await start(
    a,
    `vrrp_script check {
  script "[[ -f ${flag} ]] && exit 1 || exit 0"
  interval 0.2
  weight -60
}
${instance({ inside: '  track_script {\n    check\n  }' })}`,
  );
  writeFileSync(flag, '');
  await until('the script lowers the priority', 5_000, async () =>
    (await statusOf(a)).snapshot?.instances[0]?.priority.effective === 90 ? true : undefined,
  );
  assert.match(await holdfast(a, 'status'), /priority +90 = 150 - 60 \(script check\)/);
  const story = await holdfast(a, 'explain', 'VI_1');
  assert.match(story, /VI_1 is MASTER .*, because no master was heard for/);
  assert.match(story, /effective priority 90 = 150 - 60 \(script check\)/);
  await assert.rejects(holdfast(a, 'explain', 'VI_9'), /there is no instance VI_9; there are VI_1/);
  assert.equal(await stop(task), 0);
});

test('a second daemon on the same state directory is refused, the first goes on', async () => {
  await start(a, instance());
  const second = startHoldfast(a, instance());
  assert.equal(await second.exit, 1);
  assert.match(
    second.log(),
    /is running already with the state directory .* \(process \d+\): stop/,
  );
  assert.equal((await statusOf(a)).snapshot?.instances[0]?.state, 'master');
});

test('a reload with errors changes nothing, a good one leaves unrelated instances alone', async () => {
  const task = await start(a, instance());
  const tape = await capture(lab);
  const file = join(a.directory, 'holdfast.conf');
  writeFileSync(file, instance().replace('virtual_router_id 51', 'virtual_router_id'));
  await assert.rejects(
    holdfast(a, 'reload'),
    /virtual_router_id needs a whole number[\s\S]*not loaded; what runs goes on unchanged/,
  );
  const other = instance({ name: 'VI_2', routerId: 52, address: '10.11.0.101' });
  writeFileSync(file, instance() + other);
  signal(task.pid, 'SIGHUP');
  const status = await inState(a, task, 'master', 'VI_2');
  const first = status.snapshot?.instances.find(({ name }) => name === 'VI_1');
  assert.equal(first?.statistics.becameMaster, 1);
  assert.equal(first?.statistics.releasedMaster, 0);
  const own = tape.advertisements().filter(({ routerId }) => routerId === 51);
  const gaps = own.slice(1).map(({ at }, index) => (at - (own[index]?.at ?? at)) / 1_000);
  onTime(Math.max(...gaps) < 200, `VI_1 was silent for ${Math.max(...gaps)} ms`);
  assert.ok(own.every(({ priority }) => priority === 150));
  await tape.close();
});

test('an interface that is not there is a fault until it comes', async () => {
  const task = await start(a, instance({ interface: 'late0' }), 'fault');
  assert.match(task.log(), /there is no interface late0/);
  await a.ip(
    'link add late0 type veth peer name late1',
    'link set dev late1 up',
    'link set dev late0 up',
    'addr add 10.12.0.1/24 dev late0',
  );
  await inState(a, task, 'master');
  await a.ip('link del dev late0');
  await inState(a, task, 'fault');
});

test('without privileges, or with a wrong file, nothing starts and the reason is told', async () => {
  const file = join(a.directory, 'plain.conf');
  writeFileSync(file, instance());
  const bin = join(import.meta.dirname, '../../bin/holdfast');
  const poor = ['--bounding-set', '-all', '--inh-caps', '-all', '--', bin, 'run', file];
  const words = [...poor, '--state-dir', stateDirectory(a)];
  const bare = a.start('setpriv', words, { name: 'without capabilities' });
  tasks.push(bare);
  assert.equal(await bare.exit, 4);
  assert.match(bare.log(), /run as root, or give it CAP_NET_ADMIN and CAP_NET_RAW/);
  const wrong = startHoldfast(a, 'vrrp_instance VI_1 {\n  virtual_router_id\n}\n');
  tasks.push(wrong);
  assert.equal(await wrong.exit, 2);
  assert.match(wrong.log(), /holdfast\.conf:2/);
});
