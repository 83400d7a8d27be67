/**
 * What the MIBs of the two RFCs have in common: a table of virtual routers, one of their addresses, one of what each has
 * counted, and the counters of datagrams that were refused everywhere.
 */
import type { RejectReason } from '../../../engine/report.ts';
import type { Oid, SnmpValue, Varbind } from '../../../wire/agentx-values.ts';
import type { InstancePicture } from '../../dumps/picture.ts';
import { countersOf } from '../../dumps/statistics.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, tableOf } from '../tables.ts';
import { addressIndex, integer } from '../values.ts';
import { advertised, refused } from './election.ts';

export interface RouterMib {
  readonly routers: Oid;
  readonly addresses: Oid;
  readonly counters: Oid;
  isServed(instance: InstancePicture): boolean;
  indexOf(instance: InstancePicture, picture: SnmpPicture): Oid;
  columnsOf(instance: InstancePicture, picture: SnmpPicture): Columns;
  countersOf(instance: InstancePicture): Columns;
}

/** Its three tables. */
export function routerTables(mib: RouterMib, picture: SnmpPicture): readonly Varbind[] {
  const routers = picture.instances
    .filter((instance) => mib.isServed(instance))
    .map((instance) => ({ instance, index: mib.indexOf(instance, picture) }));
  const rows = (columnsOf: (instance: InstancePicture) => Columns) =>
    routers.map(({ instance, index }) => ({ index, columns: columnsOf(instance) }));
  const addresses = routers.flatMap(({ instance, index }) =>
    advertised(instance).map((address) => [...index, ...addressIndex(address)]),
  );
  return [
    ...tableOf(
      mib.routers,
      rows((instance) => mib.columnsOf(instance, picture)),
    ),
    ...tableOf(
      mib.addresses,
      addresses.map((index) => ({ index, columns: { 2: integer(1) } })),
    ),
    ...tableOf(
      mib.counters,
      rows((instance) => mib.countersOf(instance)),
    ),
  ];
}

const refusals = ['checksum', 'version', 'unknown-router'] as const satisfies RejectReason[];

/** Scalars 1 to 3 of the statistics, in the type of that MIB. */
export function refusedEverywhere(
  picture: SnmpPicture,
  typed: (count: number) => SnmpValue,
): Columns {
  return numbered(
    1,
    refusals.map((reason) => typed(refused(picture, reason))),
  );
}

type Counter = keyof ReturnType<typeof countersOf>;

/** Counters of one instance in columns from `first` on. */
export function counted(
  { statistics }: InstancePicture,
  names: readonly Counter[],
  first: number,
  typed: (count: number) => SnmpValue,
): Columns {
  const counters = countersOf(statistics);
  return numbered(
    first,
    names.map((name) => typed(counters[name])),
  );
}

function numbered(first: number, values: readonly SnmpValue[]): Columns {
  return Object.fromEntries(values.map((value, at) => [first + at, value]));
}
