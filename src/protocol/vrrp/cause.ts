/** Why a virtual router is in the state it is in, as data. */
import type { Address } from '../../base/address.ts';
import type { Duration, Instant } from '../../base/units.ts';
import type { PortError } from '../../ports.ts';

/** The words of keepalived's users; RFC 9568 says Initialize, Backup and Active. */
export type StateName = 'init' | 'backup' | 'master' | 'fault';

/** What made an instance change its state. */
export type Cause =
  | { readonly kind: 'start' }
  /** Taken over from an earlier failover process of this daemon, in the state that one had. */
  | { readonly kind: 'resumed' }
  /** Priority 255: owns the addresses (RFC 9568 6.4.1). */
  | { readonly kind: 'owner' }
  /** Nothing heard for the master down interval (RFC 9568 6.4.2). */
  | {
      readonly kind: 'advertisement-timeout';
      readonly master: Address | undefined;
      readonly lastHeardAt: Instant | undefined;
      readonly waited: Duration;
      /** How long after its deadline the timer was served: the lateness of this process. */
      readonly lateness: Duration;
    }
  /** The master resigned; skew time has passed since. */
  | {
      readonly kind: 'master-resigned';
      readonly master: Address;
      readonly heardAt: Instant;
      readonly lateness: Duration;
    }
  /** A master of lower priority was not heeded until the master down interval ran out. */
  | {
      readonly kind: 'preempted-lower';
      readonly master: Address;
      readonly theirs: number;
      readonly ours: number;
      readonly lateness: Duration;
    }
  | {
      readonly kind: 'higher-priority-heard';
      readonly from: Address;
      readonly theirs: number;
      readonly ours: number;
      /** How late the own advertisement was, when that is longer than peers wait. */
      readonly stoodStill?: Duration;
    }
  /** Equal priority, greater source address (RFC 9568 6.4.3). */
  | {
      readonly kind: 'greater-address-heard';
      readonly from: Address;
      readonly priority: number;
      readonly stoodStill?: Duration;
    }
  | { readonly kind: 'fault'; readonly faults: readonly Fault[] }
  /** The last fault went away: `cleared` is what it was. */
  | { readonly kind: 'fault-cleared'; readonly cleared: readonly Fault[] }
  /** Carried along by its sync group: `member` moved, or was the last to be ready. */
  | {
      readonly kind: 'group';
      readonly group: string;
      readonly member: string;
      readonly to: StateName;
    }
  /** The process stood still for longer than the peers wait, so somebody else must be master by now. */
  | { readonly kind: 'stood-still'; readonly lateness: Duration }
  | { readonly kind: 'reload' }
  | { readonly kind: 'stop' };

/** Why an instance cannot take part. Faults are derived from what is observed, never counted. */
export type Fault =
  | { readonly kind: 'interface-down'; readonly interface: string }
  | { readonly kind: 'interface-missing'; readonly interface: string }
  | { readonly kind: 'no-source-address'; readonly interface: string }
  /** It is to speak to unicast peers, and none is configured (`unicast_fault_no_peer`). */
  | { readonly kind: 'no-peer' }
  | { readonly kind: 'tracked-interface'; readonly interface: string }
  | { readonly kind: 'tracker'; readonly tracker: string; readonly detail: string }
  | { readonly kind: 'socket'; readonly interface: string; readonly error: PortError }
  /** The device that it runs on above its interface cannot be had. */
  | { readonly kind: 'device'; readonly interface: string; readonly error: PortError }
  /** A static address, route or rule of its `track_group` cannot be had. */
  | { readonly kind: 'static-entry'; readonly words: string }
  /** Another member of its sync group is in fault. */
  | { readonly kind: 'group-member'; readonly group: string; readonly member: string };
