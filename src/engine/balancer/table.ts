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
import type { PlaneOperation } from '../../plane.ts';

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
  names(): Iterable<string>;
  replace(services: readonly Service[]): void;
  /** Takes in an operation that was acknowledged. */
  applied(operation: PlaneOperation): void;
}

export function createTable(): Table {
  const services = new Map<string, BelievedService>();
  return {
    get: (name) => services.get(name),
    names: () => services.keys(),
    replace(observed) {
      services.clear();
      for (const service of observed) services.set(serviceName(service.key), believed(service));
    },
    applied: (operation) => take(services, operation),
  };
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
