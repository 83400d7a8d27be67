/** What the supervisor and the balancer process say to each other. Carried by structured cloning, bytes and all. */
import type { ServiceKey } from '../../base/service.ts';
import type { BalancerInput, OverrideOrder } from '../../engine/balancer/input.ts';
import type { MemoryChange } from '../../engine/balancer/memory.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { BalancerSnapshot, ServiceSnapshot } from '../../engine/balancer/snapshot.ts';
import type { SecurityModel } from '../../engine/translation/supervisor-model.ts';
import type { ServiceTraffic } from '../../plane.ts';
import type { PortError } from '../../ports.ts';
import type { ProcessOrders, Refusal } from '../channel.ts';
import type { Loudness } from '../journal/severity.ts';
import type { NameMatch } from './orders.ts';
import type { PackedModel } from './packed-model.ts';

export interface BalancerStart {
  readonly model: PackedModel;
  readonly process: ProcessOrders;
  readonly security: SecurityModel;
  /** What a process before it balanced with: a kernel that has come to have another meanwhile changes nothing. */
  readonly plane: 'ipvs' | 'nftables' | undefined;
  /** The file of the network namespace whose plane is kept; undefined is the one of the daemon. */
  readonly namespace: string | undefined;
  /** What a process before it knew. */
  readonly memory: readonly MemoryChange[] | undefined;
  readonly formerly: readonly ServiceKey[];
  readonly overrides: readonly OverrideOrder[];
  /** Levels that were told before. */
  readonly inputs: readonly BalancerInput[];
}

export type BalancerOrder =
  | ({ readonly kind: 'start' } & BalancerStart)
  /** A new configuration, as far as it is new. */
  | ({ readonly kind: 'configure' } & ModelChange)
  | { readonly kind: 'tell'; readonly input: BalancerInput }
  /** Answered by a snapshot that carries the same `id`. */
  | { readonly kind: 'ask'; readonly id: number; readonly withTraffic: boolean }
  /** Answered by `found` that carries the same `id`. */
  | { readonly kind: 'find'; readonly id: number; readonly name: string }
  /** Answered by the next `piece` of this reading. */
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly reading: number;
      readonly withTraffic: boolean;
    }
  /** Nobody asks for more of this reading. */
  | { readonly kind: 'enough'; readonly reading: number }
  /** Answered by `alive`. */
  | { readonly kind: 'ping' };

export interface ModelChange {
  /** The ids of all services, in their order. */
  readonly order: readonly string[];
  /** Those that are new or not as they were, and what concerns the plane as a whole. */
  readonly fresh: PackedModel;
}

export type BalancerAnswer =
  | { readonly kind: 'running'; readonly plane: 'ipvs' | 'nftables' }
  /** No plane can be had. It is tried again. */
  | { readonly kind: 'no-plane'; readonly attempts: readonly PlaneAttempt[] }
  /** `lost` reports were dropped since the last ones, because the supervisor did not read. */
  | { readonly kind: 'reports'; readonly reports: readonly BalancerReport[]; readonly lost: number }
  | { readonly kind: 'memory'; readonly changes: readonly MemoryChange[] }
  | {
      readonly kind: 'snapshot';
      readonly id: number;
      readonly snapshot: BalancerSnapshot | undefined;
      readonly traffic: readonly ServiceTraffic[];
    }
  /** What goes by a name; nothing where nothing is balanced yet. */
  | {
      readonly kind: 'found';
      readonly id: number;
      readonly matches: readonly NameMatch[];
      /** Of the services of `matches`, once each. */
      readonly services: readonly ServiceSnapshot[];
    }
  /** A part of what is told of all services, as text; undefined is the end of it. */
  | { readonly kind: 'piece'; readonly id: number; readonly text: string | undefined }
  | { readonly kind: 'alive' }
  | { readonly kind: 'notice'; readonly loudness: Loudness; readonly text: string }
  | { readonly kind: 'refused'; readonly what: Refusal; readonly error: PortError }
  /** It is about to end because of this. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** What was ours is gone from the plane, or was left as asked. */
  | { readonly kind: 'finished' };

export interface PlaneAttempt {
  readonly plane: 'ipvs' | 'nftables';
  readonly error: PortError;
}

/** An answer to one question, whose number it carries. */
export type NumberedAnswer<
  Kind extends 'snapshot' | 'found' | 'piece' = 'snapshot' | 'found' | 'piece',
> = Extract<BalancerAnswer, { readonly kind: Kind }>;
