/**
 * How many checks run at once. What is over waits in order, and it is told once when the waiting begins and once when
 * nothing waits any more.
 */

export interface BudgetOptions {
  /** `descriptors for checks`, for the notice. */
  readonly name: string;
  readonly limit: number;
  notice(text: string): void;
}

export class Budget {
  readonly #options: BudgetOptions;
  #used = 0;
  #limit: number;
  #isShort = false;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#limit = options.limit;
  }

  /** Whether one more was taken; else the caller waits. */
  take(): boolean {
    if (this.#used >= this.#limit) {
      this.#tellShort(`all ${this.#limit} are in use`);
      return false;
    }
    this.#used += 1;
    return true;
  }

  release(): void {
    this.#used -= 1;
  }

  /** The kernel has no more to give, whatever the limit says: the one taken is given back. */
  exhaust(why: string): void {
    this.release();
    this.#limit = Math.max(1, this.#used);
    this.#tellShort(why);
  }

  /** Tries again whether the kernel has more. */
  restore(): void {
    this.#limit = this.#options.limit;
  }

  /** Nothing waits any more. */
  relax(): void {
    if (!this.#isShort) return;
    this.restore();
    this.#isShort = false;
    this.#options.notice(`${this.#options.name}: enough again, no check waits`);
  }

  #tellShort(why: string): void {
    if (this.#isShort) return;
    this.#isShort = true;
    this.#options.notice(
      `${this.#options.name}: ${why}, checks wait for their turn and come late: raise the limit (LimitNOFILE, LimitNPROC) or delay_loop`,
    );
  }
}
