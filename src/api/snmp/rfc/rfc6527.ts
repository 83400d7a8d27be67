/** VRRPV3-MIB (RFC 6527). Instances of version 2 stand in it too, as keepalived is built in Debian. */
import { toMilliseconds } from '../../../base/units.ts';
import type { Cause, RejectReason } from '../../../engine/report.ts';
import { parseOid } from '../../../wire/agentx-values.ts';
import type { InstancePicture } from '../../dumps/picture.ts';
import { countersOf } from '../../dumps/statistics.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, scalarsOf, type TreePart, tableOf } from '../tables.ts';
import {
  addressIndex,
  counter,
  counter64,
  gauge,
  inetAddressOf,
  integer,
  octets,
  ticks,
  truth,
} from '../values.ts';
import { advertised, masterAddress, refused, rfcState, upTime } from './election.ts';

export const vrrpv3Mib = parseOid('1.3.6.1.2.1.207');
export const operationsTable = [...vrrpv3Mib, 1, 1, 1];
const addressTable = [...vrrpv3Mib, 1, 1, 2];
const statistics = [...vrrpv3Mib, 1, 2];
export const statisticsTable = [...statistics, 5];

export function rfc6527(picture: SnmpPicture): TreePart {
  const rows = picture.instances
    .filter(({ model }) => model.addresses.length > 0)
    .map((instance) => ({ instance, index: indexOf(instance, picture) }));
  const objects = () => [
    ...tableOf(
      operationsTable,
      rows.map(({ instance, index }) => ({ index, columns: operationColumns(instance, picture) })),
    ),
    ...tableOf(
      addressTable,
      rows.flatMap(({ instance, index }) =>
        advertised(instance).map((address) => ({
          index: [...index, ...addressIndex(address)],
          columns: { 2: integer(1) },
        })),
      ),
    ),
    ...scalarsOf(statistics, {
      1: counter64(refused(picture, 'checksum')),
      2: counter64(refused(picture, 'version')),
      3: counter64(refused(picture, 'unknown-router')),
      4: ticks(0),
    }),
    ...tableOf(
      statisticsTable,
      rows.map(({ instance, index }) => ({ index, columns: counterColumns(instance) })),
    ),
  ];
  return { root: vrrpv3Mib, objects };
}

/** Interface, virtual router and family. */
export function indexOf({ model }: InstancePicture, { links }: SnmpPicture): readonly number[] {
  const family = model.family === 'ipv4' ? 1 : 2;
  return [links.indexOf(model.interface), model.virtualRouterId, family];
}

function operationColumns(instance: InstancePicture, picture: SnmpPicture): Columns {
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

function counterColumns({ model, now, statistics: counted }: InstancePicture): Columns {
  const counters = countersOf(counted);
  return {
    1: counter(counters.become_master),
    2: integer(now.state === 'master' ? masterReason(now.cause) : 0),
    3: counter64(counters.advert_rcvd),
    4: counter64(counters.advert_interval_err),
    5: counter64(counters.ip_ttl_err),
    6: integer(protocolError(counted.rejected)),
    7: counter64(counters.pri_zero_rcvd),
    8: counter64(counters.pri_zero_sent),
    9: counter64(counters.invalid_type_rcvd),
    10: counter64(counters.addr_list_err),
    11: counter64(counters.packet_len_err),
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
