/** virtualServerTable. */

import { familyOf } from '../../../base/address.ts';
import type { Persistence, Scheduler } from '../../../base/service.ts';
import { type Duration, toSeconds } from '../../../base/units.ts';
import type { SnmpService, SnmpTunnel } from '../../../engine/translation/snmp-services.ts';
import type { ServicePicture } from '../balancing.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, type TreePart, tableOf } from '../tables.ts';
import {
  addressType,
  gauge,
  inetAddress,
  integer,
  octets,
  optionalText,
  text,
  truth,
} from '../values.ts';
import { countColumns } from './count-columns.ts';
import { check } from './roots.ts';
import { commandText } from './scripts.ts';

const table = [...check, 3];

export function virtualServers({ services }: SnmpPicture): TreePart {
  return {
    root: table,
    objects: () =>
      tableOf(
        table,
        services.map((service, at) => ({ index: [at + 1], columns: serviceColumns(service) })),
      ),
  };
}

function serviceColumns(service: ServicePicture): Columns {
  const { written, counts, rates } = service;
  return {
    ...headerColumns(service),
    ...schedulingColumns(service),
    ...quorumColumns(service),
    ...mannerColumns(written),
    ...tunnelColumns(68, written.tunnel),
    ...countColumns(counts, rates, {
      ...{ connections: 27, packets: 28, wide: 38, wideRates: 74 },
    }),
    71: optionalText(service.model.alias),
  };
}

const protocols = { tcp: 1, udp: 2, sctp: 3 } as const;

/** What says which service is meant, in its row and in notifications. */
export function headerColumns({ written: { header, protocol }, model }: ServicePicture): Columns {
  const families = model.keys.map((key) =>
    key.kind === 'address' ? familyOf(key.address) : key.family,
  );
  // Marks of a group count where it has no address.
  const first = model.keys.findIndex(({ kind }) => kind === 'address');
  const family = integer(families[Math.max(0, first)] === 'ipv6' ? 2 : 1);
  switch (header.kind) {
    case 'fwmark':
      return { 2: integer(1), 4: gauge(header.mark), 5: family };
    case 'address':
      return {
        2: integer(2),
        5: addressType(header.address),
        6: inetAddress(header.address),
        7: gauge(header.port ?? 0),
        8: integer(protocols[protocol]),
      };
    case 'group':
      return { 2: integer(3), 3: text(header.name), 5: family, 8: integer(protocols[protocol]) };
  }
}

const schedulers: Readonly<Record<Scheduler, number>> = {
  ...{ rr: 1, wrr: 2, lc: 3, wlc: 4, lblc: 5, lblcr: 6, dh: 7, sh: 8, sed: 9, nq: 10 },
  ...{ fo: 11, ovf: 12, mh: 13, twos: 14 },
};
const methods = { NAT: 1, DR: 2, TUN: 3 } as const;

function schedulingColumns({ written, model: { settings, keys } }: ServicePicture): Columns {
  const { scheduler, flags, persistence, onePacket } = settings;
  const isIpv6 = keys.every((key) => key.kind === 'address' && key.address.includes(':'));
  const [first, second, third] = [1, 2, 3].map((flag) => truth(flags.some((one) => one === flag)));
  return {
    9: integer(schedulers[scheduler]),
    10: integer(methods[written.method]),
    13: truth(persistence !== undefined),
    14: persistence === undefined ? undefined : gauge(persistence.seconds),
    ...granularityColumns(persistence, isIpv6, written.header.kind !== 'address'),
    37: truth(onePacket),
    52: truth(false),
    53: first,
    54: second,
    55: third,
    62: first,
    63: second,
  };
}

/** A mask of IPv4, or how many bits of IPv6 count. A service that is no address shows the mask in both. */
function granularityColumns(
  persistence: Persistence | undefined,
  isIpv6: boolean,
  isBoth: boolean,
): Columns {
  const prefix = persistence?.prefix;
  if (isIpv6) return { 51: gauge(prefix ?? 128) };
  const mask = prefix === undefined ? 0xffff_ffff : (0xffff_ffff << (32 - prefix)) >>> 0;
  const bytes = Uint8Array.from([24, 16, 8, 0].map((shift) => (mask >>> shift) & 0xff));
  return { 15: octets(bytes), 51: isBoth ? gauge(mask) : undefined };
}

function quorumColumns({ written, model, now, commands, servers }: ServicePicture): Columns {
  return {
    11: truth(now?.suspended !== true),
    17: truth(written.haSuspend),
    18: truth(model.alpha),
    19: truth(written.omega),
    20: gauge(servers.length),
    21: gauge(servers.filter((server) => server.now?.up === true).length),
    22: gauge(model.quorum),
    23: truth(now?.quorumUp ?? false),
    24: commandText(commands?.up),
    25: commandText(commands?.down),
    26: gauge(model.hysteresis),
    72: optionalText(commands?.up?.argv[0]),
    73: optionalText(commands?.down?.argv[0]),
  };
}

function mannerColumns({ manners, weight, inhibit }: SnmpService): Columns {
  const { virtualHost, interval, retries, retryDelay, warmup, timeout, mail } = manners;
  return {
    12: optionalText(virtualHost),
    16: gauge(whole(interval)),
    56: integer(inhibit ? 2 : 1),
    57: gauge(retries),
    58: gauge(whole(retryDelay)),
    59: gauge(whole(warmup)),
    60: integer(weight),
    61: truth(mail),
    64: gauge(interval),
    65: gauge(retryDelay),
    66: gauge(warmup),
    67: gauge(timeout),
  };
}

const tunnels = { ipip: 1, gue: 2, gre: 3 } as const;
const checksums = { nocsum: 1, csum: 2, remcsum: 3 } as const;

/** Type, port and checksum; IPIP has its type alone. */
export function tunnelColumns(first: number, tunnel: SnmpTunnel | undefined): Columns {
  if (tunnel === undefined) return {};
  const { type, port, checksum } = tunnel;
  return {
    [first]: integer(tunnels[type]),
    [first + 1]: type === 'gue' ? gauge(port ?? 0) : undefined,
    [first + 2]: type === 'ipip' ? undefined : integer(checksums[checksum]),
  };
}

export function whole(length: Duration): number {
  return Math.floor(toSeconds(length));
}
