/** Connections of a client over a director to three real servers, by every method of forwarding. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Forwarding, Service } from '../../src/base/service.ts';
import { serverName } from '../../src/base/service.ts';
import type { IpvsPlane } from '../../src/linux/ipvs/ipvs.ts';
import { assertDone, direct, making, plain, serverAt, serviceAt } from '../contract/plane-words.ts';
import type { Host } from '../lab/host.ts';
import { until } from '../lab/until.ts';
import { enterGuest } from './guest.ts';
import { emptyTable, ipvsadm } from './ipvsadm.ts';
import { openPlaneIn } from './plane.ts';
import { guePort, type Method } from './server-setup.ts';
import { openSite, type Site } from './site.ts';

enterGuest(import.meta.filename);

const VISITS = 30;

let site: Site;
let plane: IpvsPlane;
before(async () => {
  emptyTable();
  site = await openSite({ directors: 1, servers: 3 });
  await director().ip(
    `addr add ${site.vip}/32 dev eth0`,
    `addr add ${site.vip6}/128 dev eth0 nodad`,
  );
  plane = await openPlaneIn(director().space);
  await Promise.all(site.servers.map((server) => site.serve(server)));
});
after(async () => {
  plane.close();
  await site.close();
});

beforeEach(() => {
  plane.apply(plane.observe().map(({ key }) => ({ kind: 'remove-service', key })));
});

const tunnel = (tunnel: Extract<Forwarding, { kind: 'tunnel' }>['tunnel']): Forwarding => ({
  kind: 'tunnel',
  tunnel,
});
const methods: readonly (readonly [Method, Forwarding, 'ipv4' | 'ipv6'])[] = [
  ['direct', { kind: 'direct' }, 'ipv4'],
  ['direct', { kind: 'direct' }, 'ipv6'],
  ['ipip', tunnel({ kind: 'ipip' }), 'ipv4'],
  ['gue', tunnel({ kind: 'gue', port: guePort, checksum: 'checksum' }), 'ipv4'],
  ['gre', tunnel({ kind: 'gre', checksum: 'none' }), 'ipv4'],
  ['nat', { kind: 'nat' }, 'ipv4'],
  ['nat', { kind: 'nat' }, 'ipv6'],
];

for (const [method, forwarding, family] of methods) {
  const name = JSON.stringify(forwarding.kind === 'tunnel' ? forwarding.tunnel : forwarding);
  test(`connections flow by ${name} over ${family}`, async () => {
    await site.forward(method, director());
    const address = family === 'ipv4' ? site.vip : site.vip6;
    const service = serviceOver(address, forwarding, family);
    const operations = making([service]);
    assertDone(plane.apply(operations), operations.length);
    const visits = await site.visit(VISITS, address);
    assert.deepEqual(visits, { asked: VISITS, failed: [], by: { s1: 10, s2: 10, s3: 10 } });
  });
}

test('what flows is counted, by service and by server', async () => {
  await site.forward('nat', director());
  // A server that comes back to the same service within two minutes counts on from where it was.
  const service = {
    ...serviceOver(site.vip, { kind: 'nat' }, 'ipv4'),
    key: serviceAt(site.vip, 81),
  };
  assertDone(plane.apply(making([service])), 4);
  await site.visit(VISITS, site.vip, 81);
  // The kernel adds up what its processors have counted every two seconds.
  const told = await until('all is counted', 6_000, () => {
    const [one] = plane.traffic([service.key]);
    return one?.traffic.connections === VISITS && one.traffic.packetsOut > 0 ? one : undefined;
  });
  assert.deepEqual(
    told.servers.map(({ traffic }) => traffic.connections),
    [10, 10, 10],
  );
  const { packetsIn, packetsOut, bytesIn, bytesOut } = told.traffic;
  const shown = ipvsadm(
    ['-Ln', '--stats', '--exact', '-t', `${site.vip}:81`],
    '',
    director().space,
  );
  const row = ` ${VISITS} +${packetsIn} +${packetsOut} +${bytesIn} +${bytesOut}`;
  assert.match(shown, new RegExp(row));
});

test('a server of weight 0 gets nothing new; one that is added takes its part', async () => {
  const service = serviceOver(site.vip, { kind: 'nat' }, 'ipv4');
  const [first] = service.servers;
  assert.ok(first !== undefined);
  const { address, port, ...settings } = first;
  assertDone(
    plane.apply([
      ...making([service]),
      {
        kind: 'edit-server',
        service: service.key,
        server: { address, port },
        settings: { ...settings, weight: 0 },
      },
    ]),
    5,
  );
  assert.deepEqual((await site.visit(10)).by, { s2: 5, s3: 5 });
  assertDone(plane.apply([{ kind: 'add-server', service: service.key, server: first }]), 1);
  assert.deepEqual((await site.visit(12)).by, { s1: 4, s2: 4, s3: 4 });
});

function director(): Host {
  const [one] = site.directors;
  assert.ok(one !== undefined);
  return one;
}

/** NAT leads to another port. */
function serviceOver(address: string, forwarding: Forwarding, family: 'ipv4' | 'ipv6'): Service {
  const port = forwarding.kind === 'nat' ? 8080 : 80;
  const servers = site.servers.map((host) =>
    serverAt(host[family], port, { ...direct, forwarding }),
  );
  const inOrder = servers.toSorted((a, b) => (serverName(a) < serverName(b) ? -1 : 1));
  return { key: serviceAt(address, 80), ...plain, servers: inOrder };
}
