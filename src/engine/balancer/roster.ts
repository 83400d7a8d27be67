/** From one configuration to the next: which services, servers and checks go on, and what they keep (behaviour 21). */
import { type Instant, latest } from '../../base/units.ts';
import { isEqual } from '../../config/equal.ts';
import type { Override } from '../../health/pool.ts';
import { repace, resume, startVerdict, untoldVerdict, type Verdict } from '../../health/verdict.ts';
import type { CheckDesk } from './desk.ts';
import { type BalancerMemory, checkKey } from './memory.ts';
import type { BalancedServer, BalancedService, ServerCheck } from './model.ts';
import { isUp, weightOf } from './pools.ts';
import { type CheckState, isTold, type ServerState, type ServiceState } from './state.ts';

export interface RosterOptions {
  readonly desk: CheckDesk;
  readonly now: Instant;
  /** What an earlier process knew. */
  readonly memory: BalancerMemory | undefined;
  override(service: string, server: string): Override | undefined;
}

/** A service that was not there before. Its quorum is still to be judged. */
export function addService(model: BalancedService, options: RosterOptions): ServiceState {
  const service: ServiceState = {
    model,
    servers: new Map(),
    quorumUp: false,
    quorumSince: options.now,
    live: 0,
    suspended: false,
  };
  for (const server of model.servers) {
    service.servers.set(server.name, addServer(service, server, options));
  }
  return service;
}

export interface ServiceChange {
  readonly added: readonly ServerState[];
  readonly removed: readonly ServerState[];
}

/** Servers of the same name go on. Returns which come and go. */
export function changeService(
  service: ServiceState,
  model: BalancedService,
  options: RosterOptions,
): ServiceChange {
  const before = service.servers;
  const added: ServerState[] = [];
  service.model = model;
  service.servers = new Map();
  for (const fresh of model.servers) {
    const known = before.get(fresh.name);
    before.delete(fresh.name);
    if (known === undefined) {
      const server = addServer(service, fresh, options);
      added.push(server);
      service.servers.set(fresh.name, server);
    } else {
      if (!isEqual(known.model, fresh)) changeServer(known, fresh, options);
      service.servers.set(fresh.name, known);
    }
  }
  const removed = [...before.values()];
  for (const server of removed) removeServer(server, options.desk);
  return { added, removed };
}

export function removeServer({ checks }: ServerState, desk: CheckDesk): void {
  for (const check of checks) desk.remove(check);
}

function addServer(
  service: ServiceState,
  model: BalancedServer,
  options: RosterOptions,
): ServerState {
  const server: ServerState = {
    ...{ service, model, checks: [], up: true, weight: 0, since: options.now },
    override: options.override(service.model.id, model.name),
  };
  server.checks = model.checks.map((check) =>
    startCheck(server, check, remembered(server, check, options), options),
  );
  server.up = isUp(server);
  server.weight = weightOf(server);
  server.since = server.checks.reduce<Instant>(
    (since, { verdict }) => latest(since, verdict.since),
    server.checks[0]?.verdict.since ?? options.now,
  );
  return server;
}

function remembered(
  { service, model }: ServerState,
  check: ServerCheck,
  { memory, now, desk }: RosterOptions,
): Verdict {
  const fresh = isAsked(check)
    ? startVerdict(check.pacing, now, desk.draw())
    : untoldVerdict(check.pacing, now);
  const known = memory?.get(checkKey(service.model.id, model.name, check.name));
  if (known?.kind !== 'check') return fresh;
  const { phase, up, weight, since } = known;
  const resumed: Verdict = {
    ...{ ...fresh, up, weight, since },
    phase: phase === 'recovering' ? 'failed' : phase,
  };
  if (isAsked(check)) resume(check.pacing, resumed, now, desk.draw());
  return resumed;
}

function isAsked({ checker }: ServerCheck): boolean {
  return checker.kind !== 'file' && checker.kind !== 'bfd';
}

function startCheck(
  server: ServerState,
  model: ServerCheck,
  verdict: Verdict,
  { desk, now }: RosterOptions,
): CheckState {
  const id = checkKey(server.service.model.id, server.model.name, model.name);
  const check: CheckState = {
    ...{ id, server, model, verdict, deferred: false, scheduledAt: undefined },
  };
  desk.add(check, now);
  return check;
}

/** A check that asks the same question keeps its verdict, at whatever place it stands now. */
function changeServer(server: ServerState, model: BalancedServer, options: RosterOptions): void {
  const { desk, now } = options;
  const wasUp = server.up;
  const left = new Set(server.checks);
  server.model = model;
  const matches = model.checks.map((fresh) => {
    const same = [...left].filter((old) => asksTheSame(old.model, fresh));
    const found = same.find((old) => old.model.name === fresh.name) ?? same[0];
    if (found !== undefined) left.delete(found);
    return { fresh, found };
  });
  for (const check of left) desk.remove(check);
  server.checks = matches.map(({ fresh, found }) => {
    if (found === undefined)
      return startCheck(server, fresh, newVerdict(fresh, wasUp, options), options);
    if (found.model.name === fresh.name) {
      if (!isEqual(found.model.pacing, fresh.pacing) && !isTold(found)) {
        repace(fresh.pacing, found.verdict, now, desk.draw());
      }
      found.model = fresh;
      desk.rescheduled(found);
      return found;
    }
    const moved = { ...found.verdict };
    desk.remove(found);
    if (!isTold(found)) resume(fresh.pacing, moved, now, desk.draw());
    return startCheck(server, fresh, moved, options);
  });
}

function asksTheSame(one: ServerCheck, other: ServerCheck): boolean {
  return isEqual(one.checker, other.checker) && isEqual(one.target, other.target);
}

/** A server that was down stays down until the new question is answered; one that was up is up until it is not. */
function newVerdict(check: ServerCheck, wasUp: boolean, { now, desk }: RosterOptions): Verdict {
  const fresh = isAsked(check)
    ? startVerdict(check.pacing, now, desk.draw())
    : untoldVerdict(check.pacing, now);
  return wasUp || !isAsked(check) ? fresh : { ...fresh, up: false };
}
