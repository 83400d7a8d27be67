/** Which instances of several files are one virtual router: by id, by addresses, by name. */
import { familyOfInstance, isUsable } from '../effective.ts';
import type { Configuration } from '../load.ts';
import type { GlobalDefs, VrrpInstance } from '../model.ts';

/** An instance, and whose it is. */
export interface Member {
  /** The number of the node. */
  readonly of: number;
  /** The path of its file, which is how a person knows the node. */
  readonly file: string;
  readonly node: VrrpInstance;
  readonly global: GlobalDefs;
  readonly configuration: Configuration;
}

/** At most one member of each node. */
export type VirtualRouter = readonly Member[];

export function virtualRouters(
  configurations: readonly Configuration[],
  files: readonly string[],
): readonly VirtualRouter[] {
  const routers: Member[][] = [];
  for (const [of, configuration] of configurations.entries()) {
    const { global_defs: global, vrrp_instance: instances } = configuration.model;
    const free = new Set(routers);
    const members = instances
      .filter((node) => isUsable(node))
      .map((node): Member => ({ of, file: files[of] ?? '', node, global, configuration }));
    const left = new Set(members);
    // The surest first, so that a guess never takes what somebody else is sure of.
    for (const least of certainties) {
      for (const member of left) {
        const router = best(member, free, least);
        if (router === undefined) continue;
        router.push(member);
        free.delete(router);
        left.delete(member);
      }
    }
    for (const member of left) routers.push([member]);
  }
  return routers;
}

const byId = 4;
const byAddress = 3;
const byName = 2;
const certainties = [byId + byAddress + byName, byId + byAddress, byId, byAddress] as const;

function best(member: Member, routers: ReadonlySet<Member[]>, least: number): Member[] | undefined {
  let found: Member[] | undefined;
  let score = least - 1;
  for (const router of routers) {
    const [first] = router;
    const own = first === undefined ? 0 : likeness(first.node, member.node);
    if (own > score) [found, score] = [router, own];
  }
  return found;
}

function likeness(one: VrrpInstance, other: VrrpInstance): number {
  if (familyOfInstance(one) !== familyOfInstance(other)) return 0;
  const addresses = new Set(one.virtual_ipaddress.map(({ address }) => address));
  const shares = other.virtual_ipaddress.some(({ address }) => addresses.has(address));
  return (
    (one.virtual_router_id === other.virtual_router_id ? byId : 0) +
    (shares ? byAddress : 0) +
    (one.name === other.name ? byName : 0)
  );
}
