/** The only source of chance: a generator that is wholly given by its seed (xoshiro128**, seeded by splitmix32). */

export interface Random {
  /** A whole number from 0 up to, not including, `bound` (at most 2^32). */
  below(bound: number): number;
  /** A whole number from `low` to `high`, both included. */
  within(low: number, high: number): number;
  /** A number from 0 up to, not including, 1. */
  unit(): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the items, which must not be empty. */
  pick<Item>(items: readonly Item[]): Item;
  /** A new array with the same items in another order. */
  shuffled<Item>(items: readonly Item[]): Item[];
  /**
   * A generator of its own, given by this one's seed and the label alone. What is drawn from one never moves what
   * the other gives, so a new draw in one place leaves the rest of a run as it was.
   */
  fork(label: string): Random;
}

export function createRandom(seed: number): Random {
  const key = mix(seed >>> 0, Math.floor(seed / 0x1_0000_0000) >>> 0);
  return fromKey(key);
}

function fromKey(key: number): Random {
  const next = xoshiro(key);
  const unit = (): number => next() / 0x1_0000_0000;
  const below = (bound: number): number => Math.floor(unit() * bound);
  return {
    below,
    within: (low, high) => low + below(high - low + 1),
    unit,
    chance: (probability) => unit() < probability,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('broken invariant: nothing to pick from');
      return item;
    },
    shuffled: (items) => shuffle(items, below),
    fork: (label) => fromKey(mix(key, hash(label))),
  };
}

/** Fisher and Yates, from the end. */
function shuffle<Item>(items: readonly Item[], below: (bound: number) => number): Item[] {
  const drawn = [...items];
  for (let last = drawn.length - 1; last > 0; last -= 1) {
    const other = below(last + 1);
    const moved = drawn[last] as Item;
    drawn[last] = drawn[other] as Item;
    drawn[other] = moved;
  }
  return drawn;
}

/** FNV-1a over UTF-16 code units. */
function hash(label: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < label.length; index += 1) {
    value = Math.imul(value ^ label.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

function mix(one: number, other: number): number {
  return splitmix(splitmix(one) ^ Math.imul(other, 0x9e3779b1)) >>> 0;
}

function splitmix(state: number): number {
  let value = (state + 0x9e3779b9) | 0;
  value = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  value = Math.imul(value ^ (value >>> 15), 0x735a2d97);
  return (value ^ (value >>> 15)) >>> 0;
}

function xoshiro(key: number): () => number {
  let a = splitmix(key);
  let b = splitmix(key + 0x9e3779b9);
  let c = splitmix(key + 0x3c6ef372);
  let d = splitmix(key + 0xdaa66d2b) | 1;
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}
