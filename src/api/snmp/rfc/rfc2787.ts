/** VRRP-MIB (RFC 2787): instances of version 2 over IPv4 that have addresses. */
import { toSeconds } from '../../../base/units.ts';
import { parseOid } from '../../../wire/agentx-values.ts';
import type { InstancePicture } from '../../dumps/picture.ts';
import { countersOf } from '../../dumps/statistics.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, scalarsOf, type TreePart, tableOf } from '../tables.ts';
import { addressIndex, counter, integer, ipAddress, octets, ticks, truth } from '../values.ts';
import { advertised, masterAddress, refused, rfcState, upTime } from './election.ts';

export const vrrpMib = parseOid('1.3.6.1.2.1.68');
const operations = [...vrrpMib, 1];
const operTable = [...operations, 3];
const addressTable = [...operations, 4];
const statistics = [...vrrpMib, 2];
const statisticsTable = [...statistics, 4];

export function isOfRfc2787({ model }: InstancePicture): boolean {
  return model.version === 2 && model.family === 'ipv4' && model.addresses.length > 0;
}

export function rfc2787(picture: SnmpPicture): TreePart {
  const rows = picture.instances.filter(isOfRfc2787).map((instance) => ({
    instance,
    index: [picture.links.indexOf(instance.model.interface), instance.model.virtualRouterId],
  }));
  const objects = () => [
    ...scalarsOf(operations, { 1: integer(2), 2: truth(picture.terms.traps) }),
    ...tableOf(
      operTable,
      rows.map(({ instance, index }) => ({ index, columns: operColumns(instance, picture) })),
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
      1: counter(refused(picture, 'checksum')),
      2: counter(refused(picture, 'version')),
      3: counter(refused(picture, 'unknown-router')),
    }),
    ...tableOf(
      statisticsTable,
      rows.map(({ instance, index }) => ({ index, columns: counterColumns(instance) })),
    ),
  ];
  return { root: vrrpMib, objects };
}

function operColumns(instance: InstancePicture, picture: SnmpPicture): Columns {
  const { model, now } = instance;
  return {
    2: octets(picture.links.macOf(model.sendsFrom ?? model.interface)),
    3: integer(rfcState[now.state]),
    4: integer(1),
    5: integer(now.priority.base),
    6: integer(model.addresses.length),
    7: ipAddress(masterAddress(instance)),
    8: ipAddress(now.source),
    9: integer({ none: 1, pass: 2, ah: 3 }[model.authentication.kind]),
    11: integer(Math.round(toSeconds(model.advertInterval))),
    12: truth(model.preempt),
    13: ticks(upTime(instance, picture)),
    14: integer(1),
    15: integer(1),
  };
}

function counterColumns({ statistics: counted }: InstancePicture): Columns {
  const counters = countersOf(counted);
  const values = [
    counters.become_master,
    counters.advert_rcvd,
    counters.advert_interval_err,
    counters.auth_failure,
    counters.ip_ttl_err,
    counters.pri_zero_rcvd,
    counters.pri_zero_sent,
    counters.invalid_type_rcvd,
    counters.addr_list_err,
    counters.invalid_authtype,
    counters.authtype_mismatch,
    counters.packet_len_err,
  ];
  return Object.fromEntries(values.map((value, at) => [at + 1, counter(value)]));
}
