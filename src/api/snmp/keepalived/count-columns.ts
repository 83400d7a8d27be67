/** Counters and rates, which services and servers show in columns of the same order. */
import type { SnmpValue } from '../../../wire/agentx-values.ts';
import type { Columns } from '../tables.ts';
import type { Counts } from '../traffic.ts';
import { counter, counter64, gauge } from '../values.ts';

interface Places {
  /** Connections in 32 bits. */
  readonly connections: number;
  /** Packets and bytes of both directions, then five rates. */
  readonly packets: number;
  /** Connections and packets in 64 bits, then the low and high halves of five rates. */
  readonly wide: number;
  /** Five rates in 64 bits, which are of a later MIB than their halves. */
  readonly wideRates: number;
}

export function countColumns(counts: Counts, rates: Counts, places: Places): Columns {
  const { connections, packetsIn, packetsOut, bytesIn, bytesOut } = counts;
  const perSecond = [
    rates.connections,
    rates.packetsIn,
    rates.packetsOut,
    rates.bytesIn,
    rates.bytesOut,
  ];
  const lowHalf = (value: number) => value % 2 ** 32;
  return {
    [places.connections]: gauge(lowHalf(connections)),
    ...inOrder(places.packets, [
      counter(lowHalf(packetsIn)),
      counter(lowHalf(packetsOut)),
      counter64(bytesIn),
      counter64(bytesOut),
      ...perSecond.map((rate) => gauge(Math.min(rate, 2 ** 32 - 1))),
    ]),
    ...inOrder(places.wide, [
      counter64(connections),
      counter64(packetsIn),
      counter64(packetsOut),
      ...perSecond.flatMap((rate) => [gauge(lowHalf(rate)), gauge(Math.floor(rate / 2 ** 32))]),
    ]),
    ...inOrder(places.wideRates, perSecond.map(counter64)),
  };
}

function inOrder(first: number, values: readonly SnmpValue[]): Columns {
  return Object.fromEntries(values.map((value, at) => [first + at, value]));
}
