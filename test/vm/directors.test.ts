/** Two directors with the whole daemon: servers that die and come back, and a master that dies under traffic. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../../src/api/client.ts';
import { stateDirectory } from '../daemon/site.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { crash, family, signal, type Task } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import { enterGuest } from './guest.ts';
import { installedProgram } from './installed.ts';
import { emptyTable, ipvsadm, readPictures } from './ipvsadm.ts';
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
/** A second until it looks, and the time to look for both sides. */
const REPAIR = 4_000;
const CROWD = 3_000;

const sorry = '10.11.0.7';
const configuration = (site: Site, priority: number, kind = 'DR', inside = ''): string => `
global_defs {
    script_user root
}
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
    lb_kind ${kind}
    protocol TCP
    delay_loop 1
    warmup 0
    retry 1
    delay_before_retry 1
    connect_timeout 1
    sorry_server ${sorry} 80
${site.servers.map(({ ipv4 }) => `    real_server ${ipv4} 80 {\n        TCP_CHECK {\n        }\n${inside}    }\n`).join('')}}
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

function at(index: number): Host {
  return site.servers[index] ?? assert.fail();
}

function log(host: Host): string {
  return daemons.get(host)?.log() ?? '';
}

/** The process that balances, or `otherwise` while there is none. */
function balancerOf(host: Host, otherwise?: number): number {
  const found = family(daemons.get(host)?.pid ?? 0).find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('balancer');
    } catch {
      return false;
    }
  });
  return found ?? otherwise ?? assert.fail();
}

/** Services without checks, whose servers all have this weight. */
function crowd(weight: number): string {
  const servers = Array.from(
    { length: 10 },
    (_, index) => `    real_server 10.99.0.${index} 80 {\n        weight ${weight}\n    }\n`,
  );
  return Array.from(
    { length: CROWD / 10 },
    (_, index) => `virtual_server 10.98.${index >> 8}.${index & 255} 80 {
    lb_algo wrr
    lb_kind DR
    protocol TCP
${servers.join('')}}
`,
  ).join('');
}

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

test('what somebody does with ipvsadm is put right within a second or so, and told once', async () => {
  const host = director(0);
  for (const words of [
    ['-C'],
    ['-e', '-t', `${site.vip}:80`, '-r', `${at(0).ipv4}:80`, '-w', '9'],
  ]) {
    const mark = log(host).length;
    const from = performance.now();
    ipvsadm(words, '', host.space);
    await serves(host, ['s1', 's2', 's3']);
    const right = () => !ipvsadm(['-Sn'], '', host.space).includes('-w 9') || undefined;
    await until('the weight is as it was', PATIENCE, right, LOOKING);
    const took = performance.now() - from;
    onTime(took < REPAIR, `put right after ${took.toFixed(0)} ms`);
    const told = () => log(host).slice(mark).split('somebody else has changed').length - 1;
    await until('it is told', PATIENCE, () => told() > 0 || undefined);
    assert.equal(told(), 1, log(host));
  }
});

test('an order to drain holds over a reload; with inhibit_on_failure a dead server stays with weight 0', async () => {
  const host = director(0);
  const weights = () => {
    const table = ipvsadm(['-Sn'], '', host.space);
    return site.servers.map(({ ipv4 }) => {
      return new RegExp(`-r ${ipv4}:80 -\\w -w (\\d)`).exec(table)?.[1] ?? '-';
    });
  };
  const become = (wanted: string) =>
    until(
      `the weights are ${wanted}: ${weights()}`,
      PATIENCE,
      () => weights().join('') === wanted || undefined,
      LOOKING,
    );
  const reload = async (inside: string) => {
    const mark = log(host).length;
    writeFileSync(join(host.directory, 'holdfast.conf'), configuration(site, 150, 'DR', inside));
    signal(daemons.get(host)?.pid ?? 0, 'SIGHUP');
    await until(
      'it is read',
      PATIENCE,
      () => log(host).slice(mark).includes('was read again') || undefined,
    );
  };
  const order = async (word: string): Promise<void> => {
    const query = { service: `${site.vip}:80`, server: `${at(0).ipv4}:80`, order: word };
    const answer = await ask('server', { stateDirectory: stateDirectory(host), query });
    assert.ok(answer.ok);
  };
  await order('drain');
  await become('011');
  await reload('        inhibit_on_failure\n');
  assert.deepEqual((await site.visit(6)).by, { s2: 3, s3: 3 });
  await crash(work.get(at(1)) ?? assert.fail());
  await become('001');
  assert.deepEqual((await site.visit(6)).by, { s3: 6 });
  await order('enable');
  work.set(at(1), await site.serve(at(1), [80]));
  await become('111');
  await reload('');
});

test('a balancer process that is killed leaves the table as it is, and another goes on with it', async () => {
  const host = director(0);
  const before = balancerOf(host);
  const table = ipvsadm(['-Sn'], '', host.space);
  signal(before, 'SIGKILL');
  await until('another runs', PATIENCE, () => balancerOf(host, before) !== before || undefined);
  assert.equal(ipvsadm(['-Sn'], '', host.space), table);
  await crash(work.get(at(1)) ?? assert.fail());
  await serves(host, ['s1', 's3']);
  await crash(work.get(at(0)) ?? assert.fail());
  await crash(work.get(at(2)) ?? assert.fail());
  await until(
    'the sorry server serves',
    PATIENCE,
    () => ipvsadm(['-Sn'], '', host.space).includes(`-r ${sorry}:80`) || undefined,
    LOOKING,
  );
  for (const server of site.servers) work.set(server, await site.serve(server, [80]));
  for (const one of site.directors) await serves(one, ['s1', 's2', 's3']);
});

test('a balancer process that is killed during a large change is followed by one that finishes it', async () => {
  const host = director(1);
  const daemon = daemons.get(host) ?? assert.fail();
  const weights = () => ipvsadm(['-Sn'], '', host.space).match(/-w \d+/g) ?? [];
  const others = (weight: number) => weights().filter((word) => word === `-w ${weight}`).length;
  for (const [turn, moment] of [0, 20].entries()) {
    const weight = 5 + turn;
    const before = balancerOf(host);
    const mark = daemon.log().length;
    const text = configuration(site, 100) + crowd(weight);
    writeFileSync(join(host.directory, 'holdfast.conf'), text);
    signal(daemon.pid, 'SIGHUP');
    const isRead = () => daemon.log().slice(mark).includes('was read again') || undefined;
    await until('it is read', PATIENCE, isRead, 5);
    await delay(moment);
    signal(before, 'SIGKILL');
    const died = performance.now();
    const finished = () => others(weight) === CROWD || undefined;
    await until(`weight ${weight} everywhere`, PATIENCE, finished, LOOKING);
    const took = performance.now() - died;
    onTime(took < REPAIR, `finished ${took.toFixed(0)} ms after its death`);
    assert.notEqual(balancerOf(host), before);
  }
  writeFileSync(join(host.directory, 'holdfast.conf'), configuration(site, 100));
  signal(daemon.pid, 'SIGHUP');
  await until(
    'nothing of it is left',
    PATIENCE,
    () => weights().length === 3 || undefined,
    LOOKING,
  );
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

test('the same daemon by tunnels and by NAT, after a reload', async () => {
  const host = director(1);
  const pid = daemons.get(host)?.pid ?? 0;
  for (const [kind, method, option] of [
    ['TUN', 'ipip', '-i'],
    ['NAT', 'nat', '-m'],
  ] as const) {
    await site.forward(method, host);
    writeFileSync(join(host.directory, 'holdfast.conf'), configuration(site, 100, kind));
    signal(pid, 'SIGHUP');
    const isThere = () =>
      ipvsadm(['-Sn'], '', host.space).split(` ${option} `).length === 4 || undefined;
    await until(`the table is of ${kind}`, PATIENCE, isThere, LOOKING);
    assert.deepEqual((await site.visit(9)).by, { s1: 3, s2: 3, s3: 3 });
  }
});
