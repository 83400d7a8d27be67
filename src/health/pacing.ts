/** How often a checker asks, and how much it takes to believe it (behaviour 19). Plain data. */
import type { Duration } from '../base/units.ts';

export interface Pacing {
  /** `delay_loop`: from one round of questions to the next. */
  readonly interval: Duration;
  /** `retry`: further attempts before a failure of a server that is up counts. */
  readonly retries: number;
  /** `delay_before_retry`. */
  readonly retryDelay: Duration;
  /** The first check comes after a random time up to this. */
  readonly warmup: Duration;
  /** Down until the first success. Without it the first failure counts at once. */
  readonly alpha: boolean;
  /** How many questions make a whole pass: the urls of HTTP_GET and SSL_GET, else 1. */
  readonly steps: number;
  /** No pauses between the questions of a first pass and of one that may bring the server back. */
  readonly fastRecovery: boolean;
  /** Every failed check is reported, not changes alone. */
  readonly logAllFailures: boolean;
}
