/** An entry of the configuration on the links of this host: what the kernel must be asked for. */
import { leadsNowhere, type Route, routeKeys } from '../../base/route.ts';
import { ruleKey } from '../../base/rule.ts';
import {
  isAddressing,
  type KernelOperation,
  type LinkRoute,
  type WantedAddress,
} from '../../ports.ts';
import { wantedOn } from '../addresses/desired.ts';
import type { Entry } from '../model.ts';
import { addressKey, type World } from '../world.ts';

export interface Fitted {
  /** Two entries of one id are the same to the kernel. */
  readonly id: string;
  /** All of them must be there. */
  readonly keys: readonly string[];
  readonly value: FittedValue;
  /** Tells two values of one id apart. */
  readonly signature: string;
}

export type FittedValue =
  | { readonly kind: 'route'; readonly route: LinkRoute }
  | { readonly kind: 'rule'; readonly rule: Extract<Entry, { kind: 'rule' }>['rule'] }
  | { readonly kind: 'address'; readonly address: WantedAddress };

/** The name of the interface that is not there instead, if any. */
export function fit(entry: Entry, world: World): Fitted | string {
  const value = resolved(entry, world);
  if (typeof value === 'string') return value;
  const keys = keysOf(value);
  return {
    id: spell(value.kind, keys),
    keys,
    value,
    signature: JSON.stringify(value),
  };
}

function resolved(entry: Entry, world: World): FittedValue | string {
  if (entry.kind === 'rule') return { kind: 'rule', rule: entry.rule };
  if (entry.kind === 'route') {
    const route = onLinks(entry, world);
    return typeof route === 'string' ? route : { kind: 'route', route };
  }
  const name = entry.address.interface ?? '';
  const link = world.linkNamed(name);
  if (link === undefined) return name;
  const { flags } = entry.address;
  // Unlike one that moves, it has the time for duplicate address detection.
  return { kind: 'address', address: { ...wantedOn(link.index, entry.address, undefined), flags } };
}

function onLinks(
  { route, vrf }: { readonly route: Route<string>; readonly vrf?: string },
  world: World,
): LinkRoute | string {
  const table = vrf === undefined ? route.table : world.linkNamed(vrf)?.table;
  if (table === undefined) return vrf ?? '';
  const hops: LinkRoute['hops'][number][] = [];
  for (const hop of leadsNowhere(route.type) ? [] : route.hops) {
    const link = hop.link === undefined ? undefined : world.linkNamed(hop.link)?.index;
    if (link === undefined && hop.link !== undefined) return hop.link;
    hops.push({ ...hop, link });
  }
  return { ...route, table, hops };
}

function spell(kind: Entry['kind'], keys: readonly string[]): string {
  return `${kind} ${keys.join(' and ')}`;
}

/** The entry that an operation is about. */
export function idOf(operation: KernelOperation): string | undefined {
  if ('route' in operation) return spell('route', routeKeys(operation.route));
  if ('rule' in operation) return spell('rule', [ruleKey(operation.rule)]);
  if (!isAddressing(operation)) return undefined;
  const { link, address, prefix } =
    operation.kind === 'remove-address' ? operation : operation.address;
  return spell('address', [addressKey(link, address, prefix)]);
}

function keysOf(value: FittedValue): readonly string[] {
  if (value.kind === 'route') return routeKeys(value.route);
  if (value.kind === 'rule') return [ruleKey(value.rule)];
  const { link, address, prefix } = value.address;
  return [addressKey(link, address, prefix)];
}

export function adding(value: FittedValue, entry: Entry): KernelOperation {
  if (value.kind === 'rule') return { kind: 'add-rule', rule: value.rule };
  if (value.kind === 'address') return { kind: 'add-address', address: value.address };
  const place = entry.kind === 'route' ? entry.place : 'first';
  return { kind: 'add-route', route: value.route, place };
}

/** `known` is the route as the kernel tells it. */
export function removing(value: FittedValue, known: LinkRoute | undefined): KernelOperation {
  if (value.kind === 'rule') return { kind: 'remove-rule', rule: value.rule };
  if (value.kind === 'address') {
    const { link, address, prefix } = value.address;
    return { kind: 'remove-address', link, address, prefix };
  }
  // Routes of IPv6 are told together with those of others.
  const isAlone = value.route.family === 'ipv4' && known !== undefined;
  return { kind: 'remove-route', route: isAlone ? known : value.route };
}

/** Whether the kernel's route is what was asked for, as far as it tells. */
export function agrees(wanted: FittedValue, known: LinkRoute | undefined): boolean {
  if (wanted.kind !== 'route' || known === undefined) return true;
  const { route } = wanted;
  if (route.family === 'ipv6') return true;
  const numbers = Object.entries(route.metrics) as [keyof LinkRoute['metrics'], unknown][];
  return (
    (route.source === undefined || route.source === known.source) &&
    route.scope === known.scope &&
    numbers.every(([name, value]) => value === undefined || known.metrics[name] === value)
  );
}
