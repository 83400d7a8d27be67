/** Whether a failed check moves the address, given the priorities of the other nodes. */
import { preempts, priorityOf } from '../effective.ts';
import { weightedTrackers } from '../rules/weights.ts';
import type { ClusterReport } from './report.ts';
import type { Member, VirtualRouter } from './virtual-routers.ts';

const lowest = 1;
const highest = 254;

/** Looks at the node that is master while all is well: on the others a failure moves nothing anyway. */
export function checkClusterWeights(router: VirtualRouter, report: ClusterReport): void {
  const ranked = router
    .map((member) => ({ member, healthy: healthyOf(member) }))
    .sort((one, other) => other.healthy - one.healthy);
  const [master, second] = ranked;
  if (master === undefined || second === undefined) return;
  const { member, healthy } = master;
  if (healthy === 255 || ranked.some(({ member: each }) => !preempts(each.node))) return;
  for (const tracker of trackersOf(member)) {
    const failed = clamp(healthy - Math.abs(tracker.weight));
    if (failed <= second.healthy) continue;
    const { spot, name } = tracker;
    report({
      code: 'cluster.check-never-moves',
      at: { of: member.of, ...spot },
      message: `with these weights a failed ${name} leaves ${healthy} - ${Math.abs(tracker.weight)} = ${failed}, still above the ${second.healthy} of ${second.member.file}: the address of ${member.node.name} would never move`,
      related: [
        {
          of: second.member.of,
          node: second.member.node,
          key: 'priority',
          label: `${second.healthy} at best`,
        },
      ],
      help: `a weight of -${healthy - second.healthy + 1} or more would move it, or weight 0, which makes a failure a fault`,
    });
  }
}

/** With every tracker up. */
function healthyOf(member: Member): number {
  const base = priorityOf(member.node);
  if (base === 255) return base;
  const gains = trackersOf(member).map(({ weight }) => Math.max(0, weight));
  return clamp(gains.reduce((total, gain) => total + gain, base));
}

/** In a sync group the weights of the instance do not count, unless the group says so. */
function trackersOf({ node, configuration: { model } }: Member) {
  const group = model.vrrp_sync_group.find((each) => each.group.includes(node.name));
  const own =
    group === undefined || group.sync_group_tracking_weight ? weightedTrackers(model, node) : [];
  return group === undefined ? own : [...own, ...weightedTrackers(model, group)];
}

function clamp(priority: number): number {
  return Math.min(highest, Math.max(lowest, priority));
}
