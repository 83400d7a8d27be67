/** Whether the same virtual routers move together on all nodes. */
import type { SyncGroup } from '../model.ts';
import type { ClusterReport } from './report.ts';
import type { Member, VirtualRouter } from './virtual-routers.ts';

export function checkSyncGroups(routers: readonly VirtualRouter[], report: ClusterReport): void {
  const numbers = new Map(
    routers.flatMap((router, number) => router.map(({ node }) => [node, number] as const)),
  );
  const told = new Set<SyncGroup>();
  for (const router of routers) {
    const [first, ...others] = router;
    if (first === undefined) continue;
    for (const other of others) {
      const [one, two] = [groupOf(first), groupOf(other)];
      const [mine, theirs] = [companions(first, one, numbers), companions(other, two, numbers)];
      const [member, group] = one === undefined ? [other, two] : [first, one];
      if (mine === theirs || group === undefined || told.has(group)) continue;
      told.add(group);
      const rival = member === first ? other : first;
      report({
        code: 'cluster.sync-group-differs',
        at: { of: member.of, node: group },
        message: `${member.node.name} moves together with ${fellows(member, group)} in ${member.file}, and not so in ${rival.file}`,
        related: [{ of: rival.of, node: groupOf(rival) ?? rival.node, label: 'otherwise here' }],
      });
    }
  }
}

function groupOf({ node, configuration: { model } }: Member): SyncGroup | undefined {
  return model.vrrp_sync_group.find((group) => group.group.includes(node.name));
}

/** The virtual routers of a group, whatever they are called on each node; those of one node only do not count. */
function companions(
  { configuration: { model } }: Member,
  group: SyncGroup | undefined,
  numbers: ReadonlyMap<object, number>,
): string {
  const members = model.vrrp_instance.filter(({ name }) => group?.group.includes(name));
  return members
    .flatMap((node) => numbers.get(node) ?? [])
    .sort((one, other) => one - other)
    .join();
}

function fellows({ node }: Member, group: SyncGroup): string {
  const others = group.group.filter((name) => name !== node.name);
  return others.length === 0 ? 'nobody' : others.join(', ');
}
