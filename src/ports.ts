/**
 * What the engines may ask the world for. `linux/` implements these against a kernel, `sim/` against a virtual
 * one; one contract suite runs against both. Every value here is plain data, so that it can be recorded, sent
 * over a channel and compared.
 */
import type { Address, Family, Mac } from './base/address.ts';
import type { Route, RoutePlace } from './base/route.ts';
import type { Rule } from './base/rule.ts';
import type { Duration, Instant, WallTime } from './base/units.ts';

export interface Clock {
  /** The monotonic clock. Never goes back; the same for all processes of a host. */
  now(): Instant;
  /** Civil time, for reports alone. */
  wall(): WallTime;
}

/** Signs and checks signatures. A function of its arguments but for the clock. */
export interface Notary {
  /** HMAC-SHA256 (RFC 2104), 32 bytes. */
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** HMAC-MD5 (RFC 2104), 16 bytes: what authentication headers of VRRP use. */
  hmacMd5(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** Civil time, which all routers are to agree on. */
  wall(): WallTime;
}

/** One wake-up for the whole driver. */
export interface Timer {
  /** Replaces the wake-up asked for before. An instant that has passed fires at once; undefined disarms. */
  arm(at: Instant | undefined): void;
}

/** The kernel's index of a network interface. Survives renames, not re-creation. */
export type LinkIndex = number & { readonly __link: true };

/** An IP datagram of protocol 112 without its IP header. */
export interface Datagram {
  /** The interface it leaves by or came in by. 0 where routing decides (unicast without `interface`). */
  readonly link: LinkIndex;
  readonly source: Address;
  readonly destination: Address;
  /** TTL or hop limit. */
  readonly hopLimit: number;
  /**
   * The protocol is not 112 but 51: the payload begins with an IPsec authentication header, which signs parts of the IPv4
   * header that are told here.
   */
  readonly ah?: { readonly identification: number };
  /** Never written to after it was handed over; a sender may hand over the same bytes again. */
  readonly payload: Uint8Array;
}

export interface ReceivedDatagram extends Datagram {
  /** When the kernel received it (its receive timestamp), not when it was read. */
  readonly receivedAt: Instant;
}

/** A complete link-layer frame: a gratuitous ARP or an unsolicited neighbour advertisement. */
export interface Frame {
  readonly link: LinkIndex;
  readonly bytes: Uint8Array;
}

/** What must be listened to. The set is a level: the port opens and closes sockets until it matches. */
export interface Endpoint {
  readonly link: LinkIndex;
  readonly family: Family;
  /** The group to join, or undefined for datagrams addressed to the host itself. */
  readonly group: Address | undefined;
  /** Datagrams inside authentication headers (protocol 51) instead of those of protocol 112. */
  readonly ah?: boolean;
  /** Bytes of socket receive buffer wanted; undefined leaves the kernel's default. */
  readonly receiveBuffer: number | undefined;
  /** For how many small datagrams there must be room at least, where `receiveBuffer` does not say. */
  readonly receiveRoom?: number;
}

/** Why an operation of a port did not work: the kernel's errno name (`ENODEV`) and its number. */
export interface PortError {
  readonly errno: number;
  readonly code: string;
  /** The kernel's own words where it gave any (extended acknowledgement), else empty. */
  readonly detail: string;
}

export interface Network {
  /** Makes the set of sockets match. Returns one entry for each endpoint that cannot be had. */
  listen(
    endpoints: readonly Endpoint[],
  ): readonly { readonly endpoint: Endpoint; readonly error: PortError }[];
  /** Sends in order, in as few system calls as can be. Returns the failed ones by index. */
  transmit(
    datagrams: readonly Datagram[],
  ): readonly { readonly index: number; readonly error: PortError }[];
  /** The same for link-layer frames. */
  announce(
    frames: readonly Frame[],
  ): readonly { readonly index: number; readonly error: PortError }[];
  /**
   * What has arrived and was not read yet, oldest first, at most `limit`. Never blocks. Fewer than `limit` means that
   * everything is among them that had arrived when this was called.
   */
  receive(limit: number): readonly ReceivedDatagram[];
  /** What arrives may lie unread for so long from now on, so that much of it costs one wake-up. Absent: it never does. */
  gather?(window: Duration): void;
}

/** Where it matters who else claims which addresses. The set is a level. */
export interface NeighbourWatch {
  readonly link: LinkIndex;
  readonly family: Family;
  readonly addresses: readonly Address[];
}

/** Somebody on the link has said that `address` is at `mac`. */
export interface NeighbourClaim {
  readonly link: LinkIndex;
  readonly mac: Mac;
  readonly address: Address;
  readonly at: Instant;
}

/** ARP and neighbour discovery of others, as far as it concerns addresses of ours. */
export interface Neighbours {
  /** Makes the set of sockets match. What cannot be had is left out, and tried again by the next call. */
  watch(watches: readonly NeighbourWatch[]): void;
  /** What was heard and not read yet, at most `limit`. Never blocks; a flood is dropped, not kept. */
  claims(limit: number): readonly NeighbourClaim[];
}

export interface Link {
  readonly index: LinkIndex;
  readonly name: string;
  /** IFF_UP: the administrator wants it. */
  readonly up: boolean;
  /** IFF_RUNNING: carrier, or whatever the driver means by it. */
  readonly running: boolean;
  /** IFF_NOARP, IFF_MULTICAST, IFF_LOOPBACK. */
  readonly noArp: boolean;
  readonly multicast: boolean;
  readonly loopback: boolean;
  readonly mtu: number;
  readonly mac: Mac | undefined;
  /** The index of the device below (macvlan, vlan, veth peer in this namespace), if any. */
  readonly parent: LinkIndex | undefined;
  /** What makes it a device of its own: `macvlan`, `veth`, `vrf`, ...; absent for hardware. */
  readonly kind?: string;
  /** What it is enslaved to: a bridge, a bond, a VRF. */
  readonly master?: LinkIndex;
  /** The routing table of a VRF. */
  readonly table?: number;
}

/** What kind of device is put above another one. */
export type LinkDevice =
  /** Takes in what is for `mac`; what others send from the same MAC still reaches the device below. */
  | { readonly kind: 'macvlan'; readonly mac: Mac }
  /** Shares the MAC of the device below. */
  | { readonly kind: 'ipvlan'; readonly mode: 'bridge' | 'private' | 'vepa' };

/** A device that is to be above another one. It is made down, so that it can be set up before it is seen. */
export interface WantedLink {
  readonly name: string;
  readonly parent: LinkIndex;
  readonly device: LinkDevice;
  readonly mtu: number;
  /** The interface group (`ip link ... group`). */
  readonly group: number | undefined;
  readonly master: LinkIndex | undefined;
}

export type AddressScope = 'global' | 'site' | 'link' | 'host' | 'nowhere' | number;

/** The IFA_PROTO value of the addresses that this daemon adds, where the kernel keeps one (5.18 and later). */
export const OWN_ADDRESS_PROTOCOL = 0x48;

/** An address on an interface. Two are the same when link, address and prefix are. */
export interface LinkAddress {
  readonly link: LinkIndex;
  readonly address: Address;
  readonly prefix: number;
  readonly scope: AddressScope;
  readonly label: string | undefined;
  readonly broadcast: Address | undefined;
  /** The far end of a point-to-point address. */
  readonly peer: Address | undefined;
  /** Duplicate address detection has not finished, or has failed (IPv6). */
  readonly tentative: boolean;
  readonly duplicate: boolean;
  /** IFA_PROTO: who manages it; 0 where the kernel does not say. */
  readonly protocol: number;
}

/** An address that is to be on an interface. */
export interface WantedAddress {
  readonly link: LinkIndex;
  readonly address: Address;
  readonly prefix: number;
  readonly scope: AddressScope;
  readonly label: string | undefined;
  readonly broadcast: Address | undefined;
  readonly peer: Address | undefined;
  /** IFA_F_* bits asked for: noprefixroute, home, mngtmpaddr, nodad, optimistic. */
  readonly flags: readonly AddressFlag[];
  /** Whole seconds until the kernel removes it unless renewed; undefined means for ever. */
  readonly lifetime: number | undefined;
  /** Preferred lifetime: 0 keeps the address from being chosen as a source. */
  readonly preferred: number | undefined;
}

export type AddressFlag = 'noprefixroute' | 'home' | 'mngtmpaddr' | 'nodad' | 'optimistic';

/** A route of the kernel. */
export type LinkRoute = Route<LinkIndex>;

/** RTPROT_KEEPALIVED: who routes and rules are from, unless the configuration says otherwise. */
export const OWN_ROUTE_PROTOCOL = 18;

export interface KernelState {
  readonly links: readonly Link[];
  readonly addresses: readonly LinkAddress[];
  /** Those that `watch` asked for. */
  readonly routes: readonly LinkRoute[];
  readonly rules: readonly Rule[];
}

/** What is watched besides links and addresses. A host may hold a million routes of others. */
export interface Watch {
  /** Routes of these families and protocols. IPv6 routes over several gateways come from any protocol. */
  readonly routes: readonly { readonly family: Family; readonly protocol: number }[];
  readonly rules: boolean;
}

export type KernelOperation =
  | AddressOperation
  | RoutingOperation
  | LinkOperation
  /** Makes the packet filter's table of this name hold exactly this; nothing in it, and there is no table. */
  | { readonly kind: 'set-firewall'; readonly firewall: Firewall }
  /** Answered by `was`: `up` or `down`, as the driver says; undefined asks by the first method that works. */
  | {
      readonly kind: 'ask-carrier';
      readonly interface: string;
      readonly method: CarrierMethod | undefined;
    }
  /** `name` is relative to /proc/sys, with slashes. */
  | { readonly kind: 'set-sysctl'; readonly name: string; readonly value: string };

export type AddressOperation =
  | { readonly kind: 'add-address'; readonly address: WantedAddress }
  /** Extends the lifetime of an address that is there. */
  | { readonly kind: 'renew-address'; readonly address: WantedAddress }
  | {
      readonly kind: 'remove-address';
      readonly link: LinkIndex;
      readonly address: Address;
      readonly prefix: number;
    };

export type RoutingOperation =
  | { readonly kind: 'add-route'; readonly route: LinkRoute; readonly place: RoutePlace }
  | { readonly kind: 'remove-route'; readonly route: LinkRoute }
  | { readonly kind: 'add-rule' | 'remove-rule'; readonly rule: Rule };

export type CarrierMethod = 'MII' | 'ETHTOOL' | 'IOCTL';

/** Packets to and from these addresses are dropped on this host, but for neighbour discovery. */
export interface Firewall {
  /** The name of the table. */
  readonly name: string;
  /** The place of its chains among those of others at the same hooks. */
  readonly priority: number;
  readonly counters: boolean;
  readonly addresses: readonly Address[];
  /** Link-local addresses, which mean something on an interface alone. */
  readonly scoped: readonly { readonly address: Address; readonly interface: string }[];
}

/** What comes of them is told by `changes` too, as links have indices that the kernel chooses. */
export type LinkOperation =
  | { readonly kind: 'add-link'; readonly link: WantedLink }
  /** Sets it up, after giving it the address of `device`, where there is one. */
  | { readonly kind: 'set-link'; readonly index: LinkIndex; readonly device: LinkDevice }
  /** Everybody who watches links is told of it, though nothing of it is changed. */
  | { readonly kind: 'tell-link'; readonly index: LinkIndex }
  /** Done as soon as it has begun, since the kernel takes its time over it. */
  | { readonly kind: 'remove-link'; readonly index: LinkIndex };

export function isAddressing(operation: KernelOperation): operation is AddressOperation {
  return operation.kind.endsWith('-address');
}

export function isLinking(operation: KernelOperation): operation is LinkOperation {
  return operation.kind.endsWith('-link');
}

export function isRouting(operation: KernelOperation): operation is RoutingOperation {
  return 'route' in operation || 'rule' in operation;
}

export type OperationResult =
  /** `was` is what a setting was before, or what was asked for. */
  | { readonly done: true; readonly was?: string }
  | { readonly done: false; readonly error: PortError };

export type KernelChange =
  | { readonly kind: 'link'; readonly link: Link }
  | { readonly kind: 'link-gone'; readonly index: LinkIndex }
  | { readonly kind: 'address'; readonly address: LinkAddress; readonly portId: number }
  | { readonly kind: 'address-gone'; readonly address: LinkAddress; readonly portId: number }
  /** IPv4 routes go silently with an interface or a source address: then the port id is 0. */
  | { readonly kind: 'route' | 'route-gone'; readonly route: LinkRoute; readonly portId: number }
  | { readonly kind: 'rule' | 'rule-gone'; readonly rule: Rule; readonly portId: number }
  /** Notifications were lost (ENOBUFS): this is everything, anew. */
  | { readonly kind: 'resynchronised'; readonly state: KernelState };

export interface Kernel {
  /** Links and addresses always, and nothing else until this says so. What is new in it is known by `observe`. */
  watch(watch: Watch): void;
  /** A dump of everything watched. */
  observe(): KernelState;
  /**
   * Carries out the operations in order in as few system calls as can be and waits for every
   * acknowledgement; one result for each operation, in the same order. Adding what is there and removing
   * what is not are done, not errors.
   */
  apply(operations: readonly KernelOperation[]): readonly OperationResult[];
  /**
   * Changes made by others since the last call, oldest first. What `apply` of this port did itself is left out,
   * since its results have already been told. `portId` is the netlink port id of who did it: often the process
   * id, 0 for the kernel.
   */
  changes(): readonly KernelChange[];
  /** These may be asked for soon, as the very same values: what can be worked out before is. Absent: nothing can. */
  prepare?(addresses: readonly WantedAddress[]): void;
}
