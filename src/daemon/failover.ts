/**
 * The failover process: nothing but the engine's driver, its ports and the channel. It never forks, resolves a name,
 * writes a file or renders a log line. Started ahead of need, it holds a model and waits; told to activate, it opens its
 * sockets and runs; when the channel is lost it resigns, withdraws its addresses and ends.
 */
import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { between, instant } from '../base/units.ts';
import { createDriver, type Driver } from '../engine/driver.ts';
import type { FailoverModel } from '../engine/model.ts';
import { type Cadence, cadence, changed, drawn, dueAt } from './cadence.ts';
import type { Answer, Order, ProcessOrders } from './channel.ts';
import { Outbox } from './outbox.ts';
import {
  dieWithParent,
  holdLifeline,
  linuxClock,
  openPorts,
  type Ports,
  takePlace,
} from './ports.ts';
import { type Rehearsal, rehearse } from './rehearsal.ts';

/** How long an orderly end may take once nobody waits for it any more. */
const orphanPatience = 2_000;

/** A process that is to run at once is told so before this is over. */
const readyDelay = 150;

/** Of the stack of an exception; enough to find the place. */
const stackLines = 4;

const manyInstances = 32;

interface Held {
  readonly model: FailoverModel;
  readonly process: ProcessOrders;
}

class FailoverProcess {
  readonly #outbox = new Outbox({ send: sendToSupervisor });
  #held: Held | undefined;
  #running: { readonly driver: Driver; readonly ports: Ports } | undefined;
  #cadence: Cadence = cadence(instant(0));
  #pictureTimer: NodeJS.Timeout | undefined;
  #ending = false;
  #rehearsal: Rehearsal | undefined;

  take(order: Order): void {
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
        if (order.input.kind === 'configure') {
          optimiseFor(order.input.model);
          this.#running?.ports.suit(order.input.model);
        }
        this.#drive((driver) => driver.tell(order.input));
        return;
      case 'ping':
        this.#outbox.answer({ kind: 'alive' });
        return;
      case 'ask':
        this.#drive((driver) => this.#outbox.snapshot(order.id, () => driver.snapshot()));
        return;
    }
  }

  /** Nobody gives orders any more: resign and withdraw, then end. */
  orphaned(): void {
    if (this.#ending) return;
    this.#ending = true;
    if (this.#running === undefined) process.exit(0);
    setTimeout(() => process.exit(1), orphanPatience);
    this.#drive((driver) => driver.tell({ kind: 'stop' }));
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
      // Loading leaves half of the heap empty.
      globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
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
    const ports = openPorts({
      networkReady: () => this.#drive((driver) => driver.networkReady()),
      neighboursReady: () => this.#drive((driver) => driver.neighboursReady()),
      kernelReady: () => this.#drive((driver) => driver.kernelReady()),
      timerDue: () => this.#drive((driver) => driver.timerDue()),
    });
    ports.suit(held.model);
    const driver = createDriver({
      model: held.model,
      resume: order.resume,
      ports: {
        ...ports,
        clock: linuxClock,
        report: (reports) => {
          this.#outbox.reports(reports);
          this.#cadence = changed(this.#cadence);
        },
      },
    });
    this.#running = { driver, ports };
    this.#cadence = cadence(linuxClock.now());
    driver.start();
    this.#outbox.answer({ kind: 'active', at: linuxClock.now() });
    for (const input of order.inputs) driver.tell(input);
    this.#settle(driver);
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
      const snapshot = driver.snapshot();
      const end = linuxClock.now();
      // Turning it into text for the channel costs about as much again.
      this.#cadence = drawn(end, between(begin, end));
      return snapshot;
    });
  }

  #finish(): void {
    if (this.#pictureTimer !== undefined) this.#clearPictureTimer();
    this.#running?.ports.close();
    this.#running = undefined;
    this.#ending = true;
    this.#outbox.answer({ kind: 'finished' });
    this.#outbox.whenEmpty(() => process.exit(0));
    // The supervisor may have stopped reading.
    setTimeout(() => process.exit(0), 200);
  }
}

/** The optimising compilers cost megabytes, and pay for them where there is much to do. */
function optimiseFor({ instances }: FailoverModel): void {
  if (instances.length < manyInstances) return;
  setFlagsFromString('--maglev');
  setFlagsFromString('--opt');
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
