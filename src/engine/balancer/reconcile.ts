/** What must be done to a plane, so that it holds of a service what is wanted. Pure: wanted × believed → operations. */
import {
  type Server,
  type ServerSettings,
  type ServiceKey,
  serverName,
  serviceName,
} from '../../base/service.ts';
import type { PlaneOperation } from '../../plane.ts';
import {
  placeIn,
  type WantedServer,
  wantedServer,
  wantedServers,
  wantedSettings,
} from './desired.ts';
import { sameServer, sameService } from './sameness.ts';
import type { ServerState, ServiceState } from './state.ts';
import type { BelievedService, Table } from './table.ts';

/** Servers come before others go, so that no service stands empty in between. */
export function reconcileService(
  service: ServiceState,
  key: ServiceKey,
  table: Table,
): readonly PlaneOperation[] {
  const operations: PlaneOperation[] = [];
  const believed = table.get(serviceName(key));
  const settings = wantedSettings(service, key);
  if (believed === undefined) operations.push({ kind: 'add-service', key, settings });
  else if (!sameService(believed.settings, settings)) {
    operations.push({ kind: 'edit-service', key, settings });
  }
  const wanted = wantedServers(service, key);
  for (const [name, server] of wanted) {
    const change = serverChange(key, server, believed?.servers.get(name));
    if (change !== undefined) operations.push(change);
  }
  if (believed === undefined) return operations;
  for (const [name, { address, port }] of believed.servers) {
    if (wanted.has(name)) continue;
    operations.push({ kind: 'remove-server', service: key, server: { address, port } });
  }
  return operations;
}

/**
 * The same for one server of a service whose other entries are as they should be. undefined when that cannot be told by
 * this server alone: where it shares its place with the sorry server, or the service is not there.
 */
export function reconcileServer(
  service: ServiceState,
  server: ServerState,
  { key, table }: { readonly key: ServiceKey; readonly table: Table },
): readonly PlaneOperation[] | undefined {
  const believed = table.get(serviceName(key));
  const place = placeIn(server.model, key);
  if (believed === undefined || !isAlone(service, server, key)) return undefined;
  const wanted = wantedServer(service, server, key);
  const there = believed.servers.get(serverName(place));
  if (wanted !== undefined) {
    const change = serverChange(key, wanted, there);
    return change === undefined ? [] : [change];
  }
  return there === undefined ? [] : [{ kind: 'remove-server', service: key, server: place }];
}

/** Whether no other server of the service can be at the same place. */
function isAlone(service: ServiceState, { model }: ServerState, key: ServiceKey): boolean {
  const { sorry } = service.model;
  if (sorry?.address === model.address && placeIn(sorry, key).port === placeIn(model, key).port) {
    return false;
  }
  return service.model.keys.length === 1 || !hasFollowers(service);
}

/** In a group a server without a port of its own may come to be where another is. */
function hasFollowers({ model }: ServiceState): boolean {
  return model.servers.some(({ port }) => port === undefined);
}

function serverChange(
  service: ServiceKey,
  { key, settings }: WantedServer,
  there: ServerSettings | undefined,
): PlaneOperation | undefined {
  if (there === undefined) {
    const server: Server = { ...key, ...settings };
    return { kind: 'add-server', service, server };
  }
  if (sameServer(there, settings)) return undefined;
  return { kind: 'edit-server', service, server: key, settings };
}

export function removal({ key }: BelievedService): PlaneOperation {
  return { kind: 'remove-service', key };
}
