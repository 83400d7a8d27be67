/**
 * The balancer process: the engine's driver, a data plane and the checks. It takes a model over its channel, keeps the
 * plane as it should be, and tells what happens. When the channel is lost it ends and leaves the plane as it is: what
 * it holds goes on serving, and the next daemon takes it over without disturbing a connection.
 */
import { randomInt } from 'node:crypto';
import { constants } from 'node:os';
import { type BalancerDriver, createBalancerDriver } from '../engine/balancer/driver.ts';
import type { BalancerInput } from '../engine/balancer/input.ts';
import { memoryKey } from '../engine/balancer/memory.ts';
import type { BalancerModel } from '../engine/balancer/model.ts';
import { linuxClock } from '../linux/clock.ts';
import { setParentDeathSignal } from '../linux/process.ts';
import type { DataPlane } from '../plane.ts';
import type { BalancerAnswer, BalancerOrder } from './balancing/channel.ts';
import { type LocalAddresses, watchLocalAddresses } from './balancing/local-addresses.ts';
import { changedModel } from './balancing/model-change.ts';
import { nameMatches } from './balancing/orders.ts';
import { BalancerOutbox } from './balancing/outbox.ts';
import { type PackedModel, unpackModel } from './balancing/packed-model.ts';
import { openPlane } from './balancing/plane.ts';
import { servicesText } from './balancing/services-text.ts';
import { MillisecondTimer } from './balancing/timer.ts';
import { type CheckRunner, createCheckRunner } from './checks/runner.ts';
import { giveBackAfterWork } from './failover/give-back.ts';
import { raiseOf, takePlace } from './failover/ports.ts';

type Start = Extract<BalancerOrder, { readonly kind: 'start' }>;

/** How long until a plane that cannot be had is tried again, in milliseconds. */
const planePause = 2_000;
const seeds = 2 ** 47;
/** Bytes of a model whose working out leaves much to give back: some thousand servers. */
const largeModel = 256 * 1_024;
/** Of the stack of an exception; enough to find the place. */
const stackLines = 4;

interface Running {
  readonly driver: BalancerDriver;
  readonly plane: DataPlane;
  readonly timer: MillisecondTimer;
  readonly checks: CheckRunner;
}

class BalancerProcess {
  readonly #outbox = new BalancerOutbox({ send: sendToSupervisor });
  #model: BalancerModel | undefined;
  #running: Running | undefined;
  #addresses: LocalAddresses | undefined;
  /** What was told before there was a plane. */
  #waiting: BalancerInput[] = [];
  /** Those who are being told of all services. */
  readonly #readings = new Map<number, Iterator<string, undefined>>();
  readonly #worked = giveBackAfterWork();
  #isLarge = false;
  #retry: NodeJS.Timeout | undefined;
  #ending = false;

  take(order: BalancerOrder): void {
    switch (order.kind) {
      case 'start':
        this.#model = unpackModel(order.model);
        this.#ease(order.model);
        for (const refusal of takePlace(order.process)) {
          if (refusal.kind === 'refused') this.#outbox.answer(refusal);
        }
        void this.#start(order);
        return;
      case 'configure':
        if (this.#model === undefined) return;
        this.#model = changedModel(this.#model, order);
        this.#ease(order.fresh);
        this.#tell({ kind: 'configure', model: this.#model });
        this.#watchAddresses();
        return;
      case 'tell':
        this.#tell(order.input);
        return;
      case 'find':
        this.#find(order);
        return;
      case 'read':
        this.#read(order);
        return;
      case 'enough':
        this.#readings.delete(order.reading);
        if (this.#isLarge) this.#worked();
        return;
      case 'ask': {
        const snapshot = this.#running?.driver.snapshot();
        const traffic = order.withTraffic ? (this.#running?.plane.traffic() ?? []) : [];
        this.#outbox.answer({ kind: 'snapshot', id: order.id, snapshot, traffic });
        return;
      }
      case 'ping':
        this.#outbox.answer({ kind: 'alive' });
    }
  }

  /** A large model leaves a heap that is half empty. */
  #ease({ bytes }: PackedModel): void {
    const isLarge = bytes.length > largeModel;
    this.#isLarge ||= isLarge;
    if (isLarge) this.#worked();
  }

  #find({ id, name }: Extract<BalancerOrder, { readonly kind: 'find' }>): void {
    const driver = this.#running?.driver;
    const matches = driver === undefined ? [] : nameMatches(this.#model?.services ?? [], name);
    const ids = [...new Set(matches.map(({ service }) => service))];
    const services = driver?.snapshot(ids).services ?? [];
    this.#outbox.answer({ kind: 'found', id, matches, services });
  }

  /** A piece is made when it is asked for: everything else that waits has its turn before the next one. */
  #read({ id, reading, withTraffic }: Extract<BalancerOrder, { readonly kind: 'read' }>): void {
    const pieces = this.#readings.get(reading) ?? this.#pieces(withTraffic);
    this.#readings.set(reading, pieces);
    const { value: text } = pieces.next();
    this.#outbox.answer({ kind: 'piece', id, text });
  }

  #pieces(withTraffic: boolean): Iterator<string, undefined> {
    const services = this.#model?.services ?? [];
    return this.#running === undefined
      ? ['"traffic":[]'].values()
      : servicesText({ ...this.#running, services }, withTraffic);
  }

  /** Nobody gives orders any more. The plane goes on as it is. */
  orphaned(): void {
    process.exit(0);
  }

  broken(thrown: unknown): void {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    const reason = stack.split('\n').slice(0, stackLines).join('\n');
    sendToSupervisor({ kind: 'broken', reason }, () => process.exit(70));
    setTimeout(() => process.exit(70), 50);
  }

  async #start(order: Start): Promise<void> {
    if (this.#ending) return;
    const { plane } = this.#model ?? order.model;
    const opened = await openPlane(plane.kind ?? order.plane, () => this.#disturbed(), {
      namespace: order.namespace,
      buffers: order.process.buffers,
    });
    if (this.#ending) return;
    if (opened.kind === 'none') {
      this.#outbox.answer({ kind: 'no-plane', attempts: opened.attempts });
      this.#retry = setTimeout(() => void this.#start(order), planePause);
      return;
    }
    this.#run(order, opened.plane);
  }

  #run(order: Start, plane: DataPlane): void {
    const { memory, formerly, overrides, inputs } = order;
    const raise = raiseOf(order.process, (refusal) => this.#outbox.answer(refusal));
    const timer = new MillisecondTimer(linuxClock, (at) => {
      this.#drive((it) => it.timerDue());
      raise?.served(at, linuxClock.now());
    });
    const checks = createCheckRunner({
      now: () => linuxClock.now(),
      tell: (outcomes) => this.#drive((it) => it.outcomes(outcomes)),
      notice: (text) => this.#outbox.answer({ kind: 'notice', loudness: 'warning', text }),
      security: order.security,
    });
    const driver = createBalancerDriver({
      model: this.#model ?? unpackModel(order.model),
      seed: randomInt(seeds),
      memory: memory && new Map(memory.map((change) => [memoryKey(change), change])),
      ...{ formerly, overrides },
      ports: {
        ...{ clock: linuxClock, timer, plane, checks },
        report: (reports) => this.#outbox.reports(reports),
        remember: (changes) => this.#outbox.remember(changes),
      },
    });
    this.#running = { driver, plane, timer, checks };
    this.#outbox.answer({ kind: 'running', plane: plane.kind });
    // Levels first: a file that says that a server is to be out must not find it in.
    for (const input of inputs) driver.tell(input);
    driver.start();
    this.#watchAddresses();
    for (const input of this.#waiting.splice(0)) this.#tell(input);
  }

  #tell(input: BalancerInput): void {
    if (this.#running !== undefined) {
      this.#drive((driver) => driver.tell(input));
    } else if (input.kind === 'stop') {
      this.#finish();
    } else if (input.kind !== 'configure') {
      this.#waiting.push(input);
    }
  }

  #disturbed(): void {
    if (this.#running?.plane.disturbed() === true) this.#tell({ kind: 'disturbed' });
  }

  #drive(act: (driver: BalancerDriver) => void): void {
    const driver = this.#running?.driver;
    if (driver === undefined || this.#ending) return;
    act(driver);
    if (driver.finished) this.#finish();
  }

  #watchAddresses(): void {
    const isNeeded = this.#model?.services.some((one) => one.suspendWithout !== undefined);
    if (isNeeded !== true || this.#addresses !== undefined || this.#running === undefined) return;
    this.#addresses = watchLocalAddresses((present) => this.#tell({ kind: 'addresses', present }));
  }

  #finish(): void {
    if (this.#ending) return;
    this.#ending = true;
    clearTimeout(this.#retry);
    this.#addresses?.close();
    this.#running?.timer.close();
    this.#running?.checks.close();
    this.#running?.plane.close();
    this.#outbox.answer({ kind: 'finished' });
    this.#outbox.whenEmpty(() => process.exit(0));
    // The supervisor may have stopped reading.
    setTimeout(() => process.exit(0), 200);
  }
}

function sendToSupervisor(answer: BalancerAnswer, taken: () => void): void {
  if (process.send === undefined || !process.connected) {
    taken();
    return;
  }
  process.send(answer, undefined, undefined, () => taken());
}

function live(): void {
  const balancer = new BalancerProcess();
  const supervisor = process.ppid;
  process.title = 'holdfast: balancer';
  process.on('uncaughtException', (thrown) => balancer.broken(thrown));
  process.on('unhandledRejection', (thrown) => balancer.broken(thrown));
  process.on('message', (message) => balancer.take(message as BalancerOrder));
  process.on('disconnect', () => balancer.orphaned());
  // A terminal or systemd signals the whole group; only the supervisor decides, unless it is gone.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
    process.on(signal, () => {
      if (process.ppid !== supervisor) balancer.orphaned();
    });
  }
  setParentDeathSignal(constants.signals.SIGTERM);
  if (process.ppid !== supervisor || !process.connected) balancer.orphaned();
}

if (process.send !== undefined) live();
