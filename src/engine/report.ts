/** What the failover engine tells about itself. Reports are data: the journal turns them into words. */
import type { Address } from '../base/address.ts';
import type { Duration, Instant } from '../base/units.ts';
import type { LinkIndex, PortError } from '../ports.ts';

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
    }
  /** Equal priority, greater source address (RFC 9568 6.4.3). */
  | { readonly kind: 'greater-address-heard'; readonly from: Address; readonly priority: number }
  | { readonly kind: 'fault'; readonly faults: readonly Fault[] }
  | { readonly kind: 'fault-cleared'; readonly cleared: Fault }
  /** Carried along by its sync group. */
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

/** Why an instance cannot take part. Present faults are derived from what is observed, never counted. */
export type Fault =
  | { readonly kind: 'interface-down'; readonly interface: string }
  | { readonly kind: 'interface-missing'; readonly interface: string }
  | { readonly kind: 'no-source-address'; readonly interface: string }
  | { readonly kind: 'tracked-interface'; readonly interface: string }
  | { readonly kind: 'tracker'; readonly tracker: string; readonly detail: string }
  | { readonly kind: 'socket'; readonly error: PortError };

/** One term of the sum that gives the effective priority. */
export interface PriorityTerm {
  readonly from: string;
  readonly amount: number;
}

export interface PrioritySum {
  readonly base: number;
  readonly terms: readonly PriorityTerm[];
  /** After clamping to 1..254; 255 stays 255. */
  readonly effective: number;
}

/** Why a datagram was not heeded. Counted by reason for each instance, or for the host when none is known. */
export type RejectReason =
  | 'truncated'
  | 'version'
  | 'type'
  | 'checksum'
  | 'hop-limit'
  | 'unknown-router'
  | 'own-source'
  | 'authentication-type'
  | 'authentication-data'
  | 'interval'
  | 'address-list'
  | 'unknown-peer'
  | 'destination'
  | 'owner-ignores'
  | 'starting';

export type Report =
  | {
      readonly kind: 'transition';
      readonly instance: string;
      readonly from: StateName;
      readonly to: StateName | 'stop' | 'deleted';
      readonly cause: Cause;
      readonly at: Instant;
      readonly priority: PrioritySum;
    }
  | {
      readonly kind: 'group-transition';
      readonly group: string;
      readonly to: StateName | 'stop';
      readonly at: Instant;
    }
  | {
      readonly kind: 'priority';
      readonly instance: string;
      readonly at: Instant;
      readonly priority: PrioritySum;
      readonly state: StateName;
    }
  /** A master heard an advertisement of lower priority (`notify_master_rx_lower_pri`). */
  | {
      readonly kind: 'lower-priority-heard';
      readonly instance: string;
      readonly at: Instant;
      readonly from: Address;
      readonly theirs: number;
      readonly ours: number;
    }
  /** At most once for one sender, reason and state. */
  | {
      readonly kind: 'rejected';
      readonly instance: string | undefined;
      readonly at: Instant;
      readonly link: LinkIndex;
      readonly from: Address;
      readonly reason: RejectReason;
      readonly detail: string;
    }
  | {
      readonly kind: 'address-lost';
      readonly instance: string;
      readonly at: Instant;
      readonly address: Address;
      readonly interface: string;
      /** Netlink port id of who removed it: often a process id; 0 is the kernel. */
      readonly portId: number;
    }
  | {
      readonly kind: 'address-failed';
      readonly instance: string;
      readonly at: Instant;
      readonly address: Address;
      readonly interface: string;
      readonly error: PortError;
    }
  | {
      readonly kind: 'addresses-announced';
      readonly instance: string;
      readonly at: Instant;
      readonly count: number;
    }
  | {
      readonly kind: 'transmit-failed';
      readonly instance: string;
      readonly at: Instant;
      readonly error: PortError;
    }
  | {
      readonly kind: 'stale-address-removed';
      readonly at: Instant;
      readonly address: Address;
      readonly interface: string;
    }
  | {
      readonly kind: 'interface';
      readonly at: Instant;
      readonly interface: string;
      readonly state: 'up' | 'down' | 'gone';
    }
  /** A deadline was served late by more than the tolerance. */
  | { readonly kind: 'late'; readonly at: Instant; readonly lateness: Duration };
