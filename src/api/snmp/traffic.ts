/** Counters of services and servers, and what two readings of them say of a second. */
import { serviceName } from '../../base/service.ts';
import { between, type Instant, toSeconds } from '../../base/units.ts';
import type { BalancedServer } from '../../engine/balancer/model.ts';
import type { ServiceTraffic, Traffic } from '../../plane.ts';

export interface TrafficReading {
  readonly at: Instant;
  readonly services: readonly ServiceTraffic[];
}

export interface TrafficPair {
  readonly latest: TrafficReading | undefined;
  readonly before: TrafficReading | undefined;
}

export interface Counts extends Traffic {
  readonly active: number;
  readonly inactive: number;
}

const nothing: Counts = {
  ...{ connections: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 },
  ...{ active: 0, inactive: 0 },
};

/** Of all keys of a service. */
export function serviceCounts({ services }: TrafficReading, names: ReadonlySet<string>): Counts {
  return services
    .filter(({ key }) => names.has(serviceName(key)))
    .reduce((sum, { traffic }) => plus(sum, { ...nothing, ...traffic }), nothing);
}

export function serverCounts(
  { services }: TrafficReading,
  names: ReadonlySet<string>,
  { address, port }: Pick<BalancedServer, 'address' | 'port'>,
): Counts {
  return services
    .filter(({ key }) => names.has(serviceName(key)))
    .flatMap(({ servers }) => servers)
    .filter(({ key }) => key.address === address && (port === undefined || key.port === port))
    .reduce((sum, { traffic: { activeConnections, inactiveConnections, ...traffic } }) => {
      return plus(sum, { ...traffic, active: activeConnections, inactive: inactiveConnections });
    }, nothing);
}

/** Whole ones each second between the two readings; 0 while there is but one. */
export function ratesOf(
  { latest, before }: TrafficPair,
  count: (reading: TrafficReading) => Counts,
): { readonly counts: Counts; readonly rates: Counts } {
  const counts = latest === undefined ? nothing : count(latest);
  if (latest === undefined || before === undefined) return { counts, rates: nothing };
  const earlier = count(before);
  const length = toSeconds(between(before.at, latest.at));
  const rate = (one: number, other: number) =>
    length <= 0 ? 0 : Math.max(0, Math.floor((one - other) / length));
  return { counts, rates: combined(counts, earlier, rate) };
}

function plus(one: Counts, other: Counts): Counts {
  return combined(one, other, (left, right) => left + right);
}

function combined(
  one: Counts,
  other: Counts,
  join: (left: number, right: number) => number,
): Counts {
  return {
    connections: join(one.connections, other.connections),
    packetsIn: join(one.packetsIn, other.packetsIn),
    packetsOut: join(one.packetsOut, other.packetsOut),
    bytesIn: join(one.bytesIn, other.bytesIn),
    bytesOut: join(one.bytesOut, other.bytesOut),
    active: join(one.active, other.active),
    inactive: join(one.inactive, other.inactive),
  };
}
