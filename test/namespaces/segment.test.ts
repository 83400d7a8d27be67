/** Three hosts on one segment, two virtual routers, real packets: what happens to wires and addresses. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Capture, capture } from '../lab/capture.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { openLab } from '../lab/lab.ts';
import type { Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';

const virtual = { ipv4: '10.11.0.100', ipv6: 'fd00:11::100' };
/** Milliseconds. Long enough that a busy machine does not look like a dead one. */
const interval = 500;
/** The longest master down interval here, and what a busy machine may need besides. */
const patience = 4 * interval + 20_000;

const lab = await openLab(['a', 'b', 'c']);
const [a, b, c] = [lab.host('a'), lab.host('b'), lab.host('c')];
after(() => lab.close());
const tape = await capture(lab);
const daemons = new Map(lab.hosts.map((host, index) => [host, start(host, 200 - 50 * index)]));

function start(host: Host, priority: number): Task {
  const instance = (name: string, address: string) => `
vrrp_instance ${name} {
    interface eth0
    version 3
    virtual_router_id 51
    priority ${priority}
    advert_int ${interval / 1000}
    virtual_ipaddress {
        ${address}
    }
}`;
  const four = instance('four', `${virtual.ipv4}/24`);
  return startHoldfast(host, `${four}\n${instance('six', `${virtual.ipv6}/64`)}\n`);
}

async function ownsBoth(host: Host): Promise<boolean> {
  const held = new Set((await host.addresses()).map((entry) => entry.address));
  return Object.values(virtual).every((address) => held.has(address));
}

async function ownsNone(host: Host): Promise<boolean> {
  const held = (await host.addresses()).map((entry) => entry.address);
  return !Object.values(virtual).some((address) => held.includes(address));
}

/** Waits until exactly these hosts own both addresses and the others none. */
async function owners(what: string, ...wanted: readonly Host[]): Promise<void> {
  await until(
    `${what}: ${wanted.map((host) => host.name).join(' and ')} own both`,
    patience,
    async () => {
      const fits = await Promise.all(
        lab.hosts.map((host) => (wanted.includes(host) ? ownsBoth(host) : ownsNone(host))),
      );
      return fits.every((fit) => fit) || undefined;
    },
  ).catch((error: unknown) => {
    const logs = lab.hosts.map((host) => `--- ${host.name}\n${daemons.get(host)?.log()}`);
    throw new Error(`${error}\n${logs.join('\n')}`);
  });
}

/** Whose advertisements are heard during a whole interval, from now on. */
async function heard(on: Capture): Promise<ReadonlySet<string>> {
  const before = on.advertisements().length;
  await until('six more advertisements', patience, () =>
    on.advertisements().length >= before + 6 ? true : undefined,
  );
  return new Set(
    on
      .advertisements()
      .slice(before)
      .map((seen) => seen.source),
  );
}

test('the highest priority owns both addresses, alone', async () => {
  await owners('at the start', a);
  assert.deepEqual(await heard(tape), new Set([a.ipv4, a.linkLocal]));
});

test('a cut cable: the next one owns them, and the host without link gives them up', async () => {
  await lab.cut('a');
  await owners('while the cable is cut', b);
  await lab.restore('a');
  await owners('after the cable is mended', a);
});

test('a partition: one master on each side, and one again when it heals', async () => {
  await lab.isolate('a');
  await owners('while the segment is split', a, b);
  await lab.rejoin('a');
  await owners('when the segment is whole', a);
  assert.deepEqual(await heard(tape), new Set([a.ipv4, a.linkLocal]));
  assert.ok(await ownsNone(c));
});

test('an address that somebody removes is put back, and the log says so', async () => {
  await a.ip(`addr del ${virtual.ipv4}/24 dev eth0`);
  await until(
    'the address is back',
    patience,
    async () => (await a.holds(virtual.ipv4)) || undefined,
  );
  await until('the log names the address', patience, () =>
    /10\.11\.0\.100 was taken from eth0 by/.test(daemons.get(a)?.log() ?? '') ? true : undefined,
  );
});
