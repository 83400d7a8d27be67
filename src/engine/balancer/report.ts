/** What the balancer tells about itself. Reports are data: the journal turns them into words. */
import type { Instant } from '../../base/units.ts';
import type { PlaneOperation } from '../../plane.ts';
import type { PortError } from '../../ports.ts';

/** Names and words of a service and a server of it. */
export interface Subject {
  /** `BalancedService.id`. */
  readonly service: string;
  /** keepalived's words. */
  readonly serviceLabel: string;
}

export interface ServerSubject extends Subject {
  /** `BalancedServer.name`. */
  readonly server: string;
  readonly serverLabel: string;
}

export type ServerCause =
  /** The answer of one of its checks, in words. */
  | { readonly kind: 'check'; readonly check: string; readonly detail: string }
  | { readonly kind: 'start' }
  | { readonly kind: 'reload' }
  /** An operator has ordered it. */
  | { readonly kind: 'order' }
  | { readonly kind: 'stop' };

export type BalancerReport =
  /** Notifications follow from it. `repeated` is the first failure of a server that was down from the start (alpha). */
  | (ServerSubject & {
      readonly kind: 'server';
      readonly at: Instant;
      readonly up: boolean;
      readonly repeated: boolean;
      readonly weight: number;
      readonly cause: ServerCause;
      readonly mail: boolean;
    })
  | (Subject & {
      readonly kind: 'quorum';
      readonly at: Instant;
      readonly up: boolean;
      readonly live: number;
      readonly quorum: number;
      readonly hysteresis: number;
      /** Whether a sorry server begins or ends to serve with it. */
      readonly sorry: string | undefined;
      readonly stopping: boolean;
      readonly mail: boolean;
    })
  | (ServerSubject & {
      readonly kind: 'weight';
      readonly at: Instant;
      readonly from: number;
      readonly to: number;
    })
  /** A check failed, and nothing follows from it yet (`log_all_failures`). */
  | (ServerSubject & {
      readonly kind: 'check-failed';
      readonly at: Instant;
      readonly check: string;
      readonly detail: string;
    })
  /** `ha_suspend`: checks end where the address of the service is not, and begin where it is. */
  | (Subject & { readonly kind: 'suspension'; readonly at: Instant; readonly suspended: boolean })
  /** The plane held something else than what was told to it, and has been put right. */
  | {
      readonly kind: 'restored';
      readonly at: Instant;
      readonly operations: number;
      /** The first of them. */
      readonly first: PlaneOperation;
    }
  /** Once until it works; further ones of the same sort are counted in `more`. */
  | {
      readonly kind: 'plane-failed';
      readonly at: Instant;
      readonly operation: PlaneOperation | 'timeouts' | 'synchronisation';
      readonly error: PortError;
      readonly more: number;
    }
  /** Everything that had failed works. */
  | { readonly kind: 'plane-works'; readonly at: Instant };
