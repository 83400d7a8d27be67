/**
 * The drain loop over ports, identical live and simulated: hand the engine what has happened, carry out what it
 * asks for in the order of `Output`, until it asks for nothing more.
 */
import { after, type Instant, milliseconds } from '../base/units.ts';
import type { Clock, Kernel, Neighbours, Network, Notary, Timer, Watch } from '../ports.ts';
import { Engine } from './engine.ts';
import type { Input } from './input.ts';
import type { FailoverModel } from './model.ts';
import type { OutgoingDatagram, Output } from './output.ts';
import type { Report } from './report.ts';
import type { EngineSnapshot, Leavings } from './snapshot.ts';

/** Datagrams taken in before deadlines are looked at again. */
const RECEIVE_BATCH = 256;
/** How many batches one wake-up reads before the rest must wait for the next, so that a flood cannot starve it. */
const RECEIVE_ROUNDS = 16;
/** A timer served later than this means that the whole process stood still. */
const STANDSTILL = milliseconds(50);
/** A long drain (a thousand addresses) looks at the network, and tells what it did so far, after so many rounds. */
const ROUNDS_BETWEEN_READS = 8;
/** Claims are read so many at a time, after everything else: they can wait, and may be a flood. */
const CLAIMS_BATCH = 32;

export interface DriverPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly network: Network;
  readonly kernel: Kernel;
  /** Without it nobody is told of others who hold addresses of ours. */
  readonly neighbours?: Neighbours;
  /** Needed where advertisements are signed. */
  readonly notary?: Notary;
  /** Takes reports away. Must return at once and never throw. */
  report(reports: readonly Report[]): void;
}

export interface DriverOptions {
  readonly model: FailoverModel;
  /** What an earlier failover process of this daemon was, when this one takes its place. */
  readonly resume: EngineSnapshot | undefined;
  /** What whoever was there before may have left in the kernel. */
  readonly left?: Leavings | undefined;
  readonly ports: DriverPorts;
}

export interface Driver {
  /** Observes the kernel and takes the first step. */
  start(): void;
  /** A socket of the network port has something to read. */
  networkReady(): void;
  /** The neighbours port has claims to tell. */
  neighboursReady(): void;
  /** The kernel port has changes to tell. */
  kernelReady(): void;
  /** A deadline is near: reads what may put it off, and makes ready what it will need. */
  prepare(until: Instant): void;
  /** The timer has fired. */
  timerDue(): void;
  /** A verdict, a new configuration, the order to stop. */
  tell(input: Input): void;
  snapshot(): EngineSnapshot;
  /** After `stop`: everything has been resigned and withdrawn. */
  readonly finished: boolean;
}

export function createDriver(options: DriverOptions): Driver {
  const { clock, timer, network, kernel } = options.ports;
  const loop = new DrainLoop(options);
  /** Returns by when all of it had arrived; undefined when more is waiting than one wake-up may take in. */
  const readNetwork = (): Instant | undefined => {
    for (let round = 0; round < RECEIVE_ROUNDS; round += 1) {
      const begin = clock.now();
      const datagrams = network.receive(RECEIVE_BATCH);
      if (datagrams.length > 0) loop.feed({ kind: 'datagrams', datagrams });
      if (datagrams.length < RECEIVE_BATCH) return begin;
    }
    return undefined;
  };
  const readKernel = (): void => {
    const changes = kernel.changes();
    if (changes.length > 0) loop.feed({ kind: 'kernel', changes });
  };
  return {
    start() {
      kernel.watch(loop.watch);
      const state = kernel.observe();
      loop.feed({ kind: 'kernel', changes: [{ kind: 'resynchronised', state }] });
    },
    networkReady() {
      readNetwork();
    },
    neighboursReady() {
      readNetwork();
      const claims = options.ports.neighbours?.claims(CLAIMS_BATCH) ?? [];
      if (claims.length > 0) loop.feed({ kind: 'neighbours', claims });
    },
    kernelReady: readKernel,
    prepare(until) {
      readNetwork();
      loop.prepare(until);
    },
    timerDue() {
      // After a standstill the kernel may have taken addresses and links away meanwhile: know that first.
      if (loop.isLate()) readKernel();
      // What has been received must count before anybody is declared silent, and the processor may be taken away between
      // the look at the sockets and the judgement: so silence is judged as of that look.
      const readUntil = readNetwork();
      if (readUntil !== undefined) loop.feed({ kind: 'wake', readUntil });
      else timer.arm(clock.now());
    },
    tell: (input) => loop.feed(input),
    snapshot: () => loop.snapshot(),
    get finished() {
      return loop.finished;
    },
  };
}

class DrainLoop {
  readonly #ports: DriverPorts;
  readonly #engine: Engine;
  /** Answers that the engine has not been told yet. */
  readonly #answers: Input[] = [];
  /** Told when everything else has been done: turning them into messages takes longer than a burst of announcements. */
  #reports: Report[] = [];
  #wakeAt: Instant | undefined;
  finished = false;

  constructor({ ports, ...given }: DriverOptions) {
    this.#ports = ports;
    const hasNeighbours = ports.neighbours !== undefined;
    const { notary } = ports;
    this.#engine = new Engine({ ...given, now: ports.clock.now(), hasNeighbours, notary });
  }

  get watch(): Watch {
    return this.#engine.watch;
  }

  snapshot(): EngineSnapshot {
    return this.#engine.snapshot(this.#ports.clock.now());
  }

  /** Whether the wake-up asked for is long past. */
  isLate(): boolean {
    return this.#wakeAt !== undefined && after(this.#wakeAt, STANDSTILL) < this.#ports.clock.now();
  }

  prepare(until: Instant): void {
    const wanted = this.#engine.prepare(until);
    if (wanted.length > 0) this.#ports.kernel.prepare?.(wanted);
  }

  feed(input: Input): void {
    const { timer, network } = this.#ports;
    let wakeAt = this.#turn(input);
    for (let round = 1; this.#answers.length > 0; round += 1) {
      const answer = this.#answers.shift();
      if (answer !== undefined) wakeAt = this.#turn(answer);
      if (round % ROUNDS_BETWEEN_READS !== 0) continue;
      this.#tell();
      const datagrams = network.receive(RECEIVE_BATCH);
      if (datagrams.length > 0) this.#answers.push({ kind: 'datagrams', datagrams });
    }
    this.#wakeAt = wakeAt;
    timer.arm(wakeAt);
    this.#tell();
  }

  #tell(): void {
    const reports = this.#reports;
    if (reports.length === 0) return;
    this.#reports = [];
    this.#ports.report(reports);
  }

  /** One step, and what follows from it; what the world answers is queued. */
  #turn(input: Input): Instant | undefined {
    const now = this.#ports.clock.now();
    const datagrams = this.#engine.step(input, now);
    if (datagrams.length > 0) this.#transmit(datagrams);
    return this.#carryOut(this.#engine.consequences(now));
  }

  #transmit(datagrams: readonly OutgoingDatagram[]): void {
    for (const { index, error } of this.#ports.network.transmit(datagrams)) {
      const instance = datagrams[index]?.instance ?? '';
      this.#answers.push({ kind: 'transmit-failed', instance, error });
    }
  }

  /** Steps 2 to 6 of an output; what is to be told waits until everything else is done. */
  #carryOut(output: Output): Instant | undefined {
    const { network, kernel } = this.#ports;
    if (output.listen !== undefined) {
      this.#answers.push({ kind: 'listening', failures: network.listen(output.listen) });
    }
    if (output.watch !== undefined) {
      kernel.watch(output.watch);
      const changes = [{ kind: 'resynchronised', state: kernel.observe() } as const];
      this.#answers.push({ kind: 'kernel', changes });
    }
    if (output.kernel.length > 0) {
      const operations = output.kernel;
      this.#answers.push({ kind: 'applied', operations, results: kernel.apply(operations) });
    }
    if (output.announce.length > 0) network.announce(output.announce);
    if (output.guard !== undefined) this.#ports.neighbours?.watch(output.guard);
    if (output.probe.length > 0) network.announce(output.probe);
    this.#reports.push(...output.reports);
    if (output.gather !== undefined) network.gather?.(output.gather);
    if (output.prepare.length > 0) kernel.prepare?.(output.prepare);
    this.finished ||= output.finished;
    return output.wakeAt;
  }
}
