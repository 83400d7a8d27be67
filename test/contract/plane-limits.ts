/** The parts of the data plane's contract that not every plane has, and the one about numbers. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Server, ServiceKey, ServiceSettings } from '../../src/base/service.ts';
import type { SyncDaemon } from '../../src/plane.ts';
import {
  assertDone,
  direct,
  type PlaneAbilities,
  type PlaneHost,
  plain,
  serverAt,
  serviceAt,
  shows,
} from './plane-words.ts';

const MANY = 300;

export function planeLimits(hostOf: () => PlaneHost, abilities: PlaneAbilities): void {
  it('holds hundreds of services, and changes one server among them', () => {
    const { plane } = hostOf();
    const services = Array.from({ length: MANY }, (_, index) => ({
      key: keyOf(index),
      ...plain,
      servers: Array.from({ length: index % 7 }, (_unused, at) => serverAt(`10.1.${at}.1`, 80)),
    }));
    shows(plane, services);
    const server: Server = serverAt('10.1.0.1', 80, { ...direct, weight: 50 });
    assertDone(plane.apply([{ kind: 'add-server', service: keyOf(150), server }]), 1);
    const told = plane.observe().flatMap(({ servers }) => servers);
    assert.equal(told.filter(({ weight }) => weight === 50).length, 1);
    assert.equal(told.length, services.flatMap(({ servers }) => servers).length);
  });
  if (abilities.thresholds) {
    it('tells the bounds of a server', () => {
      const settings = { ...direct, upper: 1_000, lower: 10 };
      const servers = [serverAt('10.0.0.1', 80, settings)];
      shows(hostOf().plane, [{ key: serviceAt('192.0.2.1', 80), ...plain, servers }]);
    });
  }
  if (abilities.schedulers.includes('mh')) {
    it('tells the flags of a scheduler', () => {
      const flagged = (flags: ServiceSettings['flags']): ServiceSettings => ({
        ...plain,
        scheduler: 'mh',
        flags,
      });
      shows(hostOf().plane, [
        { key: serviceAt('192.0.2.1', 80), ...flagged([1]), servers: [] },
        { key: serviceAt('192.0.2.2', 80), ...flagged([1, 2]), servers: [] },
        { key: serviceAt('192.0.2.3', 80), ...flagged([]), servers: [] },
      ]);
    });
  }
  for (const engine of abilities.engines) {
    it(`tells the persistence engine ${engine}`, () => {
      const persistence = { seconds: 300, prefix: 32, engine };
      const settings = { ...plain, persistence };
      shows(hostOf().plane, [
        { key: serviceAt('192.0.2.1', 5_060, 'udp'), ...settings, servers: [] },
      ]);
    });
  }
  if (abilities.protocols.includes('udp')) {
    it('tells a service that schedules every datagram by itself', () => {
      const settings = { ...plain, onePacket: true };
      shows(hostOf().plane, [{ key: serviceAt('192.0.2.1', 53, 'udp'), ...settings, servers: [] }]);
    });
  }
  if (abilities.timeouts) {
    it('takes timeouts', () => {
      const { plane } = hostOf();
      const timeouts = { tcp: 900, tcpFin: undefined, udp: 30 };
      assert.deepEqual(plane.setTimeouts(timeouts), { done: true });
    });
  }
  synchronises(hostOf, abilities);
}

function synchronises(hostOf: () => PlaneHost, abilities: PlaneAbilities): void {
  const daemon: SyncDaemon = {
    role: 'master',
    interface: 'lo',
    id: 51,
    maximumLength: undefined,
    port: undefined,
    ttl: undefined,
    group: undefined,
  };
  if (!abilities.daemons) {
    it('says that it cannot synchronise connections', () => {
      const result = hostOf().plane.synchronise([daemon]);
      assert.equal(result.done ? 'done' : result.error.code, 'EOPNOTSUPP');
    });
    return;
  }
  it('begins, changes and ends synchronisation, as often as it is asked', () => {
    const { plane } = hostOf();
    const backup: SyncDaemon = { ...daemon, role: 'backup', port: 9_000, ttl: 3 };
    for (const wanted of [[daemon], [daemon], [backup], [backup, daemon], [], []]) {
      assert.deepEqual(plane.synchronise(wanted), { done: true });
    }
  });
  it('says so when an interface to synchronise over is not there', () => {
    const result = hostOf().plane.synchronise([{ ...daemon, interface: 'nowhere' }]);
    assert.equal(result.done ? 'done' : result.error.code, 'ENODEV');
  });
}

function keyOf(index: number): ServiceKey {
  return serviceAt(`198.51.${Math.floor(index / 200)}.${(index % 200) + 1}`, 80);
}
