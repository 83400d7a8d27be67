/** vrrpRouteTable and, for routes over several gateways, vrrpRouteNextHopTable. */
import type { Route, RouteHop, RouteMetrics } from '../../../base/route.ts';
import { entryWords } from '../../../engine/entries/words.ts';
import type { Entry } from '../../../engine/model.ts';
import type { SnmpValue } from '../../../wire/agentx-values.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, type TreePart, tableOf } from '../tables.ts';
import {
  addressType,
  gauge,
  inetAddress,
  inetAddressOf,
  integer,
  optionalText,
  text,
  truth,
} from '../values.ts';
import { vrrp } from './roots.ts';
import { encapsulationColumns, realmColumns } from './route-extras.ts';
import { scopeNumber } from './scope.ts';

const routeTable = [...vrrp, 7];
const hopTable = [...vrrp, 11];

type Named = Route<string>;

export function routes(picture: SnmpPicture): readonly TreePart[] {
  const all = picture.instances.flatMap(({ model, now }, at) =>
    model.entries.filter(isRoute).map((entry, number) => ({
      route: entry.route,
      index: [at + 1, number + 1],
      present: now.entries.some(
        ({ kind, words, present }) => kind === 'route' && present && words === entryWords(entry),
      ),
    })),
  );
  return [
    {
      root: routeTable,
      objects: () =>
        tableOf(
          routeTable,
          all.map(({ route, index, present }) => ({
            index,
            columns: {
              ...targetColumns(route),
              ...hopColumns(route, picture),
              ...metricColumns(route.metrics),
              14: truth(present),
            },
          })),
        ),
    },
    {
      root: hopTable,
      objects: () =>
        tableOf(
          hopTable,
          all.flatMap(({ route, index }) =>
            route.hops.length < 2
              ? []
              : route.hops.map((hop, number) => ({
                  index: [...index, number + 1],
                  columns: nextHopColumns(hop, route, picture),
                })),
          ),
        ),
    },
  ];
}

function isRoute(entry: Entry): entry is Extract<Entry, { readonly kind: 'route' }> {
  return entry.kind === 'route';
}

const typeNumbers: Readonly<Record<Named['type'], number>> = {
  unicast: 1,
  blackhole: 3,
  anycast: 4,
  multicast: 5,
  broadcast: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
  nat: 10,
  xresolve: 11,
  local: 1,
};

function targetColumns(route: Named): Columns {
  const { destination, family, prefix, from, source, metric, type, tos, preference } = route;
  return {
    2: integer(family === 'ipv4' ? 1 : 2),
    3: inetAddressOf(destination, family),
    4: gauge(prefix),
    7: source === undefined ? undefined : inetAddress(source),
    8: gauge(metric ?? 0),
    9: integer(scopeNumber(route.scope)),
    // 2 is a route over several gateways.
    10: integer(route.hops.length > 1 ? 2 : typeNumbers[type]),
    13: gauge(route.table),
    15: from === undefined ? undefined : inetAddress(from.address),
    16: from === undefined ? undefined : gauge(from.prefix),
    17: tos === 0 ? undefined : gauge(tos),
    18: integer(route.protocol + 1),
    21: optional(route.expires, integer),
    43: optional(preference, (word) => integer({ low: 1, medium: 2, high: 3 }[word])),
    ...realmColumns(44, route.realms),
  };
}

function hopColumns({ hops }: Named, { links }: SnmpPicture): Columns {
  const [hop, second] = hops;
  if (hop === undefined || second !== undefined) return {};
  return {
    5: hop.gateway === undefined ? undefined : inetAddress(hop.gateway),
    11: hop.link === undefined ? undefined : integer(links.indexOf(hop.link)),
    12: optionalText(hop.link),
    ...encapsulationColumns(46, hop.encapsulation),
  };
}

function nextHopColumns(hop: RouteHop<string>, route: Named, { links }: SnmpPicture): Columns {
  const { gateway, link, weight, onlink } = hop;
  return {
    2: gateway === undefined ? integer(route.family === 'ipv4' ? 1 : 2) : addressType(gateway),
    3: gateway === undefined ? undefined : inetAddress(gateway),
    4: link === undefined ? undefined : integer(links.indexOf(link)),
    5: optionalText(link),
    6: gauge(weight),
    7: truth(onlink),
    ...realmColumns(8, hop.realms),
    ...encapsulationColumns(10, hop.encapsulation),
  };
}

/** Column, its name, and whether the next column says that the kernel must not change it. */
const metricNumbers = [
  [22, 'mtu', 2],
  [24, 'hoplimit', undefined],
  [25, 'advmss', 8],
  [31, 'reordering', 9],
  [33, 'window', undefined],
  [34, 'cwnd', 7],
  [36, 'ssthresh', 6],
  [38, 'rtoMin', 13],
  [40, 'initcwnd', undefined],
  [41, 'initrwnd', undefined],
] as const satisfies readonly (readonly [number, keyof RouteMetrics, number | undefined])[];

function metricColumns(metrics: RouteMetrics): Columns {
  const { features = 0, quickack, rtt, rttvar, congestionControl, fastopenNoCookie } = metrics;
  const locked = (bit: number) => truth((((metrics.lock ?? 0) >> bit) & 1) === 1);
  const columns: Record<number, SnmpValue | undefined> = {
    19: truth((features & 1) === 1),
    20: truth(quickack === 1),
    42: congestionControl === undefined ? undefined : text(congestionControl),
    55: optional(fastopenNoCookie, (value) => truth(value === 1)),
  };
  for (const [column, name, lock] of metricNumbers) {
    const value = metrics[name];
    if (value === undefined) continue;
    columns[column] = gauge(value);
    if (lock !== undefined) columns[column + 1] = locked(lock);
  }
  // The kernel's eighths and quarters of a millisecond.
  if (rtt !== undefined) Object.assign(columns, { 27: gauge(Math.floor(rtt / 8)), 28: locked(4) });
  if (rttvar !== undefined) {
    Object.assign(columns, { 29: gauge(Math.floor(rttvar / 4)), 30: locked(5) });
  }
  return columns;
}

function optional<T>(value: T | undefined, shown: (value: T) => SnmpValue): SnmpValue | undefined {
  return value === undefined ? undefined : shown(value);
}
