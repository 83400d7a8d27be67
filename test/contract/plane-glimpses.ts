/** What a plane that tells of no disturbance keeps: its glimpses show what others do, and it looks at single services. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  type Service,
  type ServiceKey,
  type ServiceSettings,
  serverName,
  serviceName,
} from '../../src/base/service.ts';
import { createTable } from '../../src/engine/balancer/table.ts';
import type { DataPlane, Glimpse, PlaneOperation } from '../../src/plane.ts';
import {
  assertDone,
  direct,
  making,
  type PlaneAbilities,
  type PlaneHost,
  plain,
  serverAt,
  serviceAt,
} from './plane-words.ts';

interface Seeing extends DataPlane {
  glimpse(): Glimpse;
  look(keys: readonly ServiceKey[]): readonly Service[];
}

/** undefined: it is told of disturbances, and has neither glimpses nor looks. */
function seeing(plane: DataPlane): Seeing | undefined {
  return plane.glimpse === undefined || plane.look === undefined ? undefined : (plane as Seeing);
}

const web = serviceAt('192.0.2.1', 80);
const other = serviceAt('2001:db8::1', 443, 'udp');
const pair: readonly Service[] = [
  { key: web, ...plain, servers: [serverAt('10.0.0.1', 80), serverAt('10.0.0.2', 80)] },
  { key: other, ...plain, servers: [serverAt('fd00::1', 443)] },
];

export function planeGlimpses(hostOf: () => PlaneHost, abilities: PlaneAbilities): void {
  glimpses(hostOf, abilities);
  changes(hostOf);
  looks(hostOf);
}

function glimpses(hostOf: () => PlaneHost, abilities: PlaneAbilities): void {
  it('glimpses everything as it was asked for', () => {
    const plane = seeing(hostOf().plane);
    if (plane === undefined) return;
    const believed = createTable();
    const operations = making(gallery(abilities));
    assertDone(plane.apply(operations), operations.length);
    for (const operation of operations) believed.applied(operation);
    assert.deepEqual(believed.doubtful(plane.glimpse()), []);
  });
  it('glimpses a service of many servers, and a table of many services', async () => {
    const { plane, again } = hostOf();
    const own = seeing(plane);
    if (own === undefined) return;
    const servers = Array.from({ length: 2_500 }, (_, at) =>
      serverAt(`10.1.${at >> 8}.${at & 255}`, 80),
    );
    const many = Array.from({ length: 600 }, (_, at) => ({
      key: serviceAt(`198.51.${at >> 8}.${at & 255}`, 80),
      ...plain,
      servers: servers.slice(at, at + 3),
    }));
    const believed = createTable();
    const operations = making([...many, { key: web, ...plain, servers }]);
    assertDone(plane.apply(operations), operations.length);
    for (const operation of operations) believed.applied(operation);
    assert.deepEqual(believed.doubtful(own.glimpse()), []);
    const stranger = await again();
    const server = serverAt('10.1.9.9', 80);
    const settings = { ...direct, weight: 0 };
    stranger.apply([{ kind: 'edit-server', service: web, server, settings }]);
    assert.deepEqual(believed.doubtful(own.glimpse()), [web]);
    stranger.close();
  });
}

function changes(hostOf: () => PlaneHost): void {
  it('glimpses what another changes, comes back to, or takes away', async () => {
    const { plane, again } = hostOf();
    const own = seeing(plane);
    if (own === undefined) return;
    const believed = createTable();
    for (const operation of making(pair)) believed.applied(operation);
    plane.apply(making(pair));
    own.glimpse();
    const stranger = await again();
    const doubts = (operations: readonly PlaneOperation[]): readonly string[] => {
      assertDone(stranger.apply(operations), operations.length);
      const found = believed.doubtful(own.glimpse()).map(serviceName);
      stranger.apply(making(pair));
      assert.deepEqual(believed.doubtful(own.glimpse()), [], 'all is as it was again');
      return found;
    };
    const server = serverAt('10.0.0.2', 80);
    const heavy = { ...direct, weight: 9 };
    const settings: ServiceSettings = { ...plain, scheduler: 'wrr' };
    assert.deepEqual(doubts([{ kind: 'edit-server', service: web, server, settings: heavy }]), [
      serviceName(web),
    ]);
    const forwarding = { kind: 'nat' } as const;
    const masked = { ...direct, forwarding };
    assert.deepEqual(doubts([{ kind: 'edit-server', service: web, server, settings: masked }]), [
      serviceName(web),
    ]);
    assert.deepEqual(doubts([{ kind: 'remove-server', service: web, server }]), [serviceName(web)]);
    assert.deepEqual(doubts([{ kind: 'edit-service', key: other, settings }]), [
      serviceName(other),
    ]);
    assert.deepEqual(doubts([{ kind: 'remove-service', key: web }]), [serviceName(web)]);
    stranger.close();
  });
  it('glimpses a change of its own that another has undone, and a service that came and went', async () => {
    const { plane, again } = hostOf();
    const own = seeing(plane);
    if (own === undefined) return;
    const believed = createTable();
    const apply = (operations: readonly PlaneOperation[]): void => {
      assertDone(plane.apply(operations), operations.length);
      for (const operation of operations) believed.applied(operation);
    };
    apply(making(pair));
    own.glimpse();
    const stranger = await again();
    const server = serverAt('10.0.0.2', 80);
    const edit = { kind: 'edit-server', service: web, server } as const;
    apply([{ ...edit, settings: { ...direct, weight: 9 } }]);
    stranger.apply([{ ...edit, settings: direct }]);
    const fresh = serviceAt('192.0.2.9', 80);
    apply([{ kind: 'add-service', key: fresh, settings: plain }]);
    stranger.apply([{ kind: 'remove-service', key: fresh }]);
    const found = believed.doubtful(own.glimpse()).map(serviceName);
    assert.deepEqual(found.toSorted(), [serviceName(web), serviceName(fresh)].toSorted());
    stranger.close();
  });
}

function looks(hostOf: () => PlaneHost): void {
  it('looks at the services that it is asked for, and tells nothing of what is not there', () => {
    const plane = seeing(hostOf().plane);
    if (plane === undefined) return;
    plane.apply(making(pair));
    assert.deepEqual(plane.look([other, serviceAt('192.0.2.9', 80)]), pair.slice(1));
    assert.deepEqual(plane.look([]), []);
  });
}

/** Everything that the plane can hold. */
function gallery({ schedulers, protocols, forwardings }: PlaneAbilities): readonly Service[] {
  const plainly = schedulers.flatMap((scheduler, at) =>
    protocols.map((protocol) => ({
      ...{ ...plain, scheduler, key: serviceAt(`192.0.2.${at + 1}`, 80, protocol) },
      servers: forwardings.map((forwarding, place) =>
        serverAt(`10.0.${at}.${place + 1}`, 80, { ...direct, forwarding, weight: place * 7 }),
      ),
    })),
  );
  const persistence = { seconds: 77, prefix: 17, engine: undefined };
  const wide = { seconds: 360, prefix: 56, engine: undefined };
  const marked = (family: 'ipv4' | 'ipv6'): ServiceKey => ({ kind: 'mark', family, mark: 7 });
  return [
    ...plainly,
    { ...plain, persistence, key: serviceAt('192.0.3.1', 80), servers: [] },
    { ...plain, persistence: wide, key: serviceAt('2001:db8::2', 80), servers: [] },
    { ...plain, onePacket: true, key: serviceAt('192.0.3.2', 80, 'udp'), servers: [] },
    { ...plain, key: marked('ipv4'), servers: [serverAt('10.0.0.1', 0)] },
    { ...plain, key: marked('ipv6'), servers: [serverAt('fd00::1', 0)] },
    { ...plain, key: other, servers: [serverAt('fd00::1', 443), serverAt('fd00::2', 443)] },
  ].map(({ servers, ...rest }) => ({ ...rest, servers: distinct(servers) }));
}

function distinct(servers: Service['servers']): Service['servers'] {
  return [...new Map(servers.map((server) => [serverName(server), server])).values()];
}
