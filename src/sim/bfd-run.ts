/**
 * Hosts with BFD sessions between all of them, in virtual time and with troubles: cuts in one direction or both, loss,
 * processes that stand still, die and are replaced, end, start, and are configured anew. Runs the shipped driver.
 */
import { type Address, parseAddress } from '../base/address.ts';
import { invariant } from '../base/outcome.ts';
import { createRandom, type Random } from '../base/random.ts';
import { after, type Duration, type Instant, milliseconds, seconds } from '../base/units.ts';
import { type BfdDriver, createBfdDriver } from '../engine/bfd/driver.ts';
import type { BfdModel } from '../engine/bfd/model.ts';
import type { BfdReport } from '../engine/bfd/report.ts';
import type { BfdSnapshot } from '../engine/bfd/snapshot.ts';
import { type Fact, Judge } from './bfd-judge.ts';
import { createUdpNet, type UdpNet, type UdpSocket } from './bfd-net.ts';
import { createClock, createTimer } from './clock.ts';
import { createQueue, type Queue } from './queue.ts';

export interface BfdRun {
  readonly violations: readonly string[];
  /** How often a session came up, and went down from up. */
  readonly ups: number;
  readonly downs: number;
  readonly troubles: Readonly<Record<string, number>>;
}

export interface BfdHost {
  readonly name: string;
  readonly address: Address;
  readonly offset: Duration;
  models: readonly BfdModel[];
  running: Running | undefined;
}

interface Running {
  readonly driver: BfdDriver;
  readonly socket: UdpSocket;
  readonly close: () => void;
  readonly startedAt: Instant;
  /** What it has counted of datagrams that it lost, and when that was seen to grow last. */
  overflowed: number;
  sparedAt: Instant;
  isFrozen: boolean;
  isScheduled: boolean;
  timerDue: boolean;
}

/** What a wake-up may be late. */
const SCHEDULING = 200;
const LENGTH = seconds(30);
/** Long enough for everybody to come up at the end. */
const CALM = seconds(10);
const CHECK_EVERY = milliseconds(5);

export function runBfd(seed: number): BfdRun {
  const run = new Run(seed);
  run.play();
  return run;
}

class Run implements BfdRun {
  readonly #queue: Queue = createQueue();
  readonly #random: Random;
  readonly #net: UdpNet;
  readonly #hosts: readonly BfdHost[];
  readonly #judge: Judge;
  readonly violations: string[] = [];
  readonly troubles: Record<string, number> = {};
  ups = 0;
  downs = 0;

  constructor(seed: number) {
    const random = createRandom(seed);
    this.#random = random.fork('troubles');
    this.#net = createUdpNet(this.#queue, random.fork('network'));
    this.#judge = new Judge((words) => {
      if (this.violations.length < 5) this.violations.push(words);
    });
    const count = random.within(2, 4);
    this.#hosts = Array.from({ length: count }, (_, index) => ({
      name: `h${index}`,
      address: addressOf(index),
      offset: seconds(random.below(1_000)),
      models: [],
      running: undefined,
    }));
    for (const host of this.#hosts) host.models = this.#draw(host, random);
  }

  play(): void {
    for (const host of this.#hosts) this.#start(host, undefined);
    for (let at = 1_000_000 + this.#random.below(2_000_000); at < LENGTH; ) {
      this.#queue.at(at as Instant, () => this.#trouble());
      at += 200_000 + this.#random.below(4_000_000);
    }
    const end = after(LENGTH as number as Instant, CALM);
    const check = (): void => {
      this.#judge.look(this.#facts(), this.#queue.now());
      if (this.#queue.now() < end) this.#queue.in(CHECK_EVERY, check);
    };
    this.#queue.in(CHECK_EVERY, check);
    while (this.#queue.now() < end && this.violations.length === 0) this.#queue.step(end);
    if (this.violations.length === 0) this.#judge.conclude(this.#facts());
  }

  #draw(host: BfdHost, random: Random): readonly BfdModel[] {
    const interval = (): Duration => milliseconds(random.pick([10, 20, 50, 100, 300]));
    return this.#hosts
      .filter((other) => other !== host)
      .map((other) => ({
        name: other.name,
        neighbour: other.address,
        source: random.chance(0.5) ? host.address : undefined,
        // Both ends must agree.
        multihop: [host.name, other.name].sort()[0] === 'h1',
        minTransmit: interval(),
        minReceive: interval(),
        idleTransmit: seconds(1),
        multiplier: random.within(2, 5),
        // Two who wait for each other would wait for ever.
        passive: host.name < other.name && random.chance(0.3),
        hopLimit: 255,
        hopLimitLeast: 255,
        forFailover: true,
        forChecks: true,
        tracked: true,
      }));
  }

  #start(host: BfdHost, resume: BfdSnapshot | undefined): void {
    const wake = (): void => this.#schedule(host);
    const socket = this.#net.open(host.address, host.offset, wake);
    const timer = createTimer(this.#queue, host.offset, () => {
      if (host.running?.socket === socket) host.running.timerDue = true;
      wake();
    });
    const driver = createBfdDriver({
      models: host.models,
      resume,
      seed: this.#random.below(2 ** 32),
      ports: {
        clock: createClock(this.#queue, host.offset),
        timer,
        network: socket,
        report: (reports) => this.#note(host, reports),
        tell: () => undefined,
      },
    });
    const close = (): void => {
      timer.close();
      this.#net.close(socket);
    };
    const startedAt = this.#queue.now();
    const state = { isFrozen: false, isScheduled: false, timerDue: false };
    const spared = { overflowed: resume?.overflowed ?? 0, sparedAt: startedAt };
    host.running = { driver, socket, close, startedAt, ...spared, ...state };
    driver.start();
  }

  #end(host: BfdHost): void {
    host.running?.close();
    host.running = undefined;
  }

  #schedule(host: BfdHost): void {
    const { running } = host;
    if (running === undefined || running.isScheduled || running.isFrozen) return;
    running.isScheduled = true;
    this.#queue.in(this.#random.below(SCHEDULING) as Duration, () => {
      running.isScheduled = false;
      if (host.running !== running || running.isFrozen) return;
      if (running.timerDue) {
        running.timerDue = false;
        running.driver.timerDue();
      }
      if (running.socket.pending()) running.driver.networkReady();
    });
  }

  #note(host: BfdHost, reports: readonly BfdReport[]): void {
    for (const report of reports) {
      if (report.kind !== 'bfd-transition') continue;
      if (report.to === 'up') this.ups += 1;
      if (report.from !== 'up') continue;
      this.downs += 1;
      this.#judge.wentDown(host.name, report, this.#queue.now());
    }
  }

  /** A session as seen from one end, with what is known of the way to the other. */
  #facts(): readonly Fact[] {
    return this.#hosts.flatMap((host) => {
      const { running } = host;
      if (running === undefined) return [];
      const { sessions, overflowed } = running.driver.snapshot();
      if (overflowed > running.overflowed) running.sparedAt = this.#queue.now();
      running.overflowed = overflowed;
      return sessions.map((session): Fact => {
        const other = this.#hosts.find(({ name }) => name === session.model.name);
        invariant(other !== undefined, 'sessions are named for the other end');
        const there = other.running?.driver
          .snapshot()
          .sessions.find(({ model }) => model.name === host.name);
        const { sparedAt } = running;
        const isFrozen = running.isFrozen || running.isScheduled;
        const cut = this.#net.trouble(other.address, host.address).cut;
        return { here: host.name, session, there, isFrozen, sparedAt, offset: host.offset, cut };
      });
    });
  }

  #trouble(): void {
    const random = this.#random;
    const host = random.pick(this.#hosts);
    const other = random.pick(this.#hosts.filter((each) => each !== host));
    const kinds = ['cut', 'half-cut', 'loss', 'freeze', 'crash', 'restart', 'configure'] as const;
    const kind = random.pick(kinds);
    const last = milliseconds(random.within(20, 3_000));
    this.troubles[kind] = (this.troubles[kind] ?? 0) + 1;
    const names = kind === 'cut' || kind === 'half-cut' ? [host, other] : [host];
    this.#judge.disturb(
      names.map(({ name }) => name),
      after(this.#queue.now(), kind === 'crash' ? milliseconds(0) : last),
      kind === 'crash',
    );
    switch (kind) {
      case 'cut':
      case 'half-cut':
        this.#cut(host, other, { both: kind === 'cut', last });
        return;
      case 'loss':
        this.#lose(host, last);
        return;
      case 'freeze':
        this.#freeze(host, last);
        return;
      case 'crash':
        this.#crash(host);
        return;
      case 'restart':
        host.running?.driver.stop();
        this.#end(host);
        this.#queue.in(last, () => {
          if (host.running === undefined) this.#start(host, undefined);
        });
        return;
      case 'configure': {
        const sources = new Map(host.models.map((model) => [model.name, model]));
        host.models = this.#draw(host, random).map((model) => ({
          ...model,
          source: random.chance(0.2) ? model.source : sources.get(model.name)?.source,
          passive: sources.get(model.name)?.passive ?? false,
        }));
        host.running?.driver.configure(host.models);
      }
    }
  }

  #cut(
    host: BfdHost,
    other: BfdHost,
    { both, last }: { readonly both: boolean; readonly last: Duration },
  ): void {
    const ways = [this.#net.trouble(host.address, other.address)];
    if (both) ways.push(this.#net.trouble(other.address, host.address));
    for (const way of ways) way.cut = true;
    this.#judge.cut(host.name, other.name, this.#queue.now(), both);
    this.#queue.in(last, () => {
      for (const way of ways) way.cut = false;
      this.#judge.healed(host.name, other.name);
    });
  }

  #lose(host: BfdHost, last: Duration): void {
    const ways = this.#hosts
      .filter((other) => other !== host)
      .flatMap((other) => [
        this.#net.trouble(host.address, other.address),
        this.#net.trouble(other.address, host.address),
      ]);
    const set = (loss: number, duplication: number): void => {
      for (const way of ways) Object.assign(way, { loss, duplication });
    };
    set(this.#random.unit(), this.#random.unit() / 2);
    this.#queue.in(last, () => set(0, 0));
  }

  #freeze(host: BfdHost, last: Duration): void {
    const { running } = host;
    if (running === undefined || running.isFrozen) return;
    running.isFrozen = true;
    this.#queue.in(last, () => {
      running.isFrozen = false;
      this.#schedule(host);
    });
  }

  /** Replaced at once, as what it was when it last told: nobody may notice. */
  #crash(host: BfdHost): void {
    const { running } = host;
    if (running === undefined || running.isFrozen) return;
    const resume = running.driver.snapshot();
    this.#end(host);
    this.#queue.in(milliseconds(3), () => {
      if (host.running === undefined) this.#start(host, resume);
    });
  }
}

function addressOf(index: number): Address {
  const address = parseAddress(`10.0.0.${index + 1}`);
  invariant(address !== undefined, 'it is an address');
  return address;
}
