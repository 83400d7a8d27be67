/** What is asked about services and ordered for their servers over the control socket. */
import { serviceName } from '../../base/service.ts';
import type { Instant, WallTime } from '../../base/units.ts';
import type { OverrideOrder } from '../../engine/balancer/input.ts';
import type { BalancedServer, BalancedService } from '../../engine/balancer/model.ts';
import type {
  BalancerSnapshot,
  ServerSnapshot,
  ServiceSnapshot,
} from '../../engine/balancer/snapshot.ts';
import type { Override } from '../../health/pool.ts';
import type { ServiceTraffic } from '../../plane.ts';
import type { Remark } from '../journal/history.ts';
import { type PackedModel, type ServiceHead, unpackService } from './packed-model.ts';
import type { BalancerFacts } from './part.ts';

export type ServicesAnswer =
  | { readonly kind: 'nothing-balanced' }
  | {
      readonly kind: 'services';
      readonly now: Instant;
      readonly facts: BalancerFacts;
      /** undefined while the process is not ready to tell. */
      readonly snapshot: BalancerSnapshot | undefined;
      readonly traffic: readonly ServiceTraffic[];
      /** Orders that hold, also for servers that are not configured at the moment. */
      readonly overrides: readonly OverrideOrder[];
    };

export interface ServerOrder {
  /** A service and a server in any of their forms. */
  readonly service: string;
  readonly server: string;
  readonly override: Override | undefined;
}

export type ServerOrderAnswer =
  | { readonly kind: 'ordered'; readonly service: string; readonly server: string }
  /** A sentence that says what there is instead. */
  | { readonly kind: 'unknown'; readonly error: string };

/** What is known of the services and servers that a name may mean. */
export type StoriesAnswer =
  | { readonly kind: 'nothing-balanced' }
  | {
      readonly kind: 'stories';
      readonly now: Instant;
      readonly wall: WallTime;
      readonly stories: readonly Story[];
    };

/** `server` is absent where it is the story of the service itself. */
export interface Story {
  readonly service: ServiceSnapshot;
  readonly server?: ServerSnapshot;
  /** Oldest first. */
  readonly remarks: readonly Remark[];
}

export interface NameMatch {
  readonly service: string;
  readonly server: string | undefined;
}

/** Services and servers of this name, in any of their forms; `SERVICE SERVER` means one server alone. */
export function nameMatches(
  services: readonly BalancedService[],
  wanted: string,
): readonly NameMatch[] {
  const name = normal(wanted);
  return services.flatMap((service) => {
    const own = namesOf(service);
    const servers = service.servers.filter((server) => {
      // All its names but the alias have the address in them, and there may be tens of thousands of servers.
      if (server.alias === undefined && !name.includes(server.address)) return false;
      const names = serverNames(server);
      return (
        names.has(name) || [...own].some((of) => [...names].some((one) => `${of} ${one}` === name))
      );
    });
    const whole = own.has(name) ? [{ service: service.id, server: undefined }] : [];
    return [...whole, ...servers.map(({ name: server }) => ({ service: service.id, server }))];
  });
}

const shownMost = 5;

/**
 * The server that is meant: a service by its id, keepalived's words for it, `192.0.2.1:80`, `192.0.2.1 80`, an address
 * or mark alone where it is the only one, or the name of its group; a server likewise.
 */
export function resolveOrder(
  model: PackedModel,
  { service: wantedService, server: wantedServer, override }: ServerOrder,
):
  | { readonly ok: true; readonly order: OverrideOrder }
  | { readonly ok: false; readonly error: string } {
  const { services } = model;
  const found = services.filter((service) => namesOf(service).has(normal(wantedService)));
  const [head, second] = found;
  if (head === undefined) {
    return wrong(
      `no virtual server is called ${wantedService}`,
      services.map(({ id }) => id),
    );
  }
  if (second !== undefined) {
    return wrong(
      `${wantedService} may be several virtual servers`,
      found.map(({ id }) => id),
    );
  }
  const service = unpackService(model, services.indexOf(head));
  const servers = service.servers.filter((each) => serverNames(each).has(normal(wantedServer)));
  const [server, another] = servers;
  if (server === undefined) {
    const names = service.servers.map(({ name }) => name);
    return wrong(`${service.id} has no real server ${wantedServer}`, names);
  }
  if (another !== undefined) {
    return wrong(
      `${wantedServer} may be several real servers`,
      servers.map(({ name }) => name),
    );
  }
  const order = { kind: 'override', service: service.id, server: server.name, override } as const;
  return { ok: true, order };
}

function wrong(what: string, candidates: readonly string[]) {
  const shown = candidates.slice(0, shownMost).join(', ');
  const more = candidates.length > shownMost ? ` and ${candidates.length - shownMost} more` : '';
  return { ok: false, error: `${what}: there is ${shown}${more}` } as const;
}

/** `192.0.2.1 80` and `192.0.2.1:80` are the same words. */
function normal(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^(\S*\.\S*) (\d+)$/, '$1:$2');
}

function namesOf({ id, label, keys, alias }: ServiceHead): ReadonlySet<string> {
  const names = [id, label, alias ?? '', id.replace(/^\w+ group /, '')];
  for (const key of keys) {
    const name = serviceName(key);
    names.push(name, name.replace(/^(tcp|udp|sctp) /, ''), name.replace(/ ipv[46]$/, ''));
    if (key.kind === 'address') names.push(key.address);
  }
  return new Set(names.filter((name) => name !== '').map(normal));
}

function serverNames({ name, label, address, alias }: BalancedServer): ReadonlySet<string> {
  return new Set([name, label, address, alias ?? name].map(normal));
}

/** For the journal. */
export function orderText({ service, server, override }: OverrideOrder): string {
  const what =
    override === undefined
      ? 'as configured again'
      : override.kind === 'drain'
        ? 'drained: it gets no new connections'
        : `given weight ${override.weight}`;
  return `${server} of ${service} is ${what}, as an operator ordered`;
}
