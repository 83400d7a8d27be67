/**
 * Deadlines that are all set the same time ahead, so that they come in the order in which they were set: a list to whose
 * end each is hung, and one timer for its head. Most are taken off long before they come, which costs two references.
 */

/** Whoever waits. All but `overdue` belongs to the queue. */
export interface Waiting {
  /** Milliseconds of `performance.now()`. */
  deadline: number;
  /** The queue that it hangs in. */
  queue: DeadlineQueue | undefined;
  previous: Waiting | undefined;
  next: Waiting | undefined;
  /** The deadline has come; it hangs in the queue no more. */
  overdue(): void;
}

const queues = new Map<number, DeadlineQueue>();

export class DeadlineQueue {
  /** Milliseconds. */
  readonly limit: number;
  #first: Waiting | undefined;
  #last: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** The queue of all who wait so many milliseconds. */
  static of(limit: number): DeadlineQueue {
    let queue = queues.get(limit);
    if (queue === undefined) {
      queue = new DeadlineQueue(limit);
      queues.set(limit, queue);
    }
    return queue;
  }

  /** From now on; whoever hangs here already has as long again. */
  add(one: Waiting, now: number): void {
    one.queue?.remove(one);
    one.queue = this;
    one.deadline = now + this.limit;
    one.previous = this.#last;
    if (this.#last === undefined) this.#first = one;
    else this.#last.next = one;
    this.#last = one;
    if (this.#timer === undefined) this.#arm(this.limit);
  }

  remove(one: Waiting): void {
    if (one.queue !== this) return;
    const { previous, next } = one;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    one.queue = undefined;
    one.previous = undefined;
    one.next = undefined;
  }

  /** Timers of Node's may come early, by as long as the loop stood still before they were set. */
  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (let one = this.#first; one !== undefined; one = this.#first) {
      if (one.deadline > now) {
        this.#arm(Math.ceil(one.deadline - now));
        return;
      }
      this.remove(one);
      // What has arrived in the meantime is read before an immediate runs: a loop that stood still blames no server.
      setImmediate(DeadlineQueue.#overdue, one);
    }
    if (queues.get(this.limit) === this) queues.delete(this.limit);
  }

  static #overdue(this: void, one: Waiting): void {
    if (one.queue === undefined) one.overdue();
  }

  /** What is waited for keeps the process alive, not the waiting. */
  #arm(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#expire(), milliseconds).unref();
  }
}
