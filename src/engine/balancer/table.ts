/** What the plane is believed to hold: as observed last, and as changed by acknowledged operations since. */
import {
  type Persistence,
  type Server,
  type Service,
  type ServiceKey,
  type ServiceSettings,
  serverName,
  serviceName,
} from '../../base/service.ts';
import type { Glimpse, PersistenceGlimpse, PlaneOperation, ServiceGlimpse } from '../../plane.ts';
import { sameServer, sameService } from './sameness.ts';

export interface BelievedService {
  readonly key: ServiceKey;
  settings: ServiceSettings;
  /** By `serverName`. */
  readonly servers: Map<string, Server>;
}

export interface Table {
  get(name: string): BelievedService | undefined;
  /** The names of services that are not as they were believed to be. What is as it was costs no memory. */
  replace(services: readonly Service[]): readonly string[];
  /** The same of these services alone; what is not in `services` is not there. */
  replaceThese(keys: readonly ServiceKey[], services: readonly Service[]): readonly string[];
  /** Services that do not look as they are believed to be. */
  doubtful(glimpse: Glimpse): readonly ServiceKey[];
  /** Takes in an operation that was acknowledged. */
  applied(operation: PlaneOperation): void;
}

export function createTable(): Table {
  const services = new Map<string, BelievedService>();
  return {
    get: (name) => services.get(name),
    replace: (observed) => replace(services, observed),
    replaceThese: (keys, observed) => replaceThese(services, keys, observed),
    doubtful: (glimpse) => doubtful(services, glimpse),
    applied: (operation) => take(services, operation),
  };
}

type Services = Map<string, BelievedService>;

function replace(services: Services, observed: readonly Service[]): readonly string[] {
  const left = new Set(services.keys());
  const different = takeIn(services, observed, left);
  for (const name of left) services.delete(name);
  return [...different, ...left];
}

function replaceThese(
  services: Services,
  keys: readonly ServiceKey[],
  observed: readonly Service[],
): readonly string[] {
  const left = new Set(keys.map(serviceName));
  const different = takeIn(services, observed, left);
  return [...different, ...[...left].filter((name) => services.delete(name))];
}

/** Takes the names of those that are there from `left`. */
function takeIn(
  services: Services,
  observed: readonly Service[],
  left: Set<string>,
): readonly string[] {
  const different: string[] = [];
  for (const service of observed) {
    const name = serviceName(service.key);
    left.delete(name);
    const known = services.get(name);
    if (known !== undefined && isAsBelieved(known, service)) continue;
    services.set(name, believed(service));
    different.push(name);
  }
  return different;
}

function doubtful(services: Services, { services: shown, gone }: Glimpse): readonly ServiceKey[] {
  const others = shown.filter((glimpse) => {
    const known = services.get(serviceName(glimpse.key));
    return known === undefined || !looksAsBelieved(known, glimpse);
  });
  const missing = gone.filter((key) => services.has(serviceName(key)));
  return [...others.map(({ key }) => key), ...missing];
}

function looksAsBelieved(
  { settings, servers: believedServers }: BelievedService,
  { scheduler, onePacket = settings.onePacket, persistence, servers }: ServiceGlimpse,
): boolean {
  const isSame =
    scheduler === settings.scheduler &&
    onePacket === settings.onePacket &&
    looksAsPersistent(settings.persistence, persistence);
  if (!isSame || servers === undefined) return isSame;
  return (
    servers.length === believedServers.size &&
    servers.every((server) => {
      const there = believedServers.get(serverName(server));
      const { forwarding = there?.forwarding.kind, weight } = server;
      return there?.weight === weight && there.forwarding.kind === forwarding;
    })
  );
}

const ticksOfSecond: ReadonlySet<number> = new Set([100, 250, 300, 1_000]);

function looksAsPersistent(
  known: Persistence | undefined,
  shown: PersistenceGlimpse | undefined,
): boolean {
  if (known === undefined || shown === undefined) return known === shown;
  const { seconds = known.seconds, ticks, prefix = known.prefix } = shown;
  const isAsLong = ticks === undefined || ticksOfSecond.has(ticks / known.seconds);
  return isAsLong && seconds === known.seconds && prefix === known.prefix;
}

function isAsBelieved(known: BelievedService, service: Service): boolean {
  if (known.servers.size !== service.servers.length) return false;
  if (!sameService(known.settings, service)) return false;
  return service.servers.every((server) => {
    const believed = known.servers.get(serverName(server));
    return believed !== undefined && sameServer(believed, server);
  });
}

function believed({ key, servers, ...settings }: Service): BelievedService {
  return { key, settings, servers: new Map(servers.map((one) => [serverName(one), one])) };
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
      const { service, server } = operation;
      services.get(serviceName(service))?.servers.set(serverName(server), server);
      return;
    }
    case 'edit-server': {
      const { service, server, settings } = operation;
      const known = services.get(serviceName(service))?.servers;
      const name = serverName(server);
      if (known?.has(name) === true) known.set(name, { ...server, ...settings });
      return;
    }
    case 'remove-server':
      services.get(serviceName(operation.service))?.servers.delete(serverName(operation.server));
  }
}
