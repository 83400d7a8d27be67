/**
 * rtnetlink: interfaces and their addresses as values (RFC 3549 3, linux/rtnetlink.h, if_link.h, if_addr.h).
 * Decoders are total: a message that lacks what makes it one is undefined.
 */
import {
  type Address,
  addressBytes,
  addressFromBytes,
  type Family,
  familyOf,
  type Mac,
  macFromBytes,
} from '../base/address.ts';
import {
  attributeMap,
  encodePayload,
  type NetlinkAttribute,
  type NetlinkMessage,
  putUint32,
  textAttribute,
  textOf,
  uint32Attribute,
  uint32Of,
} from './netlink.ts';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;

export const RTNLGRP_LINK = 1;
export const RTNLGRP_IPV4_IFADDR = 5;
export const RTNLGRP_IPV6_IFADDR = 9;

export const IFF_UP = 0x1;
export const IFF_LOOPBACK = 0x8;
export const IFF_RUNNING = 0x40;
export const IFF_NOARP = 0x80;
export const IFF_MULTICAST = 0x1000;

export const IFA_F_NODAD = 0x02;
export const IFA_F_OPTIMISTIC = 0x04;
export const IFA_F_DADFAILED = 0x08;
export const IFA_F_HOMEADDRESS = 0x10;
export const IFA_F_TENTATIVE = 0x40;
export const IFA_F_PERMANENT = 0x80;
export const IFA_F_MANAGETEMPADDR = 0x100;
export const IFA_F_NOPREFIXROUTE = 0x200;

/** A lifetime that does not end (RFC 4861 4.6.2). */
export const INFINITE_LIFETIME = 0xffff_ffff;

const AF_INET = 2;
const AF_INET6 = 10;

export interface LinkMessage {
  /** AF_UNSPEC for the interface itself; AF_BRIDGE for its part in a bridge, which is another matter. */
  readonly family: number;
  readonly index: number;
  /** IFF_* bits. */
  readonly flags: number;
  readonly name: string;
  readonly mtu: number;
  readonly mac: Mac | undefined;
  /** IFLA_LINK, unless that is in another network namespace. */
  readonly parent: number | undefined;
  /** IFLA_INFO_KIND. */
  readonly kind: string | undefined;
  /** IFLA_MASTER. */
  readonly master: number | undefined;
  /** IFLA_VRF_TABLE, of a VRF. */
  readonly table?: number;
}

const IFINFOMSG = 16;
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_LINK = 5;
const IFLA_MASTER = 10;
const IFLA_LINKINFO = 18;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_VRF_TABLE = 1;
const IFLA_EXT_MASK = 29;
const IFLA_LINK_NETNSID = 37;
const RTEXT_FILTER_SKIP_STATS = 8;

/** RTM_NEWLINK or RTM_DELLINK. */
export function decodeLink(message: NetlinkMessage): LinkMessage | undefined {
  const { payload } = message;
  if (payload.length < IFINFOMSG) return undefined;
  const values = attributeMap(payload.subarray(IFINFOMSG));
  const name = values.get(IFLA_IFNAME);
  const mtu = values.get(IFLA_MTU);
  const mac = values.get(IFLA_ADDRESS);
  const parent = values.get(IFLA_LINK);
  const isLocal = parent !== undefined && !values.has(IFLA_LINK_NETNSID);
  const info = values.get(IFLA_LINKINFO);
  const details = info === undefined ? undefined : attributeMap(info);
  const kind = details?.get(IFLA_INFO_KIND);
  const master = values.get(IFLA_MASTER);
  return {
    family: payload[0] ?? 0,
    index: uint32Of(payload, 4),
    flags: uint32Of(payload, 8),
    name: name === undefined ? '' : textOf(name),
    mtu: mtu === undefined ? 0 : uint32Of(mtu),
    mac: mac === undefined ? undefined : macFromBytes(mac),
    parent: isLocal ? uint32Of(parent) : undefined,
    kind: kind === undefined ? undefined : textOf(kind),
    master: master === undefined ? undefined : uint32Of(master),
    ...tableOf(details),
  };
}

function tableOf(details: ReadonlyMap<number, Uint8Array> | undefined): { table?: number } {
  const [kind, data] = [details?.get(IFLA_INFO_KIND), details?.get(IFLA_INFO_DATA)];
  if (kind === undefined || data === undefined || textOf(kind) !== 'vrf') return {};
  const table = attributeMap(data).get(IFLA_VRF_TABLE);
  return table === undefined ? {} : { table: uint32Of(table) };
}

/** The payload of an RTM_GETLINK dump, without the counters that nobody reads here. */
export function encodeLinkDump(): Uint8Array {
  const counters = uint32Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  return encodePayload(new Uint8Array(IFINFOMSG), [counters]);
}

export interface AddressMessage {
  readonly link: number;
  readonly address: Address;
  readonly prefix: number;
  /** RT_SCOPE_*: 0 global, 200 site, 253 link, 254 host, 255 nowhere. */
  readonly scope: number;
  /** IFA_F_* bits. */
  readonly flags: number;
  readonly label: string | undefined;
  readonly broadcast: Address | undefined;
  /** The far end of a point-to-point address. */
  readonly peer: Address | undefined;
  /** Whole seconds that it stays preferred and valid; undefined where the kernel is not told or does not say. */
  readonly lifetime: Lifetime | undefined;
  /** IFA_PROTO (Linux 5.18): who put it there; 0 where nobody said. */
  readonly protocol: number;
}

export interface Lifetime {
  readonly preferred: number;
  readonly valid: number;
}

const IFADDRMSG = 8;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_LABEL = 3;
const IFA_BROADCAST = 4;
const IFA_CACHEINFO = 6;
const IFA_FLAGS = 8;
const IFA_PROTO = 11;

/** RTM_NEWADDR or RTM_DELADDR; undefined for families other than IPv4 and IPv6 too. */
export function decodeAddress(message: NetlinkMessage): AddressMessage | undefined {
  const { payload } = message;
  const family = familyFrom(payload[0]);
  if (payload.length < IFADDRMSG || family === undefined) return undefined;
  const values = attributeMap(payload.subarray(IFADDRMSG));
  const far = addressOf(values.get(IFA_ADDRESS), family);
  const local = addressOf(values.get(IFA_LOCAL), family) ?? far;
  if (local === undefined) return undefined;
  const flags = values.get(IFA_FLAGS);
  const label = values.get(IFA_LABEL);
  return {
    link: uint32Of(payload, 4),
    address: local,
    prefix: payload[1] ?? 0,
    scope: payload[3] ?? 0,
    flags: flags === undefined ? (payload[2] ?? 0) : uint32Of(flags),
    label: label === undefined ? undefined : textOf(label),
    broadcast: addressOf(values.get(IFA_BROADCAST), family),
    peer: far === local ? undefined : far,
    lifetime: lifetimeOf(values.get(IFA_CACHEINFO)),
    protocol: values.get(IFA_PROTO)?.[0] ?? 0,
  };
}

/** The payload of RTM_NEWADDR, or of RTM_DELADDR, for which link, address, prefix and peer are enough. */
export function encodeAddress(address: AddressMessage): Uint8Array {
  const family = familyOf(address.address);
  const fixed = new Uint8Array(IFADDRMSG);
  fixed[0] = familyNumber(family);
  fixed[1] = address.prefix;
  fixed[2] = address.flags;
  fixed[3] = address.scope;
  putUint32(fixed, 4, address.link);
  const local = addressBytes(address.address);
  const far = address.peer === undefined ? local : addressBytes(address.peer);
  const attributes: NetlinkAttribute[] = [{ type: IFA_LOCAL, value: local }];
  if (address.broadcast !== undefined) {
    attributes.push({ type: IFA_BROADCAST, value: addressBytes(address.broadcast) });
  }
  if (address.label !== undefined) attributes.push(textAttribute(IFA_LABEL, address.label));
  attributes.push({ type: IFA_ADDRESS, value: far });
  if (address.lifetime !== undefined) attributes.push(cacheInfo(address.lifetime));
  if (address.flags > 0xff) attributes.push(uint32Attribute(IFA_FLAGS, address.flags));
  if (address.protocol !== 0) {
    attributes.push({ type: IFA_PROTO, value: Uint8Array.of(address.protocol) });
  }
  return encodePayload(fixed, attributes);
}

/** The payload of an RTM_GETADDR dump of both families. */
export function encodeAddressDump(): Uint8Array {
  return new Uint8Array(IFADDRMSG);
}

export function familyNumber(family: Family): number {
  return family === 'ipv4' ? AF_INET : AF_INET6;
}

/** Of an AF_* number. */
export function familyFrom(number: number | undefined): Family | undefined {
  if (number === AF_INET) return 'ipv4';
  return number === AF_INET6 ? 'ipv6' : undefined;
}

/** undefined too when the address is not of that family. */
export function addressOf(value: Uint8Array | undefined, family: Family): Address | undefined {
  if (value === undefined) return undefined;
  const address = addressFromBytes(value);
  return address !== undefined && familyOf(address) === family ? address : undefined;
}

/** struct ifa_cacheinfo: preferred, valid, and two times of the kernel's that a sender leaves zero. */
function cacheInfo(lifetime: Lifetime): NetlinkAttribute {
  const value = new Uint8Array(16);
  putUint32(value, 0, lifetime.preferred);
  putUint32(value, 4, lifetime.valid);
  return { type: IFA_CACHEINFO, value };
}

function lifetimeOf(value: Uint8Array | undefined): Lifetime | undefined {
  if (value === undefined || value.length < 16) return undefined;
  return { preferred: uint32Of(value, 0), valid: uint32Of(value, 4) };
}
