/** What follows from a verdict: whether its server is up and with what weight, and whether its service has its quorum. */
import type { Instant } from '../../base/units.ts';
import { effectiveWeight, hasQuorum, liveWeight } from '../../health/pool.ts';
import type { Keeper } from './keeper.ts';
import type { MemoryChange } from './memory.ts';
import type { BalancerReport, ServerCause, ServerSubject, Subject } from './report.ts';
import { type CheckState, type ServerState, type ServiceState, sorryServes } from './state.ts';

/** Where what follows is gathered during one step. */
export interface Consequences {
  readonly keeper: Keeper;
  readonly reports: BalancerReport[];
  readonly memory: MemoryChange[];
  readonly now: Instant;
}

export function subjectOf({ model }: ServiceState): Subject {
  return { service: model.id, serviceLabel: model.label };
}

export function serverSubject({ service, model }: ServerState): ServerSubject {
  return { ...subjectOf(service), server: model.name, serverLabel: model.label };
}

/** What a server comes to by its checks and orders, and what its service comes to by that. */
export function reweigh(server: ServerState, cause: ServerCause, into: Consequences): void {
  if (weigh(server, cause, into)) judgeQuorum(server.service, into);
}

/** The server alone; true when something has changed. Its quorum is still to be judged. */
export function weigh(server: ServerState, cause: ServerCause, into: Consequences): boolean {
  const { service } = server;
  const up = isUp(server);
  const weight = weightOf(server);
  if (up === server.up && weight === server.weight) return false;
  const before = { up: server.up, weight: server.weight };
  service.live += liveWeight({ up, weight }) - liveWeight(server);
  server.up = up;
  server.weight = weight;
  into.keeper.touchServer(server);
  if (up !== before.up) {
    server.since = into.now;
    into.reports.push(serverReport(server, { cause, repeated: false }, into.now));
  } else {
    into.reports.push({
      kind: 'weight',
      ...serverSubject(server),
      at: into.now,
      from: before.weight,
      to: weight,
    });
  }
  return true;
}

export function serverReport(
  server: ServerState,
  { cause, repeated }: { readonly cause: ServerCause; readonly repeated: boolean },
  at: Instant,
): BalancerReport {
  return {
    kind: 'server',
    ...serverSubject(server),
    ...{ at, up: server.up, repeated, weight: server.weight, cause, mail: server.model.mail },
  };
}

export function isUp({ checks }: ServerState): boolean {
  return checks.every(({ verdict }) => verdict.up);
}

export function weightOf({ model, checks, override }: ServerState): number {
  let added = 0;
  for (const check of checks) added += addedBy(check, model.weight);
  return effectiveWeight(model.weight, added, override);
}

/** A program says what the weight is to be; a file what is added to it. */
function addedBy({ model, verdict }: CheckState, configured: number): number {
  if (verdict.weight === undefined) return 0;
  return model.checker.kind === 'misc' ? verdict.weight - configured : verdict.weight;
}

/** Whether the quorum is there now; with a sorry server everything in the service changes with it. */
export function judgeQuorum(service: ServiceState, into: Consequences): void {
  const up = hasQuorum(service.model, service.quorumUp, service.live);
  if (up === service.quorumUp) return;
  service.quorumUp = up;
  service.quorumSince = into.now;
  if (service.model.sorry !== undefined) into.keeper.touchService(service);
  into.reports.push(quorumReport(service, into.now, false));
  remember(service, into);
}

type QuorumReport = Extract<BalancerReport, { readonly kind: 'quorum' }>;

export function quorumReport(service: ServiceState, at: Instant, stopping: boolean): QuorumReport {
  const { live, quorumUp, model } = service;
  const { quorum, hysteresis, sorry, mail } = model;
  return {
    kind: 'quorum',
    ...subjectOf(service),
    ...{ at, up: quorumUp && !stopping, live, quorum, hysteresis, mail, stopping },
    sorry: sorry?.label,
  };
}

function remember(service: ServiceState, { memory }: Consequences): void {
  const { model, quorumUp: up, quorumSince: since } = service;
  memory.push({ kind: 'quorum', service: model.id, up, since });
}

/**
 * A service that begins: it gains its quorum now or has none (behaviour 18). To be without it from the start is told
 * only where a sorry server serves.
 */
export function beginQuorum(service: ServiceState, into: Consequences): void {
  service.live = 0;
  for (const server of service.servers.values()) service.live += liveWeight(server);
  service.quorumUp = hasQuorum(service.model, false, service.live);
  remember(service, into);
  if (service.quorumUp) {
    // No sorry server has served that could end to do so.
    into.reports.push({ ...quorumReport(service, into.now, false), sorry: undefined });
  } else if (sorryServes(service)) {
    into.reports.push(quorumReport(service, into.now, false));
  }
}
