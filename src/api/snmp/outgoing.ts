/** Notifications on their way to the master: kept while it is away, as long as they are worth telling. */
import type { Varbind } from '../../wire/agentx-values.ts';

export interface Trap {
  /** What it is about: a later one about the same makes it old. */
  readonly subject: string;
  readonly varbinds: readonly Varbind[];
}

const most = 1_000;

export class Outgoing {
  #waiting: Trap[] = [];
  /** Given to the master, which has not confirmed them. */
  readonly #onTheWay: Trap[] = [];
  #lost = 0;
  readonly #most: number;

  constructor(limit = most) {
    this.#most = limit;
  }

  get size(): number {
    return this.#waiting.length + this.#onTheWay.length;
  }

  get lost(): number {
    return this.#lost;
  }

  /** Where too many wait, one goes of which a later one tells more; else the oldest. */
  add(trap: Trap): void {
    this.#waiting.push(trap);
    if (this.#waiting.length <= this.#most) return;
    const last = new Map(this.#waiting.map(({ subject }, at) => [subject, at]));
    const stale = this.#waiting.findIndex(({ subject }, at) => last.get(subject) !== at);
    this.#waiting.splice(Math.max(0, stale), 1);
    this.#lost += 1;
  }

  take(): readonly Trap[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#onTheWay.push(...waiting);
    return waiting;
  }

  /** The master has it. */
  taken(trap: Trap): void {
    const at = this.#onTheWay.indexOf(trap);
    if (at >= 0) this.#onTheWay.splice(at, 1);
  }

  /** The master is lost: whatever it has not confirmed waits again, before the rest. It may hear some of it twice. */
  putBack(): void {
    const later = this.#waiting;
    this.#waiting = [];
    for (const trap of [...this.#onTheWay.splice(0), ...later]) this.add(trap);
  }
}
