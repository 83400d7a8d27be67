/** One line of `virtual_routes` or `static_routes` as a route. */
import {
  type Address,
  addressBytes,
  addressFromBytes,
  type Family,
  familyOf,
} from '../../base/address.ts';
import {
  type Encapsulation,
  leadsNowhere,
  type Route,
  type RouteHop,
  type RoutePlace,
  type RouteType,
} from '../../base/route.ts';
import type { RouteLine } from '../../language/values/route-line.ts';
import { OWN_ROUTE_PROTOCOL } from '../../ports.ts';
import { encapsulationOf } from './failover-encapsulation.ts';
import { metricsOf } from './failover-metrics.ts';
import { type NameKind, numberNamed, type RoutingNames } from './routing-names.ts';

interface RouteEntry {
  readonly kind: 'route';
  readonly route: Route<string>;
  readonly place: RoutePlace;
  readonly vrf?: string;
}

const MAIN_TABLE = 254;
const SCOPE_LINK = 253;
const SCOPE_HOST = 254;

/** Why the route cannot be had, instead. */
export function routeOf(line: RouteLine, names: RoutingNames): RouteEntry | string {
  const unknown: string[] = [];
  const named = (kind: NameKind, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const number = numberNamed(names, kind, text);
    if (number === undefined) unknown.push(`${text} is no ${kind} of this host`);
    return number;
  };
  const realms = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const [first = '', second] = text.split('/');
    const one = named('realm', first) ?? 0;
    return second === undefined ? one : ((one << 16) | (named('realm', second) ?? 0)) >>> 0;
  };
  const family = familyOfRoute(line);
  const type: RouteType = line.to?.type ?? 'unicast';
  const hops = leadsNowhere(type) ? [] : hopsOf(line, realms, unknown);
  const { to } = line;
  const target = to === undefined || typeof to.to === 'string' ? undefined : to.to;
  const prefix = target?.prefix ?? (target === undefined ? 0 : bitsOf(family));
  const scope = named('scope', line.scope) ?? scopeOf(type);
  const route: Route<string> = {
    family,
    type,
    destination: target === undefined || prefix === 0 ? undefined : cut(target.address, prefix),
    prefix,
    from: fromOf(line, family),
    tos: named('type of service', line.tos) ?? 0,
    table: named('table', line.table) ?? MAIN_TABLE,
    metric: line.metric === 0 ? undefined : line.metric,
    protocol: named('protocol', line.protocol) ?? OWN_ROUTE_PROTOCOL,
    scope: family === 'ipv6' ? 0 : scope,
    source: line.src,
    hops,
    metrics: metricsOf(line),
    realms: realms(line.realms),
    preference: line.pref,
    expires: line.expires,
    ttlPropagate:
      line['ttl-propagate'] === undefined ? undefined : line['ttl-propagate'] === 'enabled',
  };
  if (unknown.length > 0) return unknown.join(', ');
  const place = line.add ? 'only' : line.append ? 'last' : 'first';
  return { kind: 'route', route, place, ...(line.vrf === undefined ? {} : { vrf: line.vrf }) };
}

function familyOfRoute(line: RouteLine): Family {
  if (line.inet6) return 'ipv6';
  if (line.inet) return 'ipv4';
  const to = line.to?.to;
  if (to === 'default6') return 'ipv6';
  const first = [
    typeof to === 'object' ? to.address : undefined,
    line.from?.address,
    line.src,
    line.via,
    ...line.nexthop.map(({ via }) => via),
  ].find((address) => address !== undefined);
  return first === undefined ? 'ipv4' : familyOf(first);
}

function hopsOf(
  line: RouteLine,
  realms: (text: string | undefined) => number | undefined,
  problems: string[],
): readonly RouteHop<string>[] {
  const encapsulation = (value: RouteLine['encap']): Encapsulation | undefined => {
    const read = value === undefined ? undefined : encapsulationOf(value);
    if (typeof read !== 'string') return read;
    problems.push(read);
    return undefined;
  };
  if (line.nexthop.length > 0) {
    return line.nexthop.map((hop) => ({
      gateway: hop.via,
      link: hop.dev ?? line.dev,
      weight: hop.weight ?? 1,
      onlink: hop.onlink || line.onlink,
      encapsulation: encapsulation(hop.encap),
      realms: realms(hop.realms),
    }));
  }
  const one: RouteHop<string> = {
    gateway: line.via,
    link: line.dev,
    weight: 1,
    onlink: line.onlink,
    encapsulation: encapsulation(line.encap),
    realms: undefined,
  };
  if (line.or !== undefined) return [one, { ...one, gateway: line.or }];
  return line.via === undefined && line.dev === undefined ? [] : [one];
}

/** Where keepalived says none it is global, for those that leave the host; others would be refused so. */
function scopeOf(type: RouteType): number {
  if (type === 'local' || type === 'nat') return SCOPE_HOST;
  return type === 'broadcast' || type === 'multicast' || type === 'anycast' ? SCOPE_LINK : 0;
}

function fromOf({ from }: RouteLine, family: Family): Route<string>['from'] {
  if (from === undefined) return undefined;
  return { address: from.address, prefix: from.prefix ?? bitsOf(family) };
}

function bitsOf(family: Family): number {
  return family === 'ipv4' ? 32 : 128;
}

/** The kernel refuses a destination with bits behind its prefix. */
function cut(address: Address, prefix: number): Address | undefined {
  const bytes = addressBytes(address);
  for (let bit = prefix; bit < bytes.length * 8; bit += 1) {
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) & ~(0x80 >> (bit & 7));
  }
  return addressFromBytes(bytes);
}
