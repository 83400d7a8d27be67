/**
 * The failover engine: routes inputs to virtual routers, keeps what is derived from observation up to date, and
 * gathers what is to be done. It has no clock and no source of chance; `step` is its only door, `consequences` the way out.
 */
import { after, earliest, type Instant, seconds } from '../base/units.ts';
import type { KernelChange, Notary, WantedAddress, Watch } from '../ports.ts';
import { Acknowledger } from './acknowledger.ts';
import { type Announcer, createAnnouncer } from './addresses/announcer.ts';
import { Foresight } from './addresses/foresight.ts';
import { Guard } from './addresses/guard.ts';
import { Reconciler } from './addresses/reconcile.ts';
import { Listener } from './adverts/listener.ts';
import { Sockets } from './adverts/sockets.ts';
import { EntryKeeper } from './entries/keeper.ts';
import { Evaluator } from './evaluator.ts';
import { SyncGroups } from './groups.ts';
import type { Input } from './input.ts';
import { LinkSettings } from './links/settings.ts';
import { type Machine, machineDeadline, machineDeadlineRules, resumeMachine } from './machine.ts';
import type { FailoverModel } from './model.ts';
import { Mover, type Outbox } from './mover.ts';
import { Observer } from './observer.ts';
import { NOTHING, type OutgoingDatagram, type Output } from './output.ts';
import { instanceSnapshot } from './picture.ts';
import { adoptModel, groupsByMember, matchRoster } from './roster.ts';
import type { EngineSnapshot, Leavings } from './snapshot.ts';
import { Timekeeper } from './timekeeper.ts';
import { createDeadlines } from './timing/deadlines.ts';
import { Gathering } from './timing/gathering.ts';
import { Lateness } from './timing/lateness.ts';
import { startAt } from './timing/start-at.ts';
import { NOTHING_WATCHED, sameWatch, watchOf } from './watch.ts';
import { createWorld } from './world.ts';

/** How long a stop waits for the kernel to let go of addresses. */
const STOP_PATIENCE = seconds(2);

export interface EngineOptions {
  readonly model: FailoverModel;
  /** What an earlier failover process of this daemon was, when this one takes its place. */
  readonly resume: EngineSnapshot | undefined;
  /** What whoever was there before may have left in the kernel. */
  readonly left?: Leavings | undefined;
  readonly now: Instant;
  /** Whether neighbours can be asked and heard. */
  readonly hasNeighbours?: boolean;
  /** Needed where advertisements are signed. */
  readonly notary?: Notary | undefined;
}

export class Engine {
  #model: FailoverModel;
  #machines: ReadonlyMap<string, Machine> = new Map();
  readonly #startedAt: Instant;
  #startAt: Instant | undefined;
  #stopBy: Instant | undefined;
  /** What is to be observed of the kernel besides links and addresses, and what was asked for. */
  #watch: Watch = NOTHING_WATCHED;
  #watched: Watch = NOTHING_WATCHED;
  /** No step is taken before the kernel has been observed. */
  #isObserved = false;
  readonly #world = createWorld();
  readonly #outbox: Outbox = { transmit: [], reports: [] };
  readonly #settings = new LinkSettings(this.#world, this.#outbox);
  readonly #sockets = new Sockets(this.#world);
  readonly #lateness = new Lateness(this.#outbox);
  readonly #gathering = new Gathering();
  readonly #announcer: Announcer;
  readonly #entries: EntryKeeper;
  readonly #reconciler: Reconciler;
  readonly #guard: Guard;
  readonly #foresight: Foresight;
  readonly #deadlines = createDeadlines<Machine>(machineDeadlineRules);
  readonly #mover: Mover;
  readonly #groups: SyncGroups;
  readonly #evaluator: Evaluator;
  readonly #listener: Listener;
  readonly #observer: Observer;
  readonly #acknowledger: Acknowledger;
  readonly #timekeeper: Timekeeper;

  constructor({ model, resume, left, now, hasNeighbours = false, notary }: EngineOptions) {
    const world = this.#world;
    const outbox = this.#outbox;
    this.#model = model;
    this.#startedAt = resume?.startedAt ?? now;
    this.#announcer = createAnnouncer(() => this.#model.host);
    const entries = new EntryKeeper({ world, outbox });
    const reconciler = new Reconciler({ world, entries, lifetimes: model.host.addressLifetimes });
    const guard = new Guard(world, outbox, hasNeighbours);
    const foresight = new Foresight(reconciler);
    this.#foresight = foresight;
    const [announcer, deadlines] = [this.#announcer, this.#deadlines];
    const parts = { world, outbox, announcer, deadlines };
    const gathering = this.#gathering;
    const mover = new Mover({ ...parts, reconciler, guard, foresight, gathering, notary });
    this.#guard = guard;
    const groups = new SyncGroups(mover, outbox);
    this.#entries = entries;
    this.#reconciler = reconciler;
    this.#mover = mover;
    this.#groups = groups;
    const shared = { world, outbox, reconciler, settings: this.#settings };
    this.#evaluator = new Evaluator({ ...shared, mover, groups, entries });
    this.#listener = new Listener({ outbox, mover, groups, notary });
    this.#observer = new Observer(shared);
    this.#acknowledger = new Acknowledger(parts);
    const lateness = this.#lateness;
    this.#timekeeper = new Timekeeper({ deadlines, mover, groups, lateness });
    this.#startAt = resume === undefined ? startAt(model.host, now) : resume.startAt;
    this.#settings.resume({ ...left, ...(resume?.settings && { settings: resume.settings }) });
    this.#configure(model, now);
    outbox.reports.length = 0;
    if (resume !== undefined) this.#resume(resume, now);
  }

  /** What the first observation of the kernel must hold besides links and addresses. */
  get watch(): Watch {
    this.#watched = this.#watch;
    return this.#watch;
  }

  /** Takes one input in. What it returns is to be sent at once. Whatever was received must have been handed over before `wake`. */
  step(input: Input, now: Instant): readonly OutgoingDatagram[] {
    this.#handle(input, now);
    if (this.#isObserved) {
      // Whoever has to be silent from now on takes its group along before deadlines are served.
      this.#groups.settle(now);
      if (this.#stopBy === undefined) this.#timekeeper.serve(heardUntil(input), now);
      this.#groups.settle(now);
    }
    const { transmit } = this.#outbox;
    this.#outbox.transmit = [];
    return transmit;
  }

  /** Gets ready for the deadlines that come by then. The addresses that will be wanted, as in `Output.prepare`. */
  prepare(until: Instant): readonly WantedAddress[] {
    return this.#mover.prepare(this.#machines.values(), until);
  }

  snapshot(now: Instant): EngineSnapshot {
    const machines = [...this.#machines.values()];
    const parts = { entries: this.#entries, guard: this.#guard };
    return {
      takenAt: now,
      startedAt: this.#startedAt,
      ...(this.#startAt === undefined ? {} : { startAt: this.#startAt }),
      instances: machines.map((machine) => instanceSnapshot(machine, this.#world, parts)),
      groups: this.#groups.snapshots(),
      staticEntries: this.#entries.snapshots('host'),
      trackers: this.#evaluator.snapshots(),
      rejected: Object.fromEntries(this.#listener.rejectedCounts),
      latenessMax: this.#lateness.max,
      settings: this.#settings.snapshots,
    };
  }

  #handle(input: Input, now: Instant): void {
    switch (input.kind) {
      case 'datagrams':
        if (this.#isObserved && this.#stopBy === undefined) {
          this.#listener.take(input.datagrams, this.#startAt === undefined, now);
        }
        return;
      case 'kernel':
        this.#observe(input.changes, now);
        return;
      case 'applied':
        this.#settings.answered(input.operations, input.results, now);
        this.#acknowledger.take(
          this.#reconciler.answered(input.operations, input.results, now),
          now,
        );
        if (this.#entries.takeNews()) this.#refresh(now);
        return;
      case 'tracker':
        this.#evaluator.hear(input, now);
        this.#refresh(now);
        return;
      case 'neighbours':
        this.#guard.hear(input.claims, now);
        return;
      case 'transmit-failed':
        this.#mover.notSent(this.#machines.get(input.instance), input, now);
        return;
      case 'listening':
        this.#sockets.answered(input.failures, this.#evaluator, now);
        this.#refresh(now);
        return;
      case 'configure':
        this.#configure(input.model, now);
        this.#refresh(now);
        return;
      case 'announce':
        this.#mover.announceAgain(this.#machines.get(input.instance));
        return;
      case 'stop':
        this.#stop(now);
        return;
      case 'wake':
        if (this.#observer.release(now)) this.#refresh(now);
        if (this.#startAt !== undefined && this.#startAt <= now) {
          this.#startAt = undefined;
          this.#refresh(now);
        }
    }
  }

  #observe(changes: readonly KernelChange[], now: Instant): void {
    for (const change of changes) {
      this.#observer.take(change, now);
      if (change.kind.startsWith('link')) this.#guard.unsettled([], now);
      if (change.kind === 'link-gone') this.#sockets.gone(change.index);
      if (change.kind !== 'resynchronised') continue;
      this.#isObserved = true;
      for (const machine of this.#machines.values()) this.#reconciler.track(machine);
      this.#entries.track('host', this.#model.staticEntries);
      this.#guard.unsettled(this.#machines.values(), now);
      this.#foresight.unsettled(this.#machines.values(), now);
    }
    this.#refresh(now);
  }

  #resume(snapshot: EngineSnapshot, now: Instant): void {
    for (const { tracker, ...verdict } of snapshot.trackers) {
      this.#evaluator.verdicts.set(tracker, verdict);
    }
    for (const was of snapshot.instances) {
      const machine = this.#machines.get(was.name);
      if (machine !== undefined) resumeMachine(machine, was, snapshot.takenAt, now);
    }
    this.#groups.resume(snapshot.groups);
    for (const machine of this.#machines.values()) {
      this.#reconciler.touch(machine);
      this.#deadlines.schedule(machine, machineDeadline(machine));
    }
    this.#lateness.max = snapshot.latenessMax;
  }

  #configure(model: FailoverModel, now: Instant): void {
    this.#sockets.unsettle();
    this.#model = model;
    const isAnew = this.#reconciler.lifetimes !== model.host.addressLifetimes;
    this.#reconciler.lifetimes = model.host.addressLifetimes;
    this.#listener.logUnknown = model.host.logUnknownVrids;
    const change = matchRoster(this.#machines.values(), model, now);
    const groups = groupsByMember(model.groups);
    this.#machines = change.machines;
    for (const machine of change.kept) {
      const instance = change.models.get(machine);
      if (instance === undefined) continue;
      const group = groups.get(instance.name);
      const parts = { group, isAnew, reconciler: this.#reconciler, mover: this.#mover };
      adoptModel(machine, instance, parts, now);
    }
    for (const machine of change.removed) this.#remove(machine, now);
    for (const machine of change.added) this.#reconciler.track(machine);
    this.#groups.configure(model.groups, this.#machines);
    for (const group of model.groups) this.#mover.disturbedGroups.add(group.name);
    this.#evaluator.learn(this.#machines.values(), model.groups);
    this.#observer.learn(model);
    this.#settings.learn(model);
    this.#gathering.learn(model);
    this.#guard.unsettled(this.#machines.values(), now);
    this.#foresight.unsettled(this.#machines.values(), now);
    this.#entries.track('host', model.staticEntries);
    this.#watch = watchOf(model);
    if (!sameWatch(this.#watch, this.#watched)) this.#entries.isReady = false;
  }

  #remove(machine: Machine, now: Instant): void {
    const { kind: from } = machine.state;
    if (from === 'master') this.#mover.advertise(machine, true);
    machine.state = { kind: 'init' };
    this.#mover.silence(machine);
    this.#reconciler.forget(machine);
    const { priority, model } = machine;
    const ended = { from, to: 'deleted', cause: { kind: 'reload' }, at: now, priority } as const;
    this.#outbox.reports.push({ kind: 'transition', instance: model.name, ...ended });
  }

  #stop(now: Instant): void {
    if (this.#stopBy !== undefined) return;
    this.#stopBy = after(now, STOP_PATIENCE);
    this.#entries.stop();
    this.#settings.stop();
    for (const machine of this.#machines.values()) {
      if (machine.state.kind !== 'init') this.#mover.move(machine, { kind: 'stop' }, now);
    }
    for (const { name: group } of this.#groups.snapshots()) {
      this.#outbox.reports.push({ kind: 'group-transition', group, to: 'stop', at: now });
    }
  }

  #refresh(now: Instant): void {
    this.#sockets.unsettle();
    if (!this.#isObserved || this.#stopBy !== undefined) return;
    const machines = [...this.#machines.values()];
    this.#evaluator.refresh(machines, this.#startAt === undefined, now);
    this.#listener.learn(machines);
    this.#settings.prepare(machines);
  }

  /** All that follows from the last step. */
  consequences(now: Instant): Output {
    const isStopping = this.#stopBy !== undefined;
    if (!this.#isObserved) return { ...NOTHING, ...this.#told(), finished: isStopping };
    const listen = isStopping ? undefined : this.#sockets.take(this.#machines.values(), now);
    const watch = sameWatch(this.#watch, this.#watched) ? undefined : this.#watch;
    this.#watched = this.#watch;
    const kernel = [...this.#settings.take(now), ...this.#reconciler.next(now)];
    const announce = this.#announcer.take(now);
    // Who else claims addresses is asked when those that are to be added are there.
    const mayAsk = !isStopping && kernel.length === 0;
    const guarded = mayAsk ? this.#guard.take(this.#machines.values(), now) : undefined;
    const isSettled = this.#reconciler.settled && this.#settings.settled;
    const finished = this.#stopBy !== undefined && (isSettled || this.#stopBy <= now);
    const done = { ...this.#told(), listen, watch, kernel, announce, finished };
    if (finished) return { ...NOTHING, ...done };
    const gather = this.#gathering.take(this.#machines.values());
    const prepare = this.#foresight.take(now);
    const wakeAt = [
      this.#reconciler.deadline(now),
      this.#settings.deadline(now),
      this.#announcer.deadline(now),
      isStopping ? undefined : this.#guard.deadline(),
      this.#startAt,
      this.#stopBy,
      this.#sockets.deadline,
      this.#foresight.deadline(),
    ].reduce(earliest, this.#deadlines.earliest());
    return { ...NOTHING, ...done, ...guarded, gather, prepare, wakeAt };
  }

  #told(): Pick<Output, 'reports'> {
    const { reports } = this.#outbox;
    this.#outbox.reports = [];
    return { reports };
  }
}

/** By when everything that arrived has been taken in: told by a wake-up alone. */
function heardUntil(input: Input): Instant | undefined {
  return input.kind === 'wake' ? input.readUntil : undefined;
}
