/** The latest state of each instance that no bus has confirmed to have heard, in the order of those changes. */

interface News {
  readonly state: string;
}

export class Unheard {
  readonly #news = new Map<string, News>();

  get size(): number {
    return this.#news.size;
  }

  add(instance: string, state: string): void {
    // Behind what others have to say meanwhile.
    this.#news.delete(instance);
    this.#news.set(instance, { state });
  }

  entries(): readonly (readonly [instance: string, state: string])[] {
    return [...this.#news].map(([instance, { state }]) => [instance, state]);
  }

  /** To be called with the question; the result with its answer. What was added in between stays. */
  asked(): () => void {
    const told = [...this.#news];
    return () => {
      for (const [instance, news] of told) {
        if (this.#news.get(instance) === news) this.#news.delete(instance);
      }
    };
  }
}
