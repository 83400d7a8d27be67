/**
 * The daemon on a real D-Bus: what keepalived answers to the same questions, Holdfast answers. A bus that is broken is in
 * `test/namespaces/counterparts.test.ts`.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, afterEach, test } from 'node:test';
import { inState, instance } from '../daemon/site.ts';
import { capture } from '../lab/capture.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { busAddress, startBus } from './bus.ts';

const lab = await openLab(['a']);
const a = lab.host('a');
const address = busAddress(a);
process.env.DBUS_SYSTEM_BUS_ADDRESS = address;
const started: Task[] = [];
afterEach(async () => {
  for (const task of started.splice(0).reverse()) await stop(task);
});
after(() => lab.close());

async function bus(): Promise<Task> {
  const task = await startBus(a);
  started.push(task);
  return task;
}

const name = 'org.example.Vrrp';
const configuration = `global_defs {\n  enable_dbus\n  dbus_service_name ${name}\n  script_user root\n}\n${instance()}`;
const ofDaemon = '/org/keepalived/Vrrp1/Vrrp';
const ofInstance = '/org/keepalived/Vrrp1/Instance/eth0/51/IPv4';
const face = 'org.keepalived.Vrrp1.Instance';
const get = 'org.freedesktop.DBus.Properties.Get';

/** The answer without what differs from call to call, or the name of the error. */
function ask(path: string, method: string, ...words: readonly string[]): string {
  const options = [`--bus=${address}`, '--print-reply', `--dest=${name}`];
  const { stdout, stderr } = spawnSync('dbus-send', [...options, path, method, ...words], {
    encoding: 'utf8',
  });
  const error = /^Error (\S+):/.exec(stderr)?.[1];
  return (
    error ??
    stdout
      .replace(/^method return .*\n/, '')
      .replace(/\s+/g, ' ')
      .trim()
  );
}

/** Methods, signals and properties of an object, and what lies below it. */
function shape(path: string): readonly string[] {
  const text = ask(path, 'org.freedesktop.DBus.Introspectable.Introspect');
  const found = text.matchAll(/<(interface|method|signal|property|node) [^>]*name="([^"]+)"/g);
  return [...found].map(([, kind, name]) => `${kind} ${name}`).sort();
}

const questions: readonly (readonly [string, string, ...string[]])[] = [
  [ofInstance, get, `string:${face}`, 'string:Name'],
  [ofInstance, get, `string:${face}`, 'string:State'],
  [ofInstance, get, `string:${face}`, 'string:Nothing'],
  [ofInstance, 'org.freedesktop.DBus.Properties.GetAll', `string:${face}`],
  [ofInstance, `${face}.SendGarp`],
  [ofInstance, `${face}.Nothing`],
  [ofDaemon, 'org.keepalived.Vrrp1.Vrrp.PrintData'],
  [ofDaemon, 'org.keepalived.Vrrp1.Vrrp.PrintStats'],
  [ofDaemon, 'org.keepalived.Vrrp1.Vrrp.PrintStatsClear'],
  [ofDaemon, 'org.freedesktop.DBus.Peer.Ping'],
  [ofDaemon, 'org.freedesktop.DBus.Properties.GetAll', 'string:org.keepalived.Vrrp1.Vrrp'],
  [ofInstance, 'org.freedesktop.DBus.Properties.GetAll', 'string:org.keepalived.Nothing'],
  [ofInstance, get, 'string:org.keepalived.Nothing', 'string:Name'],
  [
    ofInstance,
    'org.freedesktop.DBus.Properties.Set',
    `string:${face}`,
    'string:Name',
    'variant:string:x',
  ],
  [ofDaemon, get, 'string:org.keepalived.Vrrp1.Vrrp', 'string:Nothing'],
  [ofDaemon, 'org.freedesktop.DBus.Peer.GetMachineId'],
  [ofInstance, 'org.keepalived.Vrrp1.Vrrp.ReloadConfig'],
  [ofDaemon, 'org.keepalived.Vrrp1.Vrrp.Nothing'],
  ['/org/elsewhere', 'org.keepalived.Vrrp1.Vrrp.PrintData'],
];
const paths = ['/', '/org/keepalived/Vrrp1', ofDaemon, `${ofInstance.slice(0, -5)}`, ofInstance];

interface Interview {
  readonly answers: readonly string[];
  readonly shapes: readonly (readonly string[])[];
  /** Path, member and number of every signal, from the master's reload to its end. */
  readonly signals: readonly string[];
}

async function interview(start: () => Task): Promise<Interview> {
  await bus();
  const task = start();
  started.push(task);
  await until(`a master on the bus: ${task.log()}`, 15_000, () => {
    if (task.ended()) throw new Error(task.log());
    return ask(ofInstance, get, `string:${face}`, 'string:State').includes('Master') || undefined;
  });
  const answers = questions.map(([path, method, ...words]) => ask(path, method, ...words));
  const shapes = paths.map(shape);
  const signals = await listen();
  const isTold = (member: string) => () =>
    signals().some((line) => line.includes(member)) || undefined;
  ask(ofDaemon, 'org.keepalived.Vrrp1.Vrrp.ReloadConfig');
  await until('the reload is told', 5_000, isTold('VrrpReloaded'));
  await stop(task);
  await until('the end is told', 5_000, isTold('VrrpStopped'));
  const told = signals();
  for (const one of started.splice(0).reverse()) await stop(one);
  return { answers, shapes, signals: told };
}

/** Path, member and number of every signal from now on. */
async function listen(): Promise<() => readonly string[]> {
  const filter = "type='signal',path_namespace='/org/keepalived'";
  const words = [`--address`, address, filter];
  const monitor = a.start('dbus-monitor', words, { name: 'dbus-monitor' });
  started.push(monitor);
  await until(
    'the monitor listens',
    5_000,
    () => monitor.log().includes('NameAcquired') || monitor.log() !== '' || undefined,
  );
  const form = /path=(\/org\/keepalived\S*); .*member=(\w+)(?:\s+uint32 (\d+))?/g;
  return () =>
    [...monitor.log().matchAll(form)].map(
      ([, path, member, number]) => `${path} ${member} ${number ?? ''}`,
    );
}

test('the same questions, the same answers as keepalived', async () => {
  const theirs = await interview(() => startKeepalived(a, configuration));
  const ours = await interview(() => startHoldfast(a, configuration));
  assert.match(ours.answers[1] ?? '', /uint32 2 string "Master"/);
  assert.ok(ours.signals.includes(`${ofInstance} VrrpStatusChange 98`), ours.signals.join('\n'));
  assert.deepEqual(ours, theirs);
});

test('SendGarp announces the address', async () => {
  await bus();
  const task = startHoldfast(a, configuration);
  started.push(task);
  await inState(a, task, 'master');
  await until('it is on the bus', 5_000, () => shape(ofInstance).length > 0 || undefined);
  const tape = await capture(lab);
  const before = tape.announcements().length;
  ask(ofInstance, `${face}.SendGarp`);
  await until('an announcement', 5_000, () => tape.announcements().length > before || undefined);
  await tape.close();
});
