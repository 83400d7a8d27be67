/**
 * What the supervisor and a failover process say to each other. Plain data that survives JSON: an absent field and
 * one that is undefined mean the same.
 */
import type { Instant } from '../base/units.ts';
import type { Input } from '../engine/input.ts';
import type { FailoverModel } from '../engine/model.ts';
import type { Report } from '../engine/report.ts';
import type { EngineSnapshot, Leavings } from '../engine/snapshot.ts';
import type { NetlinkBuffers } from '../linux/socket.ts';
import type { PortError } from '../ports.ts';
import type { AutoPriority } from './failover/auto-priority.ts';

/** How the failover process stands among the host's processes: the `vrrp_*` process keywords. */
export interface ProcessOrders {
  /** SCHED_RR priority, 1 to 99; undefined stays with the ordinary scheduler. */
  readonly realTimePriority: number | undefined;
  /** -20 to 19. */
  readonly nice: number | undefined;
  /** What `ps` shows; undefined is our own. */
  readonly title?: string | undefined;
  readonly lockMemory: boolean;
  readonly cpus: readonly number[] | undefined;
  /** Longest stretch of real-time running without a pause, in microseconds. */
  readonly realTimeLimit: number | undefined;
  /** Of its netlink sockets, where somebody configured them. */
  readonly buffers?: NetlinkBuffers | undefined;
  /** Absent where the priority is never raised. */
  readonly autoPriority?: AutoPriority | undefined;
}

export type Order =
  /** Hold this and do nothing yet. */
  | { readonly kind: 'prepare'; readonly model: FailoverModel; readonly process: ProcessOrders }
  /** Open sockets and run, as a continuation of `resume` when there is one. */
  | {
      readonly kind: 'activate';
      readonly resume: EngineSnapshot | undefined;
      /** What whoever was there before may have left in the kernel. */
      readonly left?: Leavings | undefined;
      /** Verdicts that were known before; told before anything else. */
      readonly inputs: readonly Input[];
    }
  | { readonly kind: 'tell'; readonly input: Input }
  /** Answered by a snapshot that carries the same `id`. */
  | { readonly kind: 'ask'; readonly id: number }
  /** Answered by `alive`. */
  | { readonly kind: 'ping' };

export type Answer =
  /** Modules are loaded, the model is held; nothing is open. */
  | { readonly kind: 'prepared' }
  | { readonly kind: 'alive' }
  /** The first step has been taken. */
  | { readonly kind: 'active'; readonly at: Instant }
  /** `lost` reports were dropped since the last ones, because the supervisor did not read. */
  | { readonly kind: 'reports'; readonly reports: readonly Report[]; readonly lost: number }
  | {
      readonly kind: 'snapshot';
      readonly id: number | undefined;
      readonly snapshot: EngineSnapshot;
    }
  /** Something that the process needs was refused. It goes on where it can. */
  | { readonly kind: 'refused'; readonly what: Refusal; readonly error: PortError }
  /** It is about to end because of this. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** Everything has been resigned and withdrawn. */
  | { readonly kind: 'finished' };

/** What an operating system may refuse to a failover process. */
export type Refusal = 'raw-socket' | 'real-time' | 'nice' | 'lock-memory' | 'cpu-affinity';

/**
 * A pipe beside the channel that carries nothing: its end tells the supervisor of a death. A dying process closes its
 * descriptors from the highest number down, and closing a packet socket waits for the whole kernel (tens of
 * milliseconds), so the failover process moves this one above all of its sockets.
 */
export const lifelineDescriptor = 4;
export const lifelineHeight = 4_095;
