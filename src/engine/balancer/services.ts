/** The services of a configuration taking the place of those before, and their end. */
import { isEqual } from '../../config/equal.ts';
import type { Override } from '../../health/pool.ts';
import { liveWeight } from '../../health/pool.ts';
import type { CheckDesk } from './desk.ts';
import { type BalancerMemory, quorumKey } from './memory.ts';
import type { BalancedService } from './model.ts';
import {
  beginQuorum,
  type Consequences,
  judgeQuorum,
  quorumReport,
  serverReport,
  weigh,
} from './pools.ts';
import type { ServerCause } from './report.ts';
import { addService, changeService, type RosterOptions, removeServer } from './roster.ts';
import type { ServerState, ServiceState } from './state.ts';

export interface Replacement {
  readonly desk: CheckDesk;
  readonly memory: BalancerMemory | undefined;
  override(service: string, server: string): Override | undefined;
  readonly into: Consequences;
}

export interface Replaced {
  readonly services: ReadonlyMap<string, ServiceState>;
  /** Those that came or changed. */
  readonly changed: readonly ServiceState[];
  readonly gone: number;
}

/** A service that is the same is not looked into: one change among thousands costs what it changes. */
export function replaceServices(
  before: ReadonlyMap<string, ServiceState>,
  models: readonly BalancedService[],
  replacement: Replacement,
): Replaced {
  const { into, desk, memory } = replacement;
  const options: RosterOptions = {
    ...{ desk, memory, now: into.now },
    override: (service, server) => replacement.override(service, server),
  };
  const services = new Map<string, ServiceState>();
  const changed: ServiceState[] = [];
  for (const model of models) {
    const known = before.get(model.id);
    if (known !== undefined && isEqual(known.model, model)) {
      services.set(model.id, known);
      continue;
    }
    const service = known ?? addService(model, options);
    if (known === undefined) begin(service, memory, into);
    else change(service, model, options, into);
    into.keeper.touchService(service);
    services.set(model.id, service);
    changed.push(service);
  }
  let gone = 0;
  for (const [id, service] of before) {
    if (services.has(id)) continue;
    gone += 1;
    end(service, { kind: 'reload' }, into);
    for (const server of service.servers.values()) removeServer(server, desk);
    into.keeper.forget(service);
    into.keeper.disown(service.model.keys);
  }
  return { services, changed, gone };
}

function begin(
  service: ServiceState,
  memory: BalancerMemory | undefined,
  into: Consequences,
): void {
  const known = memory?.get(quorumKey(service.model.id));
  if (known?.kind === 'quorum') {
    service.quorumUp = known.up;
    service.quorumSince = known.since;
    for (const server of service.servers.values()) service.live += liveWeight(server);
    judgeQuorum(service, into);
    return;
  }
  beginQuorum(service, into);
  for (const server of service.servers.values()) tellStart(server, into);
}

/** `rs_init_notifies`. */
function tellStart(server: ServerState, { reports, now }: Consequences): void {
  if (!server.up || !server.model.tellsStart) return;
  reports.push(serverReport(server, { cause: { kind: 'start' }, repeated: false }, now));
}

function change(
  service: ServiceState,
  model: BalancedService,
  options: RosterOptions,
  into: Consequences,
): void {
  into.keeper.disown(service.model.keys);
  const { added, removed } = changeService(service, model, options);
  for (const server of removed) {
    into.keeper.forgetServer(server);
    // `omega` or not, since its service goes on.
    tellEnd(server, { kind: 'reload' }, into);
  }
  for (const server of added) tellStart(server, into);
  const isNew = new Set(added);
  for (const server of service.servers.values()) {
    if (!isNew.has(server)) weigh(server, { kind: 'reload' }, into);
  }
  service.live = 0;
  for (const server of service.servers.values()) service.live += liveWeight(server);
  judgeQuorum(service, into);
}

/** All services end with the daemon. */
export function endAll(
  services: Iterable<ServiceState>,
  desk: CheckDesk,
  into: Consequences,
): void {
  for (const service of services) {
    end(service, { kind: 'stop' }, into);
    for (const server of service.servers.values()) removeServer(server, desk);
    into.keeper.forget(service);
  }
}

/** `omega`: the end is told as if all servers and the quorum went down. */
function end(service: ServiceState, cause: ServerCause, into: Consequences): void {
  if (!service.model.omega) return;
  for (const server of service.servers.values()) tellEnd(server, cause, into);
  into.reports.push(quorumReport(service, into.now, true));
}

function tellEnd(server: ServerState, cause: ServerCause, { reports, now }: Consequences): void {
  if (!server.up) return;
  server.up = false;
  reports.push(serverReport(server, { cause, repeated: false }, now));
}
