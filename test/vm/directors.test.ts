/** Two directors with the whole daemon: servers that die and come back, and a master that dies under traffic. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { crash, type Task } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import { enterGuest } from './guest.ts';
import { installedProgram } from './installed.ts';
import { emptyTable, readPictures } from './ipvsadm.ts';
import { openSite, type Site } from './site.ts';

const program = installedProgram();
enterGuest(import.meta.filename);

const PATIENCE = 40_000;
/** Looking takes the machine's one processor away from those who are looked at. */
const LOOKING = 200;
/**
 * Milliseconds, with as much again for a machine of one processor: `delay_loop`, one retry a second later, and the time to
 * connect; three intervals and the skew time.
 */
const DETECTION = 6_000;
const TAKEOVER = 3_000;

const sorry = '10.11.0.7';
const configuration = (site: Site, priority: number): string => `
vrrp_instance site {
    interface eth0
    virtual_router_id 51
    priority ${priority}
    advert_int 0.4
    virtual_ipaddress {
        ${site.vip}/32
    }
}
virtual_server ${site.vip} 80 {
    lb_algo rr
    lb_kind DR
    protocol TCP
    delay_loop 1
    warmup 0
    retry 1
    delay_before_retry 1
    connect_timeout 1
    sorry_server ${sorry} 80
${site.servers.map(({ ipv4 }) => `    real_server ${ipv4} 80 {\n        TCP_CHECK {\n        }\n    }\n`).join('')}}
`;

let site: Site;
const daemons = new Map<Host, Task>();
const work = new Map<Host, Task>();
before(async () => {
  emptyTable();
  site = await openSite({ directors: 2, servers: 3 });
  const [first] = site.directors;
  assert.ok(first !== undefined);
  await site.forward('direct', first);
  for (const server of site.servers) work.set(server, await site.serve(server, [80]));
  for (const [index, director] of site.directors.entries()) {
    daemons.set(director, startHoldfast(director, configuration(site, 150 - index * 50), program));
  }
});
after(() => site.close());

function director(index: number): Host {
  const found = site.directors[index];
  assert.ok(found !== undefined);
  return found;
}

/** Names of the servers that a director's table sends connections to, or undefined without a service. */
function serving(host: Host): readonly string[] | undefined {
  const [picture] = readPictures([host.space]);
  const entries = picture?.entries ?? [];
  if (!entries.some((line) => line.startsWith('-A'))) return undefined;
  return site.lab.hosts
    .filter(({ ipv4 }) => entries.some((line) => line.includes(`-r ${ipv4}:80 `)))
    .map(({ name }) => name);
}

async function serves(host: Host, names: readonly string[]): Promise<void> {
  const ask = () => (`${serving(host)}` === `${names}` ? true : undefined);
  await until(`${host.name} sends to ${names}`, PATIENCE, ask, LOOKING).catch((error: unknown) => {
    throw new Error(`${error}: ${serving(host)}\n${daemons.get(host)?.log()}`);
  });
}

/** Waits until this director has the virtual address. */
async function leads(host: Host): Promise<void> {
  const ask = async () => (await host.holds(site.vip)) || undefined;
  await until(`${host.name} is master`, PATIENCE, ask, LOOKING);
}

test('both directors have the table, and one the address', async () => {
  for (const host of site.directors) await serves(host, ['s1', 's2', 's3']);
  await leads(director(0));
  assert.equal(await director(1).holds(site.vip), false);
  assert.deepEqual((await site.visit(30)).by, { s1: 10, s2: 10, s3: 10 });
});

test('a server that dies is out in time, and in again when it is back', async () => {
  const [, , third] = site.servers;
  const task = third === undefined ? undefined : work.get(third);
  assert.ok(third !== undefined && task !== undefined);
  const stream = await site.stream(20);
  await crash(task);
  const died = performance.timeOrigin + performance.now();
  for (const host of site.directors) await serves(host, ['s1', 's2']);
  work.set(third, await site.serve(third, [80]));
  for (const host of site.directors) await serves(host, ['s1', 's2', 's3']);
  const visits = await stream.count();
  const last = Math.max(...visits.failed.map(({ at }) => at));
  onTime(
    last - died < DETECTION,
    `the last connection to it failed ${last - died} ms after its death`,
  );
  assert.deepEqual((await site.visit(9)).by, { s1: 3, s2: 3, s3: 3 });
});

test('the master dies under traffic, and the other goes on', async () => {
  const task = daemons.get(director(0));
  assert.ok(task !== undefined);
  const stream = await site.stream(10);
  await site.visit(20);
  const died = performance.timeOrigin + performance.now();
  await director(0).ip('link set dev eth0 down');
  await crash(task);
  await leads(director(1));
  const visits = await site.visit(30);
  assert.deepEqual(visits.failed, []);
  assert.deepEqual(Object.keys(visits.by).toSorted(), ['s1', 's2', 's3']);
  const { asked, failed } = await stream.count();
  assert.ok(asked > failed.length + 30);
  const last = Math.max(died, ...failed.map(({ at }) => at));
  onTime(
    last - died < TAKEOVER,
    `a connection that began ${last - died} ms after the death failed`,
  );
});
