/** Notifications of services and servers. */
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { Oid, Varbind } from '../../wire/agentx-values.ts';
import type { ServerPicture, ServicePicture } from './balancing.ts';
import { placeColumns } from './keepalived/real-servers.ts';
import { check, globals } from './keepalived/roots.ts';
import { headerColumns } from './keepalived/virtual-servers.ts';
import type { Trap } from './outgoing.ts';
import type { SnmpPicture } from './picture.ts';
import type { Columns } from './tables.ts';
import { trapOf } from './trap.ts';
import { gauge, integer, text, truth } from './values.ts';

const ofCheck = [...check, 5, 0];
const serviceEntry = [...check, 3, 1];
const serverEntry = [...check, 4, 1];

/** Servers that have been told to end since the picture was taken, by service and name. */
export type Ended = ReadonlySet<string>;

export function endedName(service: string, server: string): string {
  return `${service} > ${server}`;
}

export function serviceTrapsOf(
  report: BalancerReport,
  picture: SnmpPicture,
  ended: Ended,
): readonly Trap[] {
  if (report.kind !== 'server' && report.kind !== 'quorum') return [];
  const service = picture.services.find(({ model }) => model.id === report.service);
  if (service === undefined) return [];
  if (report.kind === 'quorum') {
    const status = report.up ? 1 : report.stopping ? 3 : 2;
    return [quorumTrap(service, status, picture, ended)];
  }
  const server = service.servers.find(({ model }) => model.name === report.server);
  return server === undefined ? [] : [serverTrap(service, server, report.up, { picture, ended })];
}

/** Of services whose end nobody reports, since they have no `omega`: keepalived tells it nevertheless. */
export function endingTraps(picture: SnmpPicture): readonly Trap[] {
  return picture.services
    .filter(({ model }) => !model.omega)
    .flatMap((service) => {
      const ended = new Set<string>();
      const servers = service.servers.filter(({ now }) => now?.up === true);
      const traps = servers.map((server) => {
        ended.add(endedName(service.model.id, server.model.name));
        return serverTrap(service, server, false, { picture, ended });
      });
      return [...traps, quorumTrap(service, 3, picture, ended)];
    });
}

function quorumTrap(
  service: ServicePicture,
  status: number,
  picture: SnmpPicture,
  ended: Ended,
): Trap {
  const { id, quorum } = service.model;
  const columns = { ...namingColumns(service), 23: integer(status), 22: gauge(quorum) };
  return trapOf([...ofCheck, 2], `quorum ${id}`, [
    ...inOrder(serviceEntry, columns, [2, 3, 4, 5, 6, 7, 8, 23, 22]),
    ...inOrder(serviceEntry, countColumns(service, ended), [21, 20]),
    router(picture),
  ]);
}

function serverTrap(
  service: ServicePicture,
  { model, written }: ServerPicture,
  isUp: boolean,
  { picture, ended }: { readonly picture: SnmpPicture; readonly ended: Ended },
): Trap {
  const place = placeColumns(model.address, model.port ?? written?.port ?? 0);
  return trapOf([...ofCheck, 1], `server ${endedName(service.model.id, model.name)}`, [
    ...inOrder(serverEntry, { ...place, 6: truth(isUp) }, [3, 4, 5, 6]),
    ...inOrder(serviceEntry, namingColumns(service), [2, 3, 4, 5, 6, 7, 8]),
    ...inOrder(serviceEntry, countColumns(service, ended), [21, 20]),
    router(picture),
  ]);
}

function router({ routerId }: SnmpPicture): Varbind {
  return { oid: [...globals, 2, 0], value: text(routerId) };
}

/** A mark or a group has no family here, and a mark the protocol "none". */
function namingColumns(service: ServicePicture): Columns {
  const { 5: family, 8: protocol = integer(4), ...others } = headerColumns(service);
  const isAddress = service.written.header.kind === 'address';
  return { ...others, 5: isAddress ? family : undefined, 8: protocol };
}

function countColumns({ model, servers }: ServicePicture, ended: Ended): Columns {
  const up = servers.filter(
    (server) => server.now?.up === true && !ended.has(endedName(model.id, server.model.name)),
  );
  return { 20: gauge(servers.length), 21: gauge(up.length) };
}

/** keepalived leaves the index of the row out. */
function inOrder(entry: Oid, columns: Columns, numbers: readonly number[]) {
  return numbers.flatMap((number) => {
    const value = columns[number];
    return value === undefined ? [] : [{ oid: [...entry, number], value }];
  });
}
