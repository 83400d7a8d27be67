/**
 * What must be true of a balancer, worked out anew from behaviour 18 and not from its code: what the table must hold
 * when the verdicts are so, and what the verdicts must be when the servers are so.
 */
import { familyOf } from '../../base/address.ts';
import { type ServiceKey, serviceName } from '../../base/service.ts';
import type {
  BalancedServer,
  BalancedService,
  BalancerModel,
} from '../../engine/balancer/model.ts';
import type {
  BalancerSnapshot,
  ServerSnapshot,
  ServiceSnapshot,
} from '../../engine/balancer/snapshot.ts';
import type { DataPlane } from '../../plane.ts';

/** `service > server` to what is written of it. */
export type Written = ReadonlyMap<string, string>;

/** Of all services whose key passes. */
export function writtenIn(plane: DataPlane, isOurs: (name: string) => boolean): Written {
  const written = new Map<string, string>();
  for (const { key, scheduler, servers } of plane.observe()) {
    const name = serviceName(key);
    if (!isOurs(name)) continue;
    written.set(name, scheduler);
    for (const { address, port, weight, forwarding } of servers) {
      written.set(`${name} > ${address} ${port}`, `${forwarding.kind} ${weight}`);
    }
  }
  return written;
}

export function expected(model: BalancerModel, { services }: BalancerSnapshot): Written {
  const written = new Map<string, string>();
  const known = new Map(services.map((one) => [one.id, one]));
  for (const service of model.services) {
    const facts = known.get(service.id);
    if (facts === undefined) continue;
    for (const key of service.keys) {
      written.set(serviceName(key), service.settings.scheduler);
      writeServers(written, { service, facts, key });
    }
  }
  return written;
}

function writeServers(
  written: Map<string, string>,
  around: {
    readonly service: BalancedService;
    readonly facts: ServiceSnapshot;
    readonly key: ServiceKey;
  },
): void {
  const { service, facts, key } = around;
  const states = new Map(facts.servers.map((one) => [one.name, one]));
  const isSorry = service.sorry !== undefined && !facts.quorumUp;
  const put = (server: Pick<BalancedServer, 'address' | 'port' | 'forwarding'>, weight: number) => {
    const port = server.port ?? (key.kind === 'address' ? key.port : 0);
    if (familyOf(server.address) !== 'ipv4') return;
    const place = `${serviceName(key)} > ${server.address} ${port}`;
    written.set(place, `${server.forwarding.kind} ${weight}`);
  };
  const { sorry } = service;
  if (sorry?.inhibit === true && !isSorry) put(sorry, 0);
  for (const server of service.servers) {
    const state = states.get(server.name);
    if (state === undefined) continue;
    if (state.up && (!isSorry || state.override?.kind === 'drain')) put(server, state.weight);
    else if (server.inhibit) put(server, 0);
  }
  if (sorry !== undefined && isSorry) put(sorry, 1);
}

/** The first difference, in words. */
export function difference(wanted: Written, found: Written): string | undefined {
  for (const [place, text] of wanted) {
    if (found.get(place) !== text)
      return `${place} is ${found.get(place) ?? 'missing'}, not ${text}`;
  }
  for (const [place, text] of found) {
    if (!wanted.has(place)) return `${place} is there (${text}) and should not be`;
  }
  return undefined;
}

/** Quorum is gained at quorum + hysteresis, lost below quorum - hysteresis or at nothing. */
export function quorumFault(service: ServiceSnapshot): string | undefined {
  const { id, live, quorum, hysteresis, quorumUp, servers } = service;
  const sum = servers.reduce((total, { up, weight }) => total + (up ? weight : 0), 0);
  if (sum !== live) return `${id} counts ${live}, and its servers weigh ${sum}`;
  if (quorumUp && (live === 0 || live < quorum - hysteresis)) {
    return `${id} has its quorum with ${live}, needing ${quorum} - ${hysteresis}`;
  }
  if (!quorumUp && live > 0 && live >= quorum + hysteresis) {
    return `${id} has no quorum with ${live}, needing ${quorum} + ${hysteresis}`;
  }
  return undefined;
}

/** What a target answers. */
export interface Truth {
  readonly up: boolean;
  /** What its program says; undefined says nothing. */
  readonly weight: number | undefined;
}

/** What is wrong with the verdicts, long after everything became calm. */
export function verdictsFault(
  model: BalancerModel,
  snapshot: BalancerSnapshot,
  truth: (target: BalancedServer['checks'][number]) => Truth,
): string | undefined {
  const known = new Map(snapshot.services.map((service) => [service.id, service]));
  for (const service of model.services) {
    const states = new Map(known.get(service.id)?.servers.map((one) => [one.name, one]));
    for (const server of service.servers) {
      const state = states.get(server.name);
      if (state === undefined) return `${server.name} of ${service.id} is not known`;
      const fault = verdictFault(server, state, truth);
      if (fault !== undefined) return `${service.id}: ${fault}`;
    }
  }
  return undefined;
}

function verdictFault(
  server: BalancedServer,
  state: ServerSnapshot,
  truth: (target: BalancedServer['checks'][number]) => Truth,
): string | undefined {
  const answers = server.checks.map((check) => ({ check, said: truth(check) }));
  const up = answers.every(({ said }) => said.up);
  if (state.up !== up) return `${server.name} is ${state.up ? 'in' : 'out'}, and answers otherwise`;
  if (!up) return undefined;
  const { override } = state;
  if (override !== undefined) {
    const ordered = override.kind === 'drain' ? 0 : override.weight;
    return state.weight === ordered
      ? undefined
      : `${server.name} weighs ${state.weight}, not as ordered`;
  }
  let weight = server.weight;
  for (const { check, said } of answers) {
    if (check.checker.kind === 'misc' && said.weight !== undefined)
      weight += said.weight - server.weight;
  }
  const wanted = Math.max(0, weight);
  return state.weight === wanted
    ? undefined
    : `${server.name} weighs ${state.weight}, not ${wanted}`;
}
