/**
 * Derives what follows from observation for every machine: link, source address, faults, effective priority. Whatever has
 * changed moves the machine.
 */
import type { Address } from '../base/address.ts';
import type { Instant } from '../base/units.ts';
import type { PortError } from '../ports.ts';
import type { Cause, Fault } from '../protocol/vrrp/cause.ts';
import { virtualAddresses } from './addresses/desired.ts';
import type { Reconciler } from './addresses/reconcile.ts';
import { forgetAdvertisement } from './adverts/advertiser.ts';
import type { EntryKeeper } from './entries/keeper.ts';
import type { SyncGroups } from './groups.ts';
import type { Input } from './input.ts';
import type { LinkSettings } from './links/settings.ts';
import { type Machine, routerConfig } from './machine.ts';
import type { GroupModel } from './model.ts';
import type { Mover, Outbox } from './mover.ts';
import type { PrioritySum } from './report.ts';
import type { TrackerSnapshot } from './snapshot.ts';
import {
  faultsOf,
  isOutweighed,
  isPending,
  prioritySum,
  type Surroundings,
  sourceOf,
  type Verdict,
} from './tracking.ts';
import type { World } from './world.ts';

export interface EvaluatorParts {
  readonly world: World;
  readonly outbox: Outbox;
  readonly mover: Mover;
  readonly groups: SyncGroups;
  readonly reconciler: Reconciler;
  readonly entries: EntryKeeper;
  readonly settings: LinkSettings;
}

export class Evaluator {
  readonly verdicts = new Map<string, Verdict & { readonly since: Instant }>();
  /** Sockets that could not be had, by `socketKey`. */
  readonly socketErrors = new Map<string, PortError>();
  readonly #parts: EvaluatorParts;
  #virtual: ReadonlySet<Address> = new Set();

  constructor(parts: EvaluatorParts) {
    this.#parts = parts;
  }

  /** A verdict from outside. */
  hear({ tracker, up, number, detail }: Extract<Input, { kind: 'tracker' }>, now: Instant): void {
    const verdict = up ? 'up' : 'down';
    const known = this.verdicts.get(tracker);
    const since = known?.verdict === verdict ? known.since : now;
    this.verdicts.set(tracker, { verdict, number, detail, since });
  }

  snapshots(): readonly TrackerSnapshot[] {
    return [...this.verdicts].map(([tracker, verdict]) => ({ tracker, ...verdict }));
  }

  /** Must be called when the set of machines or their models have changed. */
  learn(machines: Iterable<Machine>, groups: readonly GroupModel[]): void {
    const all = [...machines];
    this.#virtual = virtualAddresses(all);
    const tracking = [...all.map(({ model }) => model), ...groups];
    const tracked = new Set(tracking.flatMap(({ trackers }) => trackers.map((t) => t.tracker)));
    // One that comes back later is another one: what it said long ago must not count.
    for (const tracker of this.verdicts.keys()) {
      if (!tracked.has(tracker)) this.verdicts.delete(tracker);
    }
  }

  /** `mayStart` is false while the start-up delay runs. */
  refresh(machines: readonly Machine[], mayStart: boolean, now: Instant): void {
    const around: Surroundings = {
      world: this.#parts.world,
      verdicts: this.verdicts,
      virtual: this.#virtual,
      socketErrors: this.socketErrors,
    };
    for (const machine of machines) this.#locate(machine, around);
    for (const machine of machines) {
      const shared = this.#parts.groups.faultsFor(machine, around);
      if (!this.#isOutweighed(machine, around)) this.#weigh(machine, around, now);
      this.#judge(machine, { faults: [...machine.ownFaults, ...shared], around, mayStart }, now);
    }
  }

  /** Link, source and own faults. */
  #locate(machine: Machine, around: Surroundings): void {
    const { model } = machine;
    const link =
      model.interface === undefined ? undefined : around.world.linkNamed(model.interface);
    if (link?.index !== machine.link?.index) {
      machine.link = link;
      this.#parts.reconciler.track(machine);
      forgetAdvertisement(machine);
    }
    machine.link = link;
    this.#findOutlet(machine, around.world);
    const source = sourceOf(model, link, around, machine.source);
    const group = this.#parts.groups.modelOf(machine);
    const weightsCount = group === undefined || group.memberWeights;
    const missing = this.#parts.entries.missingFor(model.name);
    machine.ownFaults = [
      ...faultsOf(model, source, around, weightsCount),
      ...missing.map((words) => ({ kind: 'static-entry', words }) as const),
      ...this.#parts.settings.faultsOf(model),
    ];
    if (source === undefined || source === machine.source) return;
    machine.source = source;
    forgetAdvertisement(machine);
  }

  /** Peers need the advertisements even while the device that they should come from is made anew. */
  #findOutlet(machine: Machine, world: World): void {
    const { sendsFrom } = machine.model;
    const device = sendsFrom === undefined ? undefined : world.linkNamed(sendsFrom);
    const outlet = device?.up === true ? device : machine.link;
    const before = machine.outlet;
    machine.outlet = outlet;
    if (outlet?.index === before?.index) return;
    forgetAdvertisement(machine);
    // What was sent last may have gone with the device.
    if (sendsFrom !== undefined && before !== undefined && machine.state.kind === 'master') {
      this.#parts.mover.advertise(machine, false);
    }
  }

  /** While a number alone is a fault, the priority stays what it was: nobody could tell what it should be. */
  #isOutweighed(machine: Machine, around: Surroundings): boolean {
    if (machine.model.priority === 255) return false;
    const group = this.#parts.groups.modelOf(machine);
    const counting = group === undefined || group.memberWeights ? [machine.model] : [];
    return [...counting, ...(group === undefined ? [] : [group])].some((tracking) =>
      isOutweighed(tracking, around),
    );
  }

  #weigh(machine: Machine, around: Surroundings, now: Instant): void {
    const priority = prioritySum(machine.model, this.#parts.groups.modelOf(machine), around);
    if (samePriority(priority, machine.priority)) return;
    const isOther = priority.effective !== machine.priority.effective;
    machine.priority = priority;
    if (!isOther) return;
    machine.config = routerConfig(machine.model, priority, machine.group !== undefined);
    forgetAdvertisement(machine);
    this.#parts.mover.move(machine, { kind: 'adjust' }, now);
    const { name } = machine.model;
    const state = machine.state.kind;
    this.#parts.outbox.reports.push({ kind: 'priority', instance: name, at: now, priority, state });
  }

  #judge(
    machine: Machine,
    found: { readonly faults: readonly Fault[]; around: Surroundings; mayStart: boolean },
    now: Instant,
  ): void {
    const before = machine.faults;
    machine.faults = found.faults;
    const { mover } = this.#parts;
    if (found.faults.length > 0) {
      const cause = { kind: 'fault', faults: found.faults } as const;
      if (machine.state.kind !== 'fault') mover.move(machine, { kind: 'fault', cause }, now);
      return;
    }
    const { kind } = machine.state;
    if (kind !== 'init' && kind !== 'fault') return;
    // A fault that goes away while the start-up delay runs leaves it waiting like any other.
    if (!found.mayStart || this.#waits(machine, found.around)) return;
    const cause: Cause =
      before.length > 0 ? { kind: 'fault-cleared', cleared: before } : { kind: 'start' };
    mover.move(machine, { kind: 'start', cause }, now);
  }

  /** Whether something must be known first: a source address, the verdicts of all trackers. */
  #waits(machine: Machine, around: Surroundings): boolean {
    const group = this.#parts.groups.modelOf(machine);
    if (machine.source === undefined) return true;
    if (machine.model.sendsFrom !== undefined && machine.outlet === machine.link) return true;
    return isPending([...machine.model.trackers, ...(group?.trackers ?? [])], around);
  }
}

function samePriority(one: PrioritySum, other: PrioritySum): boolean {
  return (
    one.base === other.base &&
    one.effective === other.effective &&
    one.terms.length === other.terms.length &&
    one.terms.every((term, index) => {
      const twin = other.terms[index];
      return twin !== undefined && twin.from === term.from && twin.amount === term.amount;
    })
  );
}
