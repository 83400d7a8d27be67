/**
 * The balancer's judgement: step(input, now) → what is to be done, in order. It has no clock, no socket and no source
 * of chance but its seed. The table that it wants is a function of configuration and verdicts; what the plane holds is
 * compared with it at the start, after every change, when something was refused and every so often.
 */
import type { Address } from '../../base/address.ts';
import { createRandom } from '../../base/random.ts';
import { type ServiceKey, serviceName } from '../../base/service.ts';
import { earliest, type Instant } from '../../base/units.ts';
import type { Override } from '../../health/pool.ts';
import { Arranger } from './arrangements.ts';
import { CheckDesk } from './desk.ts';
import type { BalancerInput, OverrideOrder } from './input.ts';
import { Keeper } from './keeper.ts';
import { Lookout } from './lookout.ts';
import type { BalancerMemory, MemoryChange } from './memory.ts';
import type { BalancerModel } from './model.ts';
import type { BalancerOutput } from './output.ts';
import { type Consequences, reweigh, subjectOf } from './pools.ts';
import type { BalancerReport } from './report.ts';
import { endAll, replaceServices } from './services.ts';
import { type BalancerSnapshot, serviceSnapshot } from './snapshot.ts';
import type { ServiceState } from './state.ts';
import { createTable } from './table.ts';

/** Operations that are asked for in one turn; the rest follows when whoever else waits has had theirs. */
const batch = 2_000;

/** What comes because it was asked for. */
const answers: ReadonlySet<BalancerInput['kind']> = new Set([
  ...(['observed', 'looked', 'glimpsed', 'applied', 'arranged'] as const),
]);

export interface BalancerOptions {
  readonly model: BalancerModel;
  readonly now: Instant;
  readonly seed: number;
  /** What an earlier process of this daemon knew, when this one takes its place. */
  readonly memory: BalancerMemory | undefined;
  /** Services of earlier configurations, which are ours to remove. */
  readonly formerly: readonly ServiceKey[];
  readonly overrides: readonly OverrideOrder[];
  /** What the plane is: nftables tells of disturbances, and holds nothing that is not ours. */
  readonly plane: 'ipvs' | 'nftables';
}

export class BalancerEngine {
  readonly #startedAt: Instant;
  readonly #plane: 'ipvs' | 'nftables';
  readonly #desk: CheckDesk;
  readonly #keeper: Keeper;
  readonly #lookout: Lookout;
  readonly #table = createTable();
  readonly #arranger = new Arranger();
  readonly #overrides = new Map<string, Override>();
  readonly #masters = new Map<string, boolean>();
  readonly #present = new Set<Address>();
  #model: BalancerModel;
  #services: ReadonlyMap<string, ServiceState> = new Map();
  #byKey: ReadonlyMap<string, ServiceState> = new Map();
  /** Until the first step: what a predecessor knew. */
  #memory: BalancerMemory | undefined;
  #hasBegun = false;
  #stopping: 'no' | 'looking' | 'removing' | 'done' = 'no';
  #observedAt: Instant | undefined;
  /** Somebody else may have changed the plane: what has to be put right now is told. */
  #auditing = false;
  /** Operations of this turn so far. */
  #asked = 0;
  #observe = false;
  #glance = false;
  /** Services that must be looked at in full. */
  #look: readonly ServiceKey[] = [];
  /** They are those that hold what was refused. */
  #retrying = false;

  constructor({ model, now, seed, memory, formerly, overrides, plane }: BalancerOptions) {
    this.#startedAt = now;
    this.#plane = plane;
    this.#model = model;
    this.#memory = memory;
    this.#desk = new CheckDesk(createRandom(seed));
    this.#keeper = new Keeper({
      table: this.#table,
      ownsAll: plane === 'nftables',
      serviceAt: (name) => this.#byKey.get(name),
    });
    this.#lookout = new Lookout({
      plane,
      keys: () => [...this.#services.values()].flatMap(({ model: { keys } }) => keys),
    });
    this.#keeper.disown(formerly);
    for (const order of overrides) this.#note(order);
  }

  step(input: BalancerInput, now: Instant): BalancerOutput {
    const reports: BalancerReport[] = [];
    const memory: MemoryChange[] = [];
    const into: Consequences = { keeper: this.#keeper, reports, memory, now };
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#replace(this.#model, into);
      this.#memory = undefined;
    }
    const wasBusy = this.#keeper.isBusy;
    this.#take(input, into);
    const isLooking = this.#observedAt === undefined || this.#stopping === 'looking';
    const operations = isLooking || this.#isSpent(input) ? [] : this.#keeper.operations(batch);
    this.#asked += operations.length;
    if (input.kind === 'observed' || input.kind === 'looked') {
      this.#tellRestored(wasBusy ? [] : operations, into);
    }
    if (operations.length === 0) reports.push(...this.#keeper.settle(now));
    this.#finishStop(operations.length);
    const { timeouts, synchronise } = this.#arrange();
    const begin = this.#stopping === 'no' ? this.#desk.begin(now) : [];
    const looks = { observe: this.#observe, glance: this.#glance, look: this.#look };
    [this.#observe, this.#glance, this.#look] = [false, false, []];
    return {
      cancel: this.#desk.takeCancelled(),
      ...{ operations, timeouts, synchronise, ...looks, begin, reports, memory },
      wakeAt: this.#wakeAt(now),
      finished: this.#stopping === 'done',
    };
  }

  /** A turn goes on as long as nothing comes but the answers to what it has asked for. */
  #isSpent(input: BalancerInput): boolean {
    if (!answers.has(input.kind)) this.#asked = 0;
    return this.#asked >= batch;
  }

  snapshot(now: Instant, services?: readonly string[]): BalancerSnapshot {
    const states =
      services === undefined
        ? [...this.#services.values()]
        : services.flatMap((id) => this.#services.get(id) ?? []);
    return {
      takenAt: now,
      startedAt: this.#startedAt,
      plane: this.#plane,
      observedAt: this.#observedAt,
      refused: this.#keeper.retryAt !== undefined,
      services: states.map(serviceSnapshot),
    };
  }

  #take(input: BalancerInput, into: Consequences): void {
    switch (input.kind) {
      case 'observed':
        this.#observed(input, into.now);
        return;
      case 'looked':
        this.#looked(input);
        return;
      case 'glimpsed':
        this.#glimpsed(input, into.now);
        return;
      case 'disturbed':
        this.#auditing = true;
        this.#observe = true;
        return;
      case 'applied':
        into.reports.push(...this.#keeper.applied(input.operations, input.results, into.now));
        return;
      case 'arranged':
        into.reports.push(...this.#arranger.answered(input.what, input.result, into.now));
        return;
      case 'outcomes':
        this.#desk.heed(input.outcomes, into);
        return;
      case 'file':
        this.#desk.tell(`file:${input.file}`, input.value, into);
        return;
      case 'session':
        this.#desk.tell(`bfd:${input.session}`, input.up ? 1 : 0, into);
        return;
      case 'instance':
        this.#masters.set(input.instance, input.master);
        return;
      case 'addresses':
        this.#addresses(input.present, into);
        return;
      case 'override':
        this.#override(input, into);
        return;
      case 'configure':
        this.#replace(input.model, into);
        return;
      case 'wake':
        // What is still to be done would be taken for what others have changed.
        if (this.#stopping === 'no' && !this.#keeper.isBusy) this.#wake(into.now);
        return;
      case 'stop':
        this.#stop(input.keep, into);
    }
  }

  #observed(
    { services, took }: Extract<BalancerInput, { readonly kind: 'observed' }>,
    now: Instant,
  ): void {
    const isFirst = this.#observedAt === undefined;
    this.#observedAt = now;
    this.#lookout.observed(services.length, took, now);
    this.#keeper.retry();
    this.#keeper.observed(this.#table.replace(services));
    this.#arranger.doubt();
    if (isFirst && this.#model.plane.flushAtStart) {
      this.#keeper.disown(services.map(({ key }) => key));
    }
    if (this.#stopping !== 'looking') return;
    this.#stopping = 'removing';
    this.#keeper.disown(services.map(({ key }) => key));
  }

  /** Some services in full: those whose turn it was, that did not look as they should, or that hold what was refused. */
  #looked({ keys, services, took }: Extract<BalancerInput, { readonly kind: 'looked' }>): void {
    this.#lookout.looked(keys.length, took);
    this.#auditing = !this.#retrying;
    if (this.#retrying) this.#keeper.retry();
    this.#retrying = false;
    this.#keeper.observed(this.#table.replaceThese(keys, services));
  }

  /** What is not ours may look as it likes. */
  #glimpsed(
    { glimpse, took }: Extract<BalancerInput, { readonly kind: 'glimpsed' }>,
    now: Instant,
  ): void {
    this.#lookout.glimpsed(glimpse.withServers, took, now);
    this.#arranger.doubt();
    const doubtful = this.#table.doubtful(glimpse);
    this.#look = doubtful.filter((key) => this.#byKey.has(serviceName(key)));
    this.#observedAt = now;
  }

  #wake(now: Instant): void {
    this.#arranger.wake(now);
    const { retryAt } = this.#keeper;
    if (retryAt !== undefined && retryAt <= now) {
      this.#look = this.#keeper.suspects();
      this.#retrying = this.#look.length > 0;
      if (!this.#retrying) this.#keeper.retry();
      return;
    }
    const { whole, glance, services } = this.#lookout.due(now);
    if (!whole && !glance) return;
    this.#observe = whole;
    this.#glance = glance;
    this.#look = services;
    this.#auditing = whole;
  }

  #tellRestored(operations: BalancerOutput['operations'], into: Consequences): void {
    const [first] = operations;
    const isNews = this.#auditing && first !== undefined;
    this.#auditing = false;
    if (!isNews) return;
    into.reports.push({ kind: 'restored', at: into.now, operations: operations.length, first });
  }

  #addresses(present: readonly Address[], into: Consequences): void {
    this.#present.clear();
    for (const address of present) this.#present.add(address);
    for (const service of this.#services.values()) this.#judgeSuspension(service, into);
  }

  #judgeSuspension(service: ServiceState, { reports, now }: Consequences): void {
    const { suspendWithout: needed } = service.model;
    const suspended = needed !== undefined && !needed.some((each) => this.#present.has(each));
    if (suspended === service.suspended) return;
    service.suspended = suspended;
    if (suspended) this.#desk.suspend(service);
    else this.#desk.resume(service, now);
    reports.push({ kind: 'suspension', ...subjectOf(service), at: now, suspended });
  }

  #override(order: OverrideOrder, into: Consequences): void {
    this.#note(order);
    const server = this.#services.get(order.service)?.servers.get(order.server);
    if (server === undefined) return;
    server.override = order.override;
    into.keeper.touchServer(server);
    reweigh(server, { kind: 'order' }, into);
  }

  #note({ service, server, override }: OverrideOrder): void {
    const key = `${service} > ${server}`;
    if (override === undefined) this.#overrides.delete(key);
    else this.#overrides.set(key, override);
  }

  #replace(model: BalancerModel, into: Consequences): void {
    if (this.#stopping !== 'no') return;
    this.#model = model;
    const next = replaceServices(this.#services, model.services, {
      desk: this.#desk,
      memory: this.#memory,
      override: (service, server) => this.#overrides.get(`${service} > ${server}`),
      into,
    });
    this.#services = next.services;
    if (next.changed.length + next.gone === 0) return;
    const byKey = new Map<string, ServiceState>();
    for (const service of this.#services.values()) {
      for (const key of service.model.keys) byKey.set(serviceName(key), service);
    }
    this.#byKey = byKey;
    for (const service of next.changed) {
      // Checks that came with the change know nothing of a suspension.
      service.suspended = false;
      this.#judgeSuspension(service, into);
    }
  }

  #arrange(): Pick<BalancerOutput, 'timeouts' | 'synchronise'> {
    if (this.#observedAt === undefined) return { timeouts: undefined, synchronise: undefined };
    return this.#arranger.orders(this.#model.plane, this.#masters, this.#stopping !== 'no');
  }

  #stop(keep: boolean, into: Consequences): void {
    if (this.#stopping !== 'no') return;
    endAll(this.#services.values(), this.#desk, into);
    const keys = [...this.#services.values()].flatMap(({ model }) => model.keys);
    this.#services = new Map();
    this.#byKey = new Map();
    if (keep || this.#observedAt === undefined) {
      this.#keeper.abandon();
      this.#stopping = 'removing';
    } else if (this.#model.plane.flushAtStop === 'all') {
      this.#observe = true;
      this.#stopping = 'looking';
    } else {
      this.#keeper.disown(keys);
      this.#stopping = 'removing';
    }
  }

  /** What the plane refuses now stays; there is no later. */
  #finishStop(operations: number): void {
    if (this.#stopping !== 'removing' || operations > 0 || this.#keeper.isBusy) return;
    this.#stopping = 'done';
  }

  #wakeAt(now: Instant): Instant | undefined {
    if (this.#asked >= batch && this.#keeper.isBusy) return now;
    if (this.#stopping !== 'no') return undefined;
    let at = earliest(this.#desk.earliest(), this.#keeper.retryAt);
    at = earliest(at, this.#arranger.retryAt);
    return earliest(at, this.#lookout.wakeAt);
  }
}
