/** What is wrong with a host, as a person is told it. Plain data, the same as JSON. */
export interface Finding {
  /** `arp-answered`: of the examination that found it. */
  readonly code: string;
  /** What is wrong, and what comes of it. */
  readonly what: string;
  /** The setting, interface, service or machine that it is about. */
  readonly where: string;
  /** What to do. */
  readonly cure: string;
}

export interface Examined {
  readonly findings: readonly Finding[];
  /** What could not be looked at, and why. */
  readonly unseen: readonly string[];
}
