/**
 * What the failover engine runs: the configuration after every default has been filled in and every name has been
 * resolved. Plain data, so that the supervisor can hand it to the failover process and a plan can compare two.
 */
import type { Address, Family } from '../base/address.ts';
import type { Route, RoutePlace } from '../base/route.ts';
import type { Rule } from '../base/rule.ts';
import type { Duration } from '../base/units.ts';
import type { AddressFlag, AddressScope, Firewall, LinkDevice } from '../ports.ts';
import type { GarpGroup } from './addresses/announcer.ts';
import type { BfdModel } from './bfd/model.ts';
import type { LinkManners } from './links/beliefs.ts';

export interface FailoverModel {
  readonly instances: readonly InstanceModel[];
  readonly groups: readonly GroupModel[];
  readonly host: HostModel;
  /** `static_ipaddress`, `static_routes`, `static_rules`: there as long as the daemon runs. */
  readonly staticEntries: readonly Entry[];
  /** Addresses of instances with `no_accept`: absent where there are none. */
  readonly firewall?: Firewall;
  /** Absent where no `bfd_instance` is configured; then nothing of BFD is loaded. */
  readonly bfd?: readonly BfdModel[];
}

export interface HostModel {
  /** `vrrp_startup_delay`: after start, advertisements are neither sent nor heeded for this long. */
  readonly startupDelay: Duration;
  /** `vrrp_delay_after_boot`: the same until the host has been up for so long. The clock counts from the boot. */
  readonly bootDelay?: Duration;
  /** `vrrp_garp_interval`, `vrrp_gna_interval`: least time between two announcements on one interface. */
  readonly garpInterval: Duration;
  readonly gnaInterval: Duration;
  /** `garp_group`: interfaces that share one such rate. */
  readonly garpGroups?: readonly GarpGroup[];
  /** Whether datagrams for virtual router ids that are not configured here are reported. */
  readonly logUnknownVrids: boolean;
  /**
   * Whether addresses carry a kernel lifetime which a living daemon renews, so that a host whose daemon died
   * loses them by the kernel's own hand.
   */
  readonly addressLifetimes: boolean;
  /** `interface_up_down_delays` and linkbeat: absent where the kernel's word counts at once. */
  readonly links?: LinkManners;
  /** `disable_local_igmp`: nobody on this host reports its membership of groups of the link. */
  readonly localIgmpOff?: boolean;
}

export interface InstanceModel {
  readonly name: string;
  /** The interface it runs on; undefined only for unicast without `interface`. */
  readonly interface: string | undefined;
  readonly virtualRouterId: number;
  readonly version: 2 | 3;
  readonly family: Family;
  /** 1 to 255 as configured; 255 owns the addresses. */
  readonly priority: number;
  readonly advertInterval: Duration;
  /** `state`: where it wants to begin. */
  readonly initialState: 'master' | 'backup';
  readonly preempt: boolean;
  readonly preemptDelay: Duration;
  readonly downTimerAdverts: number;
  readonly strict: boolean;
  readonly accept: boolean;
  readonly skipCheckAdvertAddresses: boolean;
  readonly higherPrioritySendAdvert: boolean;
  readonly lowerPriorityNoAdvert: boolean;
  readonly ownerIgnoreAdverts: boolean;
  /** `timer_expired_backup`: the highest priority that any other router has; undefined when off. */
  readonly timerExpiredBackup: number | undefined;
  readonly authentication:
    | { readonly kind: 'none' }
    /** `secret` as configured; the wire form is cut or zero padded to 8 bytes. */
    | { readonly kind: 'pass'; readonly secret: string }
    /** Inside an IPsec authentication header, whose key is the secret in the same form. */
    | { readonly kind: 'ah'; readonly secret: string };
  /** `auth_hmac`: every advertisement is signed, and only signed ones are heeded. */
  readonly signing?: SigningModel;
  /** `v3_checksum_as_v2`: the IPv4 pseudo header is left out of the version 3 checksum. */
  readonly checksumWithoutPseudoHeader: boolean;
  readonly transport: Transport;
  /** `old_unicast_checksum`; without it peers of the old form are detected. */
  readonly oldUnicastChecksum?: 'always' | 'never';
  /** `unicast_fault_no_peer` without peers: a fault that only another configuration takes away. */
  readonly needsPeer?: boolean;
  /** In configured order; these are advertised. */
  readonly addresses: readonly VirtualAddress[];
  /** `virtual_ipaddress_excluded`: held like the others, not advertised. */
  readonly excludedAddresses: readonly VirtualAddress[];
  /** `virtual_routes` and `virtual_rules`: there while master. */
  readonly entries: readonly Entry[];
  /** Devices above other interfaces that are there as long as it runs, for its advertisements and addresses. */
  readonly devices?: readonly DeviceModel[];
  /** The one of them that advertisements leave by; otherwise its interface. They are heard there in any case. */
  readonly sendsFrom?: string;
  readonly promoteSecondaries: boolean;
  /** Whether the own interface going down is a fault (off: `dont_track_primary`). */
  readonly trackPrimary: boolean;
  /** `track_src_ip`: fault when the configured source address disappears. */
  readonly trackSource: boolean;
  readonly trackedInterfaces: readonly TrackedInterface[];
  /** Named trackers whose verdict comes from outside the failover process (scripts, files, ...). */
  readonly trackers: readonly TrackedName[];
  readonly garp: GarpModel;
  /** Bytes of receive buffer of its socket; undefined leaves the kernel's default. */
  readonly receiveBuffer: number | undefined;
  /** `vrrp_rx_bufs_policy MTU`: room for so many datagrams as large as its interface takes. */
  readonly receiveFullSize?: number;
}

export interface SigningModel {
  readonly keys: readonly SigningKey[];
  /** The one that signs; undefined where nothing is signed (`receive-only`). */
  readonly activeKey: number | undefined;
  /** How far the clocks of two routers may be apart; undefined takes the order of advertisements alone. */
  readonly window: Duration | undefined;
  readonly mode: 'enforce' | 'permissive' | 'receive-only';
}

export interface SigningKey {
  /** 1 to 255. */
  readonly id: number;
  /** 32 to 64 bytes in hexadecimal digits. */
  readonly hex: string;
}

export interface DeviceModel {
  readonly name: string;
  /** The interface below. */
  readonly parent: string;
  readonly device: LinkDevice;
  readonly group: number | undefined;
  /** Whether it is to hold IPv6 addresses; otherwise IPv6 is off on it. */
  readonly ipv6: boolean;
  /** `netlink_notify_msg`: those who watch links are told of the interface below when it comes or goes. */
  readonly tells?: boolean;
}

export type Transport =
  | {
      readonly kind: 'multicast';
      readonly group: Address;
      /** `mcast_src_ip`; undefined takes the interface's first address (IPv6: its link-local one). */
      readonly source: Address | undefined;
    }
  | {
      readonly kind: 'unicast';
      readonly source: Address | undefined;
      readonly hopLimit: number;
      readonly checkSource: boolean;
      readonly peers: readonly UnicastPeer[];
    };

export interface UnicastPeer {
  readonly address: Address;
  readonly hopLimitMin: number;
  readonly hopLimitMax: number;
}

/** Something that the kernel is to hold besides virtual addresses. Interfaces are names here. */
export type Entry = (
  | {
      readonly kind: 'route';
      readonly route: Route<string>;
      readonly place: RoutePlace;
      /** The VRF whose table it goes into, instead of that of `route`. */
      readonly vrf?: string;
    }
  | { readonly kind: 'rule'; readonly rule: Rule }
  /** Static alone; its interface is always named. */
  | { readonly kind: 'address'; readonly address: VirtualAddress }
) & {
  /** Whether what somebody else removes is put back (off: `no_track`). */
  readonly track: boolean;
  /** `track_group`: the instances that are at fault while it cannot be had. Static entries alone. */
  readonly trackedBy: readonly string[];
};

export interface VirtualAddress {
  readonly address: Address;
  readonly prefix: number;
  /** The interface it goes on; undefined takes the instance's. */
  readonly interface: string | undefined;
  readonly scope: AddressScope;
  readonly label: string | undefined;
  readonly broadcast: Address | undefined;
  readonly peer: Address | undefined;
  readonly flags: readonly AddressFlag[];
  readonly preferred: number | undefined;
  /** Whether losing it to somebody else's hand matters to the instance (off: `no_track`). */
  readonly track: boolean;
}

/**
 * Weight 0: down is a fault. Otherwise it is added while up (positive) or while down (negative). A tracker that has a
 * number (a file) is down while that is not 0; what it adds is number times weight, at most 253, and from -254 on it is
 * a fault.
 */
export interface TrackerWeight {
  readonly weight: number;
  /** Turns the sign of what the weight contributes; with weight 0, up is the fault. */
  readonly reverse: boolean;
}

export interface TrackedInterface extends TrackerWeight {
  readonly interface: string;
}

export interface TrackedName extends TrackerWeight {
  /** Unique over all kinds: `script:NAME`, `probe:NAME`, `file:NAME`, `process:NAME`, `bfd:NAME`. */
  readonly tracker: string;
}

/** behaviour of gratuitous ARP and unsolicited neighbour advertisements. */
export interface GarpModel {
  readonly masterRepeat: number;
  readonly masterDelay: Duration;
  /** 0 means never. */
  readonly masterRefresh: Duration;
  readonly masterRefreshRepeat: number;
  readonly lowerPriorityRepeat: number;
  readonly lowerPriorityDelay: Duration;
  /** `garp_extra_if`: how often addresses on other interfaces than its own are announced. */
  readonly extra?: {
    readonly interval: Duration;
    /** On all of them, not on devices with a virtual MAC alone. */
    readonly all: boolean;
  };
}

export interface GroupModel {
  readonly name: string;
  readonly members: readonly string[];
  readonly trackedInterfaces: readonly TrackedInterface[];
  readonly trackers: readonly TrackedName[];
  /** `sync_group_tracking_weight`: members keep their weighted trackers. */
  readonly memberWeights: boolean;
}
