/** Light-weight tunnels on routes: RTA_ENCAP_TYPE and RTA_ENCAP (linux/lwtunnel.h, mpls_iptunnel.h). */
import { addressBytes } from '../base/address.ts';
import type { Encapsulation } from '../base/route.ts';
import {
  attributeMap,
  type NetlinkAttribute,
  nestedAttribute,
  uint8Attribute,
  uint16Attribute,
  uint16Of,
  wideAttribute,
  wideOf,
} from './netlink.ts';
import { addressOf } from './rtnetlink.ts';

const RTA_ENCAP_TYPE = 21;
const RTA_ENCAP = 22;

const MPLS = 1;
const IP = 2;
const IP6 = 4;

const MPLS_IPTUNNEL_DST = 1;
const ID = 1;
const DST = 2;
const SRC = 3;
/** Or hop limit and traffic class. */
const TTL = 4;
const TOS = 5;
const FLAGS = 6;

/** RFC 3032 2.1: label in the upper 20 bits, the bottom of the stack in bit 8. */
const LABEL_SHIFT = 12;
const BOTTOM = 0x100;

export function encodeEncapsulation(encapsulation: Encapsulation): readonly NetlinkAttribute[] {
  if (encapsulation.kind === 'mpls') {
    const stack = { type: MPLS_IPTUNNEL_DST, value: labelStack(encapsulation.labels) };
    return [uint16Attribute(RTA_ENCAP_TYPE, MPLS), nestedAttribute(RTA_ENCAP, [stack])];
  }
  const { kind, id, destination, source, tos, ttl, flags } = encapsulation;
  const attributes: NetlinkAttribute[] = [];
  if (id !== undefined) attributes.push(wideAttribute(ID, id));
  if (destination !== undefined) {
    attributes.push({ type: DST, value: addressBytes(destination) });
  }
  if (source !== undefined) attributes.push({ type: SRC, value: addressBytes(source) });
  if (ttl !== undefined) attributes.push(uint8Attribute(TTL, ttl));
  if (tos !== undefined) attributes.push(uint8Attribute(TOS, tos));
  // Network byte order, unlike most.
  if (flags !== undefined) {
    attributes.push({ type: FLAGS, value: Uint8Array.of(flags >>> 8, flags) });
  }
  const type = uint16Attribute(RTA_ENCAP_TYPE, kind === 'ip' ? IP : IP6);
  return [type, nestedAttribute(RTA_ENCAP, attributes)];
}

/** undefined for other kinds too. */
export function decodeEncapsulation(
  values: ReadonlyMap<number, Uint8Array>,
): Encapsulation | undefined {
  const type = values.get(RTA_ENCAP_TYPE);
  const nested = values.get(RTA_ENCAP);
  if (type === undefined || nested === undefined) return undefined;
  const inner = attributeMap(nested);
  const number = uint16Of(type);
  if (number === MPLS) {
    return { kind: 'mpls', labels: labelsOf(inner.get(MPLS_IPTUNNEL_DST) ?? new Uint8Array(0)) };
  }
  if (number !== IP && number !== IP6) return undefined;
  const kind = number === IP ? 'ip' : 'ip6';
  const family = number === IP ? 'ipv4' : 'ipv6';
  const id = inner.get(ID);
  const flags = inner.get(FLAGS);
  return {
    kind,
    id: id === undefined ? undefined : wideOf(id),
    destination: addressOf(inner.get(DST), family),
    source: addressOf(inner.get(SRC), family),
    tos: inner.get(TOS)?.[0],
    ttl: inner.get(TTL)?.[0],
    flags: flags === undefined ? undefined : ((flags[0] ?? 0) << 8) | (flags[1] ?? 0),
  };
}

function labelStack(labels: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(labels.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, label] of labels.entries()) {
    const bottom = index === labels.length - 1 ? BOTTOM : 0;
    view.setUint32(index * 4, ((label << LABEL_SHIFT) | bottom) >>> 0);
  }
  return bytes;
}

function labelsOf(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from(
    { length: bytes.length >> 2 },
    (_, index) => view.getUint32(index * 4) >>> LABEL_SHIFT,
  );
}
