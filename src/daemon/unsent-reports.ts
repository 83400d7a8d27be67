/** Reports that wait for a place in the channel, bounded: they are edges, so the oldest are kept and what is dropped is counted. */
export class UnsentReports<Report> {
  readonly #most: number;
  #reports: Report[] = [];
  #lost = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(reports: readonly Report[]): void {
    for (const report of reports) {
      if (this.#reports.length < this.#most) this.#reports.push(report);
      else this.#lost += 1;
    }
  }

  /** The message that tells them; undefined when there is nothing to tell. */
  take():
    | { readonly kind: 'reports'; readonly reports: Report[]; readonly lost: number }
    | undefined {
    if (this.#reports.length === 0 && this.#lost === 0) return undefined;
    const message = { kind: 'reports', reports: this.#reports, lost: this.#lost } as const;
    this.#reports = [];
    this.#lost = 0;
    return message;
  }
}
