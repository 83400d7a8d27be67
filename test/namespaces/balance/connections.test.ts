/** Living connections: that they flow, and that none moves when something else changes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { type Server, type ServiceKey, serviceName } from '../../../src/base/service.ts';
import { sorted } from '../../contract/plane-words.ts';
import { call, greet } from './crowd.ts';
import {
  afar,
  direct,
  nat,
  openScene,
  perform,
  plain,
  type Scene,
  serve,
  serversAt,
  serviceAt,
  vip,
  vip6,
} from './scene.ts';

const CROWD = 900;
const FEW = 30;
const masquerade = { kind: 'nat', masquerade: true } as const;

let scene: Scene;
before(async () => {
  scene = await openScene();
  await greet(scene.servers, (host) => [
    ['tcp', '::', 80],
    ['tcp', '::', 8_080],
    ['udp', host.ipv4, 53],
    ['udp', vip.direct, 53],
    ['udp', host.ipv6, 53],
    ['udp', vip6.direct, 53],
  ]);
});
after(() => scene.close());

const ipv4 = () => scene.servers.map((server) => server.ipv4);
const ipv6 = () => scene.servers.map((server) => server.ipv6);
const thirds = (count: number) => ({ a: count / 3, b: count / 3, c: count / 3 });

function tcp(address: string, port: number, local: string, count = FEW) {
  return call(scene.client, { protocol: 'tcp', address, port, count, local });
}

function udp(address: string, local: string, count = FEW) {
  return call(scene.client, { protocol: 'udp', address, port: 53, count, local });
}

function onDirector(...words: readonly string[]): string {
  const { name } = scene.director.space;
  return execFileSync('ip', ['netns', 'exec', name, ...words], { encoding: 'utf8' });
}

/** Everything that can happen to a service beside the server that a connection is with. */
function upheaval(key: ServiceKey, servers: readonly Server[]): void {
  const [first, second] = servers;
  assert.ok(first !== undefined && second !== undefined);
  const { plane } = scene;
  const other = serviceAt('198.51.100.7', 80);
  const mh = { ...plain, scheduler: 'mh' } as const;
  const weigh = (server: Server, weight: number): void =>
    perform(plane, [
      { kind: 'edit-server', service: key, server, settings: { ...server, weight } },
    ]);
  weigh(first, 0);
  weigh(second, 9);
  const another = { ...first, port: first.port + 1, weight: 1 };
  perform(plane, [
    { kind: 'add-server', service: key, server: another },
    { kind: 'add-service', key: other, settings: mh },
  ]);
  perform(plane, [{ kind: 'edit-service', key, settings: mh }]);
  perform(plane, [
    { kind: 'remove-service', key: other },
    { kind: 'remove-server', service: key, server: another },
  ]);
}

describe('connections by NAT', () => {
  it('flow and stay, whatever changes beside them', async () => {
    const key = serviceAt(vip.nat, 80);
    const servers = serversAt(ipv4(), 8_080);
    serve(scene, key, servers);
    const crowd = await tcp(vip.nat, 80, scene.client.ipv4, CROWD);
    assert.deepEqual(crowd.first, { by: thirds(CROWD), moved: 0 });
    upheaval(key, servers);
    assert.deepEqual(await crowd.again(), { by: thirds(CROWD), moved: 0 });
    const [told] = scene.plane.traffic([key]);
    assert.equal(told?.traffic.connections, CROWD);
    assert.ok(told.traffic.packetsOut >= 3 * CROWD, 'answers are counted too');
  });
  it('outlast the daemon, and a ruleset that somebody flushed', async () => {
    const key = serviceAt(vip.nat, 81);
    const service = serve(scene, key, serversAt(ipv4(), 8_080));
    const crowd = await tcp(vip.nat, 81, scene.client.ipv4);
    const second = scene.again();
    const known = second.observe().filter((one) => serviceName(one.key) === serviceName(key));
    assert.deepEqual(sorted(known), sorted([service]));
    second.close();
    // What comes until it is put right is refused: without our chains the kernel does not translate.
    onDirector('nft', 'flush', 'ruleset');
    assert.ok(scene.plane.disturbed());
    assert.deepEqual(scene.plane.observe(), []);
    serve(scene, key, service.servers);
    assert.deepEqual(await crowd.again(), { by: thirds(FEW), moved: 0 });
    assert.deepEqual((await tcp(vip.nat, 81, scene.client.ipv4)).first.by, thirds(FEW));
  });
  it('flow over IPv6 and by UDP', async () => {
    serve(scene, serviceAt(vip6.nat, 80), serversAt(ipv6(), 8_080));
    const streams = await tcp(vip6.nat, 80, scene.client.ipv6);
    assert.deepEqual(streams.first.by, thirds(FEW));
    const key = serviceAt(vip.nat, 53, 'udp');
    serve(scene, key, serversAt(ipv4(), 53));
    const datagrams = await udp(vip.nat, scene.client.ipv4);
    assert.deepEqual(datagrams.first.by, thirds(FEW));
    assert.deepEqual(await datagrams.again(), { by: thirds(FEW), moved: 0 });
    serve(scene, serviceAt(vip6.nat, 53, 'udp'), serversAt(ipv6(), 53));
    assert.deepEqual((await udp(vip6.nat, scene.client.ipv6)).first.by, thirds(FEW));
  });
  it('leave a server that is gone at the next datagram, and nobody else', async () => {
    const key = serviceAt(vip.nat, 53, 'udp');
    const servers = serversAt(ipv4(), 53);
    serve(scene, key, servers);
    const crowd = await udp(vip.nat, scene.client.ipv4);
    const [gone] = servers;
    assert.ok(gone !== undefined);
    perform(scene.plane, [{ kind: 'remove-server', service: key, server: gone }]);
    const { by, moved } = await crowd.again();
    assert.deepEqual([by.a, moved], [undefined, FEW / 3]);
  });
  it('come from the director where that is asked for, so that any way back is good', async () => {
    const settings = { ...nat, forwarding: masquerade };
    serve(scene, serviceAt(vip.nat, 82), serversAt(ipv4(), 80, { settings }));
    serve(scene, serviceAt(vip6.nat, 82), serversAt(ipv6(), 80, { settings }));
    // Servers answer these addresses themselves, not by way of the director.
    const crowd = await tcp(vip.nat, 82, afar.ipv4);
    assert.deepEqual(crowd.first.by, thirds(FEW));
    assert.deepEqual((await tcp(vip6.nat, 82, afar.ipv6)).first.by, thirds(FEW));
  });
  it('begin on the director itself too', async () => {
    serve(scene, serviceAt(vip.nat, 83), serversAt(ipv4(), 80));
    const target = { protocol: 'tcp', address: vip.nat, port: 83, count: FEW } as const;
    const crowd = await call(scene.director, { ...target, local: scene.director.ipv4 });
    assert.deepEqual(crowd.first.by, thirds(FEW));
  });
});

describe('connections by NAT besides', () => {
  it('pass a firewall that drops what it does not know and lets translated packets go', async () => {
    onDirector(
      'nft',
      'add table inet guard; ' +
        'add chain inet guard onward { type filter hook forward priority 10; policy drop; }; ' +
        'add rule inet guard onward ct state established,related accept; ' +
        'add rule inet guard onward ct status dnat accept',
    );
    serve(scene, serviceAt(vip.nat, 84), serversAt(ipv4(), 80));
    const crowd = await tcp(vip.nat, 84, scene.client.ipv4);
    onDirector('nft', 'delete table inet guard');
    assert.deepEqual(crowd.first.by, thirds(FEW));
  });
  it('come back to their server while a client is remembered, over changes and a daemon that starts again', async () => {
    const persistence = { seconds: 60, prefix: 32, engine: undefined };
    const key = serviceAt(vip.nat, 88);
    const settings = { ...nat, forwarding: masquerade };
    const servers = serversAt(ipv4(), 80, { settings });
    serve(scene, key, servers, { ...plain, persistence });
    const clients = [scene.client.ipv4, afar.ipv4].join(',');
    const { homes } = await tcp(vip.nat, 88, clients, 2);
    assert.equal(new Set(Object.values(homes)).size, 2);
    upheaval(key, servers);
    const another = scene.again();
    const heavier = servers.map((server, index) => ({ ...server, weight: index + 3 }));
    serve({ plane: another }, key, heavier, { ...plain, persistence });
    another.close();
    assert.deepEqual((await tcp(vip.nat, 88, clients, 2)).homes, homes);
    assert.ok(scene.plane.disturbed(), 'somebody else has written');
    scene.plane.observe();
  });
});

describe('connections to direct servers', () => {
  it('flow and stay, whatever changes beside them', async () => {
    const key = serviceAt(vip.direct, 80);
    const servers = serversAt(ipv4(), 80, { settings: direct });
    serve(scene, key, servers);
    const crowd = await tcp(vip.direct, 80, afar.ipv4, CROWD);
    assert.deepEqual(crowd.first, { by: thirds(CROWD), moved: 0 });
    upheaval(key, servers);
    assert.deepEqual(await crowd.again(), { by: thirds(CROWD), moved: 0 });
  });
  it('flow over IPv6 and by UDP', async () => {
    serve(scene, serviceAt(vip6.direct, 80), serversAt(ipv6(), 80, { settings: direct }));
    const streams = await tcp(vip6.direct, 80, afar.ipv6);
    assert.deepEqual(streams.first.by, thirds(FEW));
    assert.deepEqual(await streams.again(), { by: thirds(FEW), moved: 0 });
    serve(scene, serviceAt(vip.direct, 53, 'udp'), serversAt(ipv4(), 53, { settings: direct }));
    const datagrams = await udp(vip.direct, afar.ipv4);
    assert.deepEqual(datagrams.first.by, thirds(FEW));
    assert.deepEqual(await datagrams.again(), { by: thirds(FEW), moved: 0 });
    const six = serversAt(ipv6(), 53, { settings: direct });
    serve(scene, serviceAt(vip6.direct, 53, 'udp'), six);
    assert.deepEqual((await udp(vip6.direct, afar.ipv6)).first.by, thirds(FEW));
  });
  it('share a service with servers by NAT', async () => {
    const [one, ...others] = serversAt(ipv4(), 80, { settings: direct });
    assert.ok(one !== undefined);
    const translated = { ...one, forwarding: masquerade };
    serve(scene, serviceAt(vip.direct, 8_080), [
      { ...translated, port: 80 },
      ...others.map((server) => ({ ...server, port: 8_080 })),
    ]);
    const crowd = await tcp(vip.direct, 8_080, afar.ipv4);
    assert.deepEqual(crowd.first.by, thirds(FEW));
    assert.deepEqual(await crowd.again(), { by: thirds(FEW), moved: 0 });
  });
});

describe('services by other keys', () => {
  it('are found by a firewall mark', async () => {
    onDirector(
      'nft',
      'add table ip marks; add chain ip marks in { type filter hook prerouting priority mangle; }; ' +
        'add rule ip marks in tcp dport 9000-9010 meta mark set 7',
    );
    serve(scene, { kind: 'mark', family: 'ipv4', mark: 7 }, serversAt(ipv4(), 80));
    const crowd = await tcp(vip.nat, 9_005, scene.client.ipv4);
    assert.deepEqual(crowd.first.by, thirds(FEW));
    assert.deepEqual(await crowd.again(), { by: thirds(FEW), moved: 0 });
    assert.match(onDirector('nft', 'list', 'table', 'ip', 'marks'), /9000-9010/);
    onDirector('nft', 'delete', 'table', 'ip', 'marks');
  });
  it('are found by a firewall mark over IPv6, and when they are handed on as they are', async () => {
    onDirector(
      'nft',
      ['ip', 'ip6']
        .map(
          (family) =>
            `add table ${family} marks; add chain ${family} marks in { type filter hook prerouting priority mangle; }; `,
        )
        .concat(
          'add rule ip6 marks in tcp dport 9005 meta mark set 8; ',
          `add rule ip marks in ip daddr ${vip.direct} tcp dport 8080 meta mark set 9`,
        )
        .join(''),
    );
    serve(scene, { kind: 'mark', family: 'ipv6', mark: 8 }, serversAt(ipv6(), 80));
    assert.deepEqual((await tcp(vip6.nat, 9_005, scene.client.ipv6)).first.by, thirds(FEW));
    const straight = serversAt(ipv4(), 0, { settings: direct });
    serve(scene, { kind: 'mark', family: 'ipv4', mark: 9 }, straight);
    const crowd = await tcp(vip.direct, 8_080, afar.ipv4);
    assert.deepEqual(crowd.first.by, thirds(FEW));
    assert.deepEqual(await crowd.again(), { by: thirds(FEW), moved: 0 });
    onDirector('nft', 'delete table ip marks; delete table ip6 marks');
  });
  it('take every port of an address', async () => {
    const persistence = { seconds: 60, prefix: 32, engine: undefined };
    const key = serviceAt('10.11.0.102', 0);
    await scene.director.ip('addr add 10.11.0.102/32 dev eth0');
    serve(scene, key, serversAt(ipv4(), 0), { ...plain, persistence });
    const [one, other] = [
      await tcp('10.11.0.102', 80, scene.client.ipv4),
      await tcp('10.11.0.102', 8_080, scene.client.ipv4),
    ];
    assert.equal(Object.keys(one.first.by).length, 1);
    assert.deepEqual(one.first.by, other.first.by);
  });
});

describe('a service', () => {
  it('refuses at once while it has no server, and lets those in that come to the last', async () => {
    const key = serviceAt(vip.nat, 85);
    serve(scene, key, []);
    const refused = await tcp(vip.nat, 85, scene.client.ipv4, 1);
    assert.deepEqual(refused.first.by, { ECONNREFUSED: 1 });
    const [sorry] = serversAt(ipv4(), 80);
    assert.ok(sorry !== undefined);
    perform(scene.plane, [{ kind: 'add-server', service: key, server: sorry }]);
    assert.deepEqual((await tcp(vip.nat, 85, scene.client.ipv4)).first.by, { a: FEW });
    perform(scene.plane, [{ kind: 'remove-server', service: key, server: sorry }]);
    assert.deepEqual((await tcp(vip.nat, 85, scene.client.ipv4, 1)).first.by, { ECONNREFUSED: 1 });
  });
  it('drains: at weight 0 a server keeps its connections and gets no more', async () => {
    const key = serviceAt(vip.nat, 86);
    const servers = serversAt(ipv4(), 80);
    serve(scene, key, servers);
    const crowd = await tcp(vip.nat, 86, scene.client.ipv4);
    const [first] = servers;
    assert.ok(first !== undefined);
    const settings = { ...first, weight: 0 };
    perform(scene.plane, [{ kind: 'edit-server', service: key, server: first, settings }]);
    assert.deepEqual(await crowd.again(), { by: thirds(FEW), moved: 0 });
    const later = await tcp(vip.nat, 86, scene.client.ipv4);
    assert.deepEqual(later.first.by, { b: FEW / 2, c: FEW / 2 });
  });
});

describe('a daemon that has taken its services away', () => {
  it('leaves the table behind as long as streams live that it gave out', async () => {
    const key = serviceAt(vip.nat, 87);
    serve(scene, key, serversAt(ipv4(), 80));
    const crowd = await tcp(vip.nat, 87, scene.client.ipv4);
    const last = scene.again();
    perform(
      last,
      last.observe().map((service) => ({ kind: 'remove-service', key: service.key })),
    );
    last.close();
    assert.match(onDirector('nft', 'list', 'tables'), /table ip holdfast/);
    assert.deepEqual(await crowd.again(), { by: thirds(FEW), moved: 0 });
  });
});
