/**
 * The balancer's side of the channel, bounded: reports that the supervisor does not read are dropped and counted, what a
 * successor must know is kept in its latest form.
 */
import { type MemoryChange, memoryKey } from '../../engine/balancer/memory.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { BalancerAnswer } from './channel.ts';

/** Messages handed to the operating system and not yet taken by it. */
const inFlightMost = 16;
const waitingMost = 65_536;

export interface Wire {
  /** Hands over one message; `taken` is called when the kernel has it, or never will. */
  send(answer: BalancerAnswer, taken: () => void): void;
}

export class BalancerOutbox {
  readonly #wire: Wire;
  readonly #answers: BalancerAnswer[] = [];
  readonly #memory = new Map<string, MemoryChange>();
  #reports: BalancerReport[] = [];
  #lost = 0;
  #inFlight = 0;
  #emptied: (() => void) | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  reports(reports: readonly BalancerReport[]): void {
    for (const report of reports) {
      if (this.#reports.length < waitingMost) this.#reports.push(report);
      else this.#lost += 1;
    }
    this.flush();
  }

  remember(changes: readonly MemoryChange[]): void {
    for (const change of changes) this.#memory.set(memoryKey(change), change);
    this.flush();
  }

  answer(answer: BalancerAnswer): void {
    this.#answers.push(answer);
    this.flush();
  }

  flush(): void {
    while (this.#inFlight < inFlightMost) {
      const message = this.#next();
      if (message === undefined) return;
      this.#inFlight += 1;
      this.#wire.send(message, () => {
        this.#inFlight -= 1;
        this.flush();
        if (this.#inFlight === 0) this.#emptied?.();
      });
    }
  }

  /** Calls `done` once when everything has been taken. */
  whenEmpty(done: () => void): void {
    this.#emptied = done;
    if (this.#inFlight === 0) done();
  }

  /** What a successor must know goes first: a process may be killed at any moment. */
  #next(): BalancerAnswer | undefined {
    if (this.#memory.size > 0) {
      const changes = [...this.#memory.values()];
      this.#memory.clear();
      return { kind: 'memory', changes };
    }
    if (this.#reports.length > 0 || this.#lost > 0) {
      const message: BalancerAnswer = { kind: 'reports', reports: this.#reports, lost: this.#lost };
      this.#reports = [];
      this.#lost = 0;
      return message;
    }
    return this.#answers.shift();
  }
}
