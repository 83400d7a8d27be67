/**
 * What a balancer that takes another's place must know of it, told change by change as it happens: a process that is
 * killed cannot be asked. Plain data; instants hold on the host's monotonic clock.
 */
import type { Instant } from '../../base/units.ts';
import type { Phase } from '../../health/verdict.ts';

export type MemoryChange = CheckMemory | QuorumMemory;

export interface CheckMemory {
  readonly kind: 'check';
  readonly service: string;
  readonly server: string;
  readonly check: string;
  readonly phase: Phase;
  readonly up: boolean;
  readonly weight: number | undefined;
  readonly since: Instant;
}

export interface QuorumMemory {
  readonly kind: 'quorum';
  readonly service: string;
  readonly up: boolean;
  readonly since: Instant;
}

/** By `memoryKey`. */
export type BalancerMemory = ReadonlyMap<string, MemoryChange>;

export function memoryKey(change: MemoryChange): string {
  return change.kind === 'quorum'
    ? quorumKey(change.service)
    : checkKey(change.service, change.server, change.check);
}

/** Unlike that of every other check of the balancer. */
export function checkKey(service: string, server: string, check: string): string {
  return `${service} > ${server} ${check}`;
}

export function quorumKey(service: string): string {
  return `quorum ${service}`;
}
