/**
 * What becomes of servers, step by step, beside the packaged keepalived: both daemons whole, before the same servers, files
 * and neighbour, each with the plane of another network namespace. After every step both tables are as expected and the
 * same, entry for entry; in the end both have run the same scripts in the same order.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { linesOf, scriptOn } from '../daemon/site.ts';
import { startBird } from '../lab/bfd.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { type Lab, openLab } from '../lab/lab.ts';
import { crash, signal, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { enterGuest } from './guest.ts';
import { installedProgram } from './installed.ts';
import { emptyTable, ipvsadm, readPictures } from './ipvsadm.ts';
import { within } from './plane.ts';

const program = installedProgram();
enterGuest(import.meta.filename);

const PATIENCE = 30_000;
/** Looking takes the machine's one processor away from those who are looked at. */
const LOOKING = 200;
const vip = '10.11.0.100';
const ownVip = '10.11.0.102';
/** A machine of one processor must not take it down by itself. */
const session = { interval: 250, multiplier: 6 };

let lab: Lab;
let servers: Host;
/** Each daemon, and the namespace whose plane it has. */
interface Director {
  readonly host: Host;
  readonly plane: Host;
  readonly file: string;
  task: Task | undefined;
}
let ours: Director;
let theirs: Director;
const doors = new Map<number, Server>();
/** What is in each service, `PORT:WEIGHT` of its servers in order. */
const expected = new Map<string, string>();

before(async () => {
  emptyTable();
  lab = await openLab(['h', 'hp', 'k', 'kp', 's']);
  servers = lab.host('s');
  for (const port of [8001, 8002, 8003]) open(port);
  writeFileSync(load(), '0\n');
  ours = { ...placeOf('h'), file: 'holdfast.conf', task: undefined };
  theirs = { ...placeOf('k'), file: 'keepalived.conf', task: undefined };
  theirs.task = startKeepalived(theirs.host, configuration(theirs, usual));
  ours.task = startHoldfast(ours.host, configuration(ours, usual), program);
});
after(async () => {
  for (const door of doors.values()) door.close();
  await lab.close();
});

function placeOf(name: string): { readonly host: Host; readonly plane: Host } {
  return { host: lab.host(name), plane: lab.host(`${name}p`) };
}

/** A server is a port; what is open takes connections. */
function open(port: number): void {
  const server = createServer((socket) => socket.destroy());
  doors.set(port, server);
  within(servers.space, () => server.listen(port));
}

function shut(port: number): void {
  doors.get(port)?.close();
}

/** The file that adds to a weight. */
function load(): string {
  return join(servers.directory, 'load');
}

interface Wanted {
  /** Lines of the service on this port; undefined is none. */
  readonly services: Readonly<Record<string, { readonly lines: string; readonly of: string }>>;
}

const usual: Wanted = {
  services: {
    quorum: { lines: 'quorum 3\nhysteresis 1', of: '8001/1 8002/1 8003/2' },
    sorry: { lines: 'sorry_server SERVERS 9000', of: '8001/1 8002/1' },
    inhibit: {
      lines: 'inhibit_on_failure\nsorry_server SERVERS 9001\nsorry_server_inhibit',
      of: '8001/1 8002/1',
    },
    alpha: { lines: 'alpha\nomega', of: '8001/1 8004/1' },
    session: { lines: '', of: '8001/1/BFD 8002/1' },
    file: { lines: '', of: '8001/2/FILE 8002/2' },
    suspend: { lines: 'ha_suspend\nomega', of: '8001/1 8005/1' },
  },
};

const names = ['quorum', 'sorry', 'inhibit', 'alpha', 'session', 'file', 'suspend', 'later'];

function portOf(name: string): number {
  return 81 + names.indexOf(name);
}

const checks: Readonly<Record<string, string>> = {
  TCP: 'TCP_CHECK {\n}',
  BFD: 'BFD_CHECK {\nname far\n}',
  FILE: 'FILE_CHECK {\ntrack_file load\nweight 1\n}',
};

function configuration({ host, plane }: Director, { services }: Wanted): string {
  const script = scriptOn(host, 'note.sh', `echo "$@" >> ${notesOf(host)}`);
  const both = (up: string, down: string, subject: string): string =>
    `${up} "${script} ${subject} up"\n${down} "${script} ${subject} down"\n`;
  const real = (name: string, word: string): string => {
    const [port, weight, check = 'TCP'] = word.split('/');
    const told = both('notify_up', 'notify_down', `${name} ${port}`);
    return `real_server ${servers.ipv4} ${port} {\nweight ${weight}\n${told}${checks[check]}\n}\n`;
  };
  const service = ([name, { lines, of }]: readonly [string, Wanted['services'][string]]) =>
    `virtual_server ${name === 'suspend' ? ownVip : vip} ${portOf(name)} {
delay_loop 0.5
warmup 0
retry 1
delay_before_retry 0.3
connect_timeout 3
lb_algo wrr
lb_kind NAT
protocol TCP
${lines.replace('SERVERS', servers.ipv4)}
${both('quorum_up', 'quorum_down', `${name} quorum`)}${of
  .split(' ')
  .map((word) => real(name, word))
  .join('')}}
`;
  return `net_namespace_ipvs ${plane.space.name}
global_defs {
script_user root
}
track_file load {
file ${load()}
}
bfd_instance far {
neighbor_ip ${servers.ipv4}
source_ip ${host.ipv4}
min_rx ${session.interval}
min_tx ${session.interval}
multiplier ${session.multiplier}
}
${Object.entries(services).map(service).join('')}`;
}

function notesOf(host: Host): string {
  return join(host.directory, 'notes');
}

/** Waits until both tables are as before but for these services. */
async function become(changes: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const [name, wanted] of Object.entries(changes)) {
    if (wanted === undefined) expected.delete(name);
    else expected.set(name, wanted);
  }
  const wanted = Object.fromEntries([...expected].toSorted());
  let seen: readonly (readonly string[])[] = [];
  const isSo = (): true | undefined => {
    seen = readPictures([ours.plane.space, theirs.plane.space]).map(({ entries }) => entries);
    return seen.every((entries) => same(brief(entries), wanted)) || undefined;
  };
  await until('both tables', PATIENCE, isSo, LOOKING).catch((error: unknown) => {
    const [own, packaged] = seen.map((entries) => JSON.stringify(brief(entries)));
    const all = `wanted ${JSON.stringify(wanted)}\nours ${own}\nkeepalived's ${packaged}`;
    throw new Error(`${error}\n${all}\n${ours.task?.log()}\n${theirs.task?.log()}`);
  });
  assert.deepEqual(seen[0], seen[1]);
}

function same(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** By the names of services, in their order: the servers, in theirs. */
function brief(entries: readonly string[]): Readonly<Record<string, string>> {
  const found = new Map<string, string[]>();
  for (const line of entries) {
    const [, kind, port] = /^-([Aa]) -t [\d.]+:(\d+)/.exec(line) ?? [];
    const name = names[Number(port) - 81];
    if (name === undefined) continue;
    const words = found.get(name) ?? [];
    found.set(name, words);
    const [, server, weight] = / -r [\d.]+:(\d+) .*-w (\d+)/.exec(line) ?? [];
    if (kind === 'a') words.push(`${server}:${weight}`);
  }
  const inOrder = [...found].map(([name, words]) => [name, words.join(' ')] as const);
  return Object.fromEntries(inOrder.toSorted());
}

async function hold(wanted: boolean): Promise<void> {
  const change = wanted ? 'add' : 'del';
  for (const { host } of [ours, theirs]) await host.ip(`addr ${change} ${ownVip}/32 dev eth0`);
}

test('servers are there from the start, but those of alpha only when their checks have succeeded', async () => {
  await become({
    quorum: '8001:1 8002:1 8003:2',
    sorry: '8001:1 8002:1',
    inhibit: '8001:1 8002:1 9001:0',
    alpha: '8001:1',
    session: '8002:1',
    file: '8001:2 8002:2',
    suspend: '8001:1 8005:1',
  });
  const own = readPictures([ours.host.space, theirs.host.space]).map(({ entries }) => entries);
  assert.deepEqual(own, [[], []], 'nothing in the namespaces of the daemons themselves');
  const words = ['-d', '-t', `${vip}:${portOf('sorry')}`, '-r', `${servers.ipv4}:8001`];
  ipvsadm(words, '', ours.plane.space);
  await become({});
});

test('servers die one after the other: quorum, inhibit_on_failure, sorry servers', async () => {
  shut(8001);
  await become({
    quorum: '8002:1 8003:2',
    sorry: '8002:1',
    inhibit: '8001:0 8002:1 9001:0',
    alpha: '',
  });
  shut(8003);
  await become({ quorum: '8002:1' });
  shut(8002);
  await become({
    quorum: '',
    sorry: '9000:1',
    inhibit: '8001:0 8002:0 9001:1',
    session: '',
    file: '8001:2',
  });
});

test('they come back: sorry servers go, the quorum is there with its hysteresis, alpha takes what succeeds', async () => {
  open(8003);
  await become({ quorum: '8003:2' });
  for (const port of [8001, 8002, 8004]) open(port);
  await become({
    quorum: '8001:1 8002:1 8003:2',
    sorry: '8001:1 8002:1',
    inhibit: '8001:1 8002:1 9001:0',
    alpha: '8001:1 8004:1',
    session: '8002:1',
    file: '8001:2 8002:2',
  });
});

test('ha_suspend: who has not the address does not check', async () => {
  await hold(true);
  await become({ suspend: '8001:1' });
  await hold(false);
  open(8005);
  // Both have time to look at it, if they did.
  shut(8004);
  await become({ alpha: '8001:1' });
  open(8004);
  await become({ alpha: '8001:1 8004:1' });
  await hold(true);
  await become({ suspend: '8001:1 8005:1' });
});

test('a file adds to a weight, and takes a server out', async () => {
  writeFileSync(load(), '5\n');
  await become({ file: '8001:7 8002:2' });
  writeFileSync(load(), '-1\n');
  await become({ file: '8001:1 8002:2' });
  writeFileSync(load(), '0\n');
  await become({ file: '8001:2 8002:2' });
});

test('BFD_CHECK: a server is out for as long as its session is down', async () => {
  const ends = [ours.host, theirs.host].map((host) => ({
    ...{ to: host.ipv4, local: servers.ipv4, multihop: false },
  }));
  for (const isThere of [false, true, false]) {
    const { tasks } = await startBird(servers, ends, session);
    const [bird] = tasks;
    assert.ok(bird !== undefined);
    await become({ session: '8001:1 8002:1' });
    if (isThere) await crash(bird);
    else await stop(bird);
    await become({ session: '8002:1' });
  }
});

test('a reload changes what it says, and nothing else', async () => {
  const { alpha: _gone, ...services } = usual.services;
  const next: Wanted = {
    services: {
      ...services,
      quorum: { lines: 'quorum 3\nhysteresis 1', of: '8001/1 8002/1 8003/5' },
      sorry: { lines: 'sorry_server SERVERS 9000', of: '8001/1 8003/1' },
      later: { lines: 'alpha', of: '8004/3 8006/3' },
    },
  };
  for (const director of [ours, theirs]) {
    writeFileSync(join(director.host.directory, director.file), configuration(director, next));
    signal(director.task?.pid ?? 0, 'SIGHUP');
  }
  await become({
    quorum: '8001:1 8002:1 8003:5',
    sorry: '8001:1 8003:1',
    alpha: undefined,
    later: '8004:3',
  });
  const told = () => stories(ours.host).get('later 8006');
  assert.deepEqual(await until('its first failure is told', PATIENCE, told, LOOKING), ['down']);
});

test('they stop: nothing is left, and both have run the same scripts in the same order', async () => {
  for (const { task } of [ours, theirs]) assert.equal(await stop(task ?? assert.fail()), 0);
  await become(Object.fromEntries([...expected.keys()].map((name) => [name, undefined])));
  const told = [ours, theirs].map(({ host }) => stories(host));
  // keepalived 2.2.7 says so of a server of alpha that is there from the start, not of one that a reload brings.
  told[0]?.delete('later 8006');
  // A session that a busy machine has lost once more is nobody's fault.
  for (const one of told) one.delete('session 8001');
  assert.deepEqual(told[0], told[1]);
});

/** What the scripts were told of each server and quorum, in order. */
function stories(host: Host): Map<string, readonly string[]> {
  const told = new Map<string, readonly string[]>();
  for (const line of linesOf(notesOf(host))) {
    const [name, subject, state] = line.split(' ');
    const key = `${name} ${subject}`;
    told.set(key, [...(told.get(key) ?? []), `${state}`]);
  }
  return told;
}
