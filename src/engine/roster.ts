/** The machines of a model. A reload keeps every machine whose virtual router is still there, whatever its name. */
import type { Instant } from '../base/units.ts';
import { forgetAdvertisement } from './advertiser.ts';
import { createMachine, type Machine, machineKey, routerConfig } from './machine.ts';
import type { FailoverModel, InstanceModel } from './model.ts';
import { type Mover, refreshFrom } from './mover.ts';
import type { Reconciler } from './reconcile.ts';

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
  const left = new Set(before);
  const models = new Map<Machine, InstanceModel>();
  const machines = new Map<string, Machine>();
  const unmatched = new Set(model.instances);
  const claim = (keyOf: (model: InstanceModel) => string): void => {
    const byKey = Map.groupBy(left, (machine) => keyOf(machine.model));
    for (const instance of [...unmatched]) {
      const candidates = (byKey.get(keyOf(instance)) ?? []).filter((machine) => left.has(machine));
      const namesake = candidates.find((machine) => machine.model.name === instance.name);
      const machine = namesake ?? candidates[0];
      if (machine === undefined || !left.delete(machine)) continue;
      unmatched.delete(instance);
      models.set(machine, instance);
    }
  };
  claim(machineKey);
  // The same virtual router by other means: multicast instead of unicast, or other peers.
  claim((m) => [m.interface, m.family, m.virtualRouterId].join('|'));
  const added: Machine[] = [];
  for (const instance of unmatched) {
    const machine = createMachine(instance, groupOf(model, instance.name));
    machine.since = now;
    models.set(machine, instance);
    added.push(machine);
  }
  // In the order of the file, so that bursts and status read as it does.
  const byModel = new Map([...models].map(([machine, instance]) => [instance, machine]));
  for (const instance of model.instances) {
    const machine = byModel.get(instance);
    if (machine !== undefined) machines.set(instance.name, machine);
  }
  const kept = [...machines.values()].filter((machine) => !added.includes(machine));
  return { machines, kept, added, removed: [...left], models };
}

/** Gives a kept machine its new configuration. It stays what it is, and its timers run on. */
export function adoptModel(
  machine: Machine,
  model: InstanceModel,
  parts: {
    readonly group: string | undefined;
    readonly reconciler: Reconciler;
    readonly mover: Mover;
  },
  now: Instant,
): void {
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

export function groupOf(model: FailoverModel, instance: string): string | undefined {
  return model.groups.find((group) => group.members.includes(instance))?.name;
}
