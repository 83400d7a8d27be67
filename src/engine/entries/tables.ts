/** The routes and rules that the kernel is known to hold, as observed and as changed by acknowledged operations. */
import { routeKeys } from '../../base/route.ts';
import { type Rule, ruleKey } from '../../base/rule.ts';
import type { KernelChange, KernelState, LinkRoute, RoutingOperation } from '../../ports.ts';

export interface Tables {
  has(key: string): boolean;
  /** The route of this key, as it was told last. */
  route(key: string): LinkRoute | undefined;
  replace(state: KernelState): void;
  /** The keys that a change is about. */
  change(change: KernelChange): readonly string[];
  /** Takes in an operation that was acknowledged. */
  applied(operation: RoutingOperation): void;
}

export function createTables(): Tables {
  const routes = new Map<string, LinkRoute>();
  const rules = new Set<string>();
  const putRoute = (route: LinkRoute, isThere: boolean): readonly string[] => {
    const keys = routeKeys(route);
    for (const key of keys) {
      if (isThere) routes.set(key, route);
      else routes.delete(key);
    }
    return keys;
  };
  const putRule = (rule: Rule, isThere: boolean): readonly string[] => {
    const key = ruleKey(rule);
    if (isThere) rules.add(key);
    else rules.delete(key);
    return [key];
  };
  return {
    has: (key) => routes.has(key) || rules.has(key),
    route: (key) => routes.get(key),
    replace(state) {
      routes.clear();
      rules.clear();
      for (const route of state.routes) putRoute(route, true);
      for (const rule of state.rules) putRule(rule, true);
    },
    change(change) {
      if ('route' in change) return putRoute(change.route, change.kind === 'route');
      return 'rule' in change ? putRule(change.rule, change.kind === 'rule') : [];
    },
    applied(operation) {
      if ('route' in operation) putRoute(operation.route, operation.kind === 'add-route');
      else putRule(operation.rule, operation.kind === 'add-rule');
    },
  };
}
