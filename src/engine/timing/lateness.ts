/** How late deadlines are served: the lateness of this process, not of the network. */
import { between, type Duration, type Instant, milliseconds, seconds } from '../../base/units.ts';
import type { Outbox } from '../mover.ts';

/** How late a timer may be served before it is reported. */
const TOLERANCE = milliseconds(50);
/** At most one report in this time. */
const REPORT_INTERVAL = seconds(1);

export class Lateness {
  readonly #outbox: Outbox;
  #reportedAt: Instant | undefined;
  /** The worst since the start. */
  max = 0 as Duration;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** A deadline is served now. */
  note(deadline: Instant, now: Instant): void {
    const lateness = between(deadline, now);
    if (lateness > this.max) this.max = lateness;
    if (lateness <= TOLERANCE) return;
    if (this.#reportedAt !== undefined && between(this.#reportedAt, now) < REPORT_INTERVAL) return;
    this.#reportedAt = now;
    this.#outbox.reports.push({ kind: 'late', at: now, lateness });
  }
}
