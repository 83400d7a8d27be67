/** Groups hold instances that exist, each in one group. */
import { nearest } from '../../config/spelling.ts';
import { priorityOf } from '../effective.ts';
import type { SyncGroup, VrrpInstance } from '../model.ts';
import type { RuleContext } from './context.ts';

export function checkSyncGroups(context: RuleContext): void {
  const instances = new Map(context.model.vrrp_instance.map((node) => [node.name, node]));
  const homes = new Map<string, SyncGroup>();
  for (const node of context.model.vrrp_sync_group) {
    const members = membersOf(context, node, { instances, homes });
    size(context, node, members);
    priorities(context, node, members);
    for (const member of members) trackedTwice(context, node, member);
    if (!node.sync_group_tracking_weight) {
      for (const member of members) droppedWeights(context, node, member);
    }
  }
}

interface Surroundings {
  readonly instances: ReadonlyMap<string, VrrpInstance>;
  readonly homes: Map<string, SyncGroup>;
}

function membersOf({ report }: RuleContext, node: SyncGroup, around: Surroundings): VrrpInstance[] {
  const members: VrrpInstance[] = [];
  for (const [index, name] of node.group.entries()) {
    const at = { node, key: 'group', index };
    const instance = around.instances.get(name);
    const home = around.homes.get(name);
    if (instance === undefined) {
      const near = nearest(name, around.instances.keys());
      report({
        code: 'group.unknown-member',
        at,
        message: `${node.name} names ${name}, and no vrrp_instance has that name`,
        help: near === undefined ? `define vrrp_instance ${name}` : `did you mean ${near}?`,
      });
    } else if (home === undefined) {
      around.homes.set(name, node);
      members.push(instance);
    } else if (home !== node) {
      report({
        code: 'group.member-taken',
        at,
        message: `${name} is in ${home.name} already and stays there`,
        related: [
          { node: home, key: 'group', index: home.group.indexOf(name), label: 'first named here' },
        ],
      });
    }
  }
  return members;
}

function size({ report }: RuleContext, node: SyncGroup, members: readonly VrrpInstance[]): void {
  if (members.length === 0) {
    report({
      code: 'group.empty',
      at: { node },
      message: `${node.name} has no member; it is left out`,
    });
  } else if (members.length === 1) {
    report({
      code: 'group.single-member',
      at: { node },
      message: `${node.name} has one member only, ${members[0]?.name}`,
    });
  }
}

function priorities(
  { report }: RuleContext,
  node: SyncGroup,
  members: readonly VrrpInstance[],
): void {
  const [first] = members;
  const other = members.find(
    (each) => first !== undefined && priorityOf(each) !== priorityOf(first),
  );
  if (first === undefined || other === undefined || node.sync_group_tracking_weight) return;
  report({
    code: 'group.priorities-differ',
    at: { node: other, key: 'priority' },
    message: `${other.name} has priority ${priorityOf(other)} and ${first.name} of the same group ${priorityOf(first)}`,
    related: [{ node: first, key: 'priority', label: first.name }],
  });
}

function trackedTwice({ report }: RuleContext, node: SyncGroup, member: VrrpInstance): void {
  for (const [index, { name }] of member.track_interface.entries()) {
    const other = node.track_interface.findIndex((each) => each.name === name);
    if (other < 0) continue;
    report({
      code: 'group.tracked-twice',
      at: { node: member, key: 'track_interface', index },
      message: `${member.name} and its group ${node.name} both track ${name}`,
      related: [{ node, key: 'track_interface', index: other, label: 'the group does here' }],
    });
  }
}

function droppedWeights(
  { model, report }: RuleContext,
  node: SyncGroup,
  member: VrrpInstance,
): void {
  const scripts = new Map(
    [...model.vrrp_probe, ...model.vrrp_script].map(({ name, weight }) => [name, weight]),
  );
  for (const key of ['track_script', 'track_interface'] as const) {
    for (const [index, { name, weight: own }] of member[key].entries()) {
      const weight = own ?? (key === 'track_script' ? scripts.get(name) : undefined);
      if (weight === undefined || weight.weight === 0 || name === member.interface) continue;
      report({
        code: 'group.weights-dropped',
        at: { node: member, key, index },
        message: `${member.name} is in ${node.name}, so its tracker ${name} with a weight is dropped`,
        related: [{ node, label: 'the group' }],
      });
    }
  }
}
