/**
 * Messages about policy rules (linux/fib_rules.h, struct fib_rule_hdr). Decoders are total: a message that lacks what
 * makes it one is undefined.
 */
import { addressBytes, type Family } from '../base/address.ts';
import type { Prefix, Rule, RuleAction, Span } from '../base/rule.ts';
import {
  attributeMap,
  encodePayload,
  type NetlinkAttribute,
  type NetlinkMessage,
  putUint16,
  putUint32,
  textAttribute,
  textOf,
  uint8Attribute,
  uint16Of,
  uint32Attribute,
  uint32Attributes,
  uint32In,
  uint32Of,
  wideAttribute,
  wideOf,
} from './netlink.ts';
import { addressOf, familyFrom, familyNumber } from './rtnetlink.ts';

export const RTM_NEWRULE = 32;
export const RTM_DELRULE = 33;
export const RTM_GETRULE = 34;

export const RTNLGRP_IPV4_RULE = 8;
export const RTNLGRP_IPV6_RULE = 19;

const HEADER = 12;
const FIB_RULE_INVERT = 2;
const FR_ACT_TO_TBL = 1;
const FR_ACT_GOTO = 2;
const PLAIN_ACTIONS = { nop: 3, blackhole: 6, unreachable: 7, prohibit: 8 } as const;
const UNSET = 0xffff_ffff;

const FRA_DST = 1;
const FRA_SRC = 2;
const FRA_IIFNAME = 3;
const FRA_GOTO = 4;
const FRA_PRIORITY = 6;
const FRA_FWMARK = 10;
const FRA_FLOW = 11;
const FRA_TUN_ID = 12;
const FRA_SUPPRESS_IFGROUP = 13;
const FRA_SUPPRESS_PREFIXLEN = 14;
const FRA_TABLE = 15;
const FRA_FWMASK = 16;
const FRA_OIFNAME = 17;
const FRA_L3MDEV = 19;
const FRA_UID_RANGE = 20;
const FRA_PROTOCOL = 21;
const FRA_IP_PROTO = 22;
const FRA_SPORT_RANGE = 23;
const FRA_DPORT_RANGE = 24;

type Values = ReadonlyMap<number, Uint8Array>;

/** RTM_NEWRULE or RTM_DELRULE; undefined for families other than IPv4 and IPv6, and for unknown actions. */
export function decodeRule(message: NetlinkMessage): Rule | undefined {
  const { payload } = message;
  const family = familyFrom(payload[0]);
  if (payload.length < HEADER || family === undefined) return undefined;
  const values = attributeMap(payload.subarray(HEADER));
  const action = actionOf(payload, values);
  if (action === undefined) return undefined;
  const tunnel = values.get(FRA_TUN_ID);
  return {
    family,
    priority: uint32In(values, FRA_PRIORITY) ?? 0,
    action,
    not: (uint32Of(payload, 8) & FIB_RULE_INVERT) !== 0,
    from: prefixOf(values.get(FRA_SRC), family, payload[2]),
    to: prefixOf(values.get(FRA_DST), family, payload[1]),
    tos: payload[3] ?? 0,
    mark: markOf(values),
    incoming: nameOf(values.get(FRA_IIFNAME)),
    outgoing: nameOf(values.get(FRA_OIFNAME)),
    tunnel: tunnel === undefined ? undefined : wideOf(tunnel),
    users: spanOf(values.get(FRA_UID_RANGE), 4),
    transport: values.get(FRA_IP_PROTO)?.[0],
    sourcePorts: spanOf(values.get(FRA_SPORT_RANGE), 2),
    destinationPorts: spanOf(values.get(FRA_DPORT_RANGE), 2),
    realms: uint32In(values, FRA_FLOW),
    suppressPrefix: setNumber(values, FRA_SUPPRESS_PREFIXLEN),
    suppressGroup: setNumber(values, FRA_SUPPRESS_IFGROUP),
    protocol: values.get(FRA_PROTOCOL)?.[0] ?? 0,
  };
}

/** The payload of RTM_NEWRULE or RTM_DELRULE. */
export function encodeRule(rule: Rule): Uint8Array {
  const fixed = new Uint8Array(HEADER);
  const { action } = rule;
  const table = action.kind === 'table' ? action.table : 0;
  fixed[0] = familyNumber(rule.family);
  fixed[1] = rule.to?.prefix ?? 0;
  fixed[2] = rule.from?.prefix ?? 0;
  fixed[3] = rule.tos;
  fixed[4] = table <= 0xff ? table : 0;
  fixed[7] = actionNumber(action);
  if (rule.not) putUint32(fixed, 8, FIB_RULE_INVERT);
  return encodePayload(fixed, [...targets(rule), ...selectors(rule)]);
}

export function encodeRuleDump(): Uint8Array {
  return new Uint8Array(HEADER);
}

function targets(rule: Rule): NetlinkAttribute[] {
  const { action } = rule;
  const attributes = [
    uint32Attribute(FRA_PRIORITY, rule.priority),
    uint8Attribute(FRA_PROTOCOL, rule.protocol),
  ];
  if (action.kind === 'table') attributes.push(uint32Attribute(FRA_TABLE, action.table));
  if (action.kind === 'goto') attributes.push(uint32Attribute(FRA_GOTO, action.target));
  if (action.kind === 'l3mdev') attributes.push(uint8Attribute(FRA_L3MDEV, 1));
  const numbers = uint32Attributes([
    [FRA_FLOW, rule.realms],
    [FRA_SUPPRESS_PREFIXLEN, rule.suppressPrefix],
    [FRA_SUPPRESS_IFGROUP, rule.suppressGroup],
  ]);
  return [...attributes, ...numbers];
}

function selectors(rule: Rule): NetlinkAttribute[] {
  const attributes: NetlinkAttribute[] = [];
  if (rule.to !== undefined) {
    attributes.push({ type: FRA_DST, value: addressBytes(rule.to.address) });
  }
  if (rule.from !== undefined) {
    attributes.push({ type: FRA_SRC, value: addressBytes(rule.from.address) });
  }
  if (rule.mark !== undefined) {
    attributes.push(uint32Attribute(FRA_FWMARK, rule.mark.value));
    attributes.push(uint32Attribute(FRA_FWMASK, rule.mark.mask));
  }
  if (rule.incoming !== undefined) attributes.push(textAttribute(FRA_IIFNAME, rule.incoming));
  if (rule.outgoing !== undefined) attributes.push(textAttribute(FRA_OIFNAME, rule.outgoing));
  if (rule.tunnel !== undefined) attributes.push(wideAttribute(FRA_TUN_ID, rule.tunnel));
  if (rule.transport !== undefined) attributes.push(uint8Attribute(FRA_IP_PROTO, rule.transport));
  const spans = [
    [FRA_UID_RANGE, rule.users, 4],
    [FRA_SPORT_RANGE, rule.sourcePorts, 2],
    [FRA_DPORT_RANGE, rule.destinationPorts, 2],
  ] as const;
  for (const [type, span, width] of spans) {
    if (span !== undefined) attributes.push({ type, value: spanBytes(span, width) });
  }
  return attributes;
}

function actionNumber(action: RuleAction): number {
  if (action.kind === 'table' || action.kind === 'l3mdev') return FR_ACT_TO_TBL;
  return action.kind === 'goto' ? FR_ACT_GOTO : PLAIN_ACTIONS[action.kind];
}

function actionOf(payload: Uint8Array, values: Values): RuleAction | undefined {
  const number = payload[7];
  if (number === FR_ACT_TO_TBL) {
    if ((values.get(FRA_L3MDEV)?.[0] ?? 0) !== 0) return { kind: 'l3mdev' };
    return { kind: 'table', table: uint32In(values, FRA_TABLE) ?? payload[4] ?? 0 };
  }
  if (number === FR_ACT_GOTO) return { kind: 'goto', target: uint32In(values, FRA_GOTO) ?? 0 };
  for (const kind of ['nop', 'blackhole', 'unreachable', 'prohibit'] as const) {
    if (PLAIN_ACTIONS[kind] === number) return { kind };
  }
  return undefined;
}

function markOf(values: Values): Rule['mark'] {
  const value = uint32In(values, FRA_FWMARK);
  const mask = uint32In(values, FRA_FWMASK);
  if (value === undefined && mask === undefined) return undefined;
  return { value: value ?? 0, mask: mask ?? UNSET };
}

function prefixOf(
  value: Uint8Array | undefined,
  family: Family,
  prefix: number | undefined,
): Prefix | undefined {
  const address = addressOf(value, family);
  return address === undefined ? undefined : { address, prefix: prefix ?? 0 };
}

function nameOf(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : textOf(value);
}

/** The kernel says -1 for what is not set. */
function setNumber(values: Values, type: number): number | undefined {
  const number = uint32In(values, type);
  return number === UNSET ? undefined : number;
}

function spanBytes(span: Span, width: 2 | 4): Uint8Array {
  const bytes = new Uint8Array(width * 2);
  const put = width === 2 ? putUint16 : putUint32;
  put(bytes, 0, span.low);
  put(bytes, width, span.high);
  return bytes;
}

function spanOf(value: Uint8Array | undefined, width: 2 | 4): Span | undefined {
  if (value === undefined || value.length < width * 2) return undefined;
  const read = width === 2 ? uint16Of : uint32Of;
  return { low: read(value, 0), high: read(value, width) };
}
