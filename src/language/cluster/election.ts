/** Who of the nodes becomes master. */
import { preempts, priorityOf } from '../effective.ts';
import type { ClusterReport } from './report.ts';
import type { Member, VirtualRouter } from './virtual-routers.ts';

export function checkClusterElection(router: VirtualRouter, report: ClusterReport): void {
  ties(router, report);
  masters(router, report);
  preemption(router, report);
}

function ties(router: VirtualRouter, report: ClusterReport): void {
  const seen = new Map<number, Member>();
  for (const member of router) {
    const { of, node, file } = member;
    const priority = priorityOf(node);
    const other = seen.get(priority);
    seen.set(priority, other ?? member);
    if (other === undefined) continue;
    const owners = priority === 255;
    const key = node.priority === undefined ? 'state' : 'priority';
    report({
      code: owners ? 'cluster.two-owners' : 'cluster.priorities-tie',
      at: { of, node, key },
      message: owners
        ? `${node.name} owns its addresses (priority 255) in ${file} and in ${other.file}`
        : `${node.name} has priority ${priority} in ${file} and in ${other.file}`,
      related: [
        {
          of: other.of,
          node: other.node,
          key: other.node.priority === undefined ? 'state' : 'priority',
          label: 'the same priority',
        },
      ],
    });
  }
}

function masters(router: VirtualRouter, report: ClusterReport): void {
  const [first, ...others] = router.filter(
    ({ node }) => node.state === 'MASTER' && priorityOf(node) !== 255,
  );
  if (first === undefined) return;
  for (const { of, node, file } of others) {
    report({
      code: 'cluster.two-masters',
      at: { of, node, key: 'state' },
      message: `${node.name} begins as MASTER in ${file} and in ${first.file}`,
      related: [{ of: first.of, node: first.node, key: 'state', label: 'MASTER here too' }],
    });
  }
}

function preemption(router: VirtualRouter, report: ClusterReport): void {
  const patient = router.find(({ node }) => node.nopreempt && !preempts(node));
  const eager = router.find(({ node }) => preempts(node));
  if (patient === undefined || eager === undefined) return;
  const top = router.reduce((best, member) =>
    priorityOf(member.node) > priorityOf(best.node) ? member : best,
  );
  const at = { of: patient.of, node: patient.node, key: 'nopreempt' };
  if (preempts(top.node)) {
    report({
      code: 'cluster.nopreempt-undone',
      at,
      message: `nopreempt of ${patient.file} does not keep ${top.file} from taking back: ${top.node.name} has priority ${priorityOf(top.node)} there and preempts`,
      related: [
        { of: top.of, node: top.node, key: 'priority', label: 'the highest, without nopreempt' },
      ],
    });
  } else {
    report({
      code: 'cluster.nopreempt-one-side',
      at,
      message: `${patient.node.name} has nopreempt in ${patient.file} and not in ${eager.file}`,
      related: [{ of: eager.of, node: eager.node, label: 'preempts' }],
    });
  }
}
