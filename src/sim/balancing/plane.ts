/** A data plane without a kernel: what it holds, what it refuses, and who else changes it. */
import {
  type Server,
  type ServerSettings,
  type Service,
  type ServiceKey,
  type ServiceSettings,
  serverName,
  serviceName,
} from '../../base/service.ts';
import type { DataPlane, PlaneOperation, ServiceGlimpse, SyncDaemon } from '../../plane.ts';
import type { OperationResult, PortError } from '../../ports.ts';

interface Held {
  readonly key: ServiceKey;
  settings: ServiceSettings;
  readonly servers: Map<string, Server>;
}

export interface VirtualPlane extends DataPlane {
  /** What somebody else does to it. */
  disturb(operations: readonly PlaneOperation[]): void;
  /** Refuses those operations for which it returns an error. */
  refuse(rule: (operation: PlaneOperation) => PortError | undefined): void;
  /** Told every operation before it is carried out. */
  watch(seen: (operation: PlaneOperation) => void): void;
  readonly daemons: readonly SyncDaemon[];
  /** How many operations have been asked for. */
  readonly asked: number;
}

const DONE: OperationResult = { done: true };
const none: PortError = { errno: 3, code: 'ESRCH', detail: '' };

export function createPlane(kind: DataPlane['kind']): VirtualPlane {
  const held = new Map<string, Held>();
  /** Every service that there ever was. */
  const made = new Map<string, ServiceKey>();
  let rule: (operation: PlaneOperation) => PortError | undefined = () => undefined;
  let seen: (operation: PlaneOperation) => void = () => undefined;
  let disturbed = false;
  let daemons: readonly SyncDaemon[] = [];
  let asked = 0;
  const one = (operation: PlaneOperation): OperationResult => {
    asked += 1;
    seen(operation);
    if (operation.kind === 'add-service') made.set(serviceName(operation.key), operation.key);
    const error = rule(operation);
    return error === undefined ? carryOut(held, operation) : { done: false, error };
  };
  return {
    kind,
    observe: () => [...held.values()].map(serviceOf),
    ...(kind === 'ipvs' ? looksAt(held, made) : {}),
    apply: (operations) => operations.map(one),
    disturbed() {
      const was = disturbed;
      disturbed = false;
      return was && kind === 'nftables';
    },
    traffic: () => [],
    setTimeouts: () => DONE,
    synchronise(wanted) {
      daemons = wanted;
      return DONE;
    },
    close: () => undefined,
    disturb(operations) {
      disturbed = true;
      for (const operation of operations) carryOut(held, operation);
    },
    refuse(next) {
      rule = next;
    },
    watch(next) {
      seen = next;
    },
    get daemons() {
      return daemons;
    },
    get asked() {
      return asked;
    },
  };
}

/** Every glimpse shows everything. */
function looksAt(
  held: ReadonlyMap<string, Held>,
  made: ReadonlyMap<string, ServiceKey>,
): Pick<Required<DataPlane>, 'look' | 'glimpse'> {
  return {
    look: (keys) => keys.flatMap((key) => held.get(serviceName(key)) ?? []).map(serviceOf),
    glimpse() {
      const services = [...held.values()].map(glimpseOf);
      const gone = [...made].filter(([name]) => !held.has(name)).map(([, key]) => key);
      return { services, gone, withServers: true };
    },
  };
}

function glimpseOf({ key, settings, servers }: Held): ServiceGlimpse {
  const shown = [...servers.values()].map((server) => ({
    ...server,
    forwarding: server.forwarding.kind,
  }));
  return { key, ...settings, servers: shown };
}

function serviceOf({ key, settings, servers }: Held): Service {
  return { key, ...settings, servers: [...servers.values()] };
}

function carryOut(held: Map<string, Held>, operation: PlaneOperation): OperationResult {
  switch (operation.kind) {
    case 'add-service':
    case 'edit-service': {
      const name = serviceName(operation.key);
      const known = held.get(name);
      if (known !== undefined) known.settings = operation.settings;
      else if (operation.kind === 'edit-service') return { done: false, error: none };
      else held.set(name, { ...operation, servers: new Map() });
      return DONE;
    }
    case 'remove-service':
      held.delete(serviceName(operation.key));
      return DONE;
    case 'add-server':
      return inService(held, operation.service, (servers) => {
        servers.set(serverName(operation.server), operation.server);
        return true;
      });
    case 'edit-server':
      return inService(held, operation.service, (servers) =>
        edit(servers, { ...operation.server, ...operation.settings }),
      );
    case 'remove-server':
      return inService(held, operation.service, (servers) => {
        servers.delete(serverName(operation.server));
        return true;
      });
  }
}

function edit(servers: Map<string, Server>, server: Server & ServerSettings): boolean {
  const name = serverName(server);
  if (!servers.has(name)) return false;
  servers.set(name, server);
  return true;
}

function inService(
  held: Map<string, Held>,
  key: ServiceKey,
  change: (servers: Map<string, Server>) => boolean,
): OperationResult {
  const service = held.get(serviceName(key));
  return service !== undefined && change(service.servers) ? DONE : { done: false, error: none };
}
