/** VRRP-MIB (RFC 2787): instances of version 2 over IPv4 that have addresses. */
import { toSeconds } from '../../../base/units.ts';
import { parseOid } from '../../../wire/agentx-values.ts';
import type { InstancePicture } from '../../dumps/picture.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, scalarsOf, type TreePart } from '../tables.ts';
import { counter, integer, ipAddress, octets, ticks, truth } from '../values.ts';
import { masterAddress, rfcState, upTime } from './election.ts';
import { counted, type RouterMib, refusedEverywhere, routerTables } from './routers.ts';

export const vrrpMib = parseOid('1.3.6.1.2.1.68');
const operations = [...vrrpMib, 1];
const statistics = [...vrrpMib, 2];

export function isOfRfc2787({ model }: InstancePicture): boolean {
  return model.version === 2 && model.family === 'ipv4' && model.addresses.length > 0;
}

const mib: RouterMib = {
  routers: [...operations, 3],
  addresses: [...operations, 4],
  counters: [...statistics, 4],
  isServed: isOfRfc2787,
  indexOf: ({ model }, { links }) => [links.indexOf(model.interface), model.virtualRouterId],
  columnsOf,
  countersOf: (instance) => counted(instance, counters, 1, counter),
};

export function rfc2787(picture: SnmpPicture): TreePart {
  return {
    root: vrrpMib,
    objects: () => [
      ...scalarsOf(operations, { 1: integer(2), 2: truth(picture.terms.traps) }),
      ...scalarsOf(statistics, refusedEverywhere(picture, counter)),
      ...routerTables(mib, picture),
    ],
  };
}

function columnsOf(instance: InstancePicture, picture: SnmpPicture): Columns {
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

/** In the order of their columns. */
const counters = [
  'become_master',
  'advert_rcvd',
  'advert_interval_err',
  'auth_failure',
  'ip_ttl_err',
  'pri_zero_rcvd',
  'pri_zero_sent',
  'invalid_type_rcvd',
  'addr_list_err',
  'invalid_authtype',
  'authtype_mismatch',
  'packet_len_err',
] as const;
