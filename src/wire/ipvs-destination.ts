/** A destination of a virtual service, which is a real server (IPVS_DEST_ATTR_*). */
import { type Address, type Family, familyOf } from '../base/address.ts';
import { decodeCounters, type IpvsCounters } from './ipvs-counters.ts';
import {
  addressAttribute,
  addressOf,
  familyNamed,
  familyNumber,
  portAttribute,
  portOf,
} from './ipvs-service.ts';
import {
  attributeMap,
  type NetlinkAttribute,
  uint8Attribute,
  uint16Attribute,
  uint16Of,
  uint32Attribute,
  uint32Of,
} from './netlink.ts';

export const IP_VS_CONN_F_MASQ = 0;
export const IP_VS_CONN_F_LOCALNODE = 1;
export const IP_VS_CONN_F_TUNNEL = 2;
export const IP_VS_CONN_F_DROUTE = 3;
const IP_VS_CONN_F_FWD_MASK = 7;

export const IP_VS_CONN_F_TUNNEL_TYPE_IPIP = 0;
export const IP_VS_CONN_F_TUNNEL_TYPE_GUE = 1;
export const IP_VS_CONN_F_TUNNEL_TYPE_GRE = 2;

export const IP_VS_TUNNEL_ENCAP_FLAG_CSUM = 1;
export const IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM = 2;

const IPVS_DEST_ATTR_ADDR = 1;
const IPVS_DEST_ATTR_PORT = 2;
const IPVS_DEST_ATTR_FWD_METHOD = 3;
const IPVS_DEST_ATTR_WEIGHT = 4;
const IPVS_DEST_ATTR_U_THRESH = 5;
const IPVS_DEST_ATTR_L_THRESH = 6;
const IPVS_DEST_ATTR_ACTIVE_CONNS = 7;
const IPVS_DEST_ATTR_INACT_CONNS = 8;
const IPVS_DEST_ATTR_PERSIST_CONNS = 9;
const IPVS_DEST_ATTR_STATS = 10;
const IPVS_DEST_ATTR_ADDR_FAMILY = 11;
const IPVS_DEST_ATTR_STATS64 = 12;
const IPVS_DEST_ATTR_TUN_TYPE = 13;
const IPVS_DEST_ATTR_TUN_PORT = 14;
const IPVS_DEST_ATTR_TUN_FLAGS = 15;

export interface DestinationKey {
  readonly address: Address;
  readonly port: number;
}

/** IP_VS_CONN_F_TUNNEL_TYPE_*, the port of the encapsulation, IP_VS_TUNNEL_ENCAP_FLAG_* bits. */
export interface DestinationTunnel {
  readonly type: number;
  readonly port: number;
  readonly flags: number;
}

export interface DestinationSettings {
  /** IP_VS_CONN_F_MASQ, TUNNEL or DROUTE. */
  readonly method: number;
  readonly weight: number;
  /** 0 is no bound. */
  readonly upper: number;
  readonly lower: number;
  /** Kernels before 5.3 know none but the plain one, and do not tell of it. */
  readonly tunnel: DestinationTunnel | undefined;
}

export interface Destination extends DestinationKey {
  /** On a removal the kernel needs none. */
  readonly settings: DestinationSettings | undefined;
}

export interface DestinationEntry extends DestinationKey {
  readonly settings: DestinationSettings;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  readonly persistentConnections: number;
  readonly counters: IpvsCounters;
}

export function destinationAttributes(destination: Destination): readonly NetlinkAttribute[] {
  const { address, port, settings } = destination;
  const family = familyNumber(familyOf(address));
  const key = [
    uint16Attribute(IPVS_DEST_ATTR_ADDR_FAMILY, family),
    addressAttribute(IPVS_DEST_ATTR_ADDR, address),
    portAttribute(IPVS_DEST_ATTR_PORT, port),
  ];
  if (settings === undefined) return key;
  const { tunnel } = settings;
  return [
    ...key,
    uint32Attribute(IPVS_DEST_ATTR_FWD_METHOD, settings.method),
    uint32Attribute(IPVS_DEST_ATTR_WEIGHT, settings.weight),
    uint32Attribute(IPVS_DEST_ATTR_U_THRESH, settings.upper),
    uint32Attribute(IPVS_DEST_ATTR_L_THRESH, settings.lower),
    ...(tunnel === undefined ? [] : tunnelAttributes(tunnel)),
  ];
}

function tunnelAttributes({ type, port, flags }: DestinationTunnel): readonly NetlinkAttribute[] {
  return [
    uint8Attribute(IPVS_DEST_ATTR_TUN_TYPE, type),
    portAttribute(IPVS_DEST_ATTR_TUN_PORT, port),
    uint16Attribute(IPVS_DEST_ATTR_TUN_FLAGS, flags),
  ];
}

/** `family` is that of the service, for kernels that do not say it of a destination. */
export function decodeDestination(bytes: Uint8Array, family: Family): DestinationEntry | undefined {
  const values = attributeMap(bytes);
  const own = familyNamed(values.get(IPVS_DEST_ATTR_ADDR_FAMILY)) ?? family;
  const address = addressOf(values.get(IPVS_DEST_ATTR_ADDR), own);
  if (address === undefined) return undefined;
  const number = (type: number) => uint32Of(values.get(type) ?? new Uint8Array(0));
  const type = values.get(IPVS_DEST_ATTR_TUN_TYPE);
  return {
    address,
    port: portOf(values.get(IPVS_DEST_ATTR_PORT)),
    settings: {
      method: number(IPVS_DEST_ATTR_FWD_METHOD) & IP_VS_CONN_F_FWD_MASK,
      weight: number(IPVS_DEST_ATTR_WEIGHT),
      upper: number(IPVS_DEST_ATTR_U_THRESH),
      lower: number(IPVS_DEST_ATTR_L_THRESH),
      tunnel: type === undefined ? undefined : decodeTunnel(type[0] ?? 0, values),
    },
    activeConnections: number(IPVS_DEST_ATTR_ACTIVE_CONNS),
    inactiveConnections: number(IPVS_DEST_ATTR_INACT_CONNS),
    persistentConnections: number(IPVS_DEST_ATTR_PERSIST_CONNS),
    counters: decodeCounters(values.get(IPVS_DEST_ATTR_STATS64), values.get(IPVS_DEST_ATTR_STATS)),
  };
}

function decodeTunnel(type: number, values: ReadonlyMap<number, Uint8Array>): DestinationTunnel {
  return {
    type,
    port: portOf(values.get(IPVS_DEST_ATTR_TUN_PORT)),
    flags: uint16Of(values.get(IPVS_DEST_ATTR_TUN_FLAGS) ?? new Uint8Array(0)),
  };
}
