/** How connections are spread: by every way to draw a server, by weight, by persistence. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Scheduler, Server, ServiceKey, ServiceSettings } from '../../../src/base/service.ts';
import {
  direct,
  openScene,
  perform,
  plain,
  type Scene,
  serve,
  serversAt,
  serviceAt,
  shares,
  vip,
  vip6,
} from './scene.ts';
import { fire } from './volley.ts';

const COUNT = 6_000;
/** What a hash of addresses makes of 6,000 is off by more than of 100,000; chance, by 1 % in one of a million runs. */
const ENOUGH: Partial<Record<Scheduler, number>> = { sh: 24_000, mh: 24_000, twos: 60_000 };

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

const ipv4 = () => scene.servers.map((server) => server.ipv4);
const ipv6 = () => scene.servers.map((server) => server.ipv6);

/** What each server gets of so many connections, each from a client of its own unless said otherwise. */
function spread(
  key: ServiceKey,
  options: { count?: number; clients?: number; firstPort?: number } = {},
) {
  assert.ok(key.kind === 'address');
  const count = options.count ?? COUNT;
  const { client, director } = scene;
  return shares(scene, count, () =>
    fire({
      from: client,
      to: director,
      destination: key.address,
      port: key.port,
      count,
      clients: options.clients ?? count,
      firstPort: options.firstPort ?? 10_000,
    }),
  );
}

let port = 1_000;

function service(settings: Partial<ServiceSettings>, weights: readonly number[]): ServiceKey {
  port += 1;
  const key = serviceAt(vip.nat, port, 'udp');
  serve(scene, key, members(key, weights), { ...plain, ...settings });
  return key;
}

/** At a port of their own, so that two services never share a connection as a server sees it. */
function members(key: ServiceKey, weights: readonly number[] = [1, 1, 1]): readonly Server[] {
  assert.ok(key.kind === 'address');
  return serversAt(ipv4(), key.port, { weights });
}

/** Within 1 % of the whole. */
function assertShares(got: readonly number[], expected: readonly number[], total = COUNT): void {
  for (const [index, share] of expected.entries()) {
    const off = Math.abs((got[index] ?? 0) / total - share);
    assert.ok(off <= 0.01, `${got} of ${total} are not ${expected}`);
  }
}

describe('schedulers', () => {
  const even = [1 / 3, 1 / 3, 1 / 3];
  const byWeight = [1 / 6, 2 / 6, 3 / 6];
  const cases: readonly (readonly [Scheduler, readonly number[]])[] = [
    ['rr', even],
    ['wrr', byWeight],
    ['lc', even],
    ['wlc', byWeight],
    ['twos', byWeight],
    ['sh', byWeight],
    ['mh', byWeight],
    ['fo', [0, 0, 1]],
  ];
  for (const [scheduler, expected] of cases) {
    it(`${scheduler} gives weights 1, 2 and 3 their shares`, async () => {
      const count = ENOUGH[scheduler] ?? COUNT;
      assertShares(await spread(service({ scheduler }, [1, 2, 3]), { count }), expected, count);
    });
  }
  it('gives turns exactly', async () => {
    assert.deepEqual(await spread(service({}, [1, 1, 1])), [2_000, 2_000, 2_000]);
  });
  it('gives one client one server by source hash, whatever its port', async () => {
    const got = await spread(service({ scheduler: 'sh' }, [1, 1, 1]), { clients: 1 });
    assert.deepEqual(got.toSorted(), [0, 0, COUNT]);
  });
  it('hashes ports too where the scheduler says so', async () => {
    const key = service({ scheduler: 'mh', flags: [2] }, [1, 1, 1]);
    const got = await spread(key, { clients: 1, count: 24_000 });
    assertShares(got, even, 24_000);
  });
});

describe('a server that gets no new connections', () => {
  it('gets none at weight 0, and its share again later', async () => {
    const key = service({}, [1, 1, 0]);
    assert.deepEqual(await spread(key), [COUNT / 2, COUNT / 2, 0]);
    const [, , last] = members(key);
    assert.ok(last !== undefined);
    perform(scene.plane, [{ kind: 'edit-server', service: key, server: last, settings: last }]);
    assert.deepEqual(await spread(key, { count: 9_000, firstPort: 20_000 }), [3_000, 3_000, 3_000]);
  });
});

describe('persistence', () => {
  const persistence = { seconds: 300, prefix: 32, engine: undefined };
  it('keeps each client with its server, and still gives clients their turns', async () => {
    const key = service({ persistence }, [1, 1, 1]);
    const got = await spread(key, { clients: 600 });
    assert.deepEqual(got, [2_000, 2_000, 2_000]);
    const one = await spread(key, { clients: 1 });
    assert.deepEqual(one.toSorted(), [0, 0, COUNT]);
  });
  it('takes a network of clients for one', async () => {
    const key = service({ persistence: { ...persistence, prefix: 16 } }, [1, 1, 1]);
    const got = await spread(key);
    assert.deepEqual(got.toSorted(), [0, 0, COUNT]);
    const six = serviceAt(vip6.nat, 10, 'udp');
    const network = { ...persistence, prefix: 64 };
    serve(scene, six, serversAt(ipv6(), 10), { ...plain, persistence: network });
    assert.deepEqual((await spread(six)).toSorted(), [0, 0, COUNT]);
  });
  it('sends clients of a server that is gone to another, and lets them stay there', async () => {
    const key = service({ persistence }, [1, 1, 1]);
    const [home, ...others] = [await spread(key, { clients: 1 })].flatMap((got) =>
      members(key).toSorted(
        (one, other) =>
          (got[ipv4().indexOf(other.address)] ?? 0) - (got[ipv4().indexOf(one.address)] ?? 0),
      ),
    );
    assert.ok(home !== undefined && others.length === 2);
    perform(scene.plane, [{ kind: 'remove-server', service: key, server: home }]);
    const got = await spread(key, { clients: 1, count: 3_000, firstPort: 20_000 });
    assert.equal(got[ipv4().indexOf(home.address)], 0);
    assert.deepEqual(got.toSorted(), [0, 0, 3_000]);
  });
  it('lets clients of a server of weight 0 stay there', async () => {
    const key = service({ persistence }, [1, 1, 1]);
    const got = await spread(key, { clients: 1 });
    const home = got.indexOf(COUNT);
    const server = members(key)[home];
    assert.ok(server !== undefined);
    const settings = { ...server, weight: 0 };
    perform(scene.plane, [{ kind: 'edit-server', service: key, server, settings }]);
    assert.deepEqual(await spread(key, { clients: 1 }), got);
  });
});

describe('by other ways', () => {
  it('gives turns to direct servers', async () => {
    const key = serviceAt(vip.direct, 9, 'udp');
    serve(scene, key, serversAt(ipv4(), 9, { settings: direct }));
    assert.deepEqual(await spread(key), [2_000, 2_000, 2_000]);
    const [first] = scene.plane.traffic([key]);
    assert.equal(first?.traffic.connections, COUNT);
    assert.equal(first.traffic.packetsIn, COUNT);
  });
  it('schedules every datagram by itself where that is asked of direct servers', async () => {
    const settings = { ...plain, onePacket: true };
    const key = serviceAt(vip.direct, 10, 'udp');
    serve(scene, key, serversAt(ipv4(), 10, { settings: direct }), settings);
    // The same client and port all along.
    const { client, director } = scene;
    const target = { from: client, to: director, destination: vip.direct, port: 10 };
    const got = await shares(scene, 30, () => {
      for (let turn = 0; turn < 30; turn += 1)
        fire({ ...target, count: 1, clients: 1, firstPort: 10_000 });
    });
    assert.deepEqual(got, [10, 10, 10]);
  });
  it('gives turns over IPv6, by NAT and directly', async () => {
    const translated = serviceAt(vip6.nat, 9, 'udp');
    serve(scene, translated, serversAt(ipv6(), 9));
    assert.deepEqual(await spread(translated), [2_000, 2_000, 2_000]);
    const straight = serviceAt(vip6.direct, 9, 'udp');
    serve(scene, straight, serversAt(ipv6(), 9, { settings: direct }));
    assert.deepEqual(await spread(straight), [2_000, 2_000, 2_000]);
  });
  it('counts by server what it gave out', async () => {
    const key = service({}, [1, 1, 1]);
    await spread(key);
    const [told] = scene.plane.traffic([key]);
    assert.deepEqual(
      told?.servers.map(({ traffic }) => [traffic.connections, traffic.packetsIn]),
      [
        [2_000, 2_000],
        [2_000, 2_000],
        [2_000, 2_000],
      ],
    );
    assert.equal(told?.traffic.bytesIn, COUNT * 28);
  });
});
