/** What will happen in a simulated world, ordered by virtual time; what is due at once keeps the order it came in. */
import { type Duration, type Instant, instant } from '../base/units.ts';

export interface Queue {
  /** The virtual time that all hosts share; none of them can see it. */
  now(): Instant;
  /** An instant that has passed runs next. */
  at(when: Instant, run: () => void): void;
  in(delay: Duration, run: () => void): void;
  /** Runs the next event due at or before `until`; false when there is none, and then it is `until`. */
  step(until: Instant): boolean;
}

interface Entry {
  readonly when: number;
  readonly order: number;
  readonly run: () => void;
}

export function createQueue(): Queue {
  const heap: Entry[] = [];
  let now = 0;
  let order = 0;
  const at = (when: Instant, run: () => void): void => {
    order += 1;
    push(heap, { when: Math.max(when, now), order, run });
  };
  return {
    now: () => instant(now),
    at,
    in: (delay, run) => at((now + delay) as Instant, run),
    step: (until) => {
      const first = heap[0];
      if (first === undefined || first.when > until) {
        now = Math.max(now, until);
        return false;
      }
      pop(heap);
      now = first.when;
      first.run();
      return true;
    },
  };
}

function earlier(one: Entry, other: Entry): boolean {
  return one.when < other.when || (one.when === other.when && one.order < other.order);
}

function push(heap: Entry[], entry: Entry): void {
  let place = heap.length;
  heap.push(entry);
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = heap[parent] as Entry;
    if (!earlier(entry, above)) break;
    heap[place] = above;
    place = parent;
  }
  heap[place] = entry;
}

/** Takes the first entry away. */
function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && earlier(heap[child + 1] as Entry, heap[child] as Entry)) {
      child += 1;
    }
    const below = heap[child] as Entry;
    if (!earlier(below, last)) break;
    heap[place] = below;
    place = child;
  }
  heap[place] = last;
}
