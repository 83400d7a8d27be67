/** What a virtual router is told, what it is, and what it asks for. */
import type { Address } from '../../base/address.ts';
import type { Duration, Instant } from '../../base/units.ts';
import type { Cause } from './cause.ts';

/** What a router must know of its configuration. `priority` is the effective one. */
export interface RouterConfig {
  readonly version: 2 | 3;
  readonly priority: number;
  /** Priority 255 as configured: owns its addresses. */
  readonly owner: boolean;
  readonly advertInterval: Duration;
  readonly initialState: 'master' | 'backup';
  readonly preempt: boolean;
  readonly preemptDelay: Duration;
  readonly downTimerAdverts: number;
  /** The highest priority that another router may have: who stood still for as long as that one waits has been replaced. */
  readonly fastestPeer: number;
  readonly lowerPriorityNoAdvert: boolean;
  readonly higherPrioritySendAdvert: boolean;
  /** In a sync group: it may want to be master, but becomes it only by `assume`. */
  readonly grouped: boolean;
}

/** The sender of an advertisement. */
export interface Heard {
  readonly from: Address;
  readonly priority: number;
  readonly at: Instant;
}

export interface Backup {
  readonly kind: 'backup';
  /** When the down timer was last set. */
  readonly waitingSince: Instant;
  /** What ends the wait: silence for the down interval, skew time after a resignation, or a single interval. */
  readonly waitingFor: 'silence' | 'resignation' | 'one-interval';
  /** Active_Down_Timer; undefined once it has fired in a sync group whose other members are not ready. */
  readonly downAt: Instant | undefined;
  /** Active_Adver_Interval: the master's own (version 3), else the configured one. */
  readonly masterInterval: Duration;
  /** The last advertisement that was heeded. */
  readonly heard: Heard | undefined;
  /** The last one of lower priority, discarded since this router preempts. */
  readonly discarded: Heard | undefined;
  /** `preempt_delay`: until then a master of lower priority is heeded. */
  readonly preemptAt: Instant | undefined;
}

export interface Master {
  readonly kind: 'master';
  /** Adver_Timer. */
  readonly advertiseAt: Instant;
}

export type RouterState = { readonly kind: 'init' } | { readonly kind: 'fault' } | Backup | Master;

export type RouterInput =
  /** Fit to take part: interface, source address and trackers are known and good. */
  | { readonly kind: 'start'; readonly cause: Cause }
  | { readonly kind: 'fault'; readonly cause: Cause }
  | {
      readonly kind: 'advertisement';
      readonly from: Address;
      /** The own source address, which decides between equal priorities. */
      readonly local: Address;
      readonly priority: number;
      readonly interval: Duration;
      /** When the kernel received it, which may be earlier than now. */
      readonly at: Instant;
    }
  /** A deadline has come. Everything received before it must have been handed over already. */
  | { readonly kind: 'wake' }
  /** The sync group takes over, or gives way. */
  | { readonly kind: 'assume'; readonly cause: Cause }
  | { readonly kind: 'yield'; readonly cause: Cause }
  /** The configuration or the effective priority has changed. */
  | { readonly kind: 'adjust' }
  | { readonly kind: 'stop' };

export type RouterEffect =
  /** Send an advertisement now; `resign` makes it one of priority 0. */
  | { readonly kind: 'advertise'; readonly resign: boolean }
  /** A master of lower priority was heard: tell the link again whose the addresses are. */
  | { readonly kind: 'reassert'; readonly against: Heard }
  /** The link must be told again, since others may have spoken while this process stood still, which made it so late. */
  | { readonly kind: 'announce'; readonly lateness: Duration };

export interface RouterStep {
  readonly state: RouterState;
  readonly effects: readonly RouterEffect[];
  /** Present exactly when the kind of state has changed. */
  readonly cause: Cause | undefined;
}

export const initialRouterState: RouterState = { kind: 'init' };

/** The instant at which the router wants `wake`. */
export function routerDeadline(state: RouterState): Instant | undefined {
  if (state.kind === 'backup') return state.downAt;
  if (state.kind === 'master') return state.advertiseAt;
  return undefined;
}

/** Whether only its sync group keeps it from being master. */
export function wantsMaster(state: RouterState): boolean {
  return state.kind === 'master' || (state.kind === 'backup' && state.downAt === undefined);
}
