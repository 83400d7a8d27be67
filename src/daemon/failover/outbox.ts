/**
 * The failover process's side of the channel, bounded: what the supervisor does not read is dropped and counted,
 * never kept. Snapshots are levels, so only the newest waits; reports are edges, so the oldest are kept.
 */
import type { Report } from '../../engine/report.ts';
import type { EngineSnapshot } from '../../engine/snapshot.ts';
import type { Answer } from '../channel.ts';
import { Pump, type Wire } from '../pump.ts';
import { UnsentReports } from '../unsent-reports.ts';

/** Reports that wait for a place; a storm of 1,000 instances changing state at once must fit. */
const waitingMost = 8_192;

export class Outbox {
  readonly #pump: Pump<Answer>;
  readonly #unsent = new UnsentReports<Report>(waitingMost);
  #answers: Answer[] = [];
  #snapshot: { readonly id: number | undefined; readonly take: () => EngineSnapshot } | undefined;

  constructor(wire: Wire<Answer>) {
    this.#pump = new Pump(wire, () => this.#next());
  }

  reports(reports: readonly Report[]): void {
    this.#unsent.add(reports);
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
    this.#pump.flush();
  }

  /** Calls `done` once when everything has been taken. */
  whenEmpty(done: () => void): void {
    this.#pump.whenEmpty(done);
  }

  #next(): Answer | undefined {
    const message = this.#unsent.take() ?? this.#answers.shift();
    if (message !== undefined) return message;
    const wanted = this.#snapshot;
    if (wanted === undefined) return undefined;
    this.#snapshot = undefined;
    return { kind: 'snapshot', id: wanted.id, snapshot: wanted.take() };
  }
}
