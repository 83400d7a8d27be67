/** A balancer before a virtual plane and virtual servers, with mishaps, judged all along: a fault throws. */
import type { Address } from '../../base/address.ts';
import type { Random } from '../../base/random.ts';
import { type ServiceKey, serviceName } from '../../base/service.ts';
import {
  after,
  type Duration,
  type Instant,
  instant,
  milliseconds,
  seconds,
} from '../../base/units.ts';
import type { BalancerDriver, Checks } from '../../engine/balancer/driver.ts';
import type { OverrideOrder } from '../../engine/balancer/input.ts';
import { type MemoryChange, memoryKey } from '../../engine/balancer/memory.ts';
import type { BalancerModel } from '../../engine/balancer/model.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { CheckRequest } from '../../health/check.ts';
import type { PlaneOperation } from '../../plane.ts';
import { createClock, createTimer, type VirtualTimer } from '../clock.ts';
import { createQueue } from '../queue.ts';
import { mischief } from './mischief.ts';
import { difference, expected, quorumFault, verdictsFault, writtenIn } from './oracle.ts';
import { createPlane, type VirtualPlane } from './plane.ts';
import type { BalancingOptions } from './run.ts';
import { type BalancingScenario, changedModel, type Mishap, serviceAddress } from './scenario.ts';
import { createTargets, type Targets } from './targets.ts';

/** Thrown by a plane in whose middle the process is killed. */
class Killed extends Error {}

/** Long enough for every check to have gone through all its questions and retries twice. */
const patience = seconds(45);
const offset = seconds(1_000);
const busy = { errno: 16, code: 'EBUSY', detail: '' };
const foreign: ServiceKey = { kind: 'mark', family: 'ipv4', mark: 9_999 };

export class World {
  readonly queue = createQueue();
  readonly endsAt: Instant;
  readonly #clock = createClock(this.queue, offset);
  readonly #options: BalancingOptions;
  readonly #scenario: BalancingScenario;
  readonly #random: Random;
  readonly #plane: VirtualPlane;
  readonly #targets: Targets;
  readonly #memory = new Map<string, MemoryChange>();
  readonly #overrides = new Map<string, OverrideOrder>();
  readonly #former = new Map<string, ServiceKey>();
  #model: BalancerModel;
  /** What the balancer has been told of so far. */
  #known: BalancerModel;
  #driver: BalancerDriver | undefined;
  #timer: VirtualTimer | undefined;
  #generation = 0;
  /** Checks under way, by checker: their sequence. */
  #underWay = new Map<string, number>();
  #stalledUntil = instant(0);
  /** Somebody has changed the plane, or it has refused something, and it was not looked at since. */
  #isDoubtful = true;
  #refuseUntil = instant(0);
  #dieAfter: number | undefined;
  /** When it was killed, the plane held what it should, and nothing has happened since. */
  #wasRight = false;
  readonly #present = new Set<Address>();

  constructor(options: BalancingOptions, scenario: BalancingScenario, random: Random) {
    this.#options = options;
    this.#scenario = scenario;
    this.#random = random;
    this.#model = scenario.model;
    this.#known = scenario.model;
    this.#plane = createPlane(scenario.plane);
    this.#targets = createTargets(random.fork('targets'));
    this.endsAt = after(instant(scenario.calmAt), patience);
    this.#plane.watch((operation) => this.#seen(operation));
    this.#plane.refuse(() => {
      if (this.queue.now() >= this.#refuseUntil || !this.#random.chance(0.5)) return undefined;
      this.#isDoubtful = true;
      return busy;
    });
  }

  start(): void {
    if (this.#scenario.plane === 'ipvs') {
      const settings = {
        scheduler: 'rr',
        flags: [],
        persistence: undefined,
        onePacket: false,
      } as const;
      this.#plane.disturb([{ kind: 'add-service', key: foreign, settings }]);
    }
    this.#spawn();
    for (const mishap of this.#scenario.mishaps) {
      this.queue.at(instant(mishap.at), () => this.#befall(mishap));
    }
    this.queue.at(instant(this.#scenario.calmAt), () => this.#calmDown());
  }

  /** Everybody answers as now for ever. */
  #calmDown(): void {
    this.#dieAfter = undefined;
    for (let index = 0; index < 10; index += 1) this.#present.add(serviceAddress(index));
    this.#tellAddresses();
  }

  #say(words: string): void {
    this.#options.tell?.(this.queue.now() as number as Duration, words);
  }

  #spawn(): void {
    this.#generation += 1;
    const mine = this.#generation;
    this.#underWay = new Map();
    this.#isDoubtful = true;
    const timer = createTimer(this.queue, offset, () => this.#deliver(mine, (it) => it.timerDue()));
    this.#timer = timer;
    const memory = this.#memory.size === 0 ? undefined : new Map(this.#memory);
    this.#known = this.#model;
    this.#driver = this.#options.createDriver({
      model: this.#model,
      seed: this.#random.below(2 ** 31),
      memory,
      formerly: [...this.#former.values()],
      overrides: [...this.#overrides.values()],
      ports: {
        clock: this.#clock,
        timer,
        plane: this.#watched(),
        checks: this.#checks(mine),
        report: (reports) => this.#reported(reports),
        remember: (changes) => {
          for (const change of changes) this.#memory.set(memoryKey(change), change);
        },
      },
    });
    const { asked } = this.#plane;
    const wasRight = this.#wasRight;
    this.#deliver(mine, (driver) => driver.start());
    if (wasRight && this.#plane.asked > asked)
      throw new Error('a restart has touched what was right');
    this.#tellAddresses();
  }

  #tellAddresses(): void {
    const present = [...this.#present];
    this.#deliver(this.#generation, (driver) => driver.tell({ kind: 'addresses', present }));
  }

  /** Looking at the plane ends the doubt about what it holds. */
  #watched(): VirtualPlane {
    const observe = (): ReturnType<VirtualPlane['observe']> => {
      this.#isDoubtful = false;
      return this.#plane.observe();
    };
    return { ...this.#plane, observe, disturbed: () => this.#plane.disturbed() };
  }

  #checks(mine: number): Checks {
    return {
      begin: (requests) => {
        for (const request of requests) this.#begin(request, mine);
      },
      cancel: (checkers) => {
        for (const checker of checkers) this.#underWay.delete(checker);
      },
    };
  }

  #begin(request: CheckRequest, mine: number): void {
    const { checker, sequence } = request;
    if (this.#underWay.has(checker)) throw new Error(`${checker} is asked twice at once`);
    this.#underWay.set(checker, sequence);
    const { took, answer } = this.#targets.ask(request);
    this.queue.in(took, () =>
      this.#deliver(mine, (driver) => {
        // An answer to a check that was given up may still be on its way.
        const isWanted = this.#underWay.get(checker) === sequence;
        if (isWanted) this.#underWay.delete(checker);
        else if (this.#random.chance(0.5)) return;
        driver.outcomes([answer()]);
      }),
    );
  }

  /** Every way into the process: not while it stands still, nor when it is another one by now. */
  #deliver(mine: number, act: (driver: BalancerDriver) => void): void {
    const driver = this.#driver;
    if (mine !== this.#generation || driver === undefined) return;
    if (this.queue.now() < this.#stalledUntil) {
      this.queue.at(this.#stalledUntil, () => this.#deliver(mine, act));
      return;
    }
    try {
      act(driver);
    } catch (thrown) {
      if (!(thrown instanceof Killed)) throw thrown;
      this.#say('killed in a batch');
      this.#kill();
      return;
    }
    this.#judge();
  }

  #kill(): void {
    const snapshot = this.#driver?.snapshot();
    this.#wasRight =
      snapshot?.refused === false &&
      !this.#isDoubtful &&
      this.#known === this.#model &&
      difference(this.#wanted(), this.#found()) === undefined;
    this.#generation += 1;
    this.#driver = undefined;
    this.#timer?.close();
    this.queue.in(milliseconds(this.#random.within(5, 300)), () => this.#spawn());
  }

  #befall(mishap: Mishap): void {
    this.#say(mishap.kind);
    switch (mishap.kind) {
      case 'target':
        this.#targets.change();
        return;
      case 'disturb':
        this.#isDoubtful = true;
        this.#wasRight = false;
        this.#plane.disturb(mischief(this.#random, this.#plane));
        return;
      case 'refuse':
        this.#refuseUntil = after(this.queue.now(), mishap.lasting);
        return;
      case 'kill':
        if (this.#driver === undefined) return;
        if (mishap.inBatch) this.#dieAfter = this.#random.within(1, 4);
        else this.#kill();
        return;
      case 'restart':
        if (this.#driver === undefined) return;
        this.#memory.clear();
        this.#kill();
        this.#wasRight = false;
        return;
      case 'reload':
        this.#reload();
        return;
      case 'order':
        this.#order();
        return;
      case 'address': {
        const address = serviceAddress(this.#random.within(0, 4));
        if (!this.#present.delete(address)) this.#present.add(address);
        this.#tellAddresses();
        return;
      }
      case 'standstill':
        this.#stalledUntil = after(this.queue.now(), mishap.lasting);
    }
  }

  #reload(): void {
    this.#wasRight = false;
    for (const { keys } of this.#model.services) {
      for (const key of keys) this.#former.set(serviceName(key), key);
    }
    this.#model = changedModel(this.#random, this.#model);
    const model = this.#model;
    const ids = new Set(model.services.map(({ id }) => id));
    for (const [key, { service }] of this.#memory) if (!ids.has(service)) this.#memory.delete(key);
    this.#deliver(this.#generation, (driver) => {
      this.#known = model;
      driver.tell({ kind: 'configure', model });
    });
  }

  #order(): void {
    this.#wasRight = false;
    const service = this.#random.pick(this.#model.services);
    const server = this.#random.pick(service.servers);
    const weight = this.#random.within(0, 9);
    const override = this.#random.chance(0.4)
      ? undefined
      : this.#random.pick([{ kind: 'drain' }, { kind: 'weight', weight }] as const);
    const order: OverrideOrder = {
      ...{ kind: 'override', service: service.id, server: server.name, override },
    };
    const key = `${service.id} > ${server.name}`;
    if (override === undefined) this.#overrides.delete(key);
    else this.#overrides.set(key, order);
    this.#deliver(this.#generation, (driver) => driver.tell(order));
  }

  #seen(operation: PlaneOperation): void {
    const key = 'service' in operation ? operation.service : operation.key;
    if (serviceName(key) === serviceName(foreign))
      throw new Error("somebody else's service is touched");
    const isWanted = this.#known.services.some(({ keys }) =>
      keys.some((each) => serviceName(each) === serviceName(key)),
    );
    if (operation.kind === 'remove-service' && isWanted) {
      throw new Error(`${serviceName(key)} is removed, and is configured`);
    }
    if (this.#dieAfter === undefined) return;
    this.#dieAfter -= 1;
    if (this.#dieAfter > 0) return;
    this.#dieAfter = undefined;
    throw new Killed();
  }

  #reported(reports: readonly BalancerReport[]): void {
    for (const { at: _, ...report } of reports) {
      this.#say(JSON.stringify(report));
      if (report.kind !== 'quorum' || report.stopping) continue;
      const { up, live, quorum, hysteresis, service } = report;
      const isRight = up ? live >= quorum + hysteresis : live < quorum + hysteresis;
      if (!isRight) throw new Error(`${service} turns ${up ? 'up' : 'down'} with ${live}`);
    }
  }

  #found() {
    return writtenIn(this.#plane, (name) => name !== serviceName(foreign));
  }

  #wanted() {
    const snapshot = this.#driver?.snapshot();
    return snapshot === undefined ? this.#found() : expected(this.#known, snapshot);
  }

  /** After each step: what the plane holds follows from the verdicts, unless somebody has just changed it. */
  #judge(): void {
    const snapshot = this.#driver?.snapshot();
    if (snapshot === undefined || this.queue.now() < this.#stalledUntil) return;
    for (const service of snapshot.services) {
      const fault = quorumFault(service);
      if (fault !== undefined) throw new Error(fault);
    }
    if (this.#isDoubtful || snapshot.refused) return;
    const fault = difference(this.#wanted(), this.#found());
    if (fault !== undefined) throw new Error(`the table does not follow the verdicts: ${fault}`);
  }

  judgeEnd(): void {
    const snapshot = this.#driver?.snapshot();
    if (snapshot === undefined) throw new Error('no balancer runs');
    const wrong = verdictsFault(this.#model, snapshot, (check) => this.#targets.truth(check));
    if (wrong !== undefined) throw new Error(wrong);
    const fault = difference(expected(this.#model, snapshot), this.#found());
    if (fault !== undefined) throw new Error(`long after: ${fault}`);
  }
}
