/** Routes, rules and static addresses in the words of the tools that show them. */
import { leadsNowhere, type Route, type RouteHop } from '../../base/route.ts';
import type { Prefix, Rule, Span } from '../../base/rule.ts';
import type { Entry } from '../model.ts';

export function entryWords(entry: Entry): string {
  if (entry.kind === 'route') return routeWords(entry.route, entry.vrf);
  if (entry.kind === 'rule') return ruleWords(entry.rule);
  const { address, prefix, interface: name } = entry.address;
  return `${address}/${prefix} dev ${name ?? ''}`;
}

const MAIN_TABLE = 254;

function routeWords(route: Route<string>, vrf: string | undefined): string {
  const { type, destination, prefix, hops, table, metric, source } = route;
  const [only, ...others] = hops;
  const words = [
    type === 'unicast' ? '' : type,
    destination === undefined ? 'default' : `${destination}/${prefix}`,
    ...(others.length === 0 && only !== undefined ? [hopWords(only)] : []),
    source === undefined ? '' : `src ${source}`,
    vrf !== undefined ? `vrf ${vrf}` : table === MAIN_TABLE ? '' : `table ${table}`,
    metric === undefined ? '' : `metric ${metric}`,
    ...(others.length > 0 && !leadsNowhere(type)
      ? hops.map((hop) => `nexthop ${hopWords(hop)} weight ${hop.weight}`)
      : []),
  ];
  return words.filter((word) => word !== '').join(' ');
}

function hopWords({ gateway, link }: RouteHop<string>): string {
  const via = gateway === undefined ? '' : `via ${gateway}`;
  return [via, link === undefined ? '' : `dev ${link}`].filter((word) => word !== '').join(' ');
}

function ruleWords(rule: Rule): string {
  const { action, from, to, mark, incoming, outgoing, transport } = rule;
  const words = [
    `${rule.priority}:`,
    rule.not ? 'not' : '',
    `from ${prefixWords(from)}`,
    to === undefined ? '' : `to ${prefixWords(to)}`,
    mark === undefined ? '' : `fwmark ${mark.value}/${mark.mask}`,
    incoming === undefined ? '' : `iif ${incoming}`,
    outgoing === undefined ? '' : `oif ${outgoing}`,
    transport === undefined ? '' : `ipproto ${transport}`,
    spanWords('sport', rule.sourcePorts),
    spanWords('dport', rule.destinationPorts),
    spanWords('uidrange', rule.users),
    action.kind === 'table' ? `lookup ${action.table}` : action.kind,
    action.kind === 'goto' ? `${action.target}` : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

function prefixWords(prefix: Prefix | undefined): string {
  return prefix === undefined ? 'all' : `${prefix.address}/${prefix.prefix}`;
}

function spanWords(name: string, span: Span | undefined): string {
  return span === undefined ? '' : `${name} ${span.low}-${span.high}`;
}
