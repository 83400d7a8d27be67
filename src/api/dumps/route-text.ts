/** Virtual routes and rules as keepalived writes them in its dumps. */
import { familyOf } from '../../base/address.ts';
import { leadsNowhere, type Route, type RouteHop } from '../../base/route.ts';
import type { Rule, Span } from '../../base/rule.ts';
import type { Entry } from '../../engine/model.ts';
import { OWN_ROUTE_PROTOCOL } from '../../ports.ts';

const MAIN_TABLE = 254;
export function virtualRoutes(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap((one) => (one.kind === 'route' ? [routeText(one)] : []));
}

export function virtualRules(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap((one) => (one.kind === 'rule' ? [ruleText(one)] : []));
}

const places = { first: 'prepend', last: 'append', only: 'add' } as const;

/** `prepend 198.51.100.0/24 via inet 192.0.2.2 dev eth0 proto 18`. */
function routeText(entry: Extract<Entry, { readonly kind: 'route' }>): string {
  const { route, place, track } = entry;
  const { type, destination, prefix, from, source, table, protocol, metric, hops } = route;
  const [only, ...others] = hops;
  const isBarred = leadsNowhere(type);
  // keepalived does not follow what leads nowhere, nor what leads over several gateways, and says so.
  const isTracked = track && !isBarred && others.length === 0;
  return words(
    isBarred && place === 'first' ? 'add' : places[place],
    type === 'unicast' ? undefined : type,
    destination === undefined ? 'default' : `${destination}/${prefix}`,
    from && `from ${from.address}/${from.prefix}`,
    source && `src ${source}`,
    only !== undefined && others.length === 0 ? hopText(only) : undefined,
    table === MAIN_TABLE ? undefined : `table ${table}`,
    scopeText(route),
    track || protocol !== OWN_ROUTE_PROTOCOL ? `proto ${protocol}` : undefined,
    metric === undefined ? undefined : `metric ${metric}`,
    ...(others.length === 0 ? [] : hops.map((hop) => `nexthop ${hopText(hop)}${share(hop)}`)),
    isTracked ? undefined : 'no_track',
  );
}

function hopText({ gateway, link, onlink }: RouteHop<string>): string {
  return words(
    gateway && `via ${familyOf(gateway) === 'ipv4' ? 'inet' : 'inet6'} ${gateway}`,
    link && `dev ${link}`,
    onlink ? 'onlink' : undefined,
  );
}

function share({ weight }: RouteHop<string>): string {
  return weight === 1 ? '' : ` weight ${weight}`;
}

/** Only what is not the usual one: the whole world through a gateway, and for what leads nowhere. */
function scopeText({ scope, family, hops }: Route<string>): string | undefined {
  if (family === 'ipv6' || scope === 0) return undefined;
  const isUsual = scope === 253 && hops.every(({ gateway }) => gateway === undefined);
  return isUsual ? undefined : `scope ${scope}`;
}

/** `from 192.0.2.0/24 priority 100 tos 0x0 protocol 18 lookup 100`. */
function ruleText({ rule, track }: { readonly rule: Rule; readonly track: boolean }) {
  const { from, to, priority, mark, tos, incoming, outgoing, action, protocol } = rule;
  return words(
    rule.not ? 'not' : undefined,
    from === undefined ? 'from all' : `from ${from.address}/${from.prefix}`,
    to && `to ${to.address}/${to.prefix}`,
    `priority ${priority}`,
    mark && `fwmark 0x${mark.value.toString(16)}/0x${mark.mask.toString(16)}`,
    `tos 0x${tos.toString(16)}`,
    incoming && `iif ${incoming}`,
    outgoing && `oif ${outgoing}`,
    spanText('uidrange', rule.users),
    rule.transport === undefined ? undefined : `ipproto ${rule.transport}`,
    spanText('sport', rule.sourcePorts),
    spanText('dport', rule.destinationPorts),
    track || protocol !== OWN_ROUTE_PROTOCOL ? `protocol ${protocol}` : undefined,
    actionText(action),
    track ? undefined : 'no_track',
  );
}

function actionText(action: Rule['action']): string {
  switch (action.kind) {
    case 'table':
      return `lookup ${action.table}`;
    case 'goto':
      return `goto ${action.target}`;
    case 'l3mdev':
      return 'l3mdev';
    default:
      return `type ${action.kind}`;
  }
}

function spanText(name: string, span: Span | undefined): string | undefined {
  return span && `${name} ${span.low}-${span.high}`;
}

function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}
