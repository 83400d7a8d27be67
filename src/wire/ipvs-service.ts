/** A virtual service as the attributes of the IPVS family (IPVS_SVC_ATTR_*). */
import {
  type Address,
  addressAt,
  addressLength,
  type Family,
  writeAddress,
} from '../base/address.ts';
import { uint16At, writeUint16 } from '../base/bytes.ts';
import { decodeCounters, type IpvsCounters } from './ipvs-counters.ts';
import {
  attributeMap,
  type NetlinkAttribute,
  putUint32,
  textAttribute,
  textOf,
  uint16Attribute,
  uint16Of,
  uint32Attribute,
  uint32Of,
} from './netlink.ts';

export const IP_VS_SVC_F_PERSISTENT = 0x01;
export const IP_VS_SVC_F_ONEPACKET = 0x04;
export const IP_VS_SVC_F_SCHED1 = 0x08;
export const IP_VS_SVC_F_SCHED2 = 0x10;
export const IP_VS_SVC_F_SCHED3 = 0x20;

const IPVS_SVC_ATTR_AF = 1;
const IPVS_SVC_ATTR_PROTOCOL = 2;
const IPVS_SVC_ATTR_ADDR = 3;
const IPVS_SVC_ATTR_PORT = 4;
const IPVS_SVC_ATTR_FWMARK = 5;
const IPVS_SVC_ATTR_SCHED_NAME = 6;
const IPVS_SVC_ATTR_FLAGS = 7;
const IPVS_SVC_ATTR_TIMEOUT = 8;
const IPVS_SVC_ATTR_NETMASK = 9;
const IPVS_SVC_ATTR_STATS = 10;
const IPVS_SVC_ATTR_PE_NAME = 11;
const IPVS_SVC_ATTR_STATS64 = 12;

const AF_INET = 2;
const AF_INET6 = 10;
/** Which of the flags the kernel is to take over. */
const EVERY_FLAG = 0xffff_ffff;
/** Addresses of both families stand in so many bytes. */
const ADDRESS_BYTES = 16;

export type VirtualServiceKey =
  | {
      readonly kind: 'address';
      /** IPPROTO_TCP, UDP or SCTP. */
      readonly protocol: number;
      readonly address: Address;
      readonly port: number;
      readonly family: Family;
    }
  | { readonly kind: 'mark'; readonly family: Family; readonly mark: number };

export interface VirtualService {
  readonly key: VirtualServiceKey;
  readonly scheduler: string;
  /** IP_VS_SVC_F_* bits. */
  readonly flags: number;
  /** Whole seconds. */
  readonly timeout: number;
  /** How many leading bits of a client's address count: 0 to 32, or 1 to 128. */
  readonly prefix: number;
  /** The name of the persistence engine. */
  readonly engine: string | undefined;
}

export interface VirtualServiceEntry extends VirtualService {
  readonly counters: IpvsCounters;
}

export function familyNumber(family: Family): number {
  return family === 'ipv4' ? AF_INET : AF_INET6;
}

export function familyNamed(bytes: Uint8Array | undefined): Family | undefined {
  const number = bytes === undefined ? 0 : uint16Of(bytes);
  if (number === AF_INET) return 'ipv4';
  return number === AF_INET6 ? 'ipv6' : undefined;
}

export function addressAttribute(type: number, address: Address): NetlinkAttribute {
  const value = new Uint8Array(ADDRESS_BYTES);
  writeAddress(value, 0, address);
  return { type, value };
}

export function addressOf(bytes: Uint8Array | undefined, family: Family): Address | undefined {
  if (bytes === undefined || bytes.length < addressLength(family)) return undefined;
  return addressAt(bytes, 0, family);
}

/** In network byte order, alone among the numbers here. */
export function portAttribute(type: number, port: number): NetlinkAttribute {
  const value = new Uint8Array(2);
  writeUint16(value, 0, port);
  return { type, value };
}

export function portOf(bytes: Uint8Array | undefined): number {
  return bytes === undefined ? 0 : uint16At(bytes, 0);
}

/** What a service is known by. */
export function keyAttributes(key: VirtualServiceKey): readonly NetlinkAttribute[] {
  const family = uint16Attribute(IPVS_SVC_ATTR_AF, familyNumber(key.family));
  if (key.kind === 'mark') return [family, uint32Attribute(IPVS_SVC_ATTR_FWMARK, key.mark)];
  return [
    family,
    uint16Attribute(IPVS_SVC_ATTR_PROTOCOL, key.protocol),
    addressAttribute(IPVS_SVC_ATTR_ADDR, key.address),
    portAttribute(IPVS_SVC_ATTR_PORT, key.port),
  ];
}

export function serviceAttributes(service: VirtualService): readonly NetlinkAttribute[] {
  const flags = new Uint8Array(8);
  putUint32(flags, 0, service.flags);
  putUint32(flags, 4, EVERY_FLAG);
  const { engine } = service;
  return [
    ...keyAttributes(service.key),
    textAttribute(IPVS_SVC_ATTR_SCHED_NAME, service.scheduler),
    ...(engine === undefined ? [] : [textAttribute(IPVS_SVC_ATTR_PE_NAME, engine)]),
    { type: IPVS_SVC_ATTR_FLAGS, value: flags },
    uint32Attribute(IPVS_SVC_ATTR_TIMEOUT, service.timeout),
    { type: IPVS_SVC_ATTR_NETMASK, value: encodeMask(service.key.family, service.prefix) },
  ];
}

export function decodeService(bytes: Uint8Array): VirtualServiceEntry | undefined {
  const values = attributeMap(bytes);
  const family = familyNamed(values.get(IPVS_SVC_ATTR_AF));
  const scheduler = values.get(IPVS_SVC_ATTR_SCHED_NAME);
  if (family === undefined || scheduler === undefined) return undefined;
  const key = decodeKey(values, family);
  if (key === undefined) return undefined;
  const number = (type: number) => uint32Of(values.get(type) ?? new Uint8Array(0));
  const engine = values.get(IPVS_SVC_ATTR_PE_NAME);
  return {
    key,
    scheduler: textOf(scheduler),
    flags: number(IPVS_SVC_ATTR_FLAGS),
    timeout: number(IPVS_SVC_ATTR_TIMEOUT),
    prefix: decodeMask(family, values.get(IPVS_SVC_ATTR_NETMASK)),
    engine: engine === undefined ? undefined : textOf(engine),
    counters: decodeCounters(values.get(IPVS_SVC_ATTR_STATS64), values.get(IPVS_SVC_ATTR_STATS)),
  };
}

function decodeKey(
  values: ReadonlyMap<number, Uint8Array>,
  family: Family,
): VirtualServiceKey | undefined {
  const mark = values.get(IPVS_SVC_ATTR_FWMARK);
  if (mark !== undefined) return { kind: 'mark', family, mark: uint32Of(mark) };
  const protocol = values.get(IPVS_SVC_ATTR_PROTOCOL);
  const address = addressOf(values.get(IPVS_SVC_ATTR_ADDR), family);
  if (protocol === undefined || address === undefined) return undefined;
  const port = portOf(values.get(IPVS_SVC_ATTR_PORT));
  return { kind: 'address', protocol: uint16Of(protocol), address, port, family };
}

/** A mask in network byte order for IPv4, a number of bits for IPv6. */
function encodeMask(family: Family, prefix: number): Uint8Array {
  const value = new Uint8Array(4);
  if (family === 'ipv6') putUint32(value, 0, prefix);
  else for (let bit = 0; bit < prefix; bit += 1) value[bit >> 3] = 0xff00 >> ((bit & 7) + 1);
  return value;
}

function decodeMask(family: Family, bytes: Uint8Array | undefined): number {
  if (bytes === undefined) return 0;
  if (family === 'ipv6') return uint32Of(bytes);
  let prefix = 0;
  while (prefix < 32 && ((bytes[prefix >> 3] ?? 0) & (0x80 >> (prefix & 7))) !== 0) prefix += 1;
  return prefix;
}
