/** A picture of the balancer: what status shows. Plain data; instants hold on the host's monotonic clock. */
import type { Forwarding, ServiceKey, ServiceSettings } from '../../base/service.ts';
import type { Instant } from '../../base/units.ts';
import type { Override } from '../../health/pool.ts';
import type { Answer, Phase } from '../../health/verdict.ts';
import type { CheckState, ServerState, ServiceState } from './state.ts';
import { sorryServes } from './state.ts';

export interface BalancerSnapshot {
  readonly takenAt: Instant;
  readonly startedAt: Instant;
  readonly plane: 'ipvs' | 'nftables';
  /** When the plane was compared with what it should hold, last. */
  readonly observedAt: Instant | undefined;
  /** The plane has refused something, and it is tried again. */
  readonly refused: boolean;
  readonly services: readonly ServiceSnapshot[];
}

export interface ServiceSnapshot {
  readonly id: string;
  readonly label: string;
  readonly keys: readonly ServiceKey[];
  readonly settings: ServiceSettings;
  readonly quorumUp: boolean;
  readonly quorumSince: Instant;
  readonly quorum: number;
  readonly hysteresis: number;
  readonly live: number;
  readonly suspended: boolean;
  readonly sorry: { readonly label: string; readonly serves: boolean } | undefined;
  readonly servers: readonly ServerSnapshot[];
}

export interface ServerSnapshot {
  readonly name: string;
  readonly label: string;
  readonly forwarding: Forwarding;
  readonly up: boolean;
  readonly since: Instant;
  readonly weight: number;
  readonly configuredWeight: number;
  readonly override: Override | undefined;
  readonly checks: readonly CheckSnapshot[];
}

export interface CheckSnapshot {
  readonly name: string;
  readonly phase: Phase;
  readonly up: boolean;
  readonly since: Instant;
  /** Failures in a row that do not count yet, of so many that may come. */
  readonly attempts: number;
  readonly retries: number;
  readonly last: Readonly<Answer> | undefined;
  readonly dueAt: Instant | undefined;
}

export function serviceSnapshot(service: ServiceState): ServiceSnapshot {
  const { model, quorumUp, quorumSince, live, suspended, servers } = service;
  const { id, label, keys, settings, quorum, hysteresis, sorry } = model;
  return {
    ...{ id, label, keys, settings, quorumUp, quorumSince, quorum, hysteresis, live, suspended },
    sorry: sorry === undefined ? undefined : { label: sorry.label, serves: sorryServes(service) },
    servers: [...servers.values()].map(serverSnapshot),
  };
}

function serverSnapshot({
  model,
  up,
  since,
  weight,
  override,
  checks,
}: ServerState): ServerSnapshot {
  const { name, label, forwarding, weight: configuredWeight } = model;
  return {
    ...{ name, label, forwarding, up, since, weight, configuredWeight, override },
    checks: checks.map(checkSnapshot),
  };
}

function checkSnapshot({ model, verdict }: CheckState): CheckSnapshot {
  const { phase, up, since, attempts, last, dueAt } = verdict;
  return {
    name: model.name,
    phase,
    up,
    since,
    attempts,
    retries: model.pacing.retries,
    last: last && { ...last },
    dueAt,
  };
}
