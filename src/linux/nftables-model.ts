/** What our tables hold, as values, and what operations make of it. */
import { type Server, type Service, serverName, serviceName } from '../base/service.ts';
import type { PlaneOperation } from '../plane.ts';
import type { PortError } from '../ports.ts';
import { refusal } from '../wire/nftables/service-change.ts';
import { errnoOf, portError } from './ffi.ts';

export type Services = Map<string, Service>;

export function nameOf(operation: PlaneOperation): string {
  return serviceName('key' in operation ? operation.key : operation.service);
}

/** Changes `services`; or why it cannot be done, and then nothing is changed. */
export function change(services: Services, operation: PlaneOperation): PortError | undefined {
  const name = nameOf(operation);
  const known = services.get(name);
  switch (operation.kind) {
    case 'add-service': {
      const { key, settings } = operation;
      services.set(name, { ...settings, key, servers: known?.servers ?? [] });
      return undefined;
    }
    case 'edit-service':
      if (known === undefined) return absent(name);
      services.set(name, { ...operation.settings, key: known.key, servers: known.servers });
      return undefined;
    case 'remove-service':
      services.delete(name);
      return undefined;
    case 'add-server':
      return known === undefined ? absent(name) : put(services, known, operation.server);
    case 'edit-server': {
      if (known === undefined) return absent(name);
      const server = serverName(operation.server);
      const exists = known.servers.some((one) => serverName(one) === server);
      if (!exists) return absent(`${server} of ${name}`);
      return put(services, known, { ...operation.server, ...operation.settings });
    }
    case 'remove-server': {
      if (known === undefined) return undefined;
      const server = serverName(operation.server);
      const servers = known.servers.filter((one) => serverName(one) !== server);
      services.set(name, { ...known, servers });
      return undefined;
    }
  }
}

function put(services: Services, service: Service, wanted: Server): PortError | undefined {
  const refused = refusal(service.key, wanted);
  if (refused !== undefined) return unsupported(refused);
  const { address, port, forwarding, weight, upper, lower } = wanted;
  const server = { address, port, forwarding, weight, upper, lower };
  const name = serverName(server);
  const at = service.servers.findIndex((one) => serverName(one) === name);
  const servers = at < 0 ? [...service.servers, server] : service.servers.with(at, server);
  services.set(serviceName(service.key), { ...service, servers });
  return undefined;
}

function absent(what: string): PortError {
  return portError(errnoOf('ENOENT'), `nftables holds no ${what}: add it first`);
}

/** The number has two names; this is the one that speaks of operations. */
export function unsupported(detail: string): PortError {
  return { ...portError(errnoOf('EOPNOTSUPP'), detail), code: 'EOPNOTSUPP' };
}
