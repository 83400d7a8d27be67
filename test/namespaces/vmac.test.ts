/** Virtual routers on the MAC address of the RFC: frames, switches, and whatever may happen to the device. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Capture, capture } from '../lab/capture.ts';
import { command } from '../lab/command.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { crash, signal, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import * as pair from './pair.ts';

const lab = await openLab(['a', 'b', 'c']);
const [a, b, c] = [lab.host('a'), lab.host('b'), lab.host('c')];
after(() => lab.close());

const pace = pair.tenASecond;
const virtualMac = '00:00:5e:00:01:33';
const virtualMac6 = '00:00:5e:00:02:33';
const device = 'vrrp.51';
let tasks: Task[] = [];
afterEach(async () => {
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
  for (const host of [a, b]) {
    for (const link of await devicesOf(host)) await host.ip(`link del ${link.ifname}`);
    // Whoever is killed cannot put settings back.
    await lets(host, 'sysctl -qw net.ipv4.conf.eth0.arp_ignore=0 net.ipv4.conf.eth0.arp_filter=0');
  }
});

function lets(host: Host, line: string): Promise<string> {
  return command('ip', ['netns', 'exec', host.space.name, ...line.split(' ')]);
}

interface LinkEntry {
  readonly ifname: string;
  readonly address: string;
  readonly operstate: string;
  readonly flags: readonly string[];
}

async function devicesOf(host: Host): Promise<readonly LinkEntry[]> {
  const words = ['-n', host.space.name, '-j', 'link', 'show', 'type', 'macvlan'];
  const links = JSON.parse((await command('ip', words)) || '[]') as readonly LinkEntry[];
  return links.filter(({ ifname }) => ifname !== undefined);
}

/** The port of the switch behind which it believes the MAC to be; ports are named like their hosts. */
async function learntAt(mac: string): Promise<string | undefined> {
  const words = ['-n', lab.wire.name, '-j', 'fdb', 'show', 'br', 'br0'];
  const entries = JSON.parse(await command('bridge', words)) as readonly {
    readonly mac: string;
    readonly ifname: string;
  }[];
  return entries.find((entry) => entry.mac === mac)?.ifname;
}

async function learns(mac: string, host: Host): Promise<void> {
  await until(`the switch sees ${mac} at ${host.name}`, 10_000, async () => {
    return (await learntAt(mac)) === host.name || undefined;
  });
}

/** What leaves a host from the virtual MAC while it is no master leads the switch astray. */
function frames(host: Host, mac: string): Task {
  const words = ['-i', host.name, '-Q', 'in', '-n', '-l', '--immediate-mode', 'ether', 'src', mac];
  return lab.startOnWire('tcpdump', words, { name: `tcpdump at ${host.name}` });
}

function countOf(task: Task): number {
  return task
    .log()
    .split('\n')
    .filter((line) => /^\d\d:\d\d:/.test(line)).length;
}

/** The source MACs of the advertisements of a virtual router, in order. */
function senders(tape: Capture, source: string): readonly string[] {
  const bytes = tape.recording();
  const found: string[] = [];
  for (let at = 24; at + 16 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8);
    const frame = bytes.subarray(at + 16, at + 16 + length);
    at += 16 + length;
    const isIpv4 = frame.length >= 34 && frame.readUInt16BE(12) === 0x0800;
    if (!isIpv4 || frame[23] !== 112 || [...frame.subarray(26, 30)].join('.') !== source) continue;
    found.push(
      [...frame.subarray(6, 12)].map((each) => each.toString(16).padStart(2, '0')).join(':'),
    );
  }
  return found;
}

async function reaches(address: string): Promise<boolean> {
  return lets(c, `ping -c 1 -W 1 ${address}`).then(
    () => true,
    () => false,
  );
}

/** A client whose entry for the address is that of the virtual MAC and never changes. */
async function clientReaches(address: string): Promise<void> {
  await until(`${address} answers the client`, 5_000, async () => {
    return (await reaches(address)) || undefined;
  });
}

const configuration = (priority: number, inside = 'use_vmac', interval = pace.interval): string =>
  pair.instance({ ...pace, interval, priority, inside: `    ${inside}` });

async function setting(host: Host, name: string): Promise<string> {
  return (await lets(host, `cat /proc/sys/net/ipv4/conf/${name}`)).trim();
}

test('with keepalived on the other side the MAC moves with the master, and only the master uses it', async () => {
  const tape = await capture(lab);
  const ours = startHoldfast(a, configuration(150));
  tasks.push(ours);
  await pair.settled(a, ours, { state: 'master' });
  const silent = frames(b, virtualMac);
  const peer = startKeepalived(b, configuration(100));
  tasks.push(peer, silent);
  await pair.peerIs(peer, 'BACKUP');
  await learns(virtualMac, a);
  await c.ip(`neigh replace ${pair.virtualAddress} lladdr ${virtualMac} dev eth0 nud permanent`);
  await clientReaches(pair.virtualAddress);
  assert.deepEqual([...new Set(senders(tape, a.ipv4))], [virtualMac]);
  const told = tape.announcements().filter(({ address }) => address === pair.virtualAddress);
  assert.deepEqual([...new Set(told.map(({ mac }) => mac))], [virtualMac]);

  await stop(ours);
  await pair.peerIs(peer, 'MASTER');
  await learns(virtualMac, b);
  await clientReaches(pair.virtualAddress);
  assert.deepEqual(await devicesOf(a), [], 'a device stayed behind');

  // keepalived as master sends from the very MAC that our device has.
  const again = startHoldfast(a, configuration(50));
  tasks.push(again);
  const loud = frames(a, virtualMac);
  tasks.push(loud);
  await pair.settled(a, again, { state: 'backup' });
  await delay(10 * pace.interval);
  const status = await pair.statusOf(a);
  const [instance] = status?.snapshot?.instances ?? [];
  assert.equal(instance?.state, 'backup', 'it did not hear a master with its own MAC');
  assert.equal(instance?.master?.address, b.ipv4);
  assert.equal(countOf(loud), 0, `a backup spoke from the virtual MAC:\n${loud.log()}`);
  assert.equal(await learntAt(virtualMac), 'b');

  await stop(peer);
  await pair.settled(a, again, { state: 'master' });
  await learns(virtualMac, a);
  await clientReaches(pair.virtualAddress);
  await c.ip(`neigh del ${pair.virtualAddress} dev eth0`);
});

test('IPv4 and IPv6 with one id have a device each; a backup of either is silent', async () => {
  const both = (priority: number): string =>
    configuration(priority) +
    pair
      .instance({
        ...{ ...pace, priority, name: 'six', address: 'fe80::64/64\n        fd00:11::64' },
        inside: '    use_vmac',
      })
      .replace('fd00:11::64/24', 'fd00:11::64/64');
  const master = startHoldfast(a, both(150));
  tasks.push(master);
  await pair.settled(a, master, { state: 'master' });
  await pair.settled(a, master, { state: 'master', name: 'six' });
  const silent = [frames(b, virtualMac), frames(b, virtualMac6)];
  const backup = startHoldfast(b, both(100));
  tasks.push(backup, ...silent);
  await pair.settled(b, backup, { state: 'backup', name: 'six' });
  const made = (await devicesOf(b)).map(({ ifname, address }) => [ifname, address]);
  assert.deepEqual(made, [
    [device, virtualMac],
    ['vrrp6.51', virtualMac6],
  ]);
  await clientReaches('fd00:11::64');
  await delay(1_500);
  assert.deepEqual(silent.map(countOf), [0, 0], silent.map((task) => task.log()).join('\n'));
  assert.equal(await learntAt(virtualMac6), 'a');
  await crash(master);
  await pair.settled(b, backup, { state: 'master', name: 'six' });
  await learns(virtualMac6, b);
  await clientReaches('fd00:11::64');
});

test('a device that is taken away is back at once, with its address, and nobody takes over', async () => {
  // A busy machine is not to look like a dead one.
  const slow = 300;
  const master = startHoldfast(a, configuration(150, 'use_vmac', slow));
  tasks.push(master);
  await pair.settled(a, master, { state: 'master' });
  const peer = startHoldfast(b, configuration(100, 'use_vmac', slow));
  tasks.push(peer);
  await pair.settled(b, peer, { state: 'backup' });
  const tape = await capture(lab);
  await a.ip(`link del ${device}`);
  await until('the address is back on the device', 5_000, async () => {
    const [held] = (await a.addresses()).filter(({ address }) => address === pair.virtualAddress);
    return held?.interface === device || undefined;
  });
  await a.ip(`link set ${device} down`);
  await until('the device is up again', 5_000, async () => {
    const [link] = await devicesOf(a);
    return link?.flags.includes('UP') || undefined;
  });
  await delay(5 * slow);
  assert.equal(pair.sentBy(tape, b).length, 0, `the peer took over:\n${master.log()}${peer.log()}`);
  assert.equal(senders(tape, a.ipv4).at(-1), virtualMac);
  await until(
    'the client reaches it',
    5_000,
    async () => (await reaches(pair.virtualAddress)) || undefined,
  );
});

test('what a crash left behind is used by the next daemon; a name that is taken is told', async () => {
  const first = startHoldfast(a, configuration(150));
  await pair.settled(a, first, { state: 'master' });
  await crash(first);
  const [left] = await devicesOf(a);
  assert.equal(left?.ifname, device);
  const second = startHoldfast(a, configuration(150));
  tasks.push(second);
  await pair.settled(a, second, { state: 'master' });
  assert.match(second.log(), /vrrp\.51 on eth0 was there already/);
  await stop(second);
  assert.deepEqual(await devicesOf(a), []);
  assert.equal(await setting(a, 'eth0/arp_ignore'), '0', 'what the first one found is forgotten');
  await a.ip(`link add ${device} type veth peer name other51`);
  const third = startHoldfast(a, configuration(150));
  tasks.push(third);
  await pair.settled(a, third, { state: 'fault' });
  await until(
    'it is told',
    5_000,
    () => /another interface of this name/.test(third.log()) || undefined,
  );
  await a.ip(`link del ${device}`);
  await pair.settled(a, third, { state: 'master' });
});

test('reloads put the device there and take it away, and settings are what they were', async () => {
  assert.equal(await setting(a, 'eth0/arp_ignore'), '0');
  const task = startHoldfast(a, configuration(150, ''));
  tasks.push(task);
  await pair.settled(a, task, { state: 'master' });
  const holdsOn = (name: string) =>
    until(`the address is on ${name}`, 10_000, async () => {
      const places = (await a.addresses()).filter(({ address }) => address === pair.virtualAddress);
      return (places.length === 1 && places[0]?.interface === name) || undefined;
    });
  await holdsOn('eth0');
  pair.rewrite(a, configuration(150));
  signal(task.pid, 'SIGHUP');
  await holdsOn(device);
  assert.equal(await setting(a, 'eth0/arp_ignore'), '1');
  pair.rewrite(a, configuration(150, 'use_vmac vmac51 02:00:00:aa:bb:cc'));
  signal(task.pid, 'SIGHUP');
  await holdsOn('vmac51');
  assert.deepEqual(
    (await devicesOf(a)).map(({ ifname, address }) => [ifname, address]),
    [['vmac51', '02:00:00:aa:bb:cc']],
  );
  pair.rewrite(a, configuration(150, ''));
  signal(task.pid, 'SIGHUP');
  await holdsOn('eth0');
  assert.deepEqual(await devicesOf(a), []);
  assert.equal(await setting(a, 'eth0/arp_ignore'), '0');
});

test('an address that is not accepted is held and announced, and takes no traffic', async () => {
  const task = startHoldfast(a, configuration(150, 'no_accept'));
  tasks.push(task);
  await pair.settled(a, task, { state: 'master' });
  await until('the address is held', 5_000, async () => {
    return (await a.holds(pair.virtualAddress)) || undefined;
  });
  assert.equal(await reaches(pair.virtualAddress), false);
  assert.ok(await reaches(a.ipv4));
  assert.match(await lets(c, 'ip neigh show'), new RegExp(`${pair.virtualAddress} .*${a.mac}`));
  pair.rewrite(a, configuration(150, ''));
  signal(task.pid, 'SIGHUP');
  await clientReaches(pair.virtualAddress);
  pair.rewrite(a, configuration(150, 'no_accept'));
  signal(task.pid, 'SIGHUP');
  await until('it is dropped again', 5_000, async () => {
    return (await reaches(pair.virtualAddress)) ? undefined : true;
  });
  await stop(task);
  assert.equal(await lets(a, 'nft list tables'), '');
});

test('the failover process dies: nobody notices, a rival is named, and settings are put back in the end', async () => {
  const master = startHoldfast(a, configuration(150, 'use_vmac', 300));
  tasks.push(master);
  const status = await pair.settled(a, master, { state: 'master', standby: true });
  const peer = startHoldfast(b, configuration(100, 'use_vmac', 300));
  tasks.push(peer);
  await pair.settled(b, peer, { state: 'backup' });
  const tape = await capture(lab);
  const { pid } = status.failover;
  assert.ok(pid !== undefined);
  signal(pid, 'SIGKILL');
  await until('another has taken its place', 10_000, async () => {
    const now = await pair.statusOf(a);
    return (
      (now?.failover.pid !== pid && now?.snapshot?.instances[0]?.state === 'master') || undefined
    );
  });
  await delay(1_500);
  assert.equal(pair.sentBy(tape, b).length, 0, `the peer took over:\n${master.log()}${peer.log()}`);
  assert.equal(senders(tape, a.ipv4).at(-1), virtualMac);
  assert.ok(await a.holds(pair.virtualAddress));
  await c.ip(`addr add ${pair.virtualAddress}/24 dev eth0`);
  // Whoever asks for somebody says who it is itself.
  await lets(c, `ping -c 1 -W 1 -I ${pair.virtualAddress} 10.11.0.77`).catch(() => '');
  await until('the rival is named', 10_000, () => master.log().includes(c.mac) || undefined);
  await c.ip(`addr del ${pair.virtualAddress}/24 dev eth0`);
  await stop(master);
  assert.equal(await setting(a, 'eth0/arp_ignore'), '0');
  assert.deepEqual(await devicesOf(a), []);
});
