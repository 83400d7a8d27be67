/** Whom a daemon tells of changes, or through whom others look in, as `status` shows it. */

export interface Counterpart {
  /** `D-Bus`, `mail relay 192.0.2.25:25`, `pipe /run/changes`. */
  readonly what: string;
  /** Why it is not told, or not served through; undefined while all is well. */
  readonly trouble: string | undefined;
  /** Messages that wait for it. */
  readonly waiting: number;
  /** Messages that it will never be told. */
  readonly lost: number;
}
