/**
 * The failover process's side of the channel, bounded: what the supervisor does not read is dropped and counted,
 * never kept. Snapshots are levels, so only the newest waits; reports are edges, so the oldest are kept.
 */
import type { Report } from '../engine/report.ts';
import type { EngineSnapshot } from '../engine/snapshot.ts';
import type { Answer } from './channel.ts';

/** Messages handed to the operating system and not yet taken by it. */
const inFlightMost = 16;
/** Reports that wait for a place; a storm of 1,000 instances changing state at once must fit. */
const waitingMost = 8_192;

export interface Wire {
  /** Hands over one message; `taken` is called when the kernel has it, or never will. */
  send(answer: Answer, taken: () => void): void;
}

export class Outbox {
  readonly #wire: Wire;
  #inFlight = 0;
  #reports: Report[] = [];
  #lost = 0;
  #answers: Answer[] = [];
  #snapshot: { readonly id: number | undefined; readonly take: () => EngineSnapshot } | undefined;

  #emptied: (() => void) | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  reports(reports: readonly Report[]): void {
    for (const report of reports) {
      if (this.#reports.length < waitingMost) this.#reports.push(report);
      else this.#lost += 1;
    }
    this.flush();
  }

  /** `take` is called when there is room to send, so a picture is never older than it need be. */
  snapshot(id: number | undefined, take: () => EngineSnapshot): void {
    this.#snapshot = { id: id ?? this.#snapshot?.id, take };
    this.flush();
  }

  /** The few messages of a process's life; bounded by their nature. */
  answer(answer: Answer): void {
    this.#answers.push(answer);
    this.flush();
  }

  /** Sends what may be sent now. Order: reports, then answers, then the picture that includes both. */
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

  #next(): Answer | undefined {
    if (this.#reports.length > 0 || this.#lost > 0) {
      const message: Answer = { kind: 'reports', reports: this.#reports, lost: this.#lost };
      this.#reports = [];
      this.#lost = 0;
      return message;
    }
    const answer = this.#answers.shift();
    if (answer !== undefined) return answer;
    const wanted = this.#snapshot;
    if (wanted === undefined) return undefined;
    this.#snapshot = undefined;
    return { kind: 'snapshot', id: wanted.id, snapshot: wanted.take() };
  }
}
