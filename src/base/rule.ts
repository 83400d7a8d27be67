/** Policy rules: which packets look up which routing table (RFC 1812 5.3.8's idea, linux/fib_rules.h). */
import type { Address, Family } from './address.ts';

export type RuleAction =
  | { readonly kind: 'table'; readonly table: number }
  | { readonly kind: 'goto'; readonly target: number }
  | { readonly kind: 'nop' | 'blackhole' | 'unreachable' | 'prohibit' | 'l3mdev' };

/** A rule is nothing but what makes it itself: two with equal fields are the same. */
export interface Rule {
  readonly family: Family;
  /** Its rank; smaller is asked first. */
  readonly priority: number;
  readonly action: RuleAction;
  /** Turns the selectors around. */
  readonly not: boolean;
  readonly from: Prefix | undefined;
  readonly to: Prefix | undefined;
  readonly tos: number;
  readonly mark: { readonly value: number; readonly mask: number } | undefined;
  /** Names: the interfaces need not exist. */
  readonly incoming: string | undefined;
  readonly outgoing: string | undefined;
  /** 64 bits as decimal text. */
  readonly tunnel: string | undefined;
  readonly users: Span | undefined;
  /** IPPROTO_*. */
  readonly transport: number | undefined;
  readonly sourcePorts: Span | undefined;
  readonly destinationPorts: Span | undefined;
  readonly realms: number | undefined;
  /** Refuses results with a prefix of this length or shorter. */
  readonly suppressPrefix: number | undefined;
  /** Refuses results through interfaces of this group. */
  readonly suppressGroup: number | undefined;
  /** RTPROT_*: who put it there. */
  readonly protocol: number;
}

export interface Prefix {
  readonly address: Address;
  readonly prefix: number;
}

/** From low to high, both within. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

export function ruleKey(rule: Rule): string {
  const { action, from, to, mark, users, sourcePorts, destinationPorts } = rule;
  const target =
    action.kind === 'table' ? action.table : action.kind === 'goto' ? action.target : '';
  const parts = [
    ...[rule.family, rule.priority, rule.protocol, action.kind, target, rule.not ? 'not' : ''],
    ...[from && `${from.address}/${from.prefix}`, to && `${to.address}/${to.prefix}`, rule.tos],
    ...[mark && `${mark.value}/${mark.mask}`, rule.incoming, rule.outgoing, rule.tunnel],
    ...[users, sourcePorts, destinationPorts].map((span) => span && `${span.low}-${span.high}`),
    ...[rule.transport, rule.realms, rule.suppressPrefix, rule.suppressGroup],
  ];
  return `rule ${parts.map((part) => part ?? '').join('|')}`;
}
