/** What few kernels have, ipvlan devices and VRFs: addresses and routes on them, with the packaged keepalived on the other side. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { type Capture, capture } from '../lab/capture.ts';
import { command } from '../lab/command.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { crash, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import * as pair from '../namespaces/pair.ts';
import { routesOf, rulesOf } from '../namespaces/routes.ts';
import { enterGuest } from './guest.ts';

enterGuest(import.meta.filename);

const lab = await openLab(['a', 'b', 'c']);
const [a, b, c] = [lab.host('a'), lab.host('b'), lab.host('c')];
const pace = { version: 3, interval: 500 } as const;
/** Two machines may share the processor with many others. */
const patience = 45_000;
let tasks: Task[] = [];
afterEach(clear);

async function clear(): Promise<void> {
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
  for (const host of [a, b]) {
    const lines = [
      'link del ipvl51',
      'link del vrrp.51',
      `addr del ${pair.virtualAddress}/24 dev eth0`,
    ];
    for (const line of lines) await host.ip(line).catch(() => undefined);
  }
}

after(() => lab.close());

function started(task: Task): Task {
  tasks.push(task);
  return task;
}

const instance = (priority: number, lines: readonly string[]): string =>
  pair.instance({ ...pace, priority, inside: lines.map((line) => `    ${line}`).join('\n') });

interface Device {
  readonly ifname: string;
  readonly address: string;
  readonly mtu: number;
  readonly master?: string;
  readonly linkinfo: unknown;
}

/** What `ip` tells of a device, or undefined when it is not there. */
async function deviceOf(host: Host, name: string): Promise<Device | undefined> {
  const words = ['-n', host.space.name, '-d', '-j', 'link', 'show', 'dev', name];
  const shown = await command('ip', words).catch(() => '[]');
  const [device] = JSON.parse(shown) as readonly Device[];
  if (device === undefined) return undefined;
  const { ifname, address, mtu, master, linkinfo } = device;
  return { ifname, address, mtu, linkinfo, ...(master === undefined ? {} : { master }) };
}

async function clientReaches(address: string): Promise<void> {
  const words = ['netns', 'exec', c.space.name, 'ping', '-c', '1', '-W', '1', address];
  await until(`${address} answers the client`, patience, () =>
    command('ip', words).then(
      () => true,
      () => undefined,
    ),
  );
}

async function isMasterOn(host: Host, name: string, address: string): Promise<void> {
  await until(`${address} is on ${name} of ${host.name}`, patience, async () => {
    const places = (await host.addresses()).filter((one) => one.address === address);
    return (places.length === 1 && places[0]?.interface === name) || undefined;
  });
}

/** Who has advertised since the tape was that long. */
function sources(tape: Capture, since: number): readonly string[] {
  const seen = tape.advertisements().slice(since);
  return [...new Set(seen.filter(({ priority }) => priority > 0).map(({ source }) => source))];
}

const ipvlan = (own: string, mode: string) => `use_ipvlan ipvl51 ${own}/24 ${mode}`;

test('ipvlan: the address moves, and a device that is taken away is back at once', async () => {
  const tape = await capture(lab, 'vrrp');
  const ours = started(startHoldfast(a, instance(150, [ipvlan('10.11.0.51', 'bridge')])));
  await pair.settled(a, ours, { state: 'master' });
  const theirs = started(startKeepalived(b, instance(100, [ipvlan('10.11.0.52', 'bridge')])));
  await pair.peerIs(theirs, 'BACKUP');
  // keepalived has it on the interface itself too.
  await isMasterOn(a, 'eth0', pair.virtualAddress);
  await isMasterOn(a, 'ipvl51', '10.11.0.51');
  await clientReaches(pair.virtualAddress);
  assert.deepEqual(sources(tape, 0), ['10.11.0.51']);
  await a.ip('link del ipvl51');
  await isMasterOn(a, 'ipvl51', '10.11.0.51');
  await isMasterOn(a, 'eth0', pair.virtualAddress);
  const since = tape.advertisements().length;
  assert.equal(await stop(ours), 0);
  await pair.peerIs(theirs, 'MASTER');
  await isMasterOn(b, 'eth0', pair.virtualAddress);
  await clientReaches(pair.virtualAddress);
  assert.deepEqual(sources(tape, since), ['10.11.0.52']);
  assert.equal(await deviceOf(a, 'ipvl51'), undefined, 'a device stayed behind');
  assert.equal(await a.holds('10.11.0.51'), false);
  await tape.close();
});

test('ipvlan: the same device as keepalived makes', async () => {
  started(startHoldfast(a, instance(150, [ipvlan('10.11.0.51', 'private')])));
  started(startKeepalived(b, instance(100, [ipvlan('10.11.0.52', 'private')])));
  const made = (host: Host) =>
    until(`${host.name} has a device`, patience, () => deviceOf(host, 'ipvl51'));
  const [own, reference] = await Promise.all([made(a), made(b)]);
  assert.equal(own.address, a.mac);
  assert.deepEqual({ ...own, address: b.mac }, reference);
});

const table = 10;
const inVrf = [
  'use_vmac',
  'virtual_routes {',
  '    198.51.100.0/24 via 10.11.0.9 dev eth0 vrf red',
  `    198.51.101.0/24 dev eth0 table ${table}`,
  '}',
  'virtual_rules {',
  `    from 192.0.2.0/24 table ${table} preference 100`,
  '}',
];

async function enslaved(host: Host): Promise<void> {
  await host.ip(
    `link add red type vrf table ${table}`,
    'link set red up',
    'link set eth0 master red',
  );
}

async function held(host: Host): Promise<readonly string[]> {
  return [...(await routesOf(host)), ...(await rulesOf(host))];
}

test('an interface in a VRF: device, addresses, routes and rules are in its table', async () => {
  await Promise.all([a, b].map(enslaved));
  const ours = started(startHoldfast(a, instance(150, inVrf)));
  await pair.settled(a, ours, { state: 'master' });
  const theirs = started(startKeepalived(b, instance(100, inVrf)));
  await pair.peerIs(theirs, 'BACKUP');
  await isMasterOn(a, 'vrrp.51', pair.virtualAddress);
  const [own, reference] = [await deviceOf(a, 'vrrp.51'), await deviceOf(b, 'vrrp.51')];
  assert.equal(own?.master, 'red');
  assert.deepEqual([own?.address, own?.mtu], [reference?.address, reference?.mtu]);
  assert.equal(reference?.master, 'red');
  await until('routes and rules are there', patience, async () => {
    return (await held(a)).length === 3 || undefined;
  });
  const entries = await held(a);
  await clientReaches(pair.virtualAddress);
  assert.equal(await stop(ours), 0);
  await pair.peerIs(theirs, 'MASTER');
  await until('keepalived has the same', patience, async () => {
    return (await held(b)).length === 3 || undefined;
  });
  assert.deepEqual(entries, await held(b));
  assert.deepEqual(await held(a), []);
  await clientReaches(pair.virtualAddress);
  await stop(theirs);
});

test('it follows its interface out of the VRF; unicast runs in a VRF without an interface', async () => {
  const plain = ['use_vmac', 'no_accept'];
  const unicast = (own: string, peer: string, priority: number) =>
    pair
      .instance({
        ...{ ...pace, priority, name: 'far', routerId: 52, address: '10.11.0.101' },
        inside: `    vrf red\n    unicast_src_ip ${own}\n    unicast_peer {\n        ${peer}\n    }`,
      })
      .replace('    interface eth0\n', '')
      .replace('10.11.0.101/24', '10.11.0.101/24 dev eth0');
  const far = started(startHoldfast(a, unicast(a.ipv4, b.ipv4, 150)));
  await pair.settled(a, far, { state: 'master', name: 'far' });
  await clientReaches('10.11.0.101');
  await stop(far);
  const ours = started(startHoldfast(a, instance(150, plain)));
  await isMasterOn(a, 'vrrp.51', pair.virtualAddress);
  assert.equal((await deviceOf(a, 'vrrp.51'))?.master, 'red');
  await a.ip('link set eth0 nomaster');
  await until('the device has left the VRF too', patience, async () => {
    const device = await deviceOf(a, 'vrrp.51');
    return (device !== undefined && device.master === undefined) || undefined;
  });
  await isMasterOn(a, 'vrrp.51', pair.virtualAddress);
  // This kernel cannot drop what is not accepted: that is told, and the address is held all the same.
  await clientReaches(pair.virtualAddress);
  assert.match(ours.log(), /cannot write the table keepalived of nftables/);
  assert.equal(await stop(ours), 0);
});
