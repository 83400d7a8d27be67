/** `max_auto_priority`: a process that is late takes a real-time priority by itself, and a higher one when it is late again. */
import type { Duration, Instant } from '../../base/units.ts';
import { between } from '../../base/units.ts';
import type { PortError } from '../../ports.ts';

export interface AutoPriority {
  /** SCHED_RR priority, 1 to 99, that is not exceeded. */
  readonly most: number;
  /** A deadline served so much late, or later, raises it by one. */
  readonly delay: Duration;
}

export interface RaiseOptions {
  readonly terms: AutoPriority | undefined;
  /** What it was started with; undefined is none. */
  readonly priority: number | undefined;
  set(priority: number): PortError | undefined;
  refused(error: PortError): void;
}

export class PriorityRaise {
  readonly #options: RaiseOptions;
  #priority: number;
  #isRefused = false;

  constructor(options: RaiseOptions) {
    this.#options = options;
    this.#priority = options.priority ?? 0;
  }

  /** Whether it has been raised: what is lowered again must not fall below that. */
  get isRaised(): boolean {
    return this.#priority > (this.#options.priority ?? 0);
  }

  /** A deadline that was due at `due` is being served. */
  served(due: Instant | undefined, now: Instant): void {
    const { terms, set, refused } = this.#options;
    if (terms === undefined || due === undefined || this.#isRefused) return;
    if (this.#priority >= terms.most || between(due, now) < terms.delay) return;
    const error = set(this.#priority + 1);
    if (error === undefined) {
      this.#priority += 1;
      return;
    }
    this.#isRefused = true;
    refused(error);
  }
}
