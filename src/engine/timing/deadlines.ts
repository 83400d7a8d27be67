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

interface Entry<Owner> {
  readonly at: Instant;
  readonly owner: Owner;
}

export interface DeadlineRules<Owner> {
  deadlineOf(owner: Owner): Instant | undefined;
  /** How much too early the owner may be served. */
  slackOf(owner: Owner): Duration;
}

export function createDeadlines<Owner extends Scheduled>(
  rules: DeadlineRules<Owner>,
): Deadlines<Owner> {
  const heap: Entry<Owner>[] = [];

  const push = (owner: Owner, at: Instant): void => {
    owner.scheduledAt = at;
    siftUp(heap, { at, owner });
  };
  /** Brings an entry to the top that tells the truth, or empties the heap. */
  const refreshTop = (): Entry<Owner> | undefined => {
    for (;;) {
      const top = heap[0];
      if (top === undefined) return undefined;
      if (top.owner.scheduledAt !== top.at) {
        takeTop(heap);
        continue;
      }
      const deadline = rules.deadlineOf(top.owner);
      if (deadline === top.at) return top;
      takeTop(heap);
      top.owner.scheduledAt = undefined;
      if (deadline !== undefined) push(top.owner, deadline);
    }
  };
  return {
    schedule(owner, at) {
      if (at === undefined) return;
      if (owner.scheduledAt !== undefined && owner.scheduledAt <= at) return;
      push(owner, at);
    },
    earliest: () => refreshTop()?.at,
    takeDue(now) {
      const due: Owner[] = [];
      for (;;) {
        const top = refreshTop();
        if (top === undefined || top.at > after(now, rules.slackOf(top.owner))) return due;
        takeTop(heap);
        top.owner.scheduledAt = undefined;
        due.push(top.owner);
      }
    },
  };
}

function siftUp<Owner>(heap: Entry<Owner>[], entry: Entry<Owner>): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || parent.at <= entry.at) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = entry;
}

function takeTop<Owner>(heap: Entry<Owner>[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = index * 2 + 1;
    const leftEntry = heap[left];
    if (leftEntry === undefined) break;
    const rightEntry = heap[left + 1];
    const goRight = rightEntry !== undefined && rightEntry.at < leftEntry.at;
    const child = goRight ? rightEntry : leftEntry;
    if (child.at >= last.at) break;
    heap[index] = child;
    index = goRight ? left + 1 : left;
  }
  heap[index] = last;
}
