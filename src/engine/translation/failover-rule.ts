/** Lines of `virtual_rules` and `static_rules` as policy rules. */
import { type Family, familyOf } from '../../base/address.ts';
import type { Prefix, Rule, RuleAction, Span } from '../../base/rule.ts';
import type { RuleLine } from '../../language/values/rule-line.ts';
import { OWN_ROUTE_PROTOCOL } from '../../ports.ts';
import { type NameKind, numberNamed, numberOf, type RoutingNames } from './routing-names.ts';

const MAIN_TABLE = 254;
const WHOLE_MARK = 0xffff_ffff;
/** Where keepalived begins to count down for rules that have no preference, for each family. */
const FIRST_PREFERENCE = 16_384;

/** Reads lines in their order; the answer is a rule, or why it cannot be had. */
export function createRuleReader(names: RoutingNames): (line: RuleLine) => Rule | string {
  const next: Record<Family, number> = { ipv4: FIRST_PREFERENCE, ipv6: FIRST_PREFERENCE };
  return (line) => {
    const family = familyOfRule(line);
    const unknown: string[] = [];
    const named = (kind: NameKind, text: string | undefined): number | undefined => {
      if (text === undefined) return undefined;
      const number = numberNamed(names, kind, text);
      if (number === undefined) unknown.push(`${text} is no ${kind} of this host`);
      return number;
    };
    const priority = line.preference ?? next[family];
    if (line.preference === undefined) next[family] -= 1;
    const rule: Rule = {
      family,
      priority,
      action: actionOf(line, named('table', line.table)),
      not: line.not,
      from: prefixOf(line.from, family),
      to: prefixOf(line.to, family),
      tos: named('type of service', line.tos) ?? 0,
      mark: markOf(line.fwmark),
      incoming: line.dev,
      outgoing: line.oif,
      tunnel: line['tunnel-id'] === undefined ? undefined : String(BigInt(line['tunnel-id'])),
      users: spanOf(line.uidrange),
      transport: named('transport protocol', line.ipproto),
      sourcePorts: spanOf(line.sport),
      destinationPorts: spanOf(line.dport),
      realms: realmsOf(line.realms, (text) => named('realm', text)),
      suppressPrefix: line.suppress_prefixlength,
      suppressGroup: named('interface group', line.suppress_ifgroup),
      protocol: named('protocol', line.protocol) ?? OWN_ROUTE_PROTOCOL,
    };
    return unknown.length > 0 ? unknown.join(', ') : rule;
  };
}

function familyOfRule({ inet, inet6, from, to }: RuleLine): Family {
  if (inet6) return 'ipv6';
  const first = [from, to].find((each) => each !== undefined && each !== 'all')?.address;
  return inet || first === undefined ? 'ipv4' : familyOf(first);
}

function actionOf(line: RuleLine, table: number | undefined): RuleAction {
  if (line.goto !== undefined) return { kind: 'goto', target: line.goto };
  if (line.l3mdev) return { kind: 'l3mdev' };
  for (const kind of ['nop', 'blackhole', 'unreachable', 'prohibit'] as const) {
    if (line[kind] || (kind !== 'nop' && line.type === kind)) return { kind };
  }
  return { kind: 'table', table: table ?? MAIN_TABLE };
}

/** A prefix of no length selects nothing. */
function prefixOf(written: RuleLine['from'], family: Family): Prefix | undefined {
  if (written === undefined || written === 'all') return undefined;
  const prefix = written.prefix ?? (family === 'ipv4' ? 32 : 128);
  return prefix === 0 ? undefined : { address: written.address, prefix };
}

function markOf(text: string | undefined): Rule['mark'] {
  if (text === undefined) return undefined;
  const [value = '', mask] = text.split('/');
  return {
    value: numberOf(value) ?? 0,
    mask: mask === undefined ? WHOLE_MARK : (numberOf(mask) ?? 0),
  };
}

function spanOf(text: string | undefined): Span | undefined {
  const [low, high] = (text ?? '').split('-').map(Number);
  return low === undefined || high === undefined ? undefined : { low, high };
}

function realmsOf(
  text: string | undefined,
  named: (text: string) => number | undefined,
): number | undefined {
  if (text === undefined) return undefined;
  const [first = '', second] = text.split('/');
  const one = named(first) ?? 0;
  return second === undefined ? one : ((one << 16) | (named(second) ?? 0)) >>> 0;
}
