/**
 * Services that are written more than once. The kernel has one entry for an address, port and protocol: keepalived makes
 * it as the first `virtual_server` says and adds the servers of all of them (behaviour 18).
 */
import { type ServiceKey, serviceName } from '../../base/service.ts';
import type { BalancedServer, BalancedService } from '../balancer/model.ts';
import type { ServiceScripts, UpDownScripts } from './balancer-model.ts';

/** A service, and what is run when it or its servers change. */
export interface Translated {
  readonly service: BalancedService;
  readonly scripts: Omit<ServiceScripts, 'service'>;
}

/**
 * No two share a key. A later service that has all keys of one above hands it its servers; of one that has only some of
 * them, those keys stay with the one above.
 */
export function joinServices(written: readonly Translated[]): readonly Translated[] {
  const joined: Translated[] = [];
  const owners = new Map<string, number>();
  for (const each of written) {
    const { keys } = each.service;
    const free = keys.filter((key) => !owners.has(serviceName(key)));
    if (free.length < keys.length) handOver(each, joined, owners);
    if (free.length === 0) continue;
    for (const key of free) owners.set(serviceName(key), joined.length);
    const whole = free.length === keys.length;
    joined.push(whole ? each : { ...each, service: { ...each.service, keys: free } });
  }
  return joined;
}

function handOver(
  later: Translated,
  joined: Translated[],
  owners: ReadonlyMap<string, number>,
): void {
  const names = new Set(later.service.keys.map(serviceName));
  const above = new Set([...names].flatMap((name) => owners.get(name) ?? []));
  for (const index of above) {
    const first = joined[index];
    if (first?.service.keys.every((key) => names.has(serviceName(key)))) {
      joined[index] = join(first, later);
    }
  }
}

/** The first says what is said of a service as a whole; a server that both have is that of the first. */
function join(first: Translated, later: Translated): Translated {
  const [key] = first.service.keys;
  const known = new Set(first.service.servers.map((server) => placeOf(server, key)));
  const added = later.service.servers.filter((server) => !known.has(placeOf(server, key)));
  const scripts = new Map<string, UpDownScripts>(first.scripts.servers);
  for (const { name } of added) {
    const own = later.scripts.servers.get(name);
    if (own !== undefined) scripts.set(name, own);
  }
  return {
    service: {
      ...first.service,
      servers: [...first.service.servers, ...added],
      sorry: first.service.sorry ?? later.service.sorry,
    },
    scripts: {
      up: first.scripts.up ?? later.scripts.up,
      down: first.scripts.down ?? later.scripts.down,
      servers: scripts,
    },
  };
}

function placeOf({ address, port }: BalancedServer, key: ServiceKey | undefined): string {
  return `${address} ${port ?? (key?.kind === 'address' ? key.port : 0)}`;
}
