/** VRRPV3-MIB (RFC 6527). Instances of version 2 stand in it too, as keepalived is built in Debian. */
import { toMilliseconds } from '../../../base/units.ts';
import type { Cause, RejectReason } from '../../../engine/report.ts';
import { parseOid } from '../../../wire/agentx-values.ts';
import type { InstancePicture } from '../../dumps/picture.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, scalarsOf, type TreePart } from '../tables.ts';
import {
  counter,
  counter64,
  gauge,
  inetAddressOf,
  integer,
  octets,
  ticks,
  truth,
} from '../values.ts';
import { masterAddress, rfcState, upTime } from './election.ts';
import { counted, type RouterMib, refusedEverywhere, routerTables } from './routers.ts';

export const vrrpv3Mib = parseOid('1.3.6.1.2.1.207');
export const operationsTable = [...vrrpv3Mib, 1, 1, 1];
const statistics = [...vrrpv3Mib, 1, 2];
export const statisticsTable = [...statistics, 5];

const mib: RouterMib = {
  routers: operationsTable,
  addresses: [...vrrpv3Mib, 1, 1, 2],
  counters: statisticsTable,
  isServed: ({ model }) => model.addresses.length > 0,
  indexOf,
  columnsOf,
  countersOf,
};

export function rfc6527(picture: SnmpPicture): TreePart {
  return {
    root: vrrpv3Mib,
    objects: () => [
      ...scalarsOf(statistics, { ...refusedEverywhere(picture, counter64), 4: ticks(0) }),
      ...routerTables(mib, picture),
    ],
  };
}

/** Interface, virtual router and family. */
export function indexOf({ model }: InstancePicture, { links }: SnmpPicture): readonly number[] {
  const family = model.family === 'ipv4' ? 1 : 2;
  return [links.indexOf(model.interface), model.virtualRouterId, family];
}

function columnsOf(instance: InstancePicture, picture: SnmpPicture): Columns {
  const { model, now } = instance;
  return {
    3: inetAddressOf(masterAddress(instance), model.family),
    4: inetAddressOf(now.source, model.family),
    5: octets(picture.links.macOf(model.sendsFrom ?? model.interface)),
    6: integer(rfcState[now.state]),
    7: gauge(now.priority.base),
    8: integer(model.addresses.length),
    9: integer(Math.round(toMilliseconds(model.advertInterval) / 10)),
    10: truth(model.preempt),
    11: truth(model.accept),
    12: ticks(upTime(instance, picture)),
    13: integer(1),
  };
}

function countersOf(instance: InstancePicture): Columns {
  const { model, now, statistics: own } = instance;
  const wide = (first: number, ...names: Parameters<typeof counted>[1]) =>
    counted(instance, names, first, counter64);
  return {
    ...counted(instance, ['become_master'], 1, counter),
    2: integer(now.state === 'master' ? masterReason(now.cause) : 0),
    ...wide(3, 'advert_rcvd', 'advert_interval_err', 'ip_ttl_err'),
    6: integer(protocolError(own.rejected)),
    ...wide(7, 'pri_zero_rcvd', 'pri_zero_sent', 'invalid_type_rcvd'),
    ...wide(10, 'addr_list_err', 'packet_len_err'),
    12: ticks(0),
    13: gauge(Math.round(toMilliseconds(model.advertInterval))),
  };
}

/** Vrrpv3NewMasterReason: priority 1, preempted 2, the master does not answer 3. */
export function masterReason(cause: Cause): number {
  switch (cause.kind) {
    case 'preempted-lower':
      return 2;
    case 'advertisement-timeout':
      return 3;
    default:
      return 1;
  }
}

/** Vrrpv3ProtoErrReason. */
export const protocolErrors: Readonly<Partial<Record<RejectReason, number>>> = {
  'hop-limit': 1,
  version: 2,
  checksum: 3,
  'unknown-router': 4,
};

/** The number of an error that it has seen, 0 without one. */
function protocolError(rejected: InstancePicture['statistics']['rejected']): number {
  const seen = Object.keys(rejected) as RejectReason[];
  return seen.map((reason) => protocolErrors[reason]).find((error) => error !== undefined) ?? 0;
}
