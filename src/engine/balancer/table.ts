/** What the plane is believed to hold: as observed last, and as changed by acknowledged operations since. */
import {
  type ServerKey,
  type ServerSettings,
  type Service,
  type ServiceKey,
  type ServiceSettings,
  serverName,
  serviceName,
} from '../../base/service.ts';
import type { PlaneOperation, ServiceOutline } from '../../plane.ts';
import { sameServer, sameService } from './sameness.ts';

export interface BelievedServer {
  readonly key: ServerKey;
  settings: ServerSettings;
}

export interface BelievedService {
  readonly key: ServiceKey;
  settings: ServiceSettings;
  /** By `serverName`. */
  readonly servers: Map<string, BelievedServer>;
}

export interface Table {
  get(name: string): BelievedService | undefined;
  /** The names of services that are not as they were believed to be. What is as it was costs no memory. */
  replace(services: readonly Service[]): readonly string[];
  /** The same as `replace`, of what is known without the servers. */
  outline(services: readonly ServiceOutline[]): readonly string[];
  /** Takes in an operation that was acknowledged. */
  applied(operation: PlaneOperation): void;
}

export function createTable(): Table {
  const services = new Map<string, BelievedService>();
  return {
    get: (name) => services.get(name),
    replace: (observed) => replace(services, observed),
    outline: (outlines) => outline(services, outlines),
    applied: (operation) => take(services, operation),
  };
}

function replace(
  services: Map<string, BelievedService>,
  observed: readonly Service[],
): readonly string[] {
  const different: string[] = [];
  const left = new Set(services.keys());
  for (const service of observed) {
    const name = serviceName(service.key);
    left.delete(name);
    const known = services.get(name);
    if (known !== undefined && isAsBelieved(known, service)) continue;
    services.set(name, believed(service));
    different.push(name);
  }
  for (const name of left) {
    services.delete(name);
    different.push(name);
  }
  return different;
}

function outline(
  services: Map<string, BelievedService>,
  outlines: readonly ServiceOutline[],
): readonly string[] {
  const different: string[] = [];
  const left = new Set(services.keys());
  for (const { key, ...settings } of outlines) {
    const name = serviceName(key);
    left.delete(name);
    const known = services.get(name);
    if (known === undefined || sameService(known.settings, settings)) continue;
    known.settings = settings;
    different.push(name);
  }
  for (const name of left) services.delete(name);
  return [...different, ...left];
}

function isAsBelieved(known: BelievedService, service: Service): boolean {
  if (known.servers.size !== service.servers.length) return false;
  if (!sameService(known.settings, service)) return false;
  return service.servers.every((server) => {
    const believed = known.servers.get(serverName(server));
    return believed !== undefined && sameServer(believed.settings, server);
  });
}

function believed({ key, servers, ...settings }: Service): BelievedService {
  return {
    key,
    settings,
    servers: new Map(
      servers.map(({ address, port, ...own }) => [
        serverName({ address, port }),
        { key: { address, port }, settings: own },
      ]),
    ),
  };
}

function take(services: Map<string, BelievedService>, operation: PlaneOperation): void {
  switch (operation.kind) {
    case 'add-service':
    case 'edit-service': {
      const { key, settings } = operation;
      const name = serviceName(key);
      const known = services.get(name);
      if (known === undefined) services.set(name, { key, settings, servers: new Map() });
      else known.settings = settings;
      return;
    }
    case 'remove-service':
      services.delete(serviceName(operation.key));
      return;
    case 'add-server': {
      const { address, port, ...settings } = operation.server;
      const key = { address, port };
      services.get(serviceName(operation.service))?.servers.set(serverName(key), { key, settings });
      return;
    }
    case 'edit-server': {
      const known = services.get(serviceName(operation.service));
      const server = known?.servers.get(serverName(operation.server));
      if (server !== undefined) server.settings = operation.settings;
      return;
    }
    case 'remove-server':
      services.get(serviceName(operation.service))?.servers.delete(serverName(operation.server));
  }
}
