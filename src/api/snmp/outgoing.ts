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
  readonly #most: number;

  constructor(limit = most) {
    this.#most = limit;
  }

  /** Where too many wait, one goes of which a later one tells more; else the oldest. */
  add(trap: Trap): void {
    this.#waiting.push(trap);
    if (this.#waiting.length <= this.#most) return;
    const last = new Map(this.#waiting.map(({ subject }, at) => [subject, at]));
    const stale = this.#waiting.findIndex(({ subject }, at) => last.get(subject) !== at);
    this.#waiting.splice(Math.max(0, stale), 1);
  }

  take(): readonly Trap[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }
}
