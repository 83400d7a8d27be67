/** What the failover engine tells about itself. Reports are data: the journal turns them into words. */
import type { Address, Mac } from '../base/address.ts';
import type { Duration, Instant } from '../base/units.ts';
import type { LinkIndex, PortError } from '../ports.ts';
import type { Cause, Fault, StateName } from '../protocol/vrrp/cause.ts';
import type { BfdReport } from './bfd/report.ts';

export type { Cause, Fault, StateName };

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
  /** `auth_hmac`: not signed; signed in a form unknown; with a key unknown; wrongly; too long ago; for the second time. */
  | 'signature-missing'
  | 'signature-malformed'
  | 'signature-key'
  | 'signature-wrong'
  | 'signature-stale'
  | 'signature-replayed'
  | 'interval'
  | 'address-list'
  | 'unknown-peer'
  | 'destination'
  | 'owner-ignores'
  | 'starting';

export type EntryKind = 'route' | 'rule' | 'address';

export type Report =
  | BfdReport
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
  /** The master that was taken over from is alive: how long it had been silent, and how long that may be. */
  | {
      readonly kind: 'master-revived';
      readonly instance: string;
      readonly at: Instant;
      readonly from: Address;
      readonly silence: Duration;
      readonly patience: Duration;
    }
  /** A master's advertisement was so late that its peers had reason to take over. */
  | {
      readonly kind: 'stood-still';
      readonly instance: string;
      readonly at: Instant;
      readonly lateness: Duration;
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
  /** Somebody else says to hold an address of a master; once for each address and `mac`. */
  | {
      readonly kind: 'address-conflict';
      readonly instance: string;
      readonly at: Instant;
      readonly address: Address;
      readonly interface: string;
      readonly mac: Mac;
      /** It may be the former master, who has not let go yet. */
      readonly still: boolean;
      /** Further ones are in the snapshot alone. */
      readonly last: boolean;
    }
  | {
      readonly kind: 'address-conflict-over';
      readonly instance: string;
      readonly at: Instant;
      readonly address: Address;
      readonly interface: string;
      readonly mac: Mac;
    }
  /** Somebody has put the address on another interface of this host, or on the same one with another prefix. */
  | {
      readonly kind: 'address-elsewhere';
      readonly instance: string;
      readonly at: Instant;
      readonly address: Address;
      readonly prefix: number;
      readonly interface: string;
      readonly elsewhere: string;
      readonly elsewherePrefix: number;
    }
  /** A route, a rule or a static address; without an instance it is the host's own. */
  | {
      readonly kind: 'entry-lost';
      readonly instance: string | undefined;
      readonly at: Instant;
      readonly entry: EntryKind;
      readonly words: string;
      /** Netlink port id of who removed it: often a process id; 0 is the kernel. */
      readonly portId: number;
      /** Whether it is put back (not so with `no_track`). */
      readonly restored: boolean;
    }
  | {
      readonly kind: 'entry-failed';
      readonly instance: string | undefined;
      readonly at: Instant;
      readonly entry: EntryKind;
      readonly words: string;
      readonly error: PortError;
    }
  | {
      readonly kind: 'stale-entry-removed';
      readonly at: Instant;
      readonly entry: EntryKind;
      readonly words: string;
    }
  | {
      readonly kind: 'interface';
      readonly at: Instant;
      readonly interface: string;
      readonly state: 'up' | 'down' | 'gone';
    }
  /** A device above another interface: made or found there and set up, gone by our hand, or not to be had. */
  | {
      readonly kind: 'device';
      readonly at: Instant;
      readonly interface: string;
      readonly parent: string;
      readonly what: 'made' | 'adopted' | 'removed';
    }
  | {
      readonly kind: 'firewall-failed';
      readonly at: Instant;
      readonly table: string;
      readonly error: PortError;
    }
  | {
      readonly kind: 'device-failed';
      readonly at: Instant;
      readonly interface: string;
      readonly parent: string;
      readonly device: 'macvlan' | 'ipvlan';
      readonly error: PortError;
    }
  /** A sysctl that cannot be set; once for each errno. */
  | {
      readonly kind: 'setting-failed';
      readonly at: Instant;
      /** Relative to /proc/sys. */
      readonly name: string;
      readonly value: string;
      readonly error: PortError;
    }
  /** Linkbeat asks in vain: what the kernel says of the link counts. */
  | {
      readonly kind: 'carrier-untold';
      readonly at: Instant;
      readonly interface: string;
      readonly error: PortError;
    }
  /** A deadline was served late by more than the tolerance. */
  | { readonly kind: 'late'; readonly at: Instant; readonly lateness: Duration };
