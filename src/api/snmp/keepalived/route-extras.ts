/** Realms and light-weight tunnels, which routes and their next hops share. */
import type { Encapsulation } from '../../../base/route.ts';
import type { SnmpValue } from '../../../wire/agentx-values.ts';
import type { Columns } from '../tables.ts';
import { counter64, gauge, inetAddress, integer, text } from '../values.ts';

/** The destination's realm, then the source's. */
export function realmColumns(first: number, realms: number | undefined): Columns {
  if (realms === undefined) return {};
  const half = (realm: number) => (realm === 0 ? undefined : gauge(realm));
  return { [first]: half(realms & 0xffff), [first + 1]: half(realms >>> 16) };
}

/** Eight columns from their type on: labels, id, both ends, type of service, time to live, flags. */
export function encapsulationColumns(
  first: number,
  encapsulation: Encapsulation | undefined,
): Columns {
  if (encapsulation === undefined) return {};
  if (encapsulation.kind === 'mpls') {
    return { [first]: integer(1), [first + 1]: text(encapsulation.labels.join('/')) };
  }
  const { kind, id, destination, source, tos, ttl, flags } = encapsulation;
  const number = (value: number | undefined) => (value === undefined ? undefined : gauge(value));
  const values: readonly (SnmpValue | undefined)[] = [
    integer(kind === 'ip' ? 2 : 4),
    undefined,
    id === undefined ? undefined : counter64(BigInt(id)),
    destination === undefined ? undefined : inetAddress(destination),
    source === undefined ? undefined : inetAddress(source),
    number(tos),
    number(ttl),
    number(flags),
  ];
  return Object.fromEntries(values.map((value, at) => [first + at, value]));
}
