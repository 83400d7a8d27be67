/**
 * Messages about routes (linux/rtnetlink.h, struct rtmsg). Decoders are total: a message that lacks what makes it one is
 * undefined.
 */
import { type Address, addressBytes, type Family, familyOf } from '../base/address.ts';
import { leadsNowhere, type Route, type RouteHop, type RouteType } from '../base/route.ts';
import { decodeEncapsulation, encodeEncapsulation } from './encapsulation.ts';
import {
  attributeMap,
  encodePayload,
  type NetlinkAttribute,
  type NetlinkMessage,
  putUint16,
  putUint32,
  uint8Attribute,
  uint16Of,
  uint32Attribute,
  uint32Attributes,
  uint32In,
  uint32Of,
} from './netlink.ts';
import { decodeMetrics, encodeMetrics } from './route-metrics.ts';
import { addressOf, familyFrom, familyNumber } from './rtnetlink.ts';

export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;

export const RTNLGRP_IPV4_ROUTE = 7;
export const RTNLGRP_IPV6_ROUTE = 11;

/** RTN_* by number. */
const types: readonly (RouteType | undefined)[] = [
  ...([undefined, 'unicast', 'local', 'broadcast', 'anycast', 'multicast', 'blackhole'] as const),
  ...(['unreachable', 'prohibit', 'throw', 'nat', 'xresolve'] as const),
];
/** RFC 4191 2.1: 1 is high, 3 low; 2 is reserved. */
const preferences = ['medium', 'high', undefined, 'low'] as const;

const RTMSG = 12;
const RTNEXTHOP = 8;
const RTNH_F_ONLINK = 4;
/** A copy that a lookup made, not an entry of a table. */
const RTM_F_CLONED = 0x200;

const RTA_DST = 1;
const RTA_SRC = 2;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PRIORITY = 6;
const RTA_PREFSRC = 7;
const RTA_METRICS = 8;
const RTA_MULTIPATH = 9;
const RTA_FLOW = 11;
const RTA_CACHEINFO = 12;
const RTA_TABLE = 15;
const RTA_VIA = 18;
const RTA_PREF = 20;
const RTA_EXPIRES = 23;
const RTA_TTL_PROPAGATE = 26;
/** In struct rta_cacheinfo, in hundredths of a second. */
const CACHEINFO_EXPIRES = 8;

/** Who a route is from: its RTPROT_*, without looking at the rest. */
export function routeProtocol(message: NetlinkMessage): number {
  return message.payload[5] ?? 0;
}

/** RTM_NEWROUTE or RTM_DELROUTE; undefined for families other than IPv4 and IPv6 too. */
export function decodeRoute(message: NetlinkMessage): Route<number> | undefined {
  const { payload } = message;
  const family = familyFrom(payload[0]);
  const type = types[payload[7] ?? 0];
  if (payload.length < RTMSG || family === undefined || type === undefined) return undefined;
  const flags = uint32Of(payload, 8);
  if ((flags & RTM_F_CLONED) !== 0) return undefined;
  const values = attributeMap(payload.subarray(RTMSG));
  const from = addressOf(values.get(RTA_SRC), family);
  const table = uint32In(values, RTA_TABLE);
  const propagate = values.get(RTA_TTL_PROPAGATE)?.[0];
  return {
    family,
    type,
    destination: addressOf(values.get(RTA_DST), family),
    prefix: payload[1] ?? 0,
    from: from === undefined ? undefined : { address: from, prefix: payload[2] ?? 0 },
    tos: payload[3] ?? 0,
    table: table ?? payload[4] ?? 0,
    metric: uint32In(values, RTA_PRIORITY),
    protocol: payload[5] ?? 0,
    scope: payload[6] ?? 0,
    source: addressOf(values.get(RTA_PREFSRC), family),
    hops: leadsNowhere(type) ? [] : hopsOf(values, family, flags),
    metrics: decodeMetrics(values.get(RTA_METRICS)),
    realms: uint32In(values, RTA_FLOW),
    preference: preferences[values.get(RTA_PREF)?.[0] ?? 2],
    expires: uint32In(values, RTA_EXPIRES) ?? expiryOf(values.get(RTA_CACHEINFO)),
    ttlPropagate: propagate === undefined ? undefined : propagate !== 0,
  };
}

/** The payload of RTM_NEWROUTE or RTM_DELROUTE. */
export function encodeRoute(route: Route<number>): Uint8Array {
  const [only, ...others] = route.hops;
  const isSingle = only !== undefined && others.length === 0;
  const fixed = new Uint8Array(RTMSG);
  fixed[0] = familyNumber(route.family);
  fixed[1] = route.prefix;
  fixed[2] = route.from?.prefix ?? 0;
  fixed[3] = route.tos;
  fixed[4] = route.table <= 0xff ? route.table : 0;
  fixed[5] = route.protocol;
  fixed[6] = route.scope;
  fixed[7] = types.indexOf(route.type);
  if (isSingle && only.onlink) putUint32(fixed, 8, RTNH_F_ONLINK);
  const attributes = general(route);
  if (isSingle) {
    if (only.link !== undefined) attributes.push(uint32Attribute(RTA_OIF, only.link));
    attributes.push(...hopAttributes(only, route.family));
  } else if (route.hops.length > 1) {
    attributes.push({ type: RTA_MULTIPATH, value: multipath(route.hops, route.family) });
  }
  return encodePayload(fixed, attributes);
}

/** The payload of an RTM_GETROUTE dump; under strict checking the kernel leaves other protocols and families out. */
export function encodeRouteDump(family: Family, protocol: number): Uint8Array {
  const payload = new Uint8Array(RTMSG);
  payload[0] = familyNumber(family);
  payload[5] = protocol;
  return payload;
}

function general(route: Route<number>): NetlinkAttribute[] {
  const attributes: NetlinkAttribute[] = [uint32Attribute(RTA_TABLE, route.table)];
  const address = (type: number, value: Address | undefined): void => {
    if (value !== undefined) attributes.push({ type, value: addressBytes(value) });
  };
  address(RTA_DST, route.destination);
  address(RTA_SRC, route.from?.address);
  address(RTA_PREFSRC, route.source);
  const numbers = uint32Attributes([
    [RTA_PRIORITY, route.metric],
    [RTA_FLOW, route.realms],
    [RTA_EXPIRES, route.expires],
  ]);
  attributes.push(...numbers);
  const metrics = encodeMetrics(RTA_METRICS, route.metrics);
  if (metrics !== undefined) attributes.push(metrics);
  if (route.preference !== undefined) {
    attributes.push(uint8Attribute(RTA_PREF, preferences.indexOf(route.preference)));
  }
  if (route.ttlPropagate !== undefined) {
    attributes.push(uint8Attribute(RTA_TTL_PROPAGATE, route.ttlPropagate ? 1 : 0));
  }
  return attributes;
}

function hopAttributes(hop: RouteHop<number>, family: Family): NetlinkAttribute[] {
  const attributes: NetlinkAttribute[] = [];
  const { gateway } = hop;
  if (gateway !== undefined && familyOf(gateway) === family) {
    attributes.push({ type: RTA_GATEWAY, value: addressBytes(gateway) });
  } else if (gateway !== undefined) {
    // struct rtvia: the family, then the address.
    const value = Uint8Array.of(familyNumber(familyOf(gateway)), 0, ...addressBytes(gateway));
    attributes.push({ type: RTA_VIA, value });
  }
  if (hop.realms !== undefined) attributes.push(uint32Attribute(RTA_FLOW, hop.realms));
  if (hop.encapsulation !== undefined) attributes.push(...encodeEncapsulation(hop.encapsulation));
  return attributes;
}

/** struct rtnexthop, its attributes behind it, one after another. */
function multipath(hops: readonly RouteHop<number>[], family: Family): Uint8Array {
  const parts = hops.map((hop) => {
    const fixed = new Uint8Array(RTNEXTHOP);
    const part = encodePayload(fixed, hopAttributes(hop, family));
    putUint16(part, 0, part.length);
    part[2] = hop.onlink ? RTNH_F_ONLINK : 0;
    part[3] = hop.weight - 1;
    putUint32(part, 4, hop.link ?? 0);
    return part;
  });
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function hopsOf(
  values: ReadonlyMap<number, Uint8Array>,
  family: Family,
  flags: number,
): readonly RouteHop<number>[] {
  const several = values.get(RTA_MULTIPATH);
  if (several !== undefined) return legsOf(several, family);
  const link = uint32In(values, RTA_OIF);
  const hop = hopOf(values, { family, link, flags, weight: 1 });
  const isThere =
    hop.gateway !== undefined || link !== undefined || hop.encapsulation !== undefined;
  // A plain route has its realms as a whole.
  return isThere ? [{ ...hop, realms: undefined }] : [];
}

function legsOf(bytes: Uint8Array, family: Family): readonly RouteHop<number>[] {
  const legs: RouteHop<number>[] = [];
  let at = 0;
  while (at + RTNEXTHOP <= bytes.length) {
    const length = uint16Of(bytes, at);
    if (length < RTNEXTHOP || at + length > bytes.length) break;
    const values = attributeMap(bytes.subarray(at + RTNEXTHOP, at + length));
    const index = uint32Of(bytes, at + 4);
    const link = index === 0 ? undefined : index;
    const weight = (bytes[at + 3] ?? 0) + 1;
    legs.push(hopOf(values, { family, link, flags: bytes[at + 2] ?? 0, weight }));
    at += (length + 3) & ~3;
  }
  return legs;
}

function hopOf(
  values: ReadonlyMap<number, Uint8Array>,
  fixed: { family: Family; link: number | undefined; flags: number; weight: number },
): RouteHop<number> {
  return {
    gateway: addressOf(values.get(RTA_GATEWAY), fixed.family) ?? viaOf(values.get(RTA_VIA)),
    link: fixed.link,
    weight: fixed.weight,
    onlink: (fixed.flags & RTNH_F_ONLINK) !== 0,
    encapsulation: decodeEncapsulation(values),
    realms: uint32In(values, RTA_FLOW),
  };
}

function viaOf(value: Uint8Array | undefined): Address | undefined {
  const family = familyFrom(value?.[0]);
  return family === undefined ? undefined : addressOf(value?.subarray(2), family);
}

/** What a dump says of RTA_EXPIRES: the time left, 0 for ever. */
function expiryOf(value: Uint8Array | undefined): number | undefined {
  if (value === undefined || value.length < CACHEINFO_EXPIRES + 4) return undefined;
  const left = uint32Of(value, CACHEINFO_EXPIRES);
  return left === 0 ? undefined : Math.ceil(left / 100);
}
