/**
 * What waits to be told to a place that is slow or away. In order; bounded: where it is full, a change that a later one
 * of the same subject has overtaken goes first, so that the latest state of everything is always delivered.
 */
export class AlertBacklog<Item> {
  readonly #limit: number;
  readonly #subjectOf: (item: Item) => string;
  #items: Item[] = [];
  #lost = 0;

  constructor(limit: number, subjectOf: (item: Item) => string) {
    this.#limit = limit;
    this.#subjectOf = subjectOf;
  }

  get size(): number {
    return this.#items.length;
  }

  /** How many were never told. */
  get lost(): number {
    return this.#lost;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length <= this.#limit) return;
    const latest = new Map(this.#items.map((one, index) => [this.#subjectOf(one), index]));
    const overtaken = this.#items.findIndex(
      (one, index) => latest.get(this.#subjectOf(one)) !== index,
    );
    this.#items.splice(Math.max(overtaken, 0), 1);
    this.#lost += 1;
  }

  /** The first ones, at most `count`. They stay until `drop`. */
  first(count: number): readonly Item[] {
    return this.#items.slice(0, count);
  }

  /** Those have been told, or never will be. */
  drop(items: readonly Item[]): void {
    const gone = new Set(items);
    this.#items = this.#items.filter((item) => !gone.has(item));
  }

  /** As `drop`, and counts them as lost. */
  giveUp(items: readonly Item[]): void {
    this.drop(items);
    this.#lost += items.length;
  }
}
