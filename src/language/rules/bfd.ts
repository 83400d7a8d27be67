/** BFD sessions can be had, told apart, and are told to who tracks them. */
import { familyOf, isLinkLocal } from '../../base/address.ts';
import { renderDuration, seconds } from '../../base/units.ts';
import type { BfdInstance } from '../model.ts';
import type { RuleContext } from './context.ts';

const slow = seconds(10);
const manyMissed = 10;

export function checkBfd(context: RuleContext): void {
  const { model, report } = context;
  const taken = new Map<string, BfdInstance>();
  for (const node of model.bfd_instance) {
    const { neighbor_ip: neighbour, source_ip: source, name } = node;
    if (neighbour === undefined) continue;
    if (source !== undefined && familyOf(source) !== familyOf(neighbour)) {
      report({
        code: 'bfd.families-differ',
        at: { node, key: 'source_ip' },
        message: `${name} is between ${source} and ${neighbour}, which are of different families; the session is left out`,
        related: [{ node, key: 'neighbor_ip', label: 'the neighbour' }],
      });
      continue;
    }
    const { interface: link } = node;
    if (link === undefined && familyOf(neighbour) === 'ipv6' && isLinkLocal(neighbour)) {
      report({
        code: 'bfd.link-local',
        at: { node, key: 'neighbor_ip' },
        message: `${name} cannot come up: ${neighbour} may be on any link, and the session names none`,
      });
    }
    const key = `${source ?? ''} ${neighbour} ${link ?? ''} ${node.multihop}`;
    const first = taken.get(key);
    if (first !== undefined) {
      report({
        code: 'bfd.neighbour-taken',
        at: { node, key: 'neighbor_ip' },
        message: `${name} has the same two ends as ${first.name}; it is left out`,
        related: [{ node: first, key: 'neighbor_ip', label: 'the first' }],
      });
    } else taken.set(key, node);
    unusual(context, node);
  }
  tracked(context);
}

function unusual({ report }: RuleContext, node: BfdInstance): void {
  for (const key of ['min_rx', 'min_tx'] as const) {
    if (node[key] <= slow) continue;
    const message = `${node.name} has ${key} ${renderDuration(node[key])}: a loss is noticed late`;
    report({ code: 'bfd.value-unusual', at: { node, key }, message });
  }
  if (node.multiplier <= manyMissed) return;
  const message = `${node.name} may miss ${node.multiplier} packets in a row: a loss is noticed late`;
  report({ code: 'bfd.value-unusual', at: { node, key: 'multiplier' }, message });
}

function tracked({ model, report }: RuleContext): void {
  const forChecks = new Map(
    model.bfd_instance
      .filter(({ vrrp, checker }) => checker && !vrrp)
      .map((node) => [node.name, node]),
  );
  for (const node of [...model.vrrp_sync_group, ...model.vrrp_instance]) {
    for (const [index, { name }] of node.track_bfd.entries()) {
      const session = forChecks.get(name);
      if (session === undefined) continue;
      report({
        code: 'bfd.not-for-vrrp',
        at: { node, key: 'track_bfd', index },
        message: `${node.name} tracks ${name}, which is told to checks alone; the entry is ignored`,
        related: [{ node: session, key: 'checker', label: 'written here' }],
      });
    }
  }
}
