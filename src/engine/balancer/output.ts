/** What the balancer asks for. The driver obeys in the order of the fields. */
import type { ServiceKey } from '../../base/service.ts';
import type { Instant } from '../../base/units.ts';
import type { CheckRequest } from '../../health/check.ts';
import type { ConnectionTimeouts, PlaneOperation, SyncDaemon } from '../../plane.ts';
import type { MemoryChange } from './memory.ts';
import type { BalancerReport } from './report.ts';

export interface BalancerOutput {
  /** Checks whose answers nobody waits for any more. */
  readonly cancel: readonly string[];
  /** Answered by `applied` when there are any. */
  readonly operations: readonly PlaneOperation[];
  readonly timeouts: ConnectionTimeouts | undefined;
  readonly synchronise: readonly SyncDaemon[] | undefined;
  /** Answered by `observed`. */
  readonly observe: boolean;
  /** Ask the plane whether somebody has disturbed it: `disturbed` when so, `glimpsed` where it cannot tell. */
  readonly glance: boolean;
  /** Answered by `looked` when there are any. */
  readonly look: readonly ServiceKey[];
  readonly begin: readonly CheckRequest[];
  readonly reports: readonly BalancerReport[];
  /** What a successor of this process must know. */
  readonly memory: readonly MemoryChange[];
  readonly wakeAt: Instant | undefined;
  readonly finished: boolean;
}
