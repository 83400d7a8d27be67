/**
 * Under keepalived's name and its options, a syslog hears of a change what it hears from keepalived; one that is away, or that
 * nobody reads, delays nothing and is told what it has missed.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { inState, instance, stateDirectory, statusOf } from '../daemon/site.ts';
import { openLab } from '../lab/lab.ts';
import { crash, freeze, signal, stop, type Task, thaw } from '../lab/task.ts';
import { until } from '../lab/until.ts';

const lab = await openLab(['a']);
after(() => lab.close());
const a = lab.host('a');
const socket = join(a.directory, 'log');
const file = join(a.directory, 'keepalived.conf');
const started: Task[] = [];
afterEach(async () => {
  for (const task of started.splice(0).reverse()) await crash(task);
});

/** A device directory of its own, whose `log` is ours; where it is mounted is `$0`. */
const devices = `mkdir -p "$0"
mount -t tmpfs tmpfs "$0"
for name in null zero full random urandom; do
  : > "$0/$name"
  mount --bind "/dev/$name" "$0/$name"
done
ln -s ${socket} "$0/log"
mount --bind "$0" /dev
exec "$@"`;

/** keepalived, or what stands for it, in the foreground and with its log in syslog alone. */
function start(program: string): Task {
  writeFileSync(file, instance());
  const own = (name: string) => join(a.directory, name);
  const pids = ['-p', own('k.pid'), '-r', own('v.pid'), '-c', own('c.pid'), '-b', own('b.pid')];
  const words = [program, '-n', '-D', '-S', '3', '-f', file, ...pids];
  const task = a.start('unshare', ['--mount', 'sh', '-ec', devices, own('dev'), ...words], {
    name: program,
    environment: { HOLDFAST_STATE_DIR: stateDirectory(a), TMPDIR: a.directory },
  });
  started.push(task);
  return task;
}

async function listening(): Promise<Task> {
  const program = join(import.meta.dirname, '../doors/syslog-receiver.ts');
  const task = a.start(process.execPath, [program, socket], { name: 'syslog' });
  started.push(task);
  await until('syslog listens', 30_000, () => task.log().includes('listening') || undefined);
  return task;
}

interface Entry {
  readonly facility: number;
  readonly identity: string;
  readonly text: string;
}

function entriesOf(task: Task): readonly Entry[] {
  const form = /^<(\d+)>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (\w+)\[\d+\]: (.*)$/gm;
  return [...task.log().matchAll(form)].map(([, number, identity = '', text = '']) => ({
    ...{ facility: Number(number) >> 3, identity, text },
  }));
}

/** What people filter and grep their logs for. */
async function lifeOf(program: string): Promise<readonly Entry[]> {
  const syslog = await listening();
  const task = start(program);
  const changes = () => entriesOf(syslog).filter(({ text }) => text.includes(') Entering '));
  const sees = (state: string, times: number) =>
    until(`${state}, ${times} times`, 60_000, () => {
      if (task.ended()) throw new Error(task.log());
      return changes().filter(({ text }) => text.includes(state)).length === times || undefined;
    }).catch((thrown) => assert.fail(`${thrown}: ${syslog.log()}`));
  await sees('MASTER', 1);
  await a.ip('link set dev eth0 down');
  await sees('FAULT', 1);
  await a.ip('link set dev eth0 up');
  await sees('MASTER', 2);
  await stop(task);
  const told = changes();
  await stop(syslog);
  return told;
}

const ours = join(import.meta.dirname, '../../bin/keepalived');

test('the facility, the names and the words of keepalived', async () => {
  const told = await lifeOf(ours);
  assert.ok(told.every(({ facility }) => facility === 19));
  assert.deepEqual(told, await lifeOf('keepalived'));
});

test('dead at the start, then frozen: counted, told later, and nobody minds', async () => {
  await crash(await listening());
  const task = start(ours);
  const { pid } = await inState(a, task, 'master');
  const lost = async () => (await statusOf(a)).journalLinesLost;
  assert.ok((await lost()) > 0);
  const syslog = await listening();
  const missing = (times: number) =>
    until(
      'it is told what is missing',
      30_000,
      () => {
        signal(pid, 'SIGHUP');
        const notes = entriesOf(syslog).filter(({ text }) =>
          /^\d+ lines are missing here/.test(text),
        );
        return notes.length >= times || undefined;
      },
      250,
    );
  await missing(1);
  freeze(syslog);
  const before = await lost();
  await until(
    'lines are lost',
    30_000,
    async () => {
      signal(pid, 'SIGHUP');
      return (await lost()) > before || undefined;
    },
    100,
  );
  thaw(syslog);
  await missing(2);
  const { snapshot } = await statusOf(a);
  assert.deepEqual(
    snapshot?.instances.map(({ state, statistics }) => [state, statistics.becameMaster]),
    [['master', 1]],
  );
  assert.equal(await stop(task), 0);
});
