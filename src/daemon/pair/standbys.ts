/** The failover processes that stand by, with their code loaded and the model received. */
import { constants } from 'node:os';
import { milliseconds } from '../../base/units.ts';
import type { FailoverModel } from '../../engine/model.ts';
import type { ProcessOrders } from '../channel.ts';
import type { Seat } from './seat.ts';

/** After a start or a take-over, what runs has the processor for itself before the next standby is started. */
const standbyDelay = 400;
/** The one behind the first can wait until what a start or a take-over brings with it is over. */
const secondDelay = 1_000;
const standbyPause = 5_000;
/**
 * A process from nothing takes 0.1 s on a machine at rest and may take a second on a busy one. Where peers wait less than
 * that, a second standby waits behind the first, for a death that comes before the first has been replaced.
 */
const shortInterval = milliseconds(340);

/** Where nothing is held or tracked, a process that dies is an outage to nobody: the next one may begin from nothing. */
function standbysWanted({ instances, groups, staticEntries, bfd }: FailoverModel): number {
  const isIdle = instances.length + groups.length + staticEntries.length === 0 && bfd === undefined;
  if (isIdle) return 0;
  return instances.some(({ advertInterval }) => advertInterval < shortInterval) ? 2 : 1;
}

interface Part {
  readonly model: FailoverModel;
  readonly process: ProcessOrders;
}

export class Standbys {
  readonly #spawn: () => Seat;
  /** In the order of their start. */
  #seats: readonly Seat[] = [];
  #part: Part | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** A place has been taken. */
  #isTaken = false;

  constructor(spawn: () => Seat) {
    this.#spawn = spawn;
  }

  /** The next to take a place. */
  get first(): Seat | undefined {
    return this.#seats.find(({ prepared }) => prepared) ?? this.#seats[0];
  }

  /** Whether as many stand by as are wanted. */
  get areReady(): boolean {
    return this.#seats.length >= this.#wanted && this.#seats.every(({ prepared }) => prepared);
  }

  /** Starts loading one before there is a model to hold. */
  warm(): void {
    if (this.#seats.length === 0) this.#seats = [this.#spawn()];
  }

  hold(model: FailoverModel, process: ProcessOrders): void {
    this.#part = { model, process };
    // The first one is loaded for the place that nobody has yet.
    const kept = this.#isTaken ? this.#wanted : Math.max(1, this.#wanted);
    for (const { child } of this.#seats.slice(kept)) child.kill();
    this.#seats = this.#seats.slice(0, kept);
    for (const { child } of this.#seats) child.order({ kind: 'prepare', model, process });
  }

  /** Takes the next one out, or starts one where there is none. Nobody else is started until `fill`. */
  take(): Seat {
    clearTimeout(this.#timer);
    this.#isTaken = true;
    const seat = this.first ?? this.#start();
    this.#seats = this.#seats.filter((other) => other !== seat);
    return seat;
  }

  /** Starts those that are missing, in a while; at once where none is left and peers are quick. */
  fill(): void {
    this.#fillIn(this.#wanted > 1 && this.#seats.length === 0 ? 0 : standbyDelay);
  }

  /** It holds the model; what it does now to be quicker when it is needed is done behind all others. */
  prepared(seat: Seat): void {
    if (this.#seats.includes(seat)) seat.child.setNice(constants.priority.PRIORITY_LOW);
  }

  /** One has ended. False when it was none of these. */
  lose(seat: Seat): boolean {
    if (!this.#seats.includes(seat)) return false;
    this.#seats = this.#seats.filter((other) => other !== seat);
    // One that never got ready would not get ready sooner by being started in a hurry.
    if (seat.prepared) this.fill();
    else this.#fillIn(standbyPause);
    return true;
  }

  /** Starts no more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  kill(): void {
    this.close();
    for (const { child } of this.#seats) child.kill();
    this.#seats = [];
  }

  get #wanted(): number {
    return this.#part === undefined ? 1 : standbysWanted(this.#part.model);
  }

  #fillIn(delay: number): void {
    clearTimeout(this.#timer);
    if (!this.#isClosed) this.#timer = setTimeout(() => this.#add(), delay);
  }

  #add(): void {
    if (this.#part === undefined || this.#seats.length >= this.#wanted) return;
    const seat = this.#start();
    this.#seats = [...this.#seats, seat];
    // Behind all others it would take seconds to load on a busy machine, for which quick peers leave no time.
    const { PRIORITY_LOW, PRIORITY_NORMAL } = constants.priority;
    seat.child.setNice(this.#wanted > 1 ? PRIORITY_NORMAL : PRIORITY_LOW);
    this.#fillIn(secondDelay);
  }

  #start(): Seat {
    const seat = this.#spawn();
    if (this.#part !== undefined) seat.child.order({ kind: 'prepare', ...this.#part });
    return seat;
  }
}
