/** One route of `virtual_routes` and `static_routes`. */
import { type Address, familyOf } from '../../base/address.ts';
import { collected, flag, scalar } from '../../config/schema.ts';
import { line, noLead } from '../../config/schema-line.ts';
import { integer } from '../../config/schema-number.ts';
import type { Value } from '../../config/schema-value.ts';
import { address, choice, text } from '../../config/schema-word.ts';
import { destination, isDestination } from './destination.ts';
import { type PrefixedAddress, prefixedAddress } from './prefixed-address.ts';
import {
  addressAfter,
  encapsulation,
  kernelTime,
  lockable,
  realms,
  typeOfService,
} from './route-parts.ts';

const count = integer({ min: 0, max: 4_294_967_295 });
const bytes = integer({ min: 0, max: 4_294_967_295, unit: 'bytes' });
const onOff = integer({ min: 0, max: 1 });
const idOrName = text('a number or a name', '<ID>|<NAME>');

/** A route that lacks its gateway, its table or its metric is another route. */
const ROUTE_IS_LOST = 'the route is left out';

const nextHop = line({
  lead: { ...noLead, begins: (word) => word.text === 'nexthop' },
  options: {
    via: scalar(addressAfter(['inet', 'inet6']), { doc: 'The gateway.', example: '192.0.2.2' }),
    dev: scalar(text('an interface', '<IF>'), { doc: 'The interface.', example: 'eth1' }),
    weight: scalar(integer({ min: 1, max: 256 }), { doc: 'Share of the traffic.', example: '2' }),
    onlink: flag({ doc: 'The gateway is directly reachable.' }),
    encap: scalar(encapsulation, { doc: 'Light-weight tunnel.', example: 'mpls 100' }),
    realms: scalar(realms, { doc: 'Realms of the route.', example: '1/2' }),
  },
  whole: 'this gateway is left out',
  // As in keepalived, which finds nonsense in them, and so has the route without its table.
  rest: 'what stands behind the gateways is ignored: write it before the first nexthop',
  syntax: 'via <ADDR> [dev <IF>] [weight <1-256>] [onlink] [encap ...] [realms ...]',
});

const reach = {
  to: scalar(destination, {
    doc: 'Where the route leads; the word may be left out.',
    example: 'blackhole 198.51.100.0/24',
  }),
  inet: flag({ doc: 'It is an IPv4 route.' }),
  inet6: flag({ doc: 'It is an IPv6 route.' }),
  src: scalar(address(), { doc: 'Preferred source address.', example: '192.0.2.1' }),
  as: scalar(addressAfter(['to']), {
    doc: 'Translates the destination (MPLS).',
    example: 'to 192.0.2.9',
    effect: 'none',
  }),
  via: scalar(addressAfter(['inet', 'inet6']), {
    doc: 'The gateway.',
    example: '192.0.2.2',
    aliases: { gw: { deprecated: 'write via' } },
  }),
  or: scalar(address(), {
    doc: 'A second gateway of equal rank.',
    example: '192.0.2.3',
    retired: 'write nexthop for each gateway',
  }),
  from: scalar(prefixedAddress, { doc: 'Source prefix (IPv6).', example: '2001:db8::/64' }),
  dev: scalar(text('an interface', '<IF>'), {
    doc: 'Interface that packets leave by.',
    example: 'eth1',
    aliases: { oif: {} },
  }),
  onlink: flag({ doc: 'The gateway is directly reachable.' }),
  encap: scalar(encapsulation, { doc: 'Light-weight tunnel.', example: 'ip id 1 dst 192.0.2.9' }),
  vrf: scalar(text('a VRF', '<VRF>'), {
    doc: 'The VRF whose table holds the route.',
    example: 'red',
    effect: 'none',
  }),
  table: scalar(idOrName, { doc: 'Routing table.', example: '100', otherwise: 'main' }),
};

const nature = {
  tos: scalar(typeOfService, {
    doc: 'Type of service that must match.',
    example: '0x10',
    aliases: { dsfield: {} },
  }),
  protocol: scalar(idOrName, { doc: 'Who the route is from.', example: 'static', otherwise: '18' }),
  scope: scalar(idOrName, {
    doc: 'How far the destination is.',
    example: 'link',
    otherwise: 'by type',
  }),
  metric: scalar(count, {
    doc: 'Rank of the route; smaller wins.',
    example: '100',
    aliases: { priority: {}, preference: {} },
  }),
  expires: scalar(integer({ min: 0, max: 4_294_967_295, unit: 'seconds' }), {
    doc: 'Lifetime (IPv6).',
    example: '3600',
  }),
  realms: scalar(realms, { doc: 'Realms of the route.', example: '1/2' }),
  pref: scalar(choice(['low', 'medium', 'high']), {
    doc: 'Preference among routers (IPv6).',
    example: 'high',
    otherwise: 'medium',
  }),
  add: flag({ doc: 'Fails where such a route exists already.' }),
  prepend: flag({ doc: 'Goes before routes of equal rank; so by default.' }),
  append: flag({ doc: 'Goes behind routes of equal rank.' }),
  no_track: flag({ doc: 'Nothing happens when somebody else removes the route.' }),
  track_group: scalar(text('the name of a track_group'), {
    doc: 'The instances of this group are at fault while the static route cannot be had.',
    example: 'uplinks',
  }),
};

const metrics = {
  mtu: scalar(lockable(bytes), { doc: 'Path MTU.', example: 'lock 1400' }),
  hoplimit: scalar(integer({ min: 0, max: 255 }), { doc: 'Hop limit.', example: '64' }),
  advmss: scalar(lockable(bytes), { doc: 'Segment size told to TCP peers.', example: '1360' }),
  rtt: scalar(lockable(kernelTime), { doc: 'First round-trip time.', example: '200ms' }),
  rttvar: scalar(lockable(kernelTime), { doc: 'First variance of it.', example: '50ms' }),
  reordering: scalar(lockable(count), { doc: 'First tolerance of reordering.', example: '3' }),
  window: scalar(bytes, { doc: 'Largest window told.', example: '65535' }),
  cwnd: scalar(lockable(count), { doc: 'Bound of the congestion window.', example: '100' }),
  ssthresh: scalar(lockable(count), { doc: 'Slow start threshold.', example: '50' }),
  rto_min: scalar(lockable(kernelTime), { doc: 'Least retransmission timeout.', example: '200ms' }),
  initcwnd: scalar(count, { doc: 'First congestion window.', example: '10' }),
  initrwnd: scalar(count, { doc: 'First receive window.', example: '10' }),
  features: scalar(choice(['ecn']), { doc: 'TCP features of the route.', example: 'ecn' }),
  quickack: scalar(onOff, { doc: 'Acknowledges at once.', example: '1' }),
  congctl: scalar(lockable(text('an algorithm', '<NAME>')), {
    doc: 'Congestion control algorithm.',
    example: 'lock bbr',
  }),
  'ttl-propagate': scalar(choice(['enabled', 'disabled']), {
    doc: 'Carries the TTL into MPLS.',
    example: 'enabled',
  }),
  fastopen_no_cookie: scalar(onOff, { doc: 'TCP fast open without cookie.', example: '1' }),
};

/** Written last: what follows a leg belongs to it. */
const legs = {
  nexthop: collected(nextHop, {
    doc: 'One leg of a route over several gateways.',
    example: 'via 192.0.2.2 dev eth1 weight 2',
  }),
};

const words = line({
  lead: noLead,
  options: { ...reach, ...nature, ...metrics, ...legs },
  bare: { key: 'to', begins: isDestination },
  whole: ROUTE_IS_LOST,
  flaw: (route) => flawOf(route),
  syntax: '[<TYPE>] <DST>[/<M>] [<OPTION>...]',
});

export type RouteLine = NonNullable<ReturnType<typeof words.read>>;

export const routeLine: Value<RouteLine> = {
  ...words,
  read(cursor) {
    const route = words.read(cursor);
    if (route === undefined || route.to !== undefined) return route;
    cursor.report(cursor, {
      code: 'language.route-without-destination',
      message: `this route leads nowhere: it names no destination; ${ROUTE_IS_LOST}`,
      help: 'write a destination such as 198.51.100.0/24 or default',
    });
    return undefined;
  },
};

interface Written {
  readonly to: { readonly to: PrefixedAddress | 'default' | 'default6' } | undefined;
  readonly inet6: boolean;
  readonly src: Address | undefined;
  readonly via: Address | undefined;
  readonly from: PrefixedAddress | undefined;
  readonly pref: string | undefined;
  readonly expires: number | undefined;
  readonly nexthop: readonly { readonly via: Address | undefined }[];
}

/** IPv4 may go over an IPv6 gateway, not the other way round. */
function flawOf(route: Written): string | undefined {
  const to = route.to?.to;
  if (to === undefined) return undefined;
  const family =
    to === 'default6' || route.inet6 ? 'ipv6' : to === 'default' ? undefined : familyOf(to.address);
  if (family === undefined) return undefined;
  const own = [route.src, route.from?.address];
  const gateways = family === 'ipv6' ? [route.via, ...route.nexthop.map(({ via }) => via)] : [];
  for (const address of [...own, ...gateways]) {
    if (address === undefined || familyOf(address) === family) continue;
    return `this route mixes IPv4 and IPv6: ${address} is of another family than its destination`;
  }
  if (family === 'ipv6') return undefined;
  if (route.pref !== undefined) return 'pref is for IPv6 alone';
  return route.expires === undefined ? undefined : 'expires is for IPv6 alone';
}
