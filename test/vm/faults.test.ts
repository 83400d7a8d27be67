/**
 * What befalls a balancing daemon over IPVS: it is killed and started anew, its table is edited, the kernel's answers are
 * lost, descriptors run out, checker scripts misbehave. Afterwards the table is as it should be within a second of the
 * cause going away, connections have lived on, what is somebody else's is as it was, and the journal has one line for it.
 */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../../src/api/client.ts';
import type { ServicesAnswer } from '../../src/daemon/balancing/orders.ts';
import { stateDirectory } from '../daemon/site.ts';
import { unruly } from '../daemon/unruly.ts';
import { command } from '../lab/command.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { crash, signal, stop, type Task } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import { type Crowd, call, greet } from '../namespaces/balance/crowd.ts';
import { flood } from './flood.ts';
import { enterGuest } from './guest.ts';
import { installedProgram } from './installed.ts';
import { emptyTable, ipvsadm } from './ipvsadm.ts';
import { openSite, type Site, type Stream } from './site.ts';

const program = installedProgram();
enterGuest(import.meta.filename);

const CLIENT = '10.12.0.1';
const LIVING = 20;
const PATIENCE = 40_000;
/** Looking takes the machine's one processor away from those who are looked at. */
const LOOKING = 100;
/** Milliseconds after a cause has gone away, and what a machine of one processor may add. */
const SOON = 1_000 + 4_000;
/** The same while descriptors are lacking. */
const SCARCE = 20_000;
/** A large change: servers of services without checks. */
const CROWD = 3_000;
const others = ['-A -t 10.50.0.1:99 -s rr', '-a -t 10.50.0.1:99 -r 10.50.0.2:99 -m -w 3'];

let site: Site;
let daemon: Task;
let living: Crowd;
/** The table between two tests. */
let usual = '';
/** What took too long. It is judged in the end, so that every test leaves everything as it was. */
const late: string[] = [];

before(async () => {
  emptyTable();
  site = await openSite({ directors: 1, servers: 2 });
  const { space } = director();
  await director().ip(
    `addr add ${site.vip}/32 dev eth0`,
    `addr add ${site.vip6}/128 dev eth0 nodad`,
  );
  await site.forward('nat', director());
  await greet(site.servers, () => [['tcp', '0.0.0.0', 81]]);
  for (const server of site.servers) await site.serve(server, [80]);
  for (const line of others) ipvsadm(line.split(' '), '', space);
  daemon = startHoldfast(director(), configuration(), program);
  await balances();
  usual = table();
  const target = { protocol: 'tcp', address: site.vip, port: 81, local: CLIENT } as const;
  living = await call(site.client, { ...target, count: LIVING });
  assert.deepEqual(living.first.by, { s1: LIVING / 2, s2: LIVING / 2 });
});
after(() => site.close());

function director(): Host {
  const [found] = site.directors;
  assert.ok(found !== undefined);
  return found;
}

function configuration(more = '', weight = 1): string {
  const servers = (port: number, family: 'ipv4' | 'ipv6'): string =>
    site.servers
      .map(
        (server) => `  real_server ${server[family]} ${port} {
    weight ${weight}
    TCP_CHECK {
      connect_timeout 1
      retry 0
    }
  }
`,
      )
      .join('');
  const service = (port: number, family: 'ipv4' | 'ipv6' = 'ipv4'): string =>
    `virtual_server ${family === 'ipv4' ? site.vip : site.vip6} ${port} {
  delay_loop 0.5
  warmup 0
  lb_algo rr
  lb_kind NAT
  protocol TCP
${servers(port, family)}}
`;
  return `global_defs {\n  script_user root\n}\n${service(80)}${service(81)}${service(80, 'ipv6')}${more}`;
}

type Shown = Extract<ServicesAnswer, { readonly kind: 'services' }>;

async function shown(): Promise<Shown | undefined> {
  const asking = { stateDirectory: stateDirectory(director()), query: { traffic: '' } };
  const answer = await ask<ServicesAnswer>('services', asking).catch(() => undefined);
  return answer?.ok && answer.value.kind === 'services' ? answer.value : undefined;
}

async function balances(): Promise<void> {
  const isSo = async () => ((await shown())?.snapshot === undefined ? undefined : true);
  await until('it balances', PATIENCE, isSo, LOOKING).catch((error: unknown) => {
    throw new Error(`${error}\n${daemon.log()}`);
  });
}

async function pidOfBalancer(): Promise<number> {
  return until('a balancer runs', PATIENCE, async () => (await shown())?.facts.pid, LOOKING);
}

async function reload(text: string): Promise<void> {
  const mark = daemon.log().length;
  writeFileSync(join(director().directory, 'holdfast.conf'), text);
  signal(daemon.pid, 'SIGHUP');
  await until('it is read', PATIENCE, () => lines(mark, /was read again/)[0], 5);
}

function table(): string {
  return ipvsadm(['-Sn'], '', director().space);
}

async function becomes(wanted: string, from: number, most = SOON): Promise<void> {
  const isSo = () => table() === wanted || undefined;
  await until(`the table is as it should be: ${table()}`, PATIENCE, isSo, LOOKING);
  judge('the table was right', performance.now() - from, most);
}

function judge(what: string, took: number, most = SOON): void {
  if (took > most) late.push(`${what} after ${took.toFixed(0)} ms`);
}

async function nobodyMoved(): Promise<void> {
  const { by, moved } = await living.again();
  assert.deepEqual({ by, moved }, { by: living.first.by, moved: 0 }, daemon.log());
}

/** Nobody was refused; who was not answered in time was perhaps only slow. */
async function nobodyMissed(stream: Stream): Promise<void> {
  const { asked, failed } = await stream.count();
  assert.ok(asked > 10);
  const refused = failed.filter(({ why }) => why !== 'too late');
  assert.deepEqual(refused, [], daemon.log());
  if (failed.length > 0) late.push(`${failed.length} of ${asked} connections took too long`);
}

/** The journal's lines of this since the mark. */
function lines(mark: number, pattern: RegExp): readonly string[] {
  const said = daemon.log().slice(mark).split('\n');
  return said.filter((line) => pattern.test(line));
}

async function toldOnce(mark: number, pattern: RegExp): Promise<void> {
  await until(`it is told: ${pattern}`, PATIENCE, () => lines(mark, pattern)[0]);
  assert.equal(lines(mark, pattern).length, 1, daemon.log().slice(mark));
}

test('a reload, a death of everything, a start anew and a stop that keeps services disturb nobody', async () => {
  const stream = await site.stream(20);
  await reload(configuration(crowd(1, 10), 3));
  const isThere = () => table().includes('10.98.') || undefined;
  await until('there is another service', PATIENCE, isThere, LOOKING);
  await crash(daemon);
  process.env.HOLDFAST_KEEP_SERVICES = '1';
  daemon = startHoldfast(director(), configuration(), program);
  delete process.env.HOLDFAST_KEEP_SERVICES;
  await balances();
  assert.equal(table(), usual, 'what nobody asks for any more has gone');
  assert.equal(await stop(daemon), 0);
  assert.equal(table(), usual);
  await nobodyMoved();
  daemon = startHoldfast(director(), configuration(), program);
  await balances();
  await nobodyMissed(stream);
  assert.equal(table(), usual);
  assert.deepEqual((await site.visit(10, site.vip6)).by, { s1: 5, s2: 5 });
  assert.deepEqual(lines(0, /somebody else|Removing/), []);
  await nobodyMoved();
});

test('what is taken away comes back with its connections when a daemon stops and another starts', async () => {
  assert.equal(await stop(daemon), 0);
  assert.deepEqual(table().trim().split('\n'), others);
  daemon = startHoldfast(director(), configuration(), program);
  await balances();
  assert.equal(table(), usual);
  await nobodyMoved();
});

test('whatever somebody does with ipvsadm is put right, told once, and nobody is moved', async () => {
  const at = `-t ${site.vip}:81`;
  const [first] = site.servers;
  for (const edit of [
    `-D ${at}`,
    `-d ${at} -r ${first?.ipv4}:81`,
    `-e ${at} -r ${first?.ipv4}:81 -m -w 9`,
    `-E ${at} -s wlc`,
    `-a ${at} -r 10.99.0.1:81 -m -w 0`,
  ]) {
    const mark = daemon.log().length;
    ipvsadm(edit.split(' '), '', director().space);
    await becomes(usual, performance.now());
    await toldOnce(mark, /somebody else has changed/);
    await nobodyMoved();
  }
  const mark = daemon.log().length;
  ipvsadm(['-C'], '', director().space);
  const own = usual.split('\n').filter((line) => !others.includes(line));
  await becomes(own.join('\n'), performance.now());
  await toldOnce(mark, /somebody else has changed/);
  for (const line of others) ipvsadm(line.split(' '), '', director().space);
});

test('a balancer process that is killed during a large change is followed by one that finishes it', async () => {
  for (const [turn, moment] of [0, 20].entries()) {
    const weight = 5 + turn;
    const pid = await pidOfBalancer();
    const mark = daemon.log().length;
    await reload(configuration(crowd(weight, CROWD)));
    await pause(moment);
    signal(pid, 'SIGKILL');
    const died = performance.now();
    const finished = () =>
      (table().match(new RegExp(`-w ${weight}$`, 'gm')) ?? []).length === CROWD || undefined;
    await until(`weight ${weight} everywhere`, PATIENCE, finished, 2 * LOOKING);
    judge('a successor has finished', performance.now() - died, SOON + 1_000);
    assert.notEqual(await pidOfBalancer(), pid);
    await toldOnce(mark, /another takes its place/);
  }
  await reload(configuration());
  await becomes(usual, performance.now());
  await nobodyMoved();
});

test('when answers of the kernel are lost, what was ordered is looked after, and told once', async () => {
  const pid = await pidOfBalancer();
  const mark = daemon.log().length;
  const { lost, stop: ebb } = flood(director().space, pid);
  try {
    await reload(configuration('', 4));
    await toldOnce(mark, /ENOBUFS/);
    assert.ok(lost() > 0);
  } finally {
    ebb();
  }
  await becomes(usual.replaceAll(' -w 1', ' -w 4'), performance.now());
  await toldOnce(mark, /the kernel takes what it had refused/);
  await reload(configuration());
  await becomes(usual, performance.now());
  assert.deepEqual(lines(mark, /ENOBUFS|somebody else|broke/).length, 1, daemon.log().slice(mark));
  assert.equal(await pidOfBalancer(), pid);
  await nobodyMoved();
});

test('without descriptors checks wait, the table is looked after, and nobody is judged', async () => {
  const pid = await pidOfBalancer();
  const mark = daemon.log().length;
  const open = readdirSync(`/proc/${pid}/fd`).length;
  await command('prlimit', [`--pid=${pid}`, `--nofile=${open}:`]);
  await toldOnce(mark, /checks wait/);
  ipvsadm(['-D', '-t', `${site.vip}:80`], '', director().space);
  // A look may need a descriptor of its own, and is tried again later: the cause has not gone yet.
  await becomes(usual, performance.now(), SCARCE);
  await command('prlimit', [`--pid=${pid}`, '--nofile=4096:']);
  const from = performance.now();
  const since = (await shown())?.now ?? 0;
  const isChecked = async () => {
    const services = (await shown())?.snapshot?.services ?? [];
    const checks = services.flatMap(({ servers }) => servers.flatMap((one) => one.checks));
    return Math.min(...checks.map(({ last }) => last?.at ?? 0)) > since || undefined;
  };
  await until('checks are made', PATIENCE, isChecked, LOOKING);
  judge('checks went on', performance.now() - from);
  assert.deepEqual(lines(mark, /Removing/), []);
  assert.equal(await pidOfBalancer(), pid);
  await nobodyMoved();
});

test('a checker that hangs, one that forks and one that floods are ended, and each is told once', async () => {
  const mark = daemon.log().length;
  const { names, services, left } = unruly(director());
  await reload(configuration(services));
  const out = () => lines(mark, /Removing service/).length === names.length || undefined;
  await until('all are out', PATIENCE, out, LOOKING);
  // Each is asked, and has to be ended, once more.
  await pause(2_000);
  for (const name of names) {
    for (const pattern of [`Removing.*${name}`, `MISC_CHECK \\S*${name}.sh did not end`]) {
      assert.equal(lines(mark, new RegExp(pattern)).length, 1, daemon.log().slice(mark));
    }
  }
  await reload(configuration());
  await becomes(usual, performance.now());
  await until('nothing of them is left', PATIENCE, () => left().length === 0 || undefined);
  await nobodyMoved();
});

test('all of that was within its time', () => {
  onTime(late.length === 0, late.join('; '));
});

/** Services without checks with so many servers in all, which all have this weight. */
function crowd(weight: number, size: number): string {
  const servers = Array.from(
    { length: 10 },
    (_, index) => `  real_server 10.99.0.${index} 80 {\n    weight ${weight}\n  }\n`,
  ).join('');
  return Array.from(
    { length: size / 10 },
    (_, index) => `virtual_server 10.98.${index >> 8}.${index & 255} 80 {
  lb_algo wrr
  lb_kind NAT
  protocol TCP
${servers}}
`,
  ).join('');
}
