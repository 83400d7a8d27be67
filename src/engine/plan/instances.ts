/** What becomes of each virtual router. */
import { isEqual } from '../../config/equal.ts';
import type { InstanceModel } from '../model.ts';
import { type Difference, differences } from './difference.ts';
import { matchInstances } from './match.ts';
import type { InstanceStep, Target } from './plan.ts';

/** What peers can see of an instance. */
const onTheWire: ReadonlySet<keyof InstanceModel> = new Set([
  'priority',
  'version',
  'advertInterval',
  'authentication',
  'checksumWithoutPseudoHeader',
  'transport',
  'addresses',
]);

/** What peers must have alike; keepalived compares the addresses too, unless it is told to skip that. */
function mustBeAlike(model: InstanceModel): object {
  const { version, authentication, checksumWithoutPseudoHeader, addresses, transport } = model;
  return {
    version,
    authentication,
    checksumWithoutPseudoHeader,
    interval: version === 2 ? model.advertInterval : undefined,
    addresses: addresses.map(({ address }) => address).sort(),
    group: transport.kind === 'multicast' ? transport.group : transport.kind,
  };
}

export function planInstances(before: Target, after: Target): readonly InstanceStep[] {
  const { kept, added, removed } = matchInstances(
    before.failover.instances,
    (model) => model,
    after.failover.instances,
  );
  const former = new Map([...kept].map(([old, model]) => [model, old]));
  const leaving = new Map(removed.map((model) => [model.name, model]));
  const isAdded = new Set(added);
  const groups = { before: groupNames(before), after: groupNames(after) };
  const steps = after.failover.instances.map((model): InstanceStep => {
    const old = former.get(model);
    if (old !== undefined) return changed(old, model, { before, after, groups });
    const namesake = isAdded.has(model) ? leaving.get(model.name) : undefined;
    leaving.delete(model.name);
    const found = namesake === undefined ? [] : differences(namesake, model, ['name']);
    return step(namesake === undefined ? 'add' : 'restart', model, {
      found,
      advertisesDifferently: true,
    });
  });
  const gone = [...leaving.values()].map((model) =>
    step('remove', model, { found: [], advertisesDifferently: true }),
  );
  return [...steps, ...gone];
}

interface Sides {
  readonly before: Target;
  readonly after: Target;
  readonly groups: Readonly<Record<'before' | 'after', ReadonlyMap<string, string>>>;
}

function changed(old: InstanceModel, model: InstanceModel, sides: Sides): InstanceStep {
  const { before, after, groups } = sides;
  const own = differences(old, model, ['name']);
  const found = [
    ...own,
    ...differences(
      { sync_group: groups.before.get(old.name) },
      { sync_group: groups.after.get(model.name) },
    ),
    ...notifyDifferences(before.instanceNotify.get(old.name), after.instanceNotify.get(model.name)),
  ];
  const isRenamed = old.name !== model.name;
  const seen = own.length > 0 && [...onTheWire].some((key) => !isEqual(old[key], model[key]));
  return {
    ...step(found.length > 0 || isRenamed ? 'adjust' : 'keep', model, {
      found,
      advertisesDifferently: seen,
    }),
    formerName: isRenamed ? old.name : undefined,
    peersMustFollow: seen && !isEqual(mustBeAlike(old), mustBeAlike(model)),
  };
}

function notifyDifferences(before: object = {}, after: object = {}): readonly Difference[] {
  return differences(before, after).map((each) => ({ ...each, what: `notify (${each.what})` }));
}

function step(
  kind: InstanceStep['kind'],
  model: InstanceModel,
  rest: { readonly found: readonly Difference[]; readonly advertisesDifferently: boolean },
): InstanceStep {
  return {
    kind,
    name: model.name,
    formerName: undefined,
    interface: model.interface,
    virtualRouterId: model.virtualRouterId,
    differences: rest.found,
    advertisesDifferently: rest.advertisesDifferently,
    peersMustFollow: false,
  };
}

function groupNames({ failover }: Target): ReadonlyMap<string, string> {
  return new Map(
    failover.groups.flatMap(({ name, members }) => members.map((member) => [member, name])),
  );
}
