/** Who of several nodes becomes master, and whether that can ever change. */
import type { CodeTable } from '../../config/codes.ts';

function node(priority: number, lines = ''): string {
  return `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority ${priority}\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n${lines}}\n`;
}

const marker = '# the other node\n';
const check = 'vrrp_script check {\n    script /usr/local/bin/check\n    weight -2\n}\n';
const tracked = '    track_script {\n        check\n    }\n';

export const clusterElectionCodes = {
  'cluster.priorities-tie': {
    severity: 'warning',
    title: 'equal priorities',
    meaning:
      'Between equal priorities the greater address decides when both speak at once, and otherwise whoever was first. Who is master after an outage is then a matter of chance.',
    keepalived: 'keepalived lets the greater address win, and does not say so',
    silent: true,
    cure: 'Give each node its own priority.',
    example: `${node(100)}${marker}${node(100)}`,
  },
  'cluster.two-owners': {
    severity: 'error',
    title: 'two owners of the addresses',
    meaning:
      'Priority 255 says that the addresses belong to this host itself. Both nodes take them at once and keep them.',
    keepalived: 'keepalived sees one file only; both nodes become master when they start',
    cure: 'Write a priority of 254 or less on all nodes but one.',
    example: `${node(255)}${marker}${node(255)}`,
  },
  'cluster.two-masters': {
    severity: 'warning',
    title: 'state MASTER on more than one node',
    meaning:
      'A node with state MASTER takes over after one interval instead of three. On two nodes that start together both are master for a moment.',
    keepalived: 'keepalived sees one file only; the priority decides in the end',
    cure: 'Write state BACKUP on all nodes: the priority decides, or nopreempt.',
    example: `${node(150, '    state MASTER\n')}${marker}${node(100, '    state MASTER\n')}`,
  },
  'cluster.check-never-moves': {
    severity: 'warning',
    title: 'a check that cannot move the address',
    meaning:
      'When the check fails, the priority falls by its weight. It stays above that of every other node, so the address stays where the service has failed.',
    keepalived: 'keepalived sees one file only; nothing happens when the check fails',
    cure: 'Make the weight greater than the distance between the priorities, or 0, which makes a failure a fault.',
    example: `${check}${node(100, tracked)}${marker}${check}${node(90, tracked)}`,
  },
  'cluster.nopreempt-undone': {
    severity: 'warning',
    title: 'nopreempt on the wrong node only',
    meaning:
      'nopreempt keeps the node that has it from taking back. The node of the highest priority does not have it and takes back all the same; the others never would.',
    keepalived: 'keepalived sees one file only',
    cure: 'Write nopreempt, with state BACKUP, on all nodes.',
    example: `${node(150)}${marker}${node(100, '    nopreempt\n')}`,
  },
  'cluster.nopreempt-one-side': {
    severity: 'note',
    title: 'nopreempt on some nodes only',
    meaning:
      'The node of the highest priority has it, which is what counts. When priorities change, by trackers or in the file, the others preempt.',
    keepalived: 'keepalived sees one file only',
    cure: 'Write nopreempt on all nodes or on none.',
    example: `${node(150, '    nopreempt\n')}${marker}${node(100)}`,
  },
} as const satisfies CodeTable;
