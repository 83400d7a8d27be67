/**
 * What befalls a balancing daemon over nftables: its process is killed at any moment, its table is edited while it cannot
 * look, descriptors run out, name service is gone, checker scripts misbehave. Afterwards the table is as it should be
 * within a second of the cause going away, connections have lived on, and the journal has one line for it.
 */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../../../src/api/client.ts';
import type { Service } from '../../../src/base/service.ts';
import type { ServicesAnswer } from '../../../src/daemon/balancing/orders.ts';
import { openNftables } from '../../../src/linux/nftables/nftables.ts';
import { stateDirectory } from '../../daemon/site.ts';
import { unruly } from '../../daemon/unruly.ts';
import { command } from '../../lab/command.ts';
import { holdfast, startHoldfast } from '../../lab/holdfast.ts';
import { signal, type Task } from '../../lab/task.ts';
import { onTime } from '../../lab/timeliness.ts';
import { until } from '../../lab/until.ts';
import { openSite, type Site } from '../../vm/site.ts';
import { type Crowd, call, greet, type Homes } from './crowd.ts';
import { inside } from './scene.ts';

const CLIENT = '10.12.0.1';
const CLIENTS = Array.from({ length: 6 }, (_, index) => `10.12.0.${index + 11}`);
const PATIENCE = 15_000;
/** A daemon compiles everything on its first start. */
const START = 40_000;
/** Milliseconds after a cause has gone away, and what a machine that others use may add. */
const SOON = 1_000 + 1_000;
/** Services beside the one with traffic, and their servers: several batches for the kernel. */
const SERVICES = 250;
const SERVERS = 10;

let site: Site;
let daemon: Task;
let crowd: Crowd;

before(async () => {
  site = await openSite({ directors: 1, servers: 2 });
  const [director] = site.directors;
  assert.ok(director !== undefined);
  await director.ip(`addr add ${site.vip}/32 dev eth0`);
  await site.forward('nat', director);
  await site.client.ip(...CLIENTS.map((address) => `addr add ${address}/24 dev eth0`));
  await greet(site.servers, () => [['tcp', '0.0.0.0', 81]]);
  daemon = startHoldfast(director, configuration());
  await until('it balances', START, async () =>
    (await shown())?.snapshot?.services.length === 1 ? true : undefined,
  );
  const target = { protocol: 'tcp', address: site.vip, port: 81, local: CLIENT } as const;
  crowd = await call(site.client, { ...target, count: 20 });
  assert.deepEqual(crowd.first.by, { s1: 10, s2: 10 });
});
after(() => site.close());

function director() {
  const [found] = site.directors;
  assert.ok(found !== undefined);
  return found;
}

function configuration(more = '', inside = ''): string {
  const servers = site.servers.map(
    ({ ipv4 }) =>
      `  real_server ${ipv4} 81 {\n    TCP_CHECK {\n      connect_timeout 1\n      retry 0\n    }\n${inside}  }\n`,
  );
  return `global_defs {
  script_user root
  lvs_plane nftables
  router_id director
}
virtual_server ${site.vip} 81 {
  delay_loop 0.2
  warmup 0
  lb_algo rr
  lb_kind NAT
  protocol TCP
${servers.join('')}}
${more}`;
}

/** Services without checks whose servers all have this weight. */
function crowdOfServices(weight: number): string {
  return Array.from({ length: SERVICES }, (_, index) => {
    const servers = Array.from(
      { length: SERVERS },
      (_unused, at) => `  real_server 10.99.${at}.${index & 255} 80 {\n    weight ${weight}\n  }\n`,
    );
    return `virtual_server 10.98.${index >> 8}.${index & 255} 80 {\n  lb_algo wrr\n  lb_kind NAT\n  protocol TCP\n${servers.join('')}}\n`;
  }).join('');
}

type Shown = Extract<ServicesAnswer, { readonly kind: 'services' }>;

async function shown(): Promise<Shown | undefined> {
  const asking = { stateDirectory: stateDirectory(director()), query: { traffic: '1' } };
  const answer = await ask<ServicesAnswer>('services', asking).catch(() => undefined);
  return answer?.ok && answer.value.kind === 'services' ? answer.value : undefined;
}

async function pidOfBalancer(): Promise<number> {
  return until('a balancer runs', PATIENCE, async () => (await shown())?.facts.pid);
}

function nft(words: readonly string[], input = ''): Promise<string> {
  return command('nsenter', [`--net=${director().space.path}`, '--', 'nft', ...words], input);
}

/** What a reader of its own finds in the kernel. */
function inKernel(): readonly Service[] {
  return inside(director(), () => {
    const opened = openNftables();
    assert.ok(opened.ok);
    const services = opened.value.observe();
    opened.value.close();
    return services;
  });
}

async function reload(text: string): Promise<void> {
  writeFileSync(join(director().directory, 'holdfast.conf'), text);
  await holdfast(director(), 'reload');
}

/** What the kernel holds, without what changes by itself. */
async function ruleset(): Promise<string> {
  const text = await nft(['-s', 'list', 'ruleset']);
  return text.replaceAll(/expires \w+/g, '');
}

async function isBack(table: string, from: number): Promise<void> {
  await until('the table is as it was', PATIENCE, async () =>
    (await ruleset()) === table ? true : undefined,
  );
  const took = performance.now() - from;
  onTime(took < SOON, `the table was right again after ${took.toFixed(0)} ms`);
}

async function nobodyMoved(): Promise<void> {
  assert.deepEqual(await crowd.again(), { by: { s1: 10, s2: 10 }, moved: 0 }, daemon.log());
}

/** How many lines the journal has had of this since the mark. */
function lines(mark: number, pattern: RegExp): readonly string[] {
  return daemon
    .log()
    .slice(mark)
    .split('\n')
    .filter((line) => pattern.test(line));
}

/** Keeps its clients with their servers. */
const PERSISTENT = 82;

function persistentService(weight: number): string {
  const servers = site.servers.map(
    ({ ipv4 }) => `  real_server ${ipv4} 81 {\n    weight ${weight}\n  }\n`,
  );
  return `virtual_server ${site.vip} ${PERSISTENT} {
  lb_algo wrr
  lb_kind NAT
  protocol TCP
  persistence_timeout 600
${servers.join('')}}
`;
}

async function homesOfClients(): Promise<Homes> {
  const target = { protocol: 'tcp', address: site.vip, port: PERSISTENT } as const;
  const clients = { local: CLIENTS.join(','), count: CLIENTS.length };
  return (await call(site.client, { ...target, ...clients })).homes;
}

test('killed at any moment of a large change, it is followed by one that finishes it', async () => {
  await reload(configuration(crowdOfServices(1) + persistentService(1)));
  const wanted = (weight: number) => {
    const others = inKernel().filter(({ key }) => key.kind === 'address' && key.port !== 81);
    const weights = others.flatMap(({ servers }) => servers.map((server) => server.weight));
    const all = SERVICES * SERVERS + site.servers.length;
    return weights.length === all && weights.every((one) => one === weight);
  };
  await until('all services are there', PATIENCE, () => wanted(1) || undefined);
  const homes = await homesOfClients();
  assert.deepEqual(Object.values(homes).toSorted(), ['s1', 's1', 's1', 's2', 's2', 's2']);
  for (const [turn, moment] of [0, 5, 20, 60].entries()) {
    const weight = 3 + turn;
    const pid = await pidOfBalancer();
    const mark = daemon.log().length;
    const asked = reload(configuration(crowdOfServices(weight) + persistentService(weight)));
    await pause(moment);
    if (turn > 1) await asked;
    signal(pid, 'SIGKILL');
    await asked;
    const from = performance.now();
    const everywhere = () => wanted(weight) || undefined;
    await until(`weight ${weight} everywhere`, PATIENCE, everywhere, 100);
    const took = performance.now() - from;
    onTime(took < 2 * SOON, `finished ${took.toFixed(0)} ms after its death`);
    assert.notEqual(await pidOfBalancer(), pid);
    assert.equal(lines(mark, /another takes its place/).length, 1, daemon.log());
  }
  await nobodyMoved();
  assert.deepEqual(await homesOfClients(), homes, 'a client that comes again finds its server');
  await reload(configuration());
  await until('nothing else is balanced', PATIENCE, () => inKernel().length === 1 || undefined);
  await nobodyMoved();
});

test('what was changed while it stood still, and more than it could hear, is put right', async () => {
  const table = await ruleset();
  const pid = await pidOfBalancer();
  const mark = daemon.log().length;
  signal(pid, 'SIGSTOP');
  const noise = Array.from(
    { length: 4_000 },
    (_, index) => `add set ip noise s${index} { type ipv4_addr; }\n`,
  );
  await nft(['-f', '-'], `add table ip noise\n${noise.join('')}`);
  await nft(['-f', '-'], 'delete table ip noise\nflush ruleset\n');
  signal(pid, 'SIGCONT');
  await isBack(table, performance.now());
  assert.equal(lines(mark, /somebody else has changed/).length, 1, daemon.log());
});

test('without descriptors checks wait, and nothing is judged by that', async () => {
  const table = await ruleset();
  const pid = await pidOfBalancer();
  const mark = daemon.log().length;
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let free = 0;
  while (open.has(free)) free += 1;
  await command('prlimit', [`--pid=${pid}`, `--nofile=${free}:`]);
  await until('it is told', PATIENCE, () => lines(mark, /checks wait/)[0]);
  // Some rounds of checks.
  await pause(1_000);
  assert.equal(await ruleset(), table);
  await command('prlimit', [`--pid=${pid}`, '--nofile=4096:']);
  const from = performance.now();
  const checkedAt = (await shown())?.now ?? 0;
  await until('checks are made', SOON, async () => {
    const services = (await shown())?.snapshot?.services ?? [];
    const checks = services.flatMap(({ servers }) => servers.flatMap((server) => server.checks));
    const made = checks.map((check) => check.last?.at ?? 0);
    return Math.min(...made) > checkedAt ? true : undefined;
  });
  onTime(performance.now() - from < SOON, 'checks went on too late');
  // That it is short; perhaps that it is not, and is again; nothing more of it.
  assert.ok(lines(mark, /./).length <= 3, daemon.log().slice(mark));
  assert.equal(await pidOfBalancer(), pid);
  await nobodyMoved();
});

test('a checker that hangs, one that forks and one that floods are ended, and each is told once', async () => {
  const mark = daemon.log().length;
  const { names, services, left } = unruly(director());
  await reload(configuration(services));
  await until('all three are out', PATIENCE, () =>
    lines(mark, /Removing service/).length === names.length ? true : undefined,
  );
  await pause(3_000);
  for (const name of names) {
    assert.equal(lines(mark, new RegExp(`Removing.*${name}`)).length, 1, daemon.log());
    assert.equal(
      lines(mark, new RegExp(`MISC_CHECK \\S*${name}.sh did not end`)).length,
      1,
      daemon.log(),
    );
  }
  await nobodyMoved();
  await reload(configuration());
  await until('nothing of them is left', PATIENCE, () => left().length === 0 || undefined);
});

test('name service is nothing that balancing needs', async () => {
  const mark = daemon.log().length;
  const pid = await pidOfBalancer();
  const table = await until('nothing else is balanced', PATIENCE, async () => {
    const text = await ruleset();
    return text.includes('10.98.') ? undefined : text;
  });
  // The namespace has no way out: no resolver answers, and none is asked.
  await reload(configuration('', '    smtp_alert\n'));
  signal(pid, 'SIGKILL');
  await until('another runs', PATIENCE, async () =>
    (await pidOfBalancer()) === pid ? undefined : true,
  );
  assert.equal(await ruleset(), table);
  assert.deepEqual(lines(mark, /resolve|ENOTFOUND|EAI_AGAIN/), []);
  await nobodyMoved();
});
