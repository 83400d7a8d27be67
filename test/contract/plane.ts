/** What every data plane keeps. Run it by handing over how to open one that holds nothing. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  type ServerSettings,
  type ServiceKey,
  type ServiceSettings,
  serviceName,
} from '../../src/base/service.ts';
import type { DataPlane, PlaneOperation } from '../../src/plane.ts';
import { planeGlimpses } from './plane-glimpses.ts';
import { planeLimits } from './plane-limits.ts';
import {
  assertDone,
  direct,
  order,
  type PlaneAbilities,
  type PlaneHost,
  plain,
  serverAt,
  serviceAt,
  shows,
  sorted,
} from './plane-words.ts';
import { address } from './words.ts';

export function planeContract(
  name: string,
  abilities: PlaneAbilities,
  open: () => Promise<PlaneHost>,
): void {
  describe(`data plane: ${name}`, () => {
    let host: PlaneHost;
    beforeEach(async () => {
      host = await open();
    });
    afterEach(() => host.close());
    holds(() => host, abilities);
    changes(() => host);
    repeats(() => host);
    counts(() => host);
    planeLimits(() => host, abilities);
    planeGlimpses(() => host, abilities);
  });
}

function holds(hostOf: () => PlaneHost, abilities: PlaneAbilities): void {
  it('holds nothing at first, and nobody has changed that', () => {
    const { plane } = hostOf();
    assert.deepEqual(plane.observe(), []);
    assert.equal(plane.disturbed(), false);
    assertDone(plane.apply([]), 0);
  });
  it('tells a service of every scheduler and protocol as it was asked for', () => {
    const services = abilities.schedulers.flatMap((scheduler, index) =>
      abilities.protocols.map((protocol) => ({
        key: serviceAt(`192.0.2.${index + 1}`, 80, protocol),
        ...plain,
        scheduler,
        servers: [serverAt('10.0.0.1', 80)],
      })),
    );
    shows(hostOf().plane, services);
  });
  it('tells services by mark and by address of both families', () => {
    const marked = (family: 'ipv4' | 'ipv6'): ServiceKey => ({ kind: 'mark', family, mark: 7 });
    shows(hostOf().plane, [
      { key: marked('ipv4'), ...plain, servers: [serverAt('10.0.0.1', 0)] },
      { key: marked('ipv6'), ...plain, servers: [serverAt('fd00::1', 0)] },
      { key: serviceAt('192.0.2.1', 443), ...plain, servers: [serverAt('10.0.0.1', 443)] },
      { key: serviceAt('2001:db8::1', 443), ...plain, servers: [serverAt('fd00::1', 443)] },
    ]);
  });
  it('tells every way of forwarding and every weight', () => {
    const servers = abilities.forwardings.flatMap((forwarding, index) =>
      [0, 1, 65_535].map((weight) => {
        const settings = { ...direct, forwarding, weight };
        return serverAt(`10.0.${index}.${(weight % 200) + 1}`, 80, settings);
      }),
    );
    shows(hostOf().plane, [{ key: serviceAt('192.0.2.1', 80), ...plain, servers }]);
  });
  it('tells persistence', () => {
    const persistent = (prefix: number, seconds: number): ServiceSettings => ({
      ...plain,
      persistence: { seconds, prefix, engine: undefined },
    });
    shows(hostOf().plane, [
      { key: serviceAt('192.0.2.1', 80), ...persistent(32, 300), servers: [] },
      { key: serviceAt('192.0.2.2', 80), ...persistent(17, 1), servers: [] },
      { key: serviceAt('192.0.2.3', 0), ...persistent(24, 360), servers: [] },
      { key: serviceAt('2001:db8::1', 80), ...persistent(128, 300), servers: [] },
      { key: serviceAt('2001:db8::2', 80), ...persistent(56, 2_678_400), servers: [] },
    ]);
  });
  it('holds it still when another plane of the host comes', async () => {
    const { plane, again } = hostOf();
    const service = {
      key: serviceAt('192.0.2.1', 80),
      ...plain,
      servers: [serverAt('10.0.0.1', 80)],
    };
    shows(plane, [service]);
    const second = await again();
    assert.deepEqual(second.observe(), [service]);
    second.close();
    assert.deepEqual(plane.observe(), [service]);
  });
}

function changes(hostOf: () => PlaneHost): void {
  const key = serviceAt('192.0.2.1', 80);
  const servers = [serverAt('10.0.0.1', 80), serverAt('10.0.0.2', 80)];
  const make = (plane: DataPlane) => shows(plane, [{ key, ...plain, servers }]);
  it('changes a service and keeps its servers', () => {
    const { plane } = hostOf();
    make(plane);
    const settings: ServiceSettings = {
      ...plain,
      scheduler: 'wrr',
      persistence: { seconds: 60, prefix: 24, engine: undefined },
    };
    assertDone(plane.apply([{ kind: 'edit-service', key, settings }]), 1);
    assert.deepEqual(sorted(plane.observe()), [{ key, ...settings, servers }]);
    assertDone(plane.apply([{ kind: 'edit-service', key, settings: plain }]), 1);
    assert.deepEqual(sorted(plane.observe()), [{ key, ...plain, servers }]);
  });
  it('changes one server and leaves the other', () => {
    const { plane } = hostOf();
    make(plane);
    const server = { address: address('10.0.0.2'), port: 80 };
    const settings: ServerSettings = { ...direct, forwarding: { kind: 'nat' }, weight: 0 };
    assertDone(plane.apply([{ kind: 'edit-server', service: key, server, settings }]), 1);
    assert.deepEqual(sorted(plane.observe())[0]?.servers, [servers[0], { ...server, ...settings }]);
  });
  it('removes a server, then a service with what is left of it', () => {
    const { plane } = hostOf();
    make(plane);
    const server = { address: address('10.0.0.1'), port: 80 };
    assertDone(plane.apply([{ kind: 'remove-server', service: key, server }]), 1);
    assert.deepEqual(plane.observe()[0]?.servers, [servers[1]]);
    assertDone(plane.apply([{ kind: 'remove-service', key }]), 1);
    assert.deepEqual(plane.observe(), []);
  });
  it('carries out the rest of a batch when one operation of it is refused', () => {
    const { plane } = hostOf();
    make(plane);
    const absent = { address: address('10.0.0.9'), port: 80 };
    const results = plane.apply([
      { kind: 'edit-server', service: key, server: absent, settings: direct },
      { kind: 'add-server', service: serviceAt('192.0.2.9', 80), server: serverAt('10.0.0.1', 80) },
      { kind: 'add-server', service: key, server: serverAt('10.0.0.3', 80) },
    ]);
    assert.deepEqual(
      results.map((result) => result.done),
      [false, false, true],
    );
    for (const result of results) {
      if (result.done) continue;
      assert.match(result.error.code, /^E[A-Z]+$/);
      assert.notEqual(result.error.detail, '', 'a refusal is told in words');
    }
    assert.equal(plane.observe()[0]?.servers.length, 3);
  });
}

function repeats(hostOf: () => PlaneHost): void {
  const key = serviceAt('192.0.2.1', 80);
  const server = serverAt('10.0.0.1', 80);
  const bare = { address: server.address, port: server.port };
  it('makes what is there already what is asked for', () => {
    const { plane } = hostOf();
    shows(plane, [{ key, ...plain, servers: [server] }]);
    const settings: ServiceSettings = { ...plain, scheduler: 'wrr' };
    const heavier = { ...server, weight: 7 };
    shows(plane, [{ key, ...settings, servers: [heavier] }]);
  });
  it('takes the removal of what is not there for done', () => {
    const { plane } = hostOf();
    assertDone(
      plane.apply([
        { kind: 'remove-server', service: key, server: bare },
        { kind: 'remove-service', key },
        { kind: 'add-service', key, settings: plain },
        { kind: 'remove-server', service: key, server: bare },
      ]),
      4,
    );
  });
  it('lets the last word of a batch count, also about what was there before', () => {
    const { plane } = hostOf();
    const other = serviceAt('192.0.2.2', 80);
    shows(plane, [
      { key, ...plain, servers: [server] },
      { key: other, ...plain, servers: [server] },
    ]);
    const settings: ServiceSettings = { ...plain, scheduler: 'wrr' };
    const operations: readonly PlaneOperation[] = [
      { kind: 'add-service', key, settings: plain },
      { kind: 'add-server', service: key, server: { ...server, weight: 3 } },
      { kind: 'edit-service', key, settings },
      { kind: 'edit-server', service: key, server: bare, settings: { ...direct, weight: 9 } },
      { kind: 'add-service', key: other, settings },
      { kind: 'add-server', service: other, server: { ...server, weight: 5 } },
      { kind: 'remove-service', key: other },
    ];
    assertDone(plane.apply(operations), operations.length);
    assert.deepEqual(plane.observe(), [{ key, ...settings, servers: [{ ...server, weight: 9 }] }]);
  });
}

function counts(hostOf: () => PlaneHost): void {
  const key = serviceAt('192.0.2.1', 80);
  const other = serviceAt('192.0.2.2', 80);
  const server = serverAt('10.0.0.1', 80);
  it('tells the traffic of all services, or of those named that are there', () => {
    const { plane } = hostOf();
    shows(plane, [
      { key, ...plain, servers: [server] },
      { key: other, ...plain, servers: [] },
    ]);
    const none = { connections: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 };
    const quiet = { ...none, activeConnections: 0, inactiveConnections: 0 };
    const { address: at, port } = server;
    const mine = { key, traffic: none, servers: [{ key: { address: at, port }, traffic: quiet }] };
    const theirs = { key: other, traffic: none, servers: [] };
    const byName = plane
      .traffic()
      .toSorted((a, b) => order(serviceName(a.key), serviceName(b.key)));
    assert.deepEqual(byName, [mine, theirs]);
    assert.deepEqual(plane.traffic([key, serviceAt('192.0.2.9', 80)]), [mine]);
    assert.deepEqual(plane.traffic([]), []);
  });
}
