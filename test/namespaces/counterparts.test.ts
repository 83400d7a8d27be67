/**
 * Everybody who is told, or served through, broken at once: away at the start, killed, then frozen with open connections,
 * as a host does it that has run out of memory. `status` and the journal name each of them, nobody's master changes, and
 * who comes back has heard the latest state of everything.
 */
import assert from 'node:assert/strict';
import { closeSync, constants, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inState, instance, linesOf, scriptOn, statusOf } from '../daemon/site.ts';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { crash, freeze, signal, stop, type Task, thaw } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { busAddress, startBus } from '../peers/bus.ts';
import {
  masterSocket,
  mibs,
  notifications,
  startAgent,
  startReceiver,
  walk,
} from '../peers/snmp-site.ts';

const lab = await openLab(['a']);
after(() => lab.close());
const a = lab.host('a');
process.env.DBUS_SYSTEM_BUS_ADDRESS = busAddress(a);
const inFolder = (name: string): string => join(a.directory, name);
const ports = { relay: 2_525, hook: 8_085 };
const [pipe, told, readerFile, switchFile] = ['pipe', 'told', 'reader-pid', 'switch'].map(
  inFolder,
) as [string, string, string, string];
writeFileSync(switchFile, '0\n');
const reader = scriptOn(a, 'reader', `echo $$ > ${readerFile}; exec cat "$1" >> ${told}`);

const configuration = `global_defs {
  router_id a
  script_user root
  enable_dbus
  enable_snmp_vrrp
  enable_traps
  snmp_socket unix:${masterSocket(a)}
  notification_email {
    ops@example.org
  }
  notification_email_from a@example.org
  smtp_server 127.0.0.1 ${ports.relay}
  smtp_connect_timeout 2
  smtp_alert
  vrrp_notify_fifo ${pipe}
  vrrp_notify_fifo_script ${reader}
}
webhook ours {
  url http://127.0.0.1:${ports.hook}/hook
  timeout 2
}
track_file switch {
  file ${switchFile}
  weight 0
}
${instance()}${instance({
  name: 'VI_2',
  routerId: 52,
  address: '10.11.0.102',
  inside: '  track_file {\n    switch\n  }',
})}`;

const everybody = ['pipe', 'mail relay', 'webhook ours', 'SNMP master', 'D-Bus'];

/** Those in trouble, with what is wrong, by the first words of their names. */
async function troubles(): Promise<ReadonlyMap<string, string>> {
  const { counterparts = [] } = await statusOf(a);
  const found = everybody.map((name) => {
    const one = counterparts.find(({ what }) => what.startsWith(name));
    assert.ok(one !== undefined, `${name} is not shown: ${JSON.stringify(counterparts)}`);
    return [name, one.trouble ?? ''] as const;
  });
  return new Map(found.filter(([, trouble]) => trouble !== ''));
}

let seen: ReadonlyMap<string, string> = new Map();

async function inTrouble(names: readonly string[], task: Task): Promise<void> {
  const what = `in trouble: ${names.join(', ')}`;
  await until(
    what,
    60_000,
    async () => {
      seen = await troubles();
      return [...seen.keys()].join() === names.join() || undefined;
    },
    250,
  ).catch((thrown) => assert.fail(`${thrown}: ${JSON.stringify([...seen])}\n${task.log()}`));
}

async function serving(script: string, ...words: readonly string[]): Promise<Task> {
  const file = join(import.meta.dirname, '../doors', script);
  const task = a.start(process.execPath, [file, ...words], { name: script });
  await until(`${script} listens`, 30_000, () => task.log().includes('listening') || undefined);
  return task;
}

/** VI_2 goes through FAULT and back. */
async function change(task: Task): Promise<void> {
  writeFileSync(switchFile, '1\n');
  await inState(a, task, 'fault', 'VI_2');
  writeFileSync(switchFile, '0\n');
  await inState(a, task, 'master', 'VI_2');
}

/** Nothing more fits in. */
function fill(path: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  for (const text of [`${'x'.repeat(127)}\n`, '\n']) {
    try {
      for (;;) writeSync(fd, text);
    } catch {
      // No room for that.
    }
  }
  closeSync(fd);
}

const readerPid = (): number => Number(readFileSync(readerFile, 'utf8'));

const latest = (file: string, form: RegExp): string | undefined =>
  [...readFileSync(inFolder(file), 'utf8').matchAll(form)].at(-1)?.[1];

const monitor = a.start('ip', ['-o', 'monitor', 'address'], { name: 'ip monitor' });
const task = startHoldfast(a, configuration);
let servers: readonly Task[] = [];
let received: Task | undefined;
const row = `${mibs.keepalived}.2.3.1`.replaceAll('.', '\\.');
const trap = new RegExp(`${row}\\.2 = Hex-STRING: 56 49 5F 32\\s+${row}\\.4 = INTEGER: (\\d)`);

/** What the manager has heard of VI_2. */
function trapped(): readonly string[] {
  const lines = received === undefined ? [] : notifications(received);
  return lines.flatMap((line) => trap.exec(line)?.[1] ?? []);
}

test('away at the start: each is named, found when it comes, and hears what happened before', async () => {
  // A first start, beside other tests.
  await until(
    'it runs',
    60_000,
    async () => (await statusOf(a).catch(() => undefined))?.snapshot,
    250,
  );
  for (const name of ['VI_1', 'VI_2']) await inState(a, task, 'master', name);
  await inTrouble(['mail relay', 'webhook ours', 'SNMP master', 'D-Bus'], task);
  assert.match(seen.get('SNMP master') ?? '', /ENOENT/);
  assert.match(seen.get('mail relay') ?? '', /ECONNREFUSED/);
  assert.match(await holdfast(a, 'status'), /^D-Bus {2}.*ENOENT/m);
  received = await startReceiver(a);
  servers = await Promise.all([
    startAgent(a),
    startBus(a),
    serving('mail-relay.ts', `${ports.relay}`, inFolder('letters'), 'plain'),
    serving('hook-receiver.ts', `${ports.hook}`, inFolder('posts')),
  ]);
  await inTrouble([], task);
  await until('the manager has heard', 30_000, () => trapped().includes('2') || undefined);
});

test('killed: named at once, and found again', async () => {
  const [agent, bus, ...places] = servers;
  for (const each of [agent, bus]) await crash(each as Task);
  await inTrouble(['SNMP master', 'D-Bus'], task);
  assert.match(await holdfast(a, 'status'), /^D-Bus {2}the bus closed the connection/m);
  const metrics = await holdfast(a, 'metrics');
  assert.match(metrics, /^holdfast_counterpart_well\{counterpart="D-Bus"\} 0$/m);
  assert.match(metrics, /^holdfast_counterpart_well\{counterpart="pipe [^"]+"\} 1$/m);
  assert.match(task.log(), /SNMP cannot .*the AgentX master closed the connection/);
  servers = [...(await Promise.all([startAgent(a), startBus(a)])), ...places];
  await inTrouble([], task);
  assert.equal((await walk(a, `${mibs.keepalived}.2.3.1.4`)).size, 2);
});

test('frozen: each is named, and hears the latest state when it goes on', async () => {
  const filter = "type='signal',interface='org.keepalived.Vrrp1.Instance'";
  const words = ['--address', busAddress(a), filter];
  const bus = a.start('dbus-monitor', words, { name: 'dbus-monitor' });
  await until('the monitor listens', 5_000, () => bus.log() !== '' || undefined);
  servers.forEach(freeze);
  const reader = readerPid();
  signal(reader, 'SIGSTOP');
  const stat = () => readFileSync(`/proc/${reader}/stat`, 'latin1');
  await until('it stands still', 5_000, () => / T /.test(stat()) || undefined);
  fill(pipe);
  await change(task);
  await inTrouble(everybody, task);
  const log = task.log();
  assert.equal(log.match(/(SNMP|D-Bus) cannot be served .*does not answer/g)?.length, 2, log);
  assert.match(log, /the pipe \S+ is full/);
  const shown = /^SNMP master \S+ {2}.*does not answer, \d+ messages wait/m;
  assert.match(await holdfast(a, 'status'), shown);
  servers.forEach(thaw);
  signal(reader, 'SIGCONT');
  await inTrouble([], task);
  const ears: Readonly<Record<string, () => string | undefined>> = {
    pipe: () => linesOf(told).findLast((line) => line.startsWith('INSTANCE "VI_2"')),
    mail: () => latest('letters', /VRRP Instance VI_2 -\s+Entering (\w+)\s+state/g),
    webhook: () => latest('posts', /\\"name\\":\\"VI_2\\".*?\\"state\\":\\"(\w+)\\"/g),
    SNMP: () => trapped().at(-1),
    'D-Bus': () => [...bus.log().matchAll(/eth0\/52\/IPv4;.*\s+uint32 (\d)/g)].at(-1)?.[1],
  };
  const wanted = /^(INSTANCE "VI_2" MASTER 150|MASTER|2)$/;
  for (const [name, ear] of Object.entries(ears)) {
    const isTold = () => wanted.test(ear() ?? '') || undefined;
    await until(`${name} has heard of it: ${ear()}`, 30_000, isTold, 100);
  }
});

test('the program that reads a pipe is killed: named; and in all this no master has changed', async () => {
  signal(readerPid(), 'SIGKILL');
  await inTrouble(['pipe'], task);
  assert.match(seen.get('pipe') ?? '', /the program that reads it has ended \(.*SIGKILL/);
  const { snapshot, failover } = await statusOf(a);
  const steady = snapshot?.instances.find(({ name }) => name === 'VI_1');
  assert.deepEqual([steady?.state, steady?.statistics.becameMaster], ['master', 1]);
  assert.equal(failover.replaced, 0);
  assert.doesNotMatch(monitor.log(), /Deleted .*10\.11\.0\.100\//);
  assert.equal(await stop(task), 0);
});
