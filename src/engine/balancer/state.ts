/** The running parts of the engine: services, servers and checks, with what is known of them. Changed in place. */
import type { Instant } from '../../base/units.ts';
import type { Override } from '../../health/pool.ts';
import type { Verdict } from '../../health/verdict.ts';
import type { Scheduled } from '../timing/deadlines.ts';
import type { BalancedServer, BalancedService, ServerCheck } from './model.ts';

export interface ServiceState {
  model: BalancedService;
  /** By name, in the order of the configuration. */
  servers: Map<string, ServerState>;
  quorumUp: boolean;
  quorumSince: Instant;
  /** The weight of the servers that are up, kept by addition. */
  live: number;
  /** Nothing is checked (`ha_suspend`). */
  suspended: boolean;
}

export interface ServerState {
  readonly service: ServiceState;
  model: BalancedServer;
  checks: CheckState[];
  override: Override | undefined;
  up: boolean;
  /** After checks and overrides. */
  weight: number;
  since: Instant;
}

export interface CheckState extends Scheduled {
  /** What requests and outcomes call it. */
  readonly id: string;
  readonly server: ServerState;
  model: ServerCheck;
  readonly verdict: Verdict;
  /** It has been put off once by a standstill. */
  deferred: boolean;
}

export function isTold({ model }: CheckState): boolean {
  return model.checker.kind === 'file' || model.checker.kind === 'bfd';
}

/** Whether the sorry server serves, where there is one. */
export function sorryServes({ model, quorumUp }: ServiceState): boolean {
  return model.sorry !== undefined && !quorumUp;
}
