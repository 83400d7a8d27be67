/**
 * What a full pipe could not take: of each subject the newest line, so that a reader that comes back learns the latest
 * state of everything. Lines that were replaced are lost, and counted.
 */
export class Backlog {
  readonly #lines = new Map<string, string>();
  #lost = 0;

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  get size(): number {
    return this.#lines.size;
  }

  /** How many lines nobody will read any more. */
  get lost(): number {
    return this.#lost;
  }

  add(subject: string, line: string): void {
    // Behind what others have to say meanwhile.
    if (this.#lines.delete(subject)) this.#lost += 1;
    this.#lines.set(subject, line);
  }

  /** Hands the lines over in order until one is refused. */
  drain(write: (line: string) => boolean): void {
    for (const [subject, line] of this.#lines) {
      if (!write(line)) return;
      this.#lines.delete(subject);
    }
  }
}
