/** What the contract of a data plane is run on, and the words that it is written in. */
import assert from 'node:assert/strict';
import {
  type Scheduler,
  type Server,
  type ServerSettings,
  type Service,
  type ServiceKey,
  type ServiceProtocol,
  type ServiceSettings,
  serverName,
  serviceName,
} from '../../src/base/service.ts';
import type { DataPlane, PlaneOperation } from '../../src/plane.ts';
import type { OperationResult } from '../../src/ports.ts';
import { address } from './words.ts';

export interface PlaneHost {
  readonly plane: DataPlane;
  /** A second plane of the same host, as after a restart. */
  readonly again: () => Promise<DataPlane>;
  readonly close: () => Promise<void>;
}

/** What this plane can do; what it cannot is not asked of it. */
export interface PlaneAbilities {
  readonly schedulers: readonly Scheduler[];
  readonly protocols: readonly ServiceProtocol[];
  readonly forwardings: readonly ServerSettings['forwarding'][];
  /** Persistence engines, of which IPVS has one. */
  readonly engines: readonly string[];
  /** Upper and lower thresholds. */
  readonly thresholds: boolean;
  /** Connection timeouts, and synchronisation daemons. */
  readonly timeouts: boolean;
  readonly daemons: boolean;
}

export const plain: ServiceSettings = {
  scheduler: 'rr',
  flags: [],
  persistence: undefined,
  onePacket: false,
};
export const direct: ServerSettings = {
  forwarding: { kind: 'direct' },
  weight: 1,
  upper: 0,
  lower: 0,
};

export function serviceAt(
  text: string,
  port: number,
  protocol: ServiceProtocol = 'tcp',
): ServiceKey {
  return { kind: 'address', protocol, address: address(text), port };
}

export function serverAt(text: string, port: number, settings = direct): Server {
  return { address: address(text), port, ...settings };
}

/** In one order, whatever order the plane tells them in. */
export function sorted(services: readonly Service[]): readonly Service[] {
  return services
    .map((service) => ({
      ...service,
      servers: service.servers.toSorted((a, b) => order(serverName(a), serverName(b))),
    }))
    .toSorted((a, b) => order(serviceName(a.key), serviceName(b.key)));
}

export function order(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** The operations that make a table from nothing. */
export function making(services: readonly Service[]): readonly PlaneOperation[] {
  return services.flatMap(({ key, servers, ...settings }): readonly PlaneOperation[] => [
    { kind: 'add-service', key, settings },
    ...servers.map((server) => ({ kind: 'add-server' as const, service: key, server })),
  ]);
}

export function assertDone(results: readonly OperationResult[], count: number): void {
  assert.deepEqual(results, new Array(count).fill({ done: true }));
}

/** Makes the table and sees it told back. */
export function shows(plane: DataPlane, services: readonly Service[]): void {
  const operations = making(services);
  assertDone(plane.apply(operations), operations.length);
  assert.deepEqual(sorted(plane.observe()), sorted(services));
}
