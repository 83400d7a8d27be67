/** Whether the nodes of a virtual router send to each other. */
import { familyOf } from '../../base/address.ts';
import { familyOfInstance } from '../effective.ts';
import type { ClusterReport } from './report.ts';
import type { Member, VirtualRouter } from './virtual-routers.ts';

export function checkTransport(router: VirtualRouter, report: ClusterReport): void {
  const [first, ...others] = router;
  if (first === undefined || others.length === 0) return;
  const isMixed = others.some((other) => groupOf(other) !== groupOf(first));
  for (const other of others) {
    if (groupOf(other) === groupOf(first)) continue;
    report({
      code: 'cluster.transport-differs',
      at: { of: other.of, node: other.node, key: keyOf(other) },
      message: `${other.node.name} sends ${told(other)}, and in ${first.file} ${told(first)}`,
      related: [
        { of: first.of, node: first.node, key: keyOf(first), label: `${told(first)} here` },
      ],
    });
  }
  if (isMixed || first.node.unicast_peer.length === 0) return;
  sources(router, report);
  for (const one of router) {
    for (const other of router) if (one !== other) pointing(one, other, report);
  }
}

/** The multicast group, or that there are peers. */
function groupOf({ node, global }: Member): string {
  if (node.unicast_peer.length > 0) return 'peers';
  const general =
    familyOfInstance(node) === 'ipv4' ? global.vrrp_mcast_group4 : global.vrrp_mcast_group6;
  return node.mcast_dst_ip ?? general ?? 'the usual group';
}

function told(member: Member): string {
  const group = groupOf(member);
  return group === 'peers' ? 'to unicast peers' : `by multicast to ${group}`;
}

function keyOf(member: Member): string {
  return groupOf(member) === 'peers' ? 'unicast_peer' : 'mcast_dst_ip';
}

function sourceOf({ node }: Member) {
  const { mcast_src_ip: address } = node;
  return address !== undefined && familyOf(address) === familyOfInstance(node)
    ? address
    : undefined;
}

function sources(router: VirtualRouter, report: ClusterReport): void {
  const seen = new Map<string, Member>();
  for (const member of router) {
    const { of, node, file } = member;
    const source = sourceOf(member);
    if (source === undefined) {
      report({
        code: 'cluster.source-unsaid',
        at: { of, node, key: 'unicast_peer' },
        message: `${file} does not say from which address ${node.name} sends, so whether the others name it as their peer cannot be told`,
      });
      continue;
    }
    const other = seen.get(source);
    seen.set(source, member);
    if (other === undefined) continue;
    report({
      code: 'cluster.source-shared',
      at: { of, node, key: 'mcast_src_ip' },
      message: `${node.name} sends from ${source}, as it does in ${other.file}`,
      related: [{ of: other.of, node: other.node, key: 'mcast_src_ip', label: 'the same address' }],
    });
  }
}

/** Whether `one` sends to where `other` sends from. */
function pointing(one: Member, other: Member, report: ClusterReport): void {
  const source = sourceOf(other);
  if (source === undefined || source === sourceOf(one)) return;
  const peers = one.node.unicast_peer.map(({ address }) => address);
  if (peers.includes(source)) return;
  report({
    code: 'cluster.peer-missing',
    at: { of: one.of, node: one.node, key: 'unicast_peer' },
    message: `${one.node.name} in ${one.file} sends to ${peers.join(', ')} and not to ${source}, which is where ${other.file} sends from`,
    related: [
      { of: other.of, node: other.node, key: 'mcast_src_ip', label: 'this source has no sender' },
    ],
    help: `write ${source} into unicast_peer of ${one.file}`,
  });
}
