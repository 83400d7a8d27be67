/**
 * How many checks run at once. What is over waits in order, and it is told once when the waiting begins and once when
 * nothing waits any more. A shortage that comes and goes is told as that, and then not until it has stayed away.
 */
import { between, type Instant, seconds } from '../../base/units.ts';

export interface BudgetOptions {
  /** `descriptors for checks`, for the notice. */
  readonly name: string;
  readonly limit: number;
  now(): Instant;
  notice(text: string): void;
}

/** A shortage that is back within this time has not been over. */
const calm = seconds(30);

export class Budget {
  readonly #options: BudgetOptions;
  #used = 0;
  /** Of these, by checks of servers that did not answer before. */
  #held = 0;
  #limit: number;
  #isShort = false;
  #shortAt: Instant | undefined;
  /** It was short, enough and short again within a moment. */
  #comesAndGoes = false;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#limit = options.limit;
  }

  /**
   * Whether one more was taken; else the caller waits. Checks of servers that did not answer before, which keep theirs until
   * the timeout, have half of all.
   */
  take(isHeld = false): boolean {
    if (this.#used >= this.#limit) {
      this.#tellShort(`all ${this.#limit} are in use`);
      return false;
    }
    if (isHeld && this.#held >= Math.ceil(this.#limit / 2)) {
      this.#tellShort(`half of all ${this.#limit} are held by servers that do not answer`);
      return false;
    }
    this.#used += 1;
    if (isHeld) this.#held += 1;
    return true;
  }

  release(isHeld = false): void {
    this.#used -= 1;
    if (isHeld) this.#held -= 1;
  }

  /** The kernel has no more to give, whatever the limit says: the one taken is given back. */
  exhaust(why: string, isHeld = false): void {
    this.release(isHeld);
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
    if (this.#comesAndGoes && this.#wasShortLately()) return;
    this.#isShort = false;
    this.#comesAndGoes = false;
    this.#options.notice(`${this.#options.name}: enough again, no check waits`);
  }

  #wasShortLately(): boolean {
    return this.#shortAt !== undefined && between(this.#shortAt, this.#options.now()) < calm;
  }

  #tellShort(why: string): void {
    const { name, notice, now } = this.#options;
    const isBack = this.#wasShortLately();
    this.#shortAt = now();
    if (this.#isShort) return;
    this.#isShort = true;
    this.#comesAndGoes = isBack;
    notice(
      isBack
        ? `${name}: ${why} again and again; told once more when there have been enough for 30 s`
        : `${name}: ${why}, checks wait for their turn and come late: raise the limit (LimitNOFILE, LimitNPROC) or delay_loop`,
    );
  }
}
