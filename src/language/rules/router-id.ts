/** Every instance needs an id and a link, and no other instance may have both. */
import { familyOfInstance, isUsable } from '../effective.ts';
import type { VrrpInstance } from '../model.ts';
import type { RuleContext } from './context.ts';

export function checkRouterIds(context: RuleContext): void {
  const seen = new Map<string, VrrpInstance[]>();
  const used = new Set<number>();
  for (const node of context.model.vrrp_instance) {
    if (node.virtual_router_id !== undefined) used.add(node.virtual_router_id);
  }
  for (const node of context.model.vrrp_instance) {
    missing(context, node);
    if (!isUsable(node)) continue;
    const key = `${node.interface ?? ''} ${familyOfInstance(node)} ${node.virtual_router_id}`;
    const others = seen.get(key) ?? [];
    seen.set(key, [...others, node]);
    const other = others.find((each) => !areDisjoint(each, node));
    if (other !== undefined) taken(context, node, other, used);
  }
}

function missing({ report }: RuleContext, node: VrrpInstance): void {
  const left = `${node.name} is left out`;
  if (node.virtual_router_id === undefined) {
    report({
      code: 'vrrp.router-id-missing',
      at: { node },
      message: `${node.name} has no virtual_router_id; ${left}`,
    });
  } else if (node.interface === undefined && node.unicast_peer.length === 0) {
    report({
      code: 'vrrp.interface-missing',
      absent: 'interface',
      at: { node },
      message: `${node.name} has neither interface nor unicast peers; ${left}`,
    });
  }
}

/** Unicast instances with different peers never hear each other. */
function areDisjoint(one: VrrpInstance, other: VrrpInstance): boolean {
  if (one.unicast_peer.length === 0 || other.unicast_peer.length === 0) return false;
  const peers = new Set(one.unicast_peer.map(({ address }) => address));
  return other.unicast_peer.every(({ address }) => !peers.has(address));
}

function taken(
  { report }: RuleContext,
  node: VrrpInstance,
  other: VrrpInstance,
  used: ReadonlySet<number>,
): void {
  const id = node.virtual_router_id ?? 0;
  let free = (id % 255) + 1;
  while (used.has(free) && free !== id) free = (free % 255) + 1;
  report({
    code: 'vrrp.router-id-taken',
    at: { node, key: 'virtual_router_id' },
    message: `virtual router id ${id} is used twice on ${node.interface ?? 'one link'}, by ${other.name} and ${node.name}`,
    related: [
      { node: other, key: 'virtual_router_id', label: `first used here, by ${other.name}` },
    ],
    help: `ids must differ on one link and address family; ${free} is free`,
  });
}
