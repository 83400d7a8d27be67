/**
 * Two directors with the whole daemon: servers that die and come back, a master that hands over and one that dies under
 * traffic, and connections that go on at the other director.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask } from '../../src/api/client.ts';
import { stateDirectory } from '../daemon/site.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { crash, family, signal, type Task } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import { type Crowd, call, greet } from '../namespaces/balance/crowd.ts';
import { enterGuest } from './guest.ts';
import { installedProgram } from './installed.ts';
import { emptyTable, ipvsadm, readPictures } from './ipvsadm.ts';
import { guePort } from './server-setup.ts';
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
const CLIENT = '10.12.0.1';
const LIVING = 20;

const sorry = '10.11.0.7';
const services = ['80', '81', '9899/sctp'] as const;

function configuration(priority: number, kind = 'DR', inside = ''): string {
  return `global_defs {
    script_user root
    lvs_sync_daemon eth0 site id 7
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
${services.map((place) => service(place, kind, inside)).join('')}`;
}

/** The first one is checked. */
function service(place: string, kind: string, inside: string): string {
  const [port, protocol = 'tcp'] = place.split('/');
  const isFirst = place === services[0];
  const own = isFirst ? `        TCP_CHECK {\n        }\n${inside}` : '';
  return `virtual_server ${site.vip} ${port} {
    lb_algo rr
    lb_kind ${kind}
    protocol ${protocol}
    delay_loop 1
    warmup 0
    retry 1
    delay_before_retry 1
    connect_timeout 1
    ${isFirst ? `sorry_server ${sorry} 80` : ''}
${site.servers.map(({ ipv4 }) => `    real_server ${ipv4} ${port} {\n${own}    }\n`).join('')}}
`;
}

let site: Site;
const daemons = new Map<Host, Task>();
const work = new Map<Host, Task>();
let living: Crowd;
before(async () => {
  emptyTable();
  execFileSync('modprobe', ['sctp']);
  site = await openSite({ directors: 2, servers: 3 });
  const [first] = site.directors;
  assert.ok(first !== undefined);
  await site.forward('direct', first);
  for (const server of site.servers) await serve(server);
  await greet(site.servers, () => [['tcp', '0.0.0.0', 81]]);
  for (const [index, director] of site.directors.entries()) {
    daemons.set(director, startHoldfast(director, configuration(150 - index * 50), program));
  }
});
after(() => site.close());

function at(index: number): Host {
  return site.servers[index] ?? assert.fail();
}

async function serve(server: Host): Promise<void> {
  work.set(server, await site.serve(server, [80, '9899/sctp']));
}

async function die(index: number): Promise<void> {
  await crash(work.get(at(index)) ?? assert.fail());
}

async function reload(host: Host, text: string): Promise<void> {
  const mark = log(host).length;
  writeFileSync(join(host.directory, 'holdfast.conf'), text);
  signal(daemons.get(host)?.pid ?? 0, 'SIGHUP');
  const isRead = () => log(host).slice(mark).includes('was read again') || undefined;
  await until('it is read', PATIENCE, isRead, 5);
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
  const overSctp = await site.visit(9, site.vip, '9899/sctp');
  assert.deepEqual(overSctp, { asked: 9, failed: [], by: { s1: 3, s2: 3, s3: 3 } });
});

test('a server that dies is out in time, and in again when it is back', async () => {
  const stream = await site.stream(20);
  await die(2);
  const died = performance.timeOrigin + performance.now();
  for (const host of site.directors) await serves(host, ['s1', 's2']);
  await serve(at(2));
  for (const host of site.directors) await serves(host, ['s1', 's2', 's3']);
  const visits = await stream.count();
  const last = Math.max(...visits.failed.map(({ at }) => at));
  onTime(
    last - died < DETECTION,
    `the last connection to it failed ${last - died} ms after its death`,
  );
  assert.deepEqual((await site.visit(9)).by, { s1: 3, s2: 3, s3: 3 });
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
  const order = async (word: string): Promise<void> => {
    const query = { service: `${site.vip}:80`, server: `${at(0).ipv4}:80`, order: word };
    const answer = await ask('server', { stateDirectory: stateDirectory(host), query });
    assert.ok(answer.ok);
  };
  await order('drain');
  await become('011');
  await reload(host, configuration(150, 'DR', '        inhibit_on_failure\n'));
  assert.deepEqual((await site.visit(6)).by, { s2: 3, s3: 3 });
  await die(1);
  await become('001');
  assert.deepEqual((await site.visit(6)).by, { s3: 6 });
  await order('enable');
  await serve(at(1));
  await become('111');
  await reload(host, configuration(150));
});

test('a balancer process that is killed leaves the table as it is, and another goes on with it', async () => {
  const host = director(0);
  const before = balancerOf(host);
  const table = ipvsadm(['-Sn'], '', host.space);
  signal(before, 'SIGKILL');
  await until('another runs', PATIENCE, () => balancerOf(host, before) !== before || undefined);
  assert.equal(ipvsadm(['-Sn'], '', host.space), table);
  await die(1);
  await serves(host, ['s1', 's3']);
  await die(0);
  await die(2);
  await until(
    'the sorry server serves',
    PATIENCE,
    () => ipvsadm(['-Sn'], '', host.space).includes(`-r ${sorry}:80`) || undefined,
    LOOKING,
  );
  for (const server of site.servers) await serve(server);
  for (const one of site.directors) await serves(one, ['s1', 's2', 's3']);
});

/** What a director's kernel does about the connections of the other. */
function synchronisation(host: Host): string {
  const [picture] = readPictures([host.space]);
  return (picture?.daemons ?? []).map((line) => line.split(' ')[0]).join();
}

async function synchronise(...roles: readonly string[]): Promise<void> {
  const now = () => site.directors.map(synchronisation).join(' ');
  const isSo = () => now() === roles.join(' ') || undefined;
  await until(`the directors are ${roles}`, PATIENCE, isSo, LOOKING).catch((error: unknown) => {
    throw new Error(`${error}, not ${now()}`);
  });
}

test('what is open goes on over the other director when the master hands over (lvs_sync_daemon)', async () => {
  await synchronise('master', 'backup');
  ipvsadm(['--stop-daemon', 'backup'], '', director(1).space);
  await synchronise('master', 'backup');
  const target = { protocol: 'tcp', address: site.vip, port: 81, local: CLIENT } as const;
  living = await call(site.client, { ...target, count: LIVING });
  assert.deepEqual(await living.again(), { by: living.first.by, moved: 0 });
  const known = () => {
    const open = ipvsadm(['-Lnc'], '', director(1).space).match(/ESTABLISHED .*:81 /g) ?? [];
    return open.length === LIVING || undefined;
  };
  await until('the other knows all connections', PATIENCE, known, LOOKING);
  await reload(director(0), configuration(50));
  await leads(director(1));
  await synchronise('backup', 'master');
  assert.equal((await living.again()).moved, 0);
  await reload(director(0), configuration(150));
  await leads(director(0));
  await synchronise('master', 'backup');
  assert.equal((await living.again()).moved, 0);
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
  assert.equal((await living.again()).moved, 0);
  assert.equal(synchronisation(director(1)), 'master');
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
  for (const [kind, method, option] of [
    ['TUN', 'ipip', '-i -w 1 --tun-type ipip'],
    [
      `TUN type gue port ${guePort} csum`,
      'gue',
      '-i -w 1 --tun-type gue --tun-port 6080 --tun-csum',
    ],
    ['TUN type gre', 'gre', '-i -w 1 --tun-type gre --tun-nocsum'],
    ['NAT', 'nat', '-m -w 1'],
  ] as const) {
    await site.forward(method, host);
    await reload(host, configuration(100, kind));
    const isThere = () => {
      const servers = ipvsadm(['-Sn'], '', host.space).match(/^-a .*$/gm) ?? [];
      const changed = servers.filter((line) => line.endsWith(option));
      return changed.length === 3 * services.length || undefined;
    };
    await until(`the table is of ${kind}`, PATIENCE, isThere, LOOKING);
    // The first packet through a tunnel may be lost while the kernel learns its way.
    await until(`visits are shared by ${kind}`, PATIENCE, async () => {
      const { by } = await site.visit(9);
      return [by.s1, by.s2, by.s3].every((each) => each === 3) || undefined;
    });
  }
});
