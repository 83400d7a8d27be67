/**
 * A check: one question to one real server, and its answer. The engine says when (`CheckRequest`), a conversation asks
 * (`checkers/`), and the verdict (`verdict.ts`) is formed over the answers.
 */
import type { Address } from '../base/address.ts';
import type { Duration } from '../base/units.ts';
import type { Checker } from './checker.ts';

/** Where a check connects to and from. */
export interface CheckTarget {
  readonly address: Address;
  readonly port: number;
  readonly bindAddress: Address | undefined;
  readonly bindPort: number | undefined;
  readonly bindInterface: string | undefined;
  readonly mark: number | undefined;
  /** For a connection to be there; a conversation has as long again for each of its answers. */
  readonly timeout: Duration;
}

export interface CheckRequest {
  /** The checker's identity in the engine; at most one check of it runs at a time. */
  readonly checker: string;
  /** Grows with each check of this checker: an answer to an earlier number is stale. */
  readonly sequence: number;
  /** Which of the questions of the checker is asked: the url of HTTP_GET and SSL_GET, else 0. */
  readonly step: number;
  readonly settings: Checker;
  readonly target: CheckTarget;
}

export interface CheckOutcome {
  readonly checker: string;
  readonly sequence: number;
  readonly passed: boolean;
  /**
   * What the answer says of the server's weight: MISC_CHECK with misc_dynamic the weight itself, FILE_CHECK what is added to
   * it; undefined says nothing.
   */
  readonly weight: number | undefined;
  /** One clause for people: `HTTP status 503 for /health, wanted 200 to 299`, `connection refused`. */
  readonly detail: string;
  readonly took: Duration;
}
