/** Sync groups: their members are master together or not at all. */
import type { Instant } from '../base/units.ts';
import type { Cause, Fault } from '../protocol/vrrp/cause.ts';
import { expiryCause } from '../protocol/vrrp/router.ts';
import { wantsMaster } from '../protocol/vrrp/state.ts';
import type { Machine } from './machine.ts';
import type { GroupModel } from './model.ts';
import type { Mover, Outbox } from './mover.ts';
import { groupState } from './picture.ts';
import type { GroupSnapshot } from './snapshot.ts';
import { heavyFaults, type Surroundings, trackedFaults } from './tracking.ts';

interface Group {
  readonly model: GroupModel;
  readonly members: readonly Machine[];
  state: GroupSnapshot['state'];
  since: Instant;
}

export class SyncGroups {
  readonly #mover: Mover;
  readonly #outbox: Outbox;
  #groups = new Map<string, Group>();

  constructor(mover: Mover, outbox: Outbox) {
    this.#mover = mover;
    this.#outbox = outbox;
  }

  configure(models: readonly GroupModel[], machines: ReadonlyMap<string, Machine>): void {
    const before = this.#groups;
    this.#groups = new Map();
    for (const model of models) {
      const members = model.members.flatMap((name) => machines.get(name) ?? []);
      if (members.length === 0) continue;
      const known = before.get(model.name);
      const state = known?.state ?? 'init';
      this.#groups.set(model.name, {
        model,
        members,
        state,
        since: known?.since ?? (0 as Instant),
      });
    }
  }

  /** Takes the groups' states from an earlier process, so that nothing is told twice. */
  resume(snapshots: readonly GroupSnapshot[]): void {
    for (const { name, state, since } of snapshots) {
      const group = this.#groups.get(name);
      if (group === undefined) continue;
      group.state = state;
      group.since = since;
    }
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  modelOf(machine: Machine): GroupModel | undefined {
    return machine.group === undefined ? undefined : this.#groups.get(machine.group)?.model;
  }

  fellowsOf(machine: Machine): readonly Machine[] {
    if (machine.group === undefined) return [];
    const members = this.#groups.get(machine.group)?.members ?? [];
    return members.filter((member) => member !== machine);
  }

  /** The faults that reach a member through its group: the group's own trackers, and any fault of a fellow. */
  faultsFor(machine: Machine, around: Surroundings): readonly Fault[] {
    const model = this.modelOf(machine);
    if (model === undefined) return [];
    const faults: Fault[] = [];
    trackedFaults(model, around, faults);
    heavyFaults(model, around, faults);
    for (const fellow of this.fellowsOf(machine)) {
      if (fellow.ownFaults.length === 0) continue;
      faults.push({ kind: 'group-member', group: model.name, member: fellow.model.name });
    }
    return faults;
  }

  /** Brings the members of every disturbed group together. */
  settle(now: Instant): void {
    if (this.#mover.disturbedGroups.size === 0) return;
    for (const name of [...this.#mover.disturbedGroups]) {
      const group = this.#groups.get(name);
      if (group !== undefined) this.#settleGroup(group, now);
    }
    this.#mover.disturbedGroups.clear();
  }

  snapshots(): readonly GroupSnapshot[] {
    return [...this.#groups.values()].map(({ model, state, since }) => ({
      name: model.name,
      state,
      since,
    }));
  }

  #settleGroup(group: Group, now: Instant): void {
    const { members, model } = group;
    if (members.every(({ state }) => wantsMaster(state))) {
      for (const member of members) {
        if (member.state.kind !== 'backup') continue;
        const cause: Cause = member.config.owner
          ? { kind: 'owner' }
          : expiryCause(member.config, member.state, now);
        this.#mover.move(member, { kind: 'assume', cause }, now);
      }
    } else {
      const leaver = members.find(({ state }) => !wantsMaster(state));
      const to = leaver?.state.kind ?? 'backup';
      const cause: Cause = {
        kind: 'group',
        group: model.name,
        member: leaver?.model.name ?? '',
        to,
      };
      for (const member of members) {
        if (member.state.kind === 'master') this.#mover.move(member, { kind: 'yield', cause }, now);
      }
    }
    this.#report(group, now);
  }

  #report(group: Group, now: Instant): void {
    const state = groupState(group.members);
    if (state === group.state) return;
    const isWhole = group.members.every((member) => member.state.kind === state);
    if (!isWhole) return;
    group.state = state;
    group.since = now;
    if (state === 'init') return;
    this.#outbox.reports.push({
      kind: 'group-transition',
      group: group.model.name,
      to: state,
      at: now,
    });
  }
}
