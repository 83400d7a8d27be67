/**
 * The balancer's side of the channel, bounded: reports that the supervisor does not read are dropped and counted, what a
 * successor must know is kept in its latest form.
 */
import { type MemoryChange, memoryKey } from '../../engine/balancer/memory.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import { Pump, type Wire } from '../pump.ts';
import { UnsentReports } from '../unsent-reports.ts';
import type { BalancerAnswer } from './channel.ts';

const waitingMost = 65_536;

export class BalancerOutbox {
  readonly #pump: Pump<BalancerAnswer>;
  readonly #answers: BalancerAnswer[] = [];
  readonly #memory = new Map<string, MemoryChange>();
  readonly #unsent = new UnsentReports<BalancerReport>(waitingMost);

  constructor(wire: Wire<BalancerAnswer>) {
    this.#pump = new Pump(wire, () => this.#next());
  }

  reports(reports: readonly BalancerReport[]): void {
    this.#unsent.add(reports);
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
    this.#pump.flush();
  }

  /** Calls `done` once when everything has been taken. */
  whenEmpty(done: () => void): void {
    this.#pump.whenEmpty(done);
  }

  /** What a successor must know goes first: a process may be killed at any moment. */
  #next(): BalancerAnswer | undefined {
    if (this.#memory.size > 0) {
      const changes = [...this.#memory.values()];
      this.#memory.clear();
      return { kind: 'memory', changes };
    }
    return this.#unsent.take() ?? this.#answers.shift();
  }
}
