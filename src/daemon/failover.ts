/**
 * The failover process: nothing but the engine's driver, its ports and the channel. It never forks, resolves a name,
 * writes a file or renders a log line. Started ahead of need, it holds a model and waits; told to activate, it opens its
 * sockets and runs; when the channel is lost it resigns, withdraws its addresses and ends.
 */
import { flushCompileCache } from 'node:module';
import { between, type Instant, instant } from '../base/units.ts';
import { createDriver, type Driver } from '../engine/driver.ts';
import type { Input } from '../engine/input.ts';
import type { FailoverModel } from '../engine/model.ts';
import type { Report } from '../engine/report.ts';
import type { EngineSnapshot } from '../engine/snapshot.ts';
import { type SharedTimer, shareTimer } from '../engine/timing/shared-timer.ts';
import type { Answer, Order, ProcessOrders } from './channel.ts';
import type { BfdPart } from './failover/bfd-part.ts';
import { type Cadence, cadence, changed, drawn, dueAt } from './failover/cadence.ts';
import { isPatient, optimiseFor } from './failover/demand.ts';
import type { Haste } from './failover/haste.ts';
import { Outbox } from './failover/outbox.ts';
import {
  dieWithParent,
  giveAllBack,
  hasteOf,
  holdLifeline,
  linuxClock,
  openPorts,
  type PortEvents,
  type Ports,
  raiseOf,
  takePlace,
} from './failover/ports.ts';
import { type Rehearsal, rehearse } from './rehearsal/rehearsal.ts';
import { Understudy } from './rehearsal/understudy.ts';

/** How long an orderly end may take once nobody waits for it any more. */
const orphanPatience = 2_000;

/** A process that is to run at once is told so before this is over. */
const readyDelay = 150;

/** Of the stack of an exception; enough to find the place. */
const stackLines = 4;

/** After a start, until memory is given back where nobody minds a pause of some milliseconds. */
const settledDelay = 10_000;

interface Held {
  readonly model: FailoverModel;
  readonly process: ProcessOrders;
}

interface Running {
  readonly driver: Driver;
  readonly ports: Ports;
  readonly timer: SharedTimer;
  readonly haste: Haste;
  bfd: BfdPart | undefined;
}

class FailoverProcess {
  readonly #outbox = new Outbox({ send: sendToSupervisor });
  #held: Held | undefined;
  #running: Running | undefined;
  /** Loaded when the first session is configured, and not before. */
  #openBfd: typeof import('./failover/bfd-part.ts').openBfd | undefined;
  /** What must wait until it is loaded. */
  #waiting: Order[] | undefined;
  #cadence: Cadence = cadence(instant(0));
  #pictureTimer: NodeJS.Timeout | undefined;
  #ending = false;
  #rehearsal: Rehearsal | undefined;
  #understudy: Understudy | undefined;

  take(order: Order): void {
    if (this.#waiting !== undefined) this.#waiting.push(order);
    else if (this.#openBfd === undefined && wantsBfd(order)) this.#loadBfd(order);
    else this.#carryOut(order);
  }

  #loadBfd(order: Order): void {
    this.#waiting = [order];
    import('./failover/bfd-part.ts').then(({ openBfd }) => {
      this.#openBfd = openBfd;
      const orders = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const each of orders) this.take(each);
    });
  }

  #carryOut(order: Order): void {
    switch (order.kind) {
      case 'prepare': {
        optimiseFor(order.model);
        const held = { model: order.model, process: order.process };
        this.#held = held;
        this.#outbox.answer({ kind: 'prepared' });
        setTimeout(() => this.#makeReady(held), readyDelay);
        return;
      }
      case 'activate':
        this.#activate(order);
        return;
      case 'tell':
        this.#tell(order.input);
        return;
      case 'ping':
        this.#outbox.answer({ kind: 'alive' });
        return;
      case 'ask':
        this.#drive((driver) => this.#outbox.snapshot(order.id, () => this.#picture(driver)));
        return;
    }
  }

  /** Nobody gives orders any more: resign and withdraw, then end. */
  orphaned(): void {
    if (this.#ending) return;
    this.#ending = true;
    if (this.#running === undefined) process.exit(0);
    setTimeout(() => process.exit(1), orphanPatience);
    this.#tell({ kind: 'stop' });
  }

  broken(thrown: unknown): void {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    const reason = stack.split('\n').slice(0, stackLines).join('\n');
    sendToSupervisor({ kind: 'broken', reason }, () => process.exit(70));
    setTimeout(() => process.exit(70), 50);
  }

  /**
   * For a process that stands by alone: it writes a file, and it takes time. Without the file each process would compile
   * everything anew.
   */
  #makeReady({ model }: Held): void {
    if (this.#running !== undefined) return;
    this.#rehearse(model, () => {
      if (this.#running !== undefined) return;
      flushCompileCache();
      giveAllBack();
    });
  }

  /** While nobody has given an order yet: the supervisor reads its configuration meanwhile. */
  awaitOrders(): void {
    this.#rehearse(undefined, () => undefined);
  }

  #rehearse(model: FailoverModel | undefined, over: () => void): void {
    this.#rehearsal?.stop();
    try {
      this.#rehearsal = rehearse(model, over);
    } catch {
      // Whatever it is will be told by the process that runs in earnest.
      over();
    }
  }

  #activate(order: Extract<Order, { readonly kind: 'activate' }>): void {
    const held = this.#held;
    if (held === undefined || this.#running !== undefined) return;
    this.#rehearsal?.stop();
    for (const refusal of takePlace(held.process)) this.#outbox.answer(refusal);
    const raise = raiseOf(held.process, (refusal) => this.#outbox.answer(refusal));
    const haste = hasteOf(held.process, raise);
    const events: PortEvents = {
      networkReady: () => this.#drive((driver) => driver.networkReady()),
      neighboursReady: () => this.#drive((driver) => driver.neighboursReady()),
      kernelReady: () => this.#drive((driver) => driver.kernelReady()),
      timerDue: (at) => {
        this.#timerDue();
        raise?.served(at, linuxClock.now());
      },
      timerSoon: (at) => this.#timerSoon(at, haste),
    };
    const ports = openPorts(events, false, held.process.buffers);
    ports.suit(held.model);
    const timer = shareTimer(ports.timer, linuxClock);
    const report = (reports: readonly Report[]): void => this.#report(reports);
    const driver = createDriver({
      model: held.model,
      resume: order.resume,
      left: order.left,
      ports: { ...ports, timer: timer.first, clock: linuxClock, report },
    });
    this.#running = { driver, ports, timer, haste, bfd: undefined };
    this.#cadence = cadence(linuxClock.now());
    driver.start();
    this.#configureBfd(held.model, order.resume);
    this.#outbox.answer({ kind: 'active', at: linuxClock.now() });
    for (const input of order.inputs) driver.tell(input);
    this.#settle(driver);
    this.#understudy = new Understudy(held.model);
    if (isPatient(held.model)) setTimeout(giveAllBack, settledDelay);
  }

  #report(reports: readonly Report[]): void {
    this.#outbox.reports(reports);
    this.#cadence = changed(this.#cadence);
  }

  #tell(input: Input): void {
    if (input.kind === 'configure') {
      optimiseFor(input.model);
      this.#running?.ports.suit(input.model);
      this.#understudy?.suit(input.model);
    }
    this.#drive((driver) => {
      driver.tell(input);
      if (input.kind === 'configure') this.#configureBfd(input.model, undefined);
      if (input.kind === 'stop') this.#running?.bfd?.stop();
    });
  }

  /** Sessions that are gone from the configuration say so; with the last one, their sockets go too. */
  #configureBfd({ bfd = [] }: FailoverModel, resume: EngineSnapshot | undefined): void {
    const running = this.#running;
    if (running === undefined) return;
    if (running.bfd !== undefined) running.bfd.configure(bfd);
    else if (bfd.length > 0) {
      running.bfd = this.#openBfd?.({
        ...{ models: bfd, resume: resume?.bfd, clock: linuxClock, timer: running.timer.second },
        report: (reports) => this.#report(reports),
        tell: (verdict) => running.driver.tell(verdict),
        haste: running.haste,
        turn: (act) => this.#drive(act),
      });
    }
    if (bfd.length > 0) return;
    running.bfd?.close();
    running.bfd = undefined;
  }

  #timerDue(): void {
    this.#drive((driver) => {
      const due = this.#running?.timer.due();
      if (due?.first) driver.timerDue();
      if (due?.second) this.#running?.bfd?.timerDue();
    });
  }

  /** A deadline after a long silence: what was received may put it off, else the time is well spent. */
  #timerSoon(at: Instant, haste: Haste): () => void {
    const release = haste.hold();
    this.#drive((driver) => driver.prepare(at));
    this.#understudy?.play(at);
    return release;
  }

  #picture(driver: Driver): EngineSnapshot {
    const bfd = this.#running?.bfd?.snapshot();
    const snapshot = driver.snapshot();
    return bfd === undefined ? snapshot : { ...snapshot, bfd };
  }

  /** Every way into the driver goes through here, so that what follows from a step is never forgotten. */
  #drive(act: (driver: Driver) => void): void {
    const driver = this.#running?.driver;
    if (driver === undefined) return;
    act(driver);
    this.#settle(driver);
  }

  #settle(driver: Driver): void {
    if (driver.finished) {
      this.#finish();
      return;
    }
    const wait = between(linuxClock.now(), dueAt(this.#cadence)) / 1_000;
    if (this.#cadence.stale && wait <= 0) {
      this.#clearPictureTimer();
      this.#draw(driver);
    } else if (this.#cadence.stale && this.#pictureTimer === undefined) {
      this.#pictureTimer = setTimeout(() => this.#drawLater(), Math.max(1, Math.ceil(wait)));
    }
  }

  #drawLater(): void {
    this.#pictureTimer = undefined;
    this.#drive(() => undefined);
  }

  #clearPictureTimer(): void {
    clearTimeout(this.#pictureTimer);
    this.#pictureTimer = undefined;
  }

  #draw(driver: Driver): void {
    this.#outbox.snapshot(undefined, () => {
      const begin = linuxClock.now();
      const snapshot = this.#picture(driver);
      const end = linuxClock.now();
      // Turning it into text for the channel costs about as much again.
      this.#cadence = drawn(end, between(begin, end));
      return snapshot;
    });
  }

  #finish(): void {
    if (this.#pictureTimer !== undefined) this.#clearPictureTimer();
    this.#understudy?.close();
    this.#running?.bfd?.close();
    this.#running?.ports.close();
    this.#running = undefined;
    this.#ending = true;
    this.#outbox.answer({ kind: 'finished' });
    this.#outbox.whenEmpty(() => process.exit(0));
    // The supervisor may have stopped reading.
    setTimeout(() => process.exit(0), 200);
  }
}

function wantsBfd(order: Order): boolean {
  if (order.kind === 'prepare') return order.model.bfd !== undefined;
  if (order.kind !== 'tell' || order.input.kind !== 'configure') return false;
  return order.input.model.bfd !== undefined;
}

function sendToSupervisor(answer: Answer, taken: () => void): void {
  if (process.send === undefined || !process.connected) {
    taken();
    return;
  }
  process.send(answer, undefined, undefined, () => taken());
}

function live(): void {
  const failover = new FailoverProcess();
  const supervisor = process.ppid;
  process.title = 'holdfast: failover';
  process.on('uncaughtException', (thrown) => failover.broken(thrown));
  process.on('unhandledRejection', (thrown) => failover.broken(thrown));
  process.on('message', (message) => failover.take(message as Order));
  process.on('disconnect', () => failover.orphaned());
  // A terminal or systemd signals the whole group; only the supervisor decides, unless it is gone.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
    process.on(signal, () => {
      if (process.ppid !== supervisor) failover.orphaned();
    });
  }
  dieWithParent();
  holdLifeline();
  if (process.ppid !== supervisor || !process.connected) failover.orphaned();
  else failover.awaitOrders();
}

if (process.send === undefined) flushCompileCache();
else live();
