/** Connection tracking over netlink (linux/netfilter/nfnetlink_conntrack.h), as far as forgetting connections and asking after them takes it. */
import type { Family } from '../base/address.ts';
import {
  attributeMap,
  encodePayload,
  type NetlinkAttribute,
  nestedAttribute,
  uint8Attribute,
  uint32Attribute,
  uint32Of,
} from './netlink.ts';

const SUBSYSTEM = 1;
export const CONNTRACK_GET = (SUBSYSTEM << 8) | 1;
export const CONNTRACK_DELETE = (SUBSYSTEM << 8) | 2;

const NFGENMSG = 4;
const NFPROTO: Readonly<Record<Family, number>> = { ipv4: 2, ipv6: 10 };
const CTA_TUPLE_ORIG = 1;
const CTA_TUPLE_REPLY = 2;
const CTA_PROTOINFO = 4;
const CTA_ID = 12;
const CTA_ZONE = 18;
const CTA_LABELS = 22;
const CTA_FILTER = 25;
const CTA_TUPLE_PROTO = 2;
const CTA_PROTO_NUM = 1;
const CTA_FILTER_REPLY_FLAGS = 2;
/** That the protocol of the reply counts, and nothing else of it. */
const BY_PROTOCOL = 1 << 3;
const CTA_PROTOINFO_TCP = 1;
const CTA_PROTOINFO_TCP_STATE = 1;
const TCP_ESTABLISHED = 3;
const PROTOCOLS = { tcp: 6, udp: 17 } as const;
const NESTED = 0x8000;

/** Asks for all connections of a family and protocol. Kernels before 5.8 tell of other protocols too. */
export function encodeConnectionRequest(
  family: Family,
  protocol: keyof typeof PROTOCOLS,
): Uint8Array {
  const number = uint8Attribute(CTA_PROTO_NUM, PROTOCOLS[protocol]);
  return encodePayload(header(family), [
    nest(CTA_TUPLE_REPLY, [nest(CTA_TUPLE_PROTO, [number])]),
    nest(CTA_FILTER, [uint32Attribute(CTA_FILTER_REPLY_FLAGS, BY_PROTOCOL)]),
  ]);
}

export interface TrackedConnection {
  readonly isUdp: boolean;
  /** A TCP connection that neither side has begun to end. */
  readonly isEstablished: boolean;
  /** The first word of its label; 0 without one. */
  readonly label: number;
  /** What names it to the kernel. */
  readonly identity: readonly NetlinkAttribute[];
}

/** Views into the bytes given; undefined for what is no connection. */
export function decodeConnection(payload: Uint8Array): TrackedConnection | undefined {
  const attributes = attributeMap(payload.subarray(NFGENMSG));
  const tuple = attributes.get(CTA_TUPLE_ORIG);
  if (tuple === undefined) return undefined;
  const identity = [{ type: CTA_TUPLE_ORIG | NESTED, value: tuple.slice() }];
  for (const type of [CTA_ID, CTA_ZONE]) {
    const value = attributes.get(type);
    if (value !== undefined) identity.push({ type, value: value.slice() });
  }
  const labels = attributes.get(CTA_LABELS);
  return {
    isUdp: protocolOf(tuple) === PROTOCOLS.udp,
    isEstablished: stateOf(attributes.get(CTA_PROTOINFO)) === TCP_ESTABLISHED,
    label: labels === undefined ? 0 : uint32Of(labels),
    identity,
  };
}

function protocolOf(tuple: Uint8Array): number | undefined {
  const protocol = attributeMap(tuple).get(CTA_TUPLE_PROTO);
  return protocol === undefined ? undefined : attributeMap(protocol).get(CTA_PROTO_NUM)?.[0];
}

function stateOf(information: Uint8Array | undefined): number | undefined {
  if (information === undefined) return undefined;
  const tcp = attributeMap(information).get(CTA_PROTOINFO_TCP);
  return tcp === undefined ? undefined : attributeMap(tcp).get(CTA_PROTOINFO_TCP_STATE)?.[0];
}

export function encodeForgetting(
  family: Family,
  identity: TrackedConnection['identity'],
): Uint8Array {
  return encodePayload(header(family), identity);
}

/** struct nfgenmsg: family, version, resource. */
function header(family: Family): Uint8Array {
  return Uint8Array.of(NFPROTO[family], 0, 0, 0);
}

function nest(type: number, attributes: readonly NetlinkAttribute[]): NetlinkAttribute {
  return nestedAttribute(type | NESTED, attributes);
}
