/**
 * The earliest deadline of many, as a binary heap. An entry may lie before the true deadline of its owner, never
 * after it: a deadline that moves later costs nothing, and is looked up again when its entry comes to the top.
 */
import { after, type Duration, type Instant } from '../../base/units.ts';

/** Whoever has a deadline. `scheduledAt` belongs to the heap. */
export interface Scheduled {
  scheduledAt: Instant | undefined;
}

export interface Deadlines<Owner extends Scheduled> {
  /** Must be called whenever the deadline of `owner` may have become earlier. */
  schedule(owner: Owner, at: Instant | undefined): void;
  /** The earliest true deadline. */
  earliest(): Instant | undefined;
  /**
   * Takes out the owners whose deadline is not after `now`, and after them those that may be served early because
   * theirs lies within their slack. Each must be scheduled again by the caller.
   */
  takeDue(now: Instant): readonly Owner[];
}

export interface DeadlineRules<Owner> {
  deadlineOf(owner: Owner): Instant | undefined;
  /** How much too early the owner may be served. */
  slackOf(owner: Owner): Duration;
}

export function createDeadlines<Owner extends Scheduled>(
  rules: DeadlineRules<Owner>,
): Deadlines<Owner> {
  const heap = new Heap<Owner>();

  const push = (owner: Owner, at: Instant): void => {
    owner.scheduledAt = at;
    heap.push(at, owner);
  };
  /** Brings an entry to the top that tells the truth, or empties the heap; its owner. */
  const refreshTop = (): Owner | undefined => {
    for (;;) {
      const owner = heap.owner;
      if (owner === undefined) return undefined;
      const at = heap.at;
      if (owner.scheduledAt !== at) {
        heap.takeTop();
        continue;
      }
      const deadline = rules.deadlineOf(owner);
      if (deadline === at) return owner;
      heap.takeTop();
      owner.scheduledAt = undefined;
      if (deadline !== undefined) push(owner, deadline);
    }
  };
  return {
    schedule(owner, at) {
      if (at === undefined) return;
      if (owner.scheduledAt !== undefined && owner.scheduledAt <= at) return;
      push(owner, at);
    },
    earliest: () => (refreshTop() === undefined ? undefined : heap.at),
    takeDue(now) {
      const due: Owner[] = [];
      for (;;) {
        const owner = refreshTop();
        if (owner === undefined || heap.at > after(now, rules.slackOf(owner))) return due;
        heap.takeTop();
        owner.scheduledAt = undefined;
        due.push(owner);
      }
    },
  };
}

/**
 * Times and owners side by side: an array of nothing but numbers holds them itself, so that an entry is no object, and
 * comparing reads one stretch of memory.
 */
class Heap<Owner> {
  readonly #times: number[] = [];
  readonly #owners: Owner[] = [];

  /** Of the earliest entry. */
  get owner(): Owner | undefined {
    return this.#owners[0];
  }

  /** Of the earliest entry; there must be one. */
  get at(): Instant {
    return this.#times[0] as Instant;
  }

  push(at: Instant, owner: Owner): void {
    const times = this.#times;
    const owners = this.#owners;
    let index = times.length;
    times.push(at);
    owners.push(owner);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const time = times[above] ?? 0;
      if (time <= at) break;
      times[index] = time;
      owners[index] = owners[above] as Owner;
      index = above;
    }
    times[index] = at;
    owners[index] = owner;
  }

  takeTop(): void {
    const times = this.#times;
    const owners = this.#owners;
    const lastAt = times.pop();
    const last = owners.pop();
    const { length } = times;
    if (lastAt === undefined || last === undefined || length === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= length) break;
      if (child + 1 < length && (times[child + 1] ?? 0) < (times[child] ?? 0)) child += 1;
      const time = times[child] ?? 0;
      if (time >= lastAt) break;
      times[index] = time;
      owners[index] = owners[child] as Owner;
      index = child;
    }
    times[index] = lastAt;
    owners[index] = last;
  }
}
