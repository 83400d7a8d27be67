/** What a seed makes of services, servers and checks, and of the mishaps that befall them. */
import { type Address, parseAddress } from '../../base/address.ts';
import { invariant } from '../../base/outcome.ts';
import type { Random } from '../../base/random.ts';
import type { Forwarding, ServiceKey } from '../../base/service.ts';
import { type Duration, milliseconds, seconds } from '../../base/units.ts';
import type {
  BalancedServer,
  BalancedService,
  BalancerModel,
  ServerCheck,
} from '../../engine/balancer/model.ts';
import type { Checker } from '../../health/checker.ts';
import type { Pacing } from '../../health/pacing.ts';

export type Mishap =
  | { readonly kind: 'target'; readonly at: Duration }
  | { readonly kind: 'disturb'; readonly at: Duration }
  | { readonly kind: 'refuse'; readonly at: Duration; readonly lasting: Duration }
  /** The process is killed, at once or in the middle of its next batch. */
  | { readonly kind: 'kill'; readonly at: Duration; readonly inBatch: boolean }
  /** The whole daemon is: nobody remembers but whose services they are. */
  | { readonly kind: 'restart'; readonly at: Duration }
  | { readonly kind: 'reload'; readonly at: Duration }
  | { readonly kind: 'order'; readonly at: Duration }
  /** An address of a service comes to this host, or leaves it. */
  | { readonly kind: 'address'; readonly at: Duration }
  | { readonly kind: 'standstill'; readonly at: Duration; readonly lasting: Duration };

export interface BalancingScenario {
  readonly plane: 'ipvs' | 'nftables';
  readonly model: BalancerModel;
  readonly mishaps: readonly Mishap[];
  /** Nothing befalls anybody after that. */
  readonly calmAt: Duration;
}

const troubledSeconds = 40;
const kinds = [
  'target',
  'target',
  'target',
  'target',
  'disturb',
  'disturb',
  'refuse',
  'kill',
  'restart',
  'reload',
  'reload',
  'order',
  'address',
  'address',
  'standstill',
] as const;

export function drawBalancing(random: Random): BalancingScenario {
  const plane = random.chance(0.7) ? 'ipvs' : 'nftables';
  const count = random.within(4, 25);
  const drawn = random.fork('mishaps');
  const mishaps = Array.from({ length: count }, () => drawMishap(drawn)).sort(
    (one, other) => one.at - other.at,
  );
  return {
    plane,
    model: drawModel(random.fork('model')),
    mishaps,
    calmAt: seconds(troubledSeconds + 5),
  };
}

function drawMishap(random: Random): Mishap {
  const at = milliseconds(random.within(0, troubledSeconds * 1_000));
  const kind = random.pick(kinds);
  if (kind === 'kill') return { kind, at, inBatch: random.chance(0.5) };
  if (kind === 'refuse' || kind === 'standstill') {
    return { kind, at, lasting: milliseconds(random.within(100, 4_000)) };
  }
  return { kind, at };
}

function drawModel(random: Random): BalancerModel {
  const count = random.within(1, 4);
  return {
    services: Array.from({ length: count }, (_, index) => drawService(random, index)),
    plane: {
      kind: undefined,
      timeouts: undefined,
      flushAtStart: false,
      flushAtStop: undefined,
      synchronisation: undefined,
    },
  };
}

function address(text: string): Address {
  const parsed = parseAddress(text);
  invariant(parsed !== undefined, `${text} is an address`);
  return parsed;
}

/** The first one of a service by address. */
export function serviceAddress(index: number): Address {
  return address(`192.0.2.${index * 10 + 1}`);
}

function keysFor(random: Random, index: number): readonly ServiceKey[] {
  if (random.chance(0.1)) return [{ kind: 'mark', family: 'ipv4', mark: index + 1 }];
  const count = random.chance(0.2) ? random.within(2, 4) : 1;
  return Array.from({ length: count }, (_, at) => ({
    kind: 'address',
    protocol: 'tcp',
    address: address(`192.0.2.${index * 10 + at + 1}`),
    port: 80,
  }));
}

function drawService(random: Random, index: number): BalancedService {
  const keys = keysFor(random, index);
  const forwarding: Forwarding = random.pick([{ kind: 'nat' }, { kind: 'direct' }] as const);
  const count = random.within(1, 5);
  const inhibit = random.chance(0.3);
  const alpha = random.chance(0.3);
  const servers = Array.from({ length: count }, (_, at) =>
    drawServer(random, { index, at, forwarding, inhibit, alpha, shared: keys.length > 1 }),
  );
  const total = servers.reduce((sum, { weight }) => sum + weight, 0);
  const quorum = random.within(1, Math.max(1, total));
  const hasSorry = random.chance(0.5);
  const sorryAddress = random.chance(0.2) ? servers[0]?.address : address('10.0.9.9');
  return {
    id: `service ${index}`,
    label: `[service ${index}]`,
    keys,
    settings: { scheduler: 'wlc', flags: [], persistence: undefined, onePacket: false },
    servers,
    sorry:
      hasSorry && sorryAddress !== undefined
        ? {
            ...{ label: 'sorry', address: sorryAddress, port: 80, forwarding },
            inhibit: random.chance(0.3),
          }
        : undefined,
    ...{ quorum, hysteresis: random.within(0, quorum - 1), alpha, omega: random.chance(0.3) },
    suspendWithout: random.chance(0.3) ? [serviceAddress(index)] : undefined,
    ...{ mail: false, alias: undefined },
  };
}

interface Place {
  readonly index: number;
  readonly at: number;
  readonly forwarding: Forwarding;
  readonly inhibit: boolean;
  readonly alpha: boolean;
  readonly shared: boolean;
}

function drawServer(random: Random, place: Place): BalancedServer {
  const own = address(`10.0.${place.index}.${place.at + 1}`);
  const follows = place.shared && place.forwarding.kind === 'direct';
  const checks = random.within(0, 2);
  return {
    name: follows ? own : `${own}:80`,
    label: `[${own}]`,
    ...{ address: own, port: follows ? undefined : 80, forwarding: place.forwarding },
    ...{ weight: random.within(0, 5), upper: 0, lower: 0, inhibit: place.inhibit },
    checks: Array.from({ length: checks }, (_, at) => drawCheck(random, own, at, place.alpha)),
    ...{ mail: false, tellsStart: false, alias: undefined },
  };
}

function drawCheck(random: Random, own: Address, at: number, alpha: boolean): ServerCheck {
  const kind = random.pick(['tcp', 'tcp', 'misc', 'http'] as const);
  const interval = milliseconds(random.within(500, 3_000));
  const pacing: Pacing = {
    ...{ interval, retries: random.within(0, 2) },
    retryDelay: milliseconds(random.within(100, 800)),
    warmup: random.chance(0.3) ? (0 as Duration) : interval,
    alpha,
    steps: kind === 'http' ? random.within(1, 3) : 1,
    ...{ fastRecovery: random.chance(0.5), logAllFailures: false },
  };
  return {
    name: `${kind} ${at + 1}`,
    checker: checkerOf(kind, pacing.steps),
    target: {
      ...{ address: own, port: 8_000 + at, timeout: milliseconds(random.within(100, 1_000)) },
      ...{ bindAddress: undefined, bindPort: undefined, bindInterface: undefined, mark: undefined },
    },
    pacing,
  };
}

function checkerOf(kind: 'tcp' | 'misc' | 'http', steps: number): Checker {
  if (kind === 'tcp') return { kind };
  if (kind === 'misc') {
    const timeout = seconds(1);
    return { kind, command: ['check'], timeout, dynamic: true, user: undefined, group: undefined };
  }
  const url = { path: '/', host: undefined, digest: undefined, statuses: [], pattern: undefined };
  const urls = Array.from({ length: steps }, () => ({ ...url, tlsCompliant: false }));
  return { kind, tls: undefined, protocol: '1.1', urls };
}

/** The same configuration with something in it changed, as an operator would. */
export function changedModel(random: Random, model: BalancerModel): BalancerModel {
  const services = [...model.services];
  const index = random.below(services.length);
  const service = services[index];
  if (service === undefined || random.chance(0.15)) {
    const free = services.findIndex(({ id }, at) => id !== `service ${at}`);
    const fresh = free === -1 ? services.length : free;
    if (fresh > 5 || services.some(({ id }) => id === `service ${fresh}`)) return model;
    return { ...model, services: [...services, drawService(random, fresh)] };
  }
  if (random.chance(0.1) && services.length > 1) {
    return { ...model, services: services.filter((one) => one !== service) };
  }
  services[index] = changedService(random, service);
  return { ...model, services };
}

function changedService(random: Random, service: BalancedService): BalancedService {
  const at = random.below(service.servers.length);
  const chosen = service.servers[at];
  const without = service.servers.filter((server) => server !== chosen);
  const weighed = service.servers.map((server) =>
    server === chosen ? { ...server, weight: random.within(0, 5) } : server,
  );
  const repaced = service.servers.map((server) =>
    server === chosen
      ? { ...server, checks: server.checks.map((one) => slower(random, one)) }
      : server,
  );
  const total = Math.max(
    1,
    service.servers.reduce((sum, { weight }) => sum + weight, 0),
  );
  const change = random.pick(['settings', 'quorum', 'without', 'weight', 'pace', 'order'] as const);
  switch (change) {
    case 'settings':
      return {
        ...service,
        settings: { ...service.settings, scheduler: random.pick(['rr', 'wrr']) },
      };
    case 'quorum':
      return { ...service, quorum: random.within(1, total), hysteresis: 0 };
    case 'without':
      return without.length === 0 ? service : { ...service, servers: without };
    case 'weight':
      return { ...service, servers: weighed };
    case 'pace':
      return { ...service, servers: repaced };
    case 'order':
      return { ...service, servers: random.shuffled(service.servers) };
  }
}

function slower(random: Random, check: ServerCheck): ServerCheck {
  const interval = milliseconds(random.within(500, 3_000));
  return { ...check, pacing: { ...check.pacing, interval } };
}
