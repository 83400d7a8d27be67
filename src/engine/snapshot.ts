/**
 * A picture of the failover engine: what status shows, and what a restarted failover process resumes from. Plain
 * data; instants hold on the host's monotonic clock, which all its processes share.
 */
import type { Address, Mac } from '../base/address.ts';
import type { Duration, Instant } from '../base/units.ts';
import type { BfdSnapshot } from './bfd/snapshot.ts';
import type { DeviceModel } from './model.ts';
import type { Cause, Fault, PrioritySum, RejectReason, StateName } from './report.ts';

export interface EngineSnapshot {
  /** Of a process that has died: until when it lived. */
  readonly takenAt: Instant;
  readonly startedAt: Instant;
  /** Until when a delay after the start keeps it from taking part; absent once that is over. */
  readonly startAt?: Instant | undefined;
  readonly instances: readonly InstanceSnapshot[];
  readonly groups: readonly GroupSnapshot[];
  readonly staticEntries: readonly EntrySnapshot[];
  readonly trackers: readonly TrackerSnapshot[];
  /** Datagrams that no instance could be found for, by reason. */
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
  /** The worst lateness of a timer since the start. */
  readonly latenessMax: Duration;
  /** Absent where no session is configured. */
  readonly bfd?: BfdSnapshot;
  /** Settings of the kernel as they were before this daemon changed them. */
  readonly settings?: readonly SettingSnapshot[];
}

/** What is in the kernel besides addresses and routes, which a daemon that is killed leaves behind. */
export interface Leavings {
  readonly settings: readonly SettingSnapshot[];
  readonly devices: readonly DeviceModel[];
  /** Of the packet filter. */
  readonly table?: string;
}

export interface SettingSnapshot {
  /** Relative to /proc/sys. */
  readonly name: string;
  readonly was: string;
}

export interface InstanceSnapshot {
  readonly name: string;
  readonly interface: string | undefined;
  readonly virtualRouterId: number;
  readonly state: StateName;
  readonly since: Instant;
  readonly cause: Cause;
  readonly priority: PrioritySum;
  readonly faults: readonly Fault[];
  /** Who is master as far as is known: the sender of the last heeded advertisement. */
  readonly master:
    | { readonly address: Address; readonly priority: number; readonly heardAt: Instant }
    | undefined;
  /** The interval in use as a backup: the master's own (RFC 9568 6.1, Active_Adver_Interval). */
  readonly masterInterval: Duration;
  /** As backup: when it takes over unless it hears something. As master: when it advertises next. */
  readonly deadline: Instant | undefined;
  readonly source: Address | undefined;
  readonly addresses: readonly {
    readonly address: Address;
    readonly prefix: number;
    readonly interface: string;
    readonly present: boolean;
  }[];
  /** Virtual routes and rules. */
  readonly entries: readonly EntrySnapshot[];
  readonly peers: readonly {
    readonly address: Address;
    readonly priority: number;
    readonly heardAt: Instant;
    readonly count: number;
  }[];
  /** The last signature accepted of each sender; absent where none is asked for. */
  readonly signatures?: readonly SignatureSnapshot[];
  /** Absent without `auth_type AH`. */
  readonly ah?: AhSnapshot;
  /** Others that have been heard to hold addresses of it since it became master. */
  readonly conflicts: readonly ConflictSnapshot[];
  readonly statistics: InstanceStatistics;
}

/** Numbers of IPsec authentication headers. */
export interface AhSnapshot {
  readonly given: number;
  readonly heard: readonly { readonly address: Address; readonly sequence: number }[];
}

export interface SignatureSnapshot {
  readonly address: Address;
  readonly seconds: number;
  readonly fraction: number;
  readonly count: number;
}

export interface ConflictSnapshot {
  readonly address: Address;
  readonly interface: string;
  readonly mac: Mac;
  readonly since: Instant;
  readonly heardAt: Instant;
  readonly count: number;
  /** It may be the former master, who has not let go yet. */
  readonly still: boolean;
}

export interface EntrySnapshot {
  readonly kind: 'route' | 'rule' | 'address';
  readonly words: string;
  readonly present: boolean;
}

export interface InstanceStatistics {
  readonly received: number;
  readonly sent: number;
  readonly becameMaster: number;
  readonly releasedMaster: number;
  readonly priorityZeroReceived: number;
  readonly priorityZeroSent: number;
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
}

export interface GroupSnapshot {
  readonly name: string;
  readonly state: StateName;
  readonly since: Instant;
}

export interface TrackerSnapshot {
  readonly tracker: string;
  readonly verdict: 'pending' | 'up' | 'down';
  /** Of a tracker that weighs by a number. */
  readonly number?: number | undefined;
  readonly detail: string;
  readonly since: Instant;
}
