/** realServerTable: of each service its sorry server, if it has one, then its real servers. */
import type { Forwarding } from '../../../base/service.ts';
import type { SnmpManners, SnmpTunnel } from '../../../engine/translation/snmp-services.ts';
import type { Oid } from '../../../wire/agentx-values.ts';
import type { ServerPicture, ServicePicture } from '../balancing.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, isWithin, type Row, type TreePart, tableOf } from '../tables.ts';
import { addressType, gauge, inetAddress, integer, optionalText, truth } from '../values.ts';
import { countColumns } from './count-columns.ts';
import { check } from './roots.ts';
import { commandText } from './scripts.ts';
import { tunnelColumns, whole } from './virtual-servers.ts';

const table = [...check, 4];
const weights = [...table, 1, 7];

export function realServers({ services }: SnmpPicture): TreePart {
  return {
    root: table,
    objects: () =>
      tableOf(
        table,
        services.flatMap((service, at) => rowsOf(service, at + 1)),
      ),
  };
}

/** The server whose realServerWeight this is; undefined for every other object. */
export function serverOfWeight(
  { services }: SnmpPicture,
  oid: Oid,
): { readonly service: ServicePicture; readonly server: ServerPicture } | undefined {
  if (!isWithin(oid, weights) || oid.length !== weights.length + 2) return undefined;
  const [row = 0, place = 0] = oid.slice(weights.length);
  const service = services[row - 1];
  if (service === undefined) return undefined;
  const server = service.servers[place - 1 - sorryRows(service)];
  return server === undefined ? undefined : { service, server };
}

function sorryRows({ model }: ServicePicture): number {
  return model.sorry === undefined ? 0 : 1;
}

function rowsOf(service: ServicePicture, number: number): readonly Row[] {
  const { sorry } = service.model;
  const first = sorryRows(service);
  const servers = service.servers.map((server, at) => ({
    index: [number, first + at + 1],
    columns: serverColumns(server, service),
  }));
  if (sorry === undefined) return servers;
  const columns = {
    2: integer(2),
    ...placeColumns(sorry.address, sorry.port ?? 0),
    ...noTraffic,
    ...forwardingColumns(sorry.forwarding),
    ...sorryManners,
  };
  return [{ index: [number, 1], columns }, ...servers];
}

const zero = {
  ...{ connections: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 },
  ...{ active: 0, inactive: 0 },
};
const countPlaces = { connections: 14, packets: 18, wide: 27, wideRates: 58 };
const noTraffic: Columns = {
  ...countColumns(zero, zero, countPlaces),
  ...{ 15: gauge(0), 16: gauge(0), 17: gauge(0) },
};

function serverColumns(server: ServerPicture, service: ServicePicture): Columns {
  const { model, written, now, counts, rates } = server;
  const commands = service.commands?.servers.get(model.name);
  return {
    2: integer(1),
    ...placeColumns(model.address, model.port ?? written?.port ?? 0),
    6: truth(now?.up ?? !service.model.alpha),
    7: integer(weightOf(server)),
    8: model.upper === 0 ? undefined : gauge(model.upper),
    9: model.lower === 0 ? undefined : gauge(model.lower),
    10: integer(model.inhibit ? 2 : 1),
    11: commandText(commands?.up),
    12: commandText(commands?.down),
    13: gauge(now?.checks.filter(({ up }) => !up).length ?? 0),
    ...countColumns(counts, rates, countPlaces),
    15: gauge(counts.active),
    16: gauge(counts.inactive),
    17: gauge(0),
    ...forwardingColumns(model.forwarding),
    ...mannerColumns(written?.manners ?? service.written.manners),
    55: optionalText(model.alias),
    56: optionalText(commands?.up?.argv[0]),
    57: optionalText(commands?.down?.argv[0]),
    63: gauge(now?.checks.filter(({ last }) => last === undefined).length ?? 0),
  };
}

/** What it is given while it is up. */
function weightOf({ now, model }: ServerPicture): number {
  if (now?.override?.kind === 'drain') return 0;
  if (now?.override?.kind === 'weight') return now.override.weight;
  return now?.up === true ? now.weight : model.weight;
}

export function placeColumns(address: Parameters<typeof inetAddress>[0], port: number): Columns {
  return { 3: addressType(address), 4: inetAddress(address), 5: gauge(port) };
}

const kinds = { nat: 1, direct: 2, tunnel: 3 } as const;
const checksums = { none: 'nocsum', checksum: 'csum', remote: 'remcsum' } as const;

function forwardingColumns(forwarding: Forwarding): Columns {
  return { 40: integer(kinds[forwarding.kind]), ...tunnelColumns(52, tunnelOf(forwarding)) };
}

function tunnelOf(forwarding: Forwarding): SnmpTunnel | undefined {
  if (forwarding.kind !== 'tunnel') return undefined;
  const { tunnel } = forwarding;
  return {
    type: tunnel.kind,
    port: tunnel.kind === 'gue' ? tunnel.port : undefined,
    checksum: tunnel.kind === 'ipip' ? 'nocsum' : checksums[tunnel.checksum],
  };
}

function mannerColumns(manners: SnmpManners): Columns {
  const { virtualHost, alpha, retries, retryDelay, warmup, interval, mail, timeout } = manners;
  return {
    41: optionalText(virtualHost),
    42: truth(alpha),
    43: gauge(retries),
    44: gauge(whole(retryDelay)),
    45: gauge(whole(warmup)),
    46: gauge(whole(interval)),
    47: truth(mail),
    48: gauge(retryDelay),
    49: gauge(warmup),
    50: gauge(interval),
    51: gauge(timeout),
  };
}

/** Nobody checks it. */
const sorryManners: Columns = {
  ...{ 42: truth(false), 43: gauge(0), 44: gauge(0), 45: gauge(0), 46: gauge(0), 47: truth(false) },
  ...{ 48: gauge(0), 49: gauge(0), 50: gauge(0), 51: gauge(0) },
};
