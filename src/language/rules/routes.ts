/** Routes that can be watched, rules that have a rank, and interfaces that share one rate. */
import type { RouteLine } from '../values/route-line.ts';
import type { RuleLine } from '../values/rule-line.ts';
import type { RuleContext, Spot } from './context.ts';

export function checkRoutes(context: RuleContext): void {
  const { model } = context;
  routes(context, { node: model, key: 'static_routes' }, model.static_routes);
  rules(context, { node: model, key: 'static_rules' }, model.static_rules);
  for (const node of model.vrrp_instance) {
    routes(context, { node, key: 'virtual_routes' }, node.virtual_routes);
    rules(context, { node, key: 'virtual_rules' }, node.virtual_rules);
  }
}

function routes({ report }: RuleContext, at: Spot, list: readonly RouteLine[]): void {
  for (const [index, route] of list.entries()) {
    if (route.no_track || (namesInterface(route) && route.protocol === undefined)) continue;
    report({
      code: 'route.not-tracked',
      at: { ...at, index },
      message: namesInterface(route)
        ? `this route is from protocol ${route.protocol} and keepalived does not watch it`
        : 'this route names no interface and keepalived does not watch it',
    });
  }
}

function rules({ report }: RuleContext, at: Spot, list: readonly RuleLine[]): void {
  for (const [index, { preference }] of list.entries()) {
    if (preference !== undefined) continue;
    report({
      code: 'rule.no-preference',
      at: { ...at, index },
      message: 'this rule has no preference',
    });
  }
}

function namesInterface({ dev, nexthop }: RouteLine): boolean {
  return dev !== undefined || (nexthop.length > 0 && nexthop.every((hop) => hop.dev !== undefined));
}

export function checkGarpGroups({ model, report }: RuleContext): void {
  const homes = new Map<string, object>();
  for (const node of model.garp_group) {
    if (node.garp_interval === undefined && node.gna_interval === undefined) {
      report({
        code: 'garp.no-interval',
        at: { node },
        message: 'this garp_group has neither garp_interval nor gna_interval and is left out',
      });
    }
    for (const key of ['interface', 'interfaces'] as const) {
      for (const [index, name] of node[key].entries()) {
        const home = homes.get(name);
        if (home === undefined) homes.set(name, node);
        else {
          report({
            code: 'garp.interface-repeated',
            at: { node, key, index },
            message: `${name} is in a garp_group already and stays there`,
            related: [{ node: home, label: 'the first group' }],
          });
        }
      }
    }
  }
}
