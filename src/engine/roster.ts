/** The machines of a model. A reload keeps every machine whose virtual router is still there, whatever its name. */
import type { Instant } from '../base/units.ts';
import { isEqual } from '../config/equal.ts';
import type { Reconciler } from './addresses/reconcile.ts';
import { forgetAdvertisement } from './adverts/advertiser.ts';
import { createMachine, type Machine, routerConfig } from './machine.ts';
import type { FailoverModel, GroupModel, InstanceModel } from './model.ts';
import { type Mover, refreshFrom } from './mover.ts';
import { matchInstances } from './plan/match.ts';

export interface RosterChange {
  readonly machines: ReadonlyMap<string, Machine>;
  readonly kept: readonly Machine[];
  readonly added: readonly Machine[];
  readonly removed: readonly Machine[];
}

/** Pairs the instances of a model with the machines that run; nothing is moved yet. */
export function matchRoster(
  before: Iterable<Machine>,
  model: FailoverModel,
  now: Instant,
): RosterChange & { readonly models: ReadonlyMap<Machine, InstanceModel> } {
  const matches = matchInstances(before, (machine) => machine.model, model.instances);
  const groups = groupsByMember(model.groups);
  const machines = new Map<string, Machine>();
  const added = matches.added.map((instance) => {
    const machine = createMachine(instance, groups.get(instance.name));
    machine.since = now;
    return machine;
  });
  const models = new Map(matches.kept);
  for (const machine of added) models.set(machine, machine.model);
  const byModel = new Map([...models].map(([machine, instance]) => [instance, machine]));
  // In the order of the file, so that bursts and status read as it does.
  for (const instance of model.instances) {
    const machine = byModel.get(instance);
    if (machine !== undefined) machines.set(instance.name, machine);
  }
  const kept = [...machines.values()].filter((machine) => matches.kept.has(machine));
  return { machines, kept, added, removed: matches.removed, models };
}

/**
 * Gives a kept machine its new configuration. It stays what it is, and its timers run on; one whose configuration is as
 * it was is not touched at all.
 */
export function adoptModel(
  machine: Machine,
  model: InstanceModel,
  parts: {
    readonly group: string | undefined;
    /** Everything is looked at again, even where the model is as it was. */
    readonly isAnew: boolean;
    readonly reconciler: Reconciler;
    readonly mover: Mover;
  },
  now: Instant,
): void {
  if (!parts.isAnew && machine.group === parts.group && isEqual(machine.model, model)) return;
  machine.model = model;
  machine.group = parts.group;
  const { base, terms, effective } = machine.priority;
  if (base !== model.priority) {
    const sum = terms.reduce((total, term) => total + term.amount, model.priority);
    const clamped = model.priority === 255 ? 255 : Math.min(254, Math.max(1, sum));
    machine.priority = { base: model.priority, terms, effective: clamped };
  } else machine.priority = { base, terms, effective };
  machine.config = routerConfig(model, machine.priority, parts.group !== undefined);
  const refresh = refreshFrom(model.garp, now);
  if (machine.state.kind === 'master') {
    machine.announceRefreshAt = refresh && (machine.announceRefreshAt ?? refresh);
  }
  forgetAdvertisement(machine);
  parts.reconciler.track(machine);
  parts.mover.move(machine, { kind: 'adjust' }, now);
}

/** The group of each member; an instance in two groups is in the first. */
export function groupsByMember(groups: readonly GroupModel[]): ReadonlyMap<string, string> {
  return new Map(
    groups.toReversed().flatMap(({ name, members }) => members.map((member) => [member, name])),
  );
}
