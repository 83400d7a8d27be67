/**
 * Two directors with the whole daemon over nftables, in front of servers that die, come back, are drained and change:
 * what their clients see of it.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask } from '../../../src/api/client.ts';
import type { ServicesAnswer } from '../../../src/daemon/balancing/orders.ts';
import type { ServiceSnapshot } from '../../../src/engine/balancer/snapshot.ts';
import { linesOf, scriptOn, stateDirectory } from '../../daemon/site.ts';
import { holdfast, startHoldfast } from '../../lab/holdfast.ts';
import type { Host } from '../../lab/host.ts';
import { crash, type Task } from '../../lab/task.ts';
import { onTime } from '../../lab/timeliness.ts';
import { until } from '../../lab/until.ts';
import { openSite, type Site } from '../../vm/site.ts';
import { call, greet } from './crowd.ts';

const CLIENT = '10.12.0.1';
/** Where servers send what goes back to the clients by NAT. */
const GATEWAY = { ipv4: '10.11.0.254', ipv6: 'fd00:11::254' };
/** Milliseconds: `delay_loop` and the time to connect. */
const CHECKED_EVERY = 300;
const CONNECT = 1_000;
const PATIENCE = 15_000;
/** Two daemons compile everything on their first start. */
const START = 40_000;
/** For what the bounds leave to a machine that others use too. */
const GRACE = 700;

interface Wanted {
  readonly method: 'NAT' | 'DR';
  readonly more?: string;
  readonly inside?: string;
  readonly every?: number;
}

let site: Site;
let sorry: Host;
let servers: readonly Host[] = [];
const daemons = new Map<Host, Task>();
const work = new Map<Host, Task>();

before(async () => {
  site = await openSite({ directors: 2, servers: 4 });
  servers = site.servers.slice(0, 3);
  sorry = at(site.servers, 3);
  await site.forward('nat', GATEWAY);
  await Promise.all(site.servers.map((server) => serve(server)));
  await greet(servers, () => [['tcp', '0.0.0.0', 81]]);
  for (const director of site.directors) {
    daemons.set(director, startHoldfast(director, configuration(director, { method: 'NAT' })));
  }
  await Promise.all(site.directors.map((director) => serves(director, ['s1', 's2', 's3'], START)));
  await until('the first is master', PATIENCE, async () => (await holds(first())) || undefined);
});
after(() => site.close());

function configuration(
  director: Host,
  { method, inside = '', every = CHECKED_EVERY, ...rest }: Wanted,
) {
  const script = scriptOn(director, 'note.sh', `echo "$@" >> ${notesOf(director)}`);
  const real = (port: number): string =>
    servers
      .map(
        ({ name, ipv4 }) => `  real_server ${ipv4} ${port} {
    notify_down "${script} ${name} down"
    ${inside}
    TCP_CHECK {
      retry 0
    }
  }
`,
      )
      .join('');
  const service = (port: number, more: string): string => `virtual_server ${site.vip} ${port} {
  lb_algo rr
  lb_kind ${method}
  ${rest.more ?? ''}
  protocol TCP
  delay_loop ${every / 1_000}
  warmup 0
  connect_timeout ${CONNECT / 1_000}
  ${more}
${real(port)}}
`;
  const scripts = `quorum_up "${script} quorum up"\n  quorum_down "${script} quorum down"`;
  return `global_defs {
  script_user root
  lvs_plane nftables
}
vrrp_instance site {
  interface eth0
  version 3
  virtual_router_id 51
  priority ${director === first() ? 150 : 100}
  advert_int 0.2
  virtual_ipaddress {
    ${site.vip}/32
    ${GATEWAY.ipv4}/32
  }
}
${service(80, `sorry_server ${sorry.ipv4} 80\n  ${scripts}`)}${service(81, '')}${service(8080, 'ha_suspend')}`;
}

function at<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  assert.ok(value !== undefined);
  return value;
}

function first(): Host {
  return at(site.directors, 0);
}

function second(): Host {
  return at(site.directors, 1);
}

function holds(host: Host): Promise<boolean> {
  return host.holds(site.vip);
}

function logOf(director: Host): string {
  return daemons.get(director)?.log() ?? '';
}

function notesOf(host: Host): string {
  return join(host.directory, 'notes');
}

async function serve(server: Host): Promise<void> {
  work.set(server, await site.serve(server));
}

async function die(server: Host): Promise<void> {
  const task = work.get(server);
  assert.ok(task !== undefined);
  await crash(task);
}

type Shown = Extract<ServicesAnswer, { readonly kind: 'services' }>;

async function shownBy(director: Host): Promise<Shown | undefined> {
  const asking = { stateDirectory: stateDirectory(director), query: { traffic: '1' } };
  const answer = await ask<ServicesAnswer>('services', asking);
  return answer.ok && answer.value.kind === 'services' ? answer.value : undefined;
}

function onPort(shown: Shown | undefined, port: number): ServiceSnapshot | undefined {
  return shown?.snapshot?.services.find(({ id }) => id.includes(`:${port}`));
}

/** Names of the servers that the plane has under a port of the virtual address, in order. */
async function inTable(director: Host, port: number): Promise<readonly string[]> {
  const shown = await shownBy(director);
  const traffic = shown?.traffic.find(({ key }) => key.kind === 'address' && key.port === port);
  const addresses = traffic?.servers.map(({ key }) => `${key.address}`) ?? [];
  return site.servers.filter(({ ipv4 }) => addresses.includes(ipv4)).map(({ name }) => name);
}

async function serves(
  director: Host,
  names: readonly string[],
  patience = PATIENCE,
): Promise<void> {
  let last: readonly string[] = [];
  await until(`${director.name} sends to ${names}`, patience, async () => {
    last = await inTable(director, 80);
    return `${last}` === `${names}` ? true : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${error}: ${last}\n${logOf(director)}`);
  });
}

async function reload(wanted: Wanted): Promise<void> {
  for (const director of site.directors) {
    if (daemons.get(director)?.ended() !== false) continue;
    writeFileSync(join(director.directory, 'holdfast.conf'), configuration(director, wanted));
    await holdfast(director, 'reload');
  }
}

function living(count: number) {
  const target = { protocol: 'tcp', address: site.vip, port: 81, local: CLIENT } as const;
  return call(site.client, { ...target, count });
}

test('connections are spread over the servers', async () => {
  assert.deepEqual((await site.visit(30)).by, { s1: 10, s2: 10, s3: 10 });
});

test('a server that refuses is out after one interval, in again when it is back, and nobody else is moved', async () => {
  const third = at(servers, 2);
  const crowd = await living(60);
  assert.deepEqual(crowd.first.by, { s1: 20, s2: 20, s3: 20 });
  const stream = await site.stream(20);
  await die(third);
  const died = performance.timeOrigin + performance.now();
  for (const director of site.directors) await serves(director, ['s1', 's2']);
  await serve(third);
  for (const director of site.directors) await serves(director, ['s1', 's2', 's3']);
  const { failed } = await stream.count();
  const late = Math.max(0, ...failed.map(({ at: when }) => when - died));
  onTime(late < CHECKED_EVERY + GRACE, `a connection to it failed ${late} ms after its death`);
  assert.equal((await crowd.again()).moved, 0);
});

test('a host that is gone is out after one interval and the time to connect', async () => {
  const third = at(servers, 2);
  const crowd = await living(30);
  const from = performance.now();
  await site.lab.isolate(third.name);
  await serves(first(), ['s1', 's2']);
  const took = performance.now() - from;
  const asked = crowd.again();
  await site.lab.rejoin(third.name);
  for (const director of site.directors) await serves(director, ['s1', 's2', 's3']);
  const bound = CHECKED_EVERY + CONNECT + GRACE;
  onTime(took < bound, `it was out after ${took} ms of ${bound}`);
  await asked;
  assert.equal((await crowd.again()).moved, 0, 'what was open goes on when the host is back');
});

test('without a server the sorry server serves, and scripts hear of the quorum', async () => {
  writeFileSync(notesOf(first()), '');
  await Promise.all(servers.map(die));
  await serves(first(), ['s4']);
  assert.deepEqual((await site.visit(10)).by, { s4: 10 });
  await Promise.all(servers.map(serve));
  for (const director of site.directors) await serves(director, ['s1', 's2', 's3']);
  assert.deepEqual((await site.visit(9)).by, { s1: 3, s2: 3, s3: 3 });
  const told = await until('scripts have run', 5_000, () => {
    const lines = linesOf(notesOf(first()));
    return lines.includes('quorum up') ? lines : undefined;
  });
  const ofQuorum = told.filter((line) => line.startsWith('quorum'));
  assert.deepEqual(ofQuorum, ['quorum down', 'quorum up']);
  for (const { name } of servers) assert.ok(told.includes(`${name} down`), told.join('\n'));
});

test('a server that is drained keeps what it has and gets nothing new, over a reload too', async () => {
  const crowd = await living(30);
  const order = ['server', `${site.vip}:81`, `${at(servers, 0).ipv4}:81`];
  for (const director of site.directors) await holdfast(director, ...order, 'drain');
  assert.deepEqual((await living(20)).first.by, { s2: 10, s3: 10 });
  await reload({ method: 'NAT', every: CHECKED_EVERY + 50 });
  assert.deepEqual((await living(20)).first.by, { s2: 10, s3: 10 });
  assert.equal((await crowd.again()).moved, 0);
  const service = onPort(await shownBy(first()), 81);
  assert.deepEqual(service?.servers[0]?.override, { kind: 'drain' });
  for (const director of site.directors) await holdfast(director, ...order, 'weight', '2');
  assert.deepEqual(Object.keys((await living(30)).first.by).sort(), ['s1', 's2', 's3']);
  for (const director of site.directors) await holdfast(director, ...order, 'enable');
  assert.deepEqual((await living(30)).first.by, { s1: 10, s2: 10, s3: 10 });
  assert.equal((await crowd.again()).moved, 0);
});

test('with inhibit_on_failure a dead server stays in the table and gets nothing', async () => {
  await reload({ method: 'NAT', inside: 'inhibit_on_failure' });
  await die(at(servers, 0));
  await until('it is down', PATIENCE, async () =>
    onPort(await shownBy(first()), 80)?.servers[0]?.up === false ? true : undefined,
  );
  assert.deepEqual(await inTable(first(), 80), ['s1', 's2', 's3']);
  assert.deepEqual((await site.visit(10)).by, { s2: 5, s3: 5 });
  await serve(at(servers, 0));
  await reload({ method: 'NAT' });
  for (const director of site.directors) {
    await until('it is up', PATIENCE, async () =>
      onPort(await shownBy(director), 80)?.servers[0]?.up ? true : undefined,
    );
  }
});

test('the master dies under traffic, the other goes on, and checks what it had let rest (ha_suspend)', async () => {
  const rests = async (director: Host) => onPort(await shownBy(director), 8080)?.suspended;
  assert.deepEqual([await rests(first()), await rests(second())], [false, true]);
  const task = daemons.get(first());
  assert.ok(task !== undefined);
  const stream = await site.stream(10);
  await site.visit(20);
  const died = performance.timeOrigin + performance.now();
  await first().ip('link set dev eth0 down');
  await crash(task);
  await until('the second is master', PATIENCE, async () => (await holds(second())) || undefined);
  const visits = await site.visit(30);
  assert.deepEqual(visits.failed, []);
  const { failed } = await stream.count();
  // Only now, since the stream took turns of its own.
  assert.deepEqual((await site.visit(30)).by, { s1: 10, s2: 10, s3: 10 }, logOf(second()));
  const last = Math.max(0, ...failed.map(({ at: when }) => when - died));
  // Three intervals of 200 ms and the skew time.
  onTime(last < 800 + GRACE, `a connection that began ${last} ms after the death failed`);
  await until('nothing rests', 5_000, async () =>
    (await rests(second())) === false ? true : undefined,
  );
});

test('the same by direct routing', async () => {
  await site.forward('direct', GATEWAY);
  await reload({ method: 'DR' });
  await serves(second(), ['s1', 's2', 's3']);
  assert.deepEqual((await site.visit(30)).by, { s1: 10, s2: 10, s3: 10 });
  const crowd = await living(30);
  await die(at(servers, 1));
  await serves(second(), ['s1', 's3']);
  assert.deepEqual((await site.visit(10)).by, { s1: 5, s3: 5 });
  assert.equal((await crowd.again()).moved, 0);
  await serve(at(servers, 1));
  await serves(second(), ['s1', 's2', 's3']);
  assert.equal((await crowd.again()).moved, 0);
});

test('with masquerade any way back is good, as a server asks for it or as its service does', async () => {
  // Servers still answer clients themselves, which without masquerade nobody would understand.
  await reload({ method: 'NAT', more: 'masquerade' });
  assert.deepEqual((await site.visit(30)).by, { s1: 10, s2: 10, s3: 10 });
  const crowd = await living(30);
  await reload({ method: 'DR' });
  assert.equal((await crowd.again()).moved, 0, 'what was given out before goes on as it was');
  await reload({ method: 'NAT', inside: 'masquerade true' });
  assert.deepEqual((await site.visit(30)).by, { s1: 10, s2: 10, s3: 10 });
  assert.equal((await crowd.again()).moved, 0);
});
