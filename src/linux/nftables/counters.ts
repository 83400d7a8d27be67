/**
 * What has gone through services and servers. The kernel counts by server; a service is the sum of its servers and of
 * those that it had since this process began. Of a connection nothing is known but its start: active and inactive
 * ones are 0. Answers of direct servers do not come by here, so nothing is counted outward for those.
 */
import type { Family } from '../../base/address.ts';
import { type Service, serverName, serviceName } from '../../base/service.ts';
import type { ServerTraffic, ServiceTraffic, Traffic } from '../../plane.ts';
import { hostUint32, hostUint32Of } from '../../wire/nftables/attribute.ts';
import type { DumpedElement } from '../../wire/nftables/element.ts';
import type { IdentityOf } from '../../wire/nftables/identity.ts';
import { familyOfService } from '../../wire/nftables/selection.ts';
import { COUNTERS } from '../../wire/nftables/service-change.ts';
import type { Services } from './model.ts';
import type { NftablesSocket } from './socket.ts';

/** Up to so many servers are asked for one by one; more by a dump of all. */
const FEW = 512;
const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
const NOTHING: Traffic = { connections: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 };

type Counter = (typeof COUNTERS)[number];
type Readings = ReadonlyMap<number, DumpedElement>;

export class NftablesCounters {
  readonly #socket: NftablesSocket;
  readonly #identify: IdentityOf;
  /** By service: what its former servers have had. */
  readonly #former = new Map<string, Traffic>();

  constructor(socket: NftablesSocket, identify: IdentityOf) {
    this.#socket = socket;
    this.#identify = identify;
  }

  read(services: readonly Service[], held: Services): readonly ServiceTraffic[] {
    const servers = services.reduce((sum, service) => sum + service.servers.length, 0);
    const all = [...held.values()].reduce((sum, service) => sum + service.servers.length, 0);
    const readings = this.#readings(services, servers > FEW || servers === all);
    return services.map((service) => {
      const told = service.servers.map((server) => ({
        key: { address: server.address, port: server.port },
        traffic: trafficOf(this.#identify(service.key, server), readings),
      }));
      const former = this.#former.get(serviceName(service.key)) ?? NOTHING;
      const traffic = told.reduce((sum, one) => plus(sum, one.traffic), former);
      return { key: service.key, traffic, servers: told };
    });
  }

  /** To be called before `names` become what they are in `target`: what goes with a server stays with its service. */
  keep(names: ReadonlySet<string>, held: Services, target: Services): void {
    const losing: Service[] = [];
    for (const name of names) {
      const [before, after] = [held.get(name), target.get(name)];
      if (after === undefined) this.#former.delete(name);
      if (before === undefined || after === undefined) continue;
      const kept = new Set(after.servers.map(serverName));
      const servers = before.servers.filter((server) => !kept.has(serverName(server)));
      if (servers.length > 0) losing.push({ ...before, servers });
    }
    if (losing.length === 0) return;
    for (const { key, traffic } of this.read(losing, held)) {
      this.#former.set(serviceName(key), traffic);
    }
  }

  #readings(services: readonly Service[], all: boolean): ReadonlyMap<Counter, Readings> {
    return new Map(
      COUNTERS.map((counter) => [
        counter,
        new Map(
          FAMILIES.flatMap((family) => this.#elements(family, counter, { services, all })).map(
            (element) => [hostUint32Of(element.key), element],
          ),
        ),
      ]),
    );
  }

  #elements(
    family: Family,
    counter: Counter,
    { services, all }: { readonly services: readonly Service[]; readonly all: boolean },
  ): readonly DumpedElement[] {
    const concerned = services.filter(({ key }) => familyOfService(key) === family);
    if (concerned.length === 0) return [];
    if (all) {
      const dumped = this.#socket.elements(family, counter);
      return dumped.ok ? dumped.value : [];
    }
    const keys = concerned.flatMap(({ key, servers }) =>
      servers.map((server) => hostUint32(this.#identify(key, server))),
    );
    return this.#socket.elementsOf(family, counter, keys);
  }
}

function trafficOf(number: number, readings: ReadonlyMap<Counter, Readings>): ServerTraffic {
  const of = (counter: Counter) => readings.get(counter)?.get(number);
  return {
    connections: of('connections')?.packets ?? 0,
    packetsIn: of('inward')?.packets ?? 0,
    packetsOut: of('outward')?.packets ?? 0,
    bytesIn: of('inward')?.bytes ?? 0,
    bytesOut: of('outward')?.bytes ?? 0,
    activeConnections: 0,
    inactiveConnections: 0,
  };
}

function plus(one: Traffic, other: Traffic): Traffic {
  return {
    connections: one.connections + other.connections,
    packetsIn: one.packetsIn + other.packetsIn,
    packetsOut: one.packetsOut + other.packetsOut,
    bytesIn: one.bytesIn + other.bytesIn,
    bytesOut: one.bytesOut + other.bytesOut,
  };
}
