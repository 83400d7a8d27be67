/**
 * The commands of the kernel's IPVS family over generic netlink (linux/ip_vs.h). Each is a generic message whose
 * attributes are a service, a destination of it, a synchronisation daemon or timeouts. Decoders are total: a message that
 * lacks what makes it one is undefined.
 */

import { decodeGeneric, encodeGeneric } from './genetlink.ts';
import { daemonAttributes, decodeDaemon, type SyncDaemonEntry } from './ipvs-daemon.ts';
import {
  type Destination,
  type DestinationEntry,
  decodeDestination,
  destinationAttributes,
} from './ipvs-destination.ts';
import {
  decodeService,
  keyAttributes,
  serviceAttributes,
  type VirtualService,
  type VirtualServiceEntry,
  type VirtualServiceKey,
} from './ipvs-service.ts';
import {
  type NetlinkAttribute,
  type NetlinkMessage,
  nestedAttribute,
  uint32Attribute,
  uint32Of,
} from './netlink.ts';

export const IPVS_FAMILY = 'IPVS';
const IPVS_VERSION = 1;

export const IPVS_CMD_NEW_SERVICE = 1;
export const IPVS_CMD_SET_SERVICE = 2;
const IPVS_CMD_DEL_SERVICE = 3;
const IPVS_CMD_GET_SERVICE = 4;
export const IPVS_CMD_NEW_DEST = 5;
export const IPVS_CMD_SET_DEST = 6;
export const IPVS_CMD_DEL_DEST = 7;
const IPVS_CMD_GET_DEST = 8;
export const IPVS_CMD_NEW_DAEMON = 9;
export const IPVS_CMD_DEL_DAEMON = 10;
const IPVS_CMD_GET_DAEMON = 11;
const IPVS_CMD_SET_CONFIG = 12;
const IPVS_CMD_GET_CONFIG = 13;
const IPVS_CMD_GET_INFO = 15;
const IPVS_CMD_ZERO = 16;
const IPVS_CMD_FLUSH = 17;

const IPVS_CMD_ATTR_SERVICE = 1;
const IPVS_CMD_ATTR_DEST = 2;
const IPVS_CMD_ATTR_DAEMON = 3;
const IPVS_CMD_ATTR_TIMEOUT_TCP = 4;
const IPVS_CMD_ATTR_TIMEOUT_TCP_FIN = 5;
const IPVS_CMD_ATTR_TIMEOUT_UDP = 6;

const IPVS_INFO_ATTR_VERSION = 1;
const IPVS_INFO_ATTR_CONN_TAB_SIZE = 2;

/** Seconds before an idle connection is forgotten; 0 or undefined leaves what the kernel has. */
export interface Timeouts {
  readonly tcp: number | undefined;
  readonly tcpFin: number | undefined;
  readonly udp: number | undefined;
}

export interface IpvsInfo {
  /** 0x010201 is 1.2.1. */
  readonly version: number;
  /** Buckets of the connection table. */
  readonly size: number;
}

function encode(command: number, attributes: readonly NetlinkAttribute[]): Uint8Array {
  return encodeGeneric(command, IPVS_VERSION, attributes);
}

/** NEW makes a service, SET changes one that is there. */
export function encodeService(
  command: typeof IPVS_CMD_NEW_SERVICE | typeof IPVS_CMD_SET_SERVICE,
  service: VirtualService,
): Uint8Array {
  return encode(command, [nestedAttribute(IPVS_CMD_ATTR_SERVICE, serviceAttributes(service))]);
}

export function encodeServiceRemoval(key: VirtualServiceKey): Uint8Array {
  return encode(IPVS_CMD_DEL_SERVICE, [serviceKey(key)]);
}

/** One service; without a key, as a dump, all. */
export function encodeServiceRequest(key?: VirtualServiceKey): Uint8Array {
  return encode(IPVS_CMD_GET_SERVICE, key === undefined ? [] : [serviceKey(key)]);
}

/** `service` is what `serviceKey` makes of its key: once for all destinations of a service. */
export function encodeDestination(
  command: typeof IPVS_CMD_NEW_DEST | typeof IPVS_CMD_SET_DEST | typeof IPVS_CMD_DEL_DEST,
  service: NetlinkAttribute,
  destination: Destination,
): Uint8Array {
  const attributes = destinationAttributes(destination);
  return encode(command, [service, nestedAttribute(IPVS_CMD_ATTR_DEST, attributes)]);
}

/** As a dump: the destinations of one service. */
export function encodeDestinationRequest(key: VirtualServiceKey): Uint8Array {
  return encode(IPVS_CMD_GET_DEST, [serviceKey(key)]);
}

export function encodeDaemon(
  command: typeof IPVS_CMD_NEW_DAEMON | typeof IPVS_CMD_DEL_DAEMON,
  daemon: SyncDaemonEntry,
): Uint8Array {
  return encode(command, [nestedAttribute(IPVS_CMD_ATTR_DAEMON, daemonAttributes(daemon))]);
}

/** As a dump: at most one of each role. */
export function encodeDaemonRequest(): Uint8Array {
  return encode(IPVS_CMD_GET_DAEMON, []);
}

export function encodeTimeouts({ tcp, tcpFin, udp }: Timeouts): Uint8Array {
  const attribute = (type: number, seconds: number | undefined) =>
    seconds === undefined ? [] : [uint32Attribute(type, seconds)];
  return encode(IPVS_CMD_SET_CONFIG, [
    ...attribute(IPVS_CMD_ATTR_TIMEOUT_TCP, tcp),
    ...attribute(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, tcpFin),
    ...attribute(IPVS_CMD_ATTR_TIMEOUT_UDP, udp),
  ]);
}

export function encodeTimeoutsRequest(): Uint8Array {
  return encode(IPVS_CMD_GET_CONFIG, []);
}

export function encodeInfoRequest(): Uint8Array {
  return encode(IPVS_CMD_GET_INFO, []);
}

/** Everything goes, whoever made it. */
export function encodeFlush(): Uint8Array {
  return encode(IPVS_CMD_FLUSH, []);
}

/** Sets the counters of a service and its destinations to nothing; without a key those of all. */
export function encodeZero(key?: VirtualServiceKey): Uint8Array {
  return encode(IPVS_CMD_ZERO, key === undefined ? [] : [serviceKey(key)]);
}

export function decodeServiceMessage(message: NetlinkMessage): VirtualServiceEntry | undefined {
  const bytes = decodeGeneric(message)?.attributes.get(IPVS_CMD_ATTR_SERVICE);
  return bytes === undefined ? undefined : decodeService(bytes);
}

/** Kernels before 3.18 do not say of which family a destination is: of its service's. */
export function decodeDestinationMessage(
  message: NetlinkMessage,
  family: 'ipv4' | 'ipv6',
): DestinationEntry | undefined {
  const bytes = decodeGeneric(message)?.attributes.get(IPVS_CMD_ATTR_DEST);
  return bytes === undefined ? undefined : decodeDestination(bytes, family);
}

export function decodeDaemonMessage(message: NetlinkMessage): SyncDaemonEntry | undefined {
  const bytes = decodeGeneric(message)?.attributes.get(IPVS_CMD_ATTR_DAEMON);
  return bytes === undefined ? undefined : decodeDaemon(bytes);
}

export function decodeTimeouts(message: NetlinkMessage): Timeouts | undefined {
  const attributes = decodeGeneric(message)?.attributes;
  if (attributes === undefined) return undefined;
  const seconds = (type: number) => {
    const bytes = attributes.get(type);
    return bytes === undefined ? undefined : uint32Of(bytes);
  };
  return {
    tcp: seconds(IPVS_CMD_ATTR_TIMEOUT_TCP),
    tcpFin: seconds(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN),
    udp: seconds(IPVS_CMD_ATTR_TIMEOUT_UDP),
  };
}

export function decodeInfo(message: NetlinkMessage): IpvsInfo | undefined {
  const attributes = decodeGeneric(message)?.attributes;
  const version = attributes?.get(IPVS_INFO_ATTR_VERSION);
  const size = attributes?.get(IPVS_INFO_ATTR_CONN_TAB_SIZE);
  if (version === undefined || size === undefined) return undefined;
  return { version: uint32Of(version), size: uint32Of(size) };
}

export function serviceKey(key: VirtualServiceKey): NetlinkAttribute {
  return nestedAttribute(IPVS_CMD_ATTR_SERVICE, keyAttributes(key));
}
