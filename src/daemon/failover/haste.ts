/** Real time for as long as somebody needs it, where the host allows it; else everything runs as it ran before. */
import type { PortError } from '../../ports.ts';

/** The lowest there is: ahead of everything ordinary. */
const least = 1;

export interface HasteOptions {
  /** Whether the process runs in real time by its configuration, and so always. */
  readonly isOrdered: boolean;
  /** Whether it has been given real time for good meanwhile. */
  isRaised(): boolean;
  set(priority: number): PortError | undefined;
}

export class Haste {
  readonly #options: HasteOptions;
  #holders = 0;

  constructor(options: HasteOptions) {
    this.#options = options;
  }

  /** Runs before all others until what is returned is called, once. */
  hold(): () => void {
    this.#holders += 1;
    if (this.#holders === 1 && !this.#isAhead) this.#options.set(least);
    return () => {
      this.#holders -= 1;
      if (this.#holders === 0 && !this.#isAhead) this.#options.set(0);
    };
  }

  get #isAhead(): boolean {
    return this.#options.isOrdered || this.#options.isRaised();
  }
}
