/**
 * Routes as the kernel's tables hold them. `Link` is whatever names an interface: its index where the kernel is spoken
 * to, its name in a configuration.
 */
import type { Address, Family } from './address.ts';

/** The names of RTN_*: what becomes of a packet that the route matches. */
export type RouteType =
  | 'unicast'
  | 'local'
  | 'broadcast'
  | 'anycast'
  | 'multicast'
  | 'blackhole'
  | 'unreachable'
  | 'prohibit'
  | 'throw'
  | 'nat'
  | 'xresolve';

export interface Route<Link> {
  readonly family: Family;
  readonly type: RouteType;
  /** undefined is the default route. */
  readonly destination: Address | undefined;
  readonly prefix: number;
  /** The prefix that packets must come from (IPv6). */
  readonly from: { readonly address: Address; readonly prefix: number } | undefined;
  readonly tos: number;
  readonly table: number;
  /** RTA_PRIORITY; undefined leaves it to the kernel: 0, or 1024 over IPv6. */
  readonly metric: number | undefined;
  /** RTPROT_*: who put it there. */
  readonly protocol: number;
  /** RT_SCOPE_*: 0 global, 253 link, 254 host. Always 0 over IPv6. */
  readonly scope: number;
  /** The source address that is preferred for packets of this host. */
  readonly source: Address | undefined;
  /** One for a plain route, several for one over several gateways, none for one that leads nowhere. */
  readonly hops: readonly RouteHop<Link>[];
  readonly metrics: RouteMetrics;
  /** Upper half the source's realm, lower half the destination's. */
  readonly realms: number | undefined;
  /** RFC 4191 2.1 (IPv6). */
  readonly preference: 'low' | 'medium' | 'high' | undefined;
  /** Whole seconds until the kernel removes it (IPv6). */
  readonly expires: number | undefined;
  readonly ttlPropagate: boolean | undefined;
}

export interface RouteHop<Link> {
  /** May be of the other family: an IPv6 gateway of an IPv4 route (RFC 5549). */
  readonly gateway: Address | undefined;
  /** undefined lets the kernel find the interface of the gateway. */
  readonly link: Link | undefined;
  /** Its share among several, 1 to 256. */
  readonly weight: number;
  /** The gateway is taken to be on the link whatever the addresses say. */
  readonly onlink: boolean;
  readonly encapsulation: Encapsulation | undefined;
  readonly realms: number | undefined;
}

/** Light-weight tunnels (linux/lwtunnel.h). Numbers of 64 bits are decimal text. */
export type Encapsulation =
  | { readonly kind: 'mpls'; readonly labels: readonly number[] }
  | {
      readonly kind: 'ip' | 'ip6';
      readonly id: string | undefined;
      readonly destination: Address | undefined;
      readonly source: Address | undefined;
      /** TOS, or traffic class. */
      readonly tos: number | undefined;
      /** TTL, or hop limit. */
      readonly ttl: number | undefined;
      readonly flags: number | undefined;
    };

/** RTAX_*, in the kernel's own units: rtt in eighths and rttvar in quarters of a millisecond, rto_min in milliseconds. */
export interface RouteMetrics {
  readonly mtu?: number | undefined;
  readonly window?: number | undefined;
  readonly rtt?: number | undefined;
  readonly rttvar?: number | undefined;
  readonly ssthresh?: number | undefined;
  readonly cwnd?: number | undefined;
  readonly advmss?: number | undefined;
  readonly reordering?: number | undefined;
  readonly hoplimit?: number | undefined;
  readonly initcwnd?: number | undefined;
  /** Bits: 1 is ECN. */
  readonly features?: number | undefined;
  readonly rtoMin?: number | undefined;
  readonly initrwnd?: number | undefined;
  readonly quickack?: number | undefined;
  readonly fastopenNoCookie?: number | undefined;
  readonly congestionControl?: string | undefined;
  /** Bit N says that the kernel must not change metric number N. */
  readonly lock?: number | undefined;
}

/** What an IPv6 route without metric gets (IP6_RT_PRIO_USER). */
const DEFAULT_METRIC_IPV6 = 1_024;

/** How a route goes among others of its destination and metric; `only` refuses to stand beside any. */
export type RoutePlace = 'first' | 'last' | 'only';

/**
 * What makes two routes the same: where they lead, by whom, and through what. IPv4 holds a route over several gateways
 * as one; IPv6 holds each of its hops as a route of its own, and shows those of one metric together under the name of
 * whoever came first, so there is a key for each hop and none names who it is from.
 */
export function routeKeys(route: Route<string | number>): readonly string[] {
  const { family, table, destination, prefix, from, tos, protocol, type } = route;
  const isIpv6 = family === 'ipv6';
  const metric = route.metric ?? (isIpv6 ? DEFAULT_METRIC_IPV6 : 0);
  const source = from === undefined ? '' : `${from.address}/${from.prefix}`;
  const place = `${table} ${destination ?? family}/${prefix} ${source} ${tos} ${metric} ${type}`;
  const hops = leadsNowhere(type) ? [] : route.hops.map(hopKey);
  if (!isIpv6) return [`${place} ${protocol} ${hops.toSorted().join()}`];
  return hops.length === 0 ? [place] : hops.map((hop) => `${place} ${hop}`);
}

/** The interface counts where nothing else tells two hops apart: the kernel finds it where it was not said. */
function hopKey({ gateway, link }: RouteHop<string | number>): string {
  if (gateway === undefined) return `dev ${link}`;
  return gateway.startsWith('fe80:') ? `${gateway}%${link}` : gateway;
}

/** Types whose packets go to no interface, even where the kernel shows one. */
export function leadsNowhere(type: RouteType): boolean {
  return type === 'blackhole' || type === 'unreachable' || type === 'prohibit' || type === 'throw';
}
