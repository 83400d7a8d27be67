/** Where a configuration names what only a host can tell of: interfaces, and numbers of the routing tables by name. */
import type { Model } from '../model.ts';
import type { Spot } from '../rules/context.ts';
import type { RouteLine } from '../values/route-line.ts';
import type { RuleLine } from '../values/rule-line.ts';

export interface InterfaceUse {
  readonly name: string;
  readonly spot: Spot;
}

export type LineUse =
  | { readonly what: 'route'; readonly line: RouteLine; readonly spot: Spot }
  | { readonly what: 'rule'; readonly line: RuleLine; readonly spot: Spot };

export function* interfaceUses(model: Model): Generator<InterfaceUse> {
  for (const node of model.vrrp_instance) {
    const { interface: name } = node;
    if (name !== undefined) yield { name, spot: { node, key: 'interface' } };
    yield* tracked(node);
    yield* devices(node, 'virtual_ipaddress', node.virtual_ipaddress);
    yield* devices(node, 'virtual_ipaddress_excluded', node.virtual_ipaddress_excluded);
  }
  for (const node of model.vrrp_sync_group) yield* tracked(node);
  yield* devices(model, 'static_ipaddress', model.static_ipaddress);
  for (const use of lineUses(model)) {
    const { spot, line } = use;
    const hops = use.what === 'route' ? use.line.nexthop.map(({ dev }) => dev) : [use.line.oif];
    for (const name of [line.dev, ...hops]) if (name !== undefined) yield { name, spot };
  }
}

/** Every route and rule, those of instances first. */
export function* lineUses(model: Model): Generator<LineUse> {
  for (const node of model.vrrp_instance) {
    yield* routes(node, 'virtual_routes', node.virtual_routes);
    yield* rules(node, 'virtual_rules', node.virtual_rules);
  }
  yield* routes(model, 'static_routes', model.static_routes);
  yield* rules(model, 'static_rules', model.static_rules);
}

type Tracking = Model['vrrp_instance' | 'vrrp_sync_group'][number];

function* tracked(node: Tracking): Generator<InterfaceUse> {
  for (const [index, { name }] of node.track_interface.entries()) {
    yield { name, spot: { node, key: 'track_interface', index } };
  }
}

function* devices(
  node: object,
  key: string,
  entries: Model['static_ipaddress'],
): Generator<InterfaceUse> {
  for (const [index, { dev }] of entries.entries()) {
    if (dev !== undefined) yield { name: dev, spot: { node, key, index } };
  }
}

function* routes(node: object, key: string, lines: readonly RouteLine[]): Generator<LineUse> {
  for (const [index, line] of lines.entries()) {
    yield { what: 'route', line, spot: { node, key, index } };
  }
}

function* rules(node: object, key: string, lines: readonly RuleLine[]): Generator<LineUse> {
  for (const [index, line] of lines.entries()) {
    yield { what: 'rule', line, spot: { node, key, index } };
  }
}
