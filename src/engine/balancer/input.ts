/** Everything that the balancer can hear of. */
import type { Address } from '../../base/address.ts';
import type { Service, ServiceKey } from '../../base/service.ts';
import type { Duration } from '../../base/units.ts';
import type { CheckOutcome } from '../../health/check.ts';
import type { Override } from '../../health/pool.ts';
import type { Glimpse, PlaneOperation } from '../../plane.ts';
import type { OperationResult } from '../../ports.ts';
import type { BalancerModel } from './model.ts';

export type BalancerInput =
  /** All that the plane holds, and how long it took to say so. */
  | { readonly kind: 'observed'; readonly services: readonly Service[]; readonly took: Duration }
  /** What the plane holds of these services: of those that are not there nothing. */
  | {
      readonly kind: 'looked';
      readonly keys: readonly ServiceKey[];
      readonly services: readonly Service[];
      readonly took: Duration;
    }
  | { readonly kind: 'glimpsed'; readonly glimpse: Glimpse; readonly took: Duration }
  /** Somebody else has changed what the plane holds. */
  | { readonly kind: 'disturbed' }
  /** What became of the operations of the last output. */
  | {
      readonly kind: 'applied';
      readonly operations: readonly PlaneOperation[];
      readonly results: readonly OperationResult[];
    }
  /** What became of an order that concerns the plane as a whole. */
  | {
      readonly kind: 'arranged';
      readonly what: 'timeouts' | 'synchronisation';
      readonly result: OperationResult;
    }
  | { readonly kind: 'outcomes'; readonly outcomes: readonly CheckOutcome[] }
  /** The number in a track_file. */
  | { readonly kind: 'file'; readonly file: string; readonly value: number }
  /** A BFD session. */
  | { readonly kind: 'session'; readonly session: string; readonly up: boolean }
  /** A VRRP instance of this host. */
  | { readonly kind: 'instance'; readonly instance: string; readonly master: boolean }
  /** All addresses that this host has, for services that are checked only where theirs is. */
  | { readonly kind: 'addresses'; readonly present: readonly Address[] }
  | OverrideOrder
  | { readonly kind: 'configure'; readonly model: BalancerModel }
  /** Only that time has passed. */
  | { readonly kind: 'wake' }
  /** With `keep` the plane is left as it is. */
  | { readonly kind: 'stop'; readonly keep: boolean };

/** What an operator orders for a server; undefined undoes it. Holds whether or not such a server is configured. */
export interface OverrideOrder {
  readonly kind: 'override';
  /** `BalancedService.id`. */
  readonly service: string;
  /** `BalancedServer.name`. */
  readonly server: string;
  readonly override: Override | undefined;
}
