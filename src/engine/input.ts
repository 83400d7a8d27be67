/** What may happen to the failover engine. */
import type { Instant } from '../base/units.ts';
import type {
  Endpoint,
  KernelChange,
  KernelOperation,
  NeighbourClaim,
  OperationResult,
  PortError,
  ReceivedDatagram,
} from '../ports.ts';
import type { FailoverModel } from './model.ts';

export type Input =
  | { readonly kind: 'datagrams'; readonly datagrams: readonly ReceivedDatagram[] }
  /** What was heard of those who hold addresses of ours too. */
  | { readonly kind: 'neighbours'; readonly claims: readonly NeighbourClaim[] }
  | { readonly kind: 'kernel'; readonly changes: readonly KernelChange[] }
  /** The answers to the operations of an earlier output, in its order. */
  | {
      readonly kind: 'applied';
      readonly operations: readonly KernelOperation[];
      readonly results: readonly OperationResult[];
    }
  | { readonly kind: 'transmit-failed'; readonly instance: string; readonly error: PortError }
  /** What became of the set of sockets asked for: those that could not be had. */
  | {
      readonly kind: 'listening';
      readonly failures: readonly { readonly endpoint: Endpoint; readonly error: PortError }[];
    }
  /**
   * The verdict over a tracker that lives outside this process; `detail` is its words. Where it has a `number`, a weight
   * is multiplied by that, and `up` says that it is 0.
   */
  | {
      readonly kind: 'tracker';
      readonly tracker: string;
      readonly up: boolean;
      readonly number?: number | undefined;
      readonly detail: string;
    }
  /** Announce the addresses of a master once more. */
  | { readonly kind: 'announce'; readonly instance: string }
  /** Run this configuration from now on. */
  | { readonly kind: 'configure'; readonly model: FailoverModel }
  /** Resign from everything, then withdraw every address. */
  | { readonly kind: 'stop' }
  /** The instant asked for by `wakeAt` has come. Nothing that arrived before `readUntil` is unread; undefined: who knows. */
  | { readonly kind: 'wake'; readonly readUntil: Instant | undefined };
