/**
 * Which server a new connection gets, as a table of slots: nf_tables draws a slot (the next, one at chance, or one by
 * a hash of the packet) and looks up the server in it.
 */
import type { Scheduler } from '../../base/service.ts';
import { sum } from './digest.ts';

/** How a slot is drawn. */
export type Draw =
  | { readonly kind: 'next' }
  | { readonly kind: 'random' }
  | { readonly kind: 'hash'; readonly of: 'source' | 'destination' };

export interface Scheduling {
  readonly draw: Draw;
  /** For each slot the index of its server. */
  readonly slots: readonly number[];
}

export interface Candidate {
  /** What consistent hashing knows it by. */
  readonly name: string;
  /** Above 0. */
  readonly weight: number;
}

/** A prime, as IPVS has it: a server's share is exact to 1 part in 4,093. */
export const MAGLEV_SLOTS = 4093;
/** Weights whose sum is above this many are rounded to it: a share is off by less than 1 part in 4,096. */
const MOST_SLOTS = 4096;

interface Rule {
  readonly draw: Draw;
  readonly weighted: boolean;
  readonly fill: 'turns' | 'maglev' | 'highest';
  /** What it does in the place of what IPVS does under this name; undefined where it is the same. */
  readonly instead: string | undefined;
}

const NEXT = { kind: 'next' } as const;
const BY_SOURCE = { kind: 'hash', of: 'source' } as const;
const BY_DESTINATION = { kind: 'hash', of: 'destination' } as const;
const COUNTS_NOTHING = 'nftables does not know how many connections a server has';

const turns = { draw: NEXT, weighted: true, fill: 'turns' } as const;

const RULES: Readonly<Record<Scheduler, Rule>> = {
  rr: { draw: NEXT, weighted: false, fill: 'turns', instead: undefined },
  wrr: { ...turns, instead: undefined },
  lc: {
    draw: NEXT,
    weighted: false,
    fill: 'turns',
    instead: `connections are given out in turn (rr): ${COUNTS_NOTHING}`,
  },
  wlc: { ...turns, instead: `connections are given out by weight (wrr): ${COUNTS_NOTHING}` },
  sed: { ...turns, instead: `connections are given out by weight (wrr): ${COUNTS_NOTHING}` },
  nq: { ...turns, instead: `connections are given out by weight (wrr): ${COUNTS_NOTHING}` },
  twos: {
    draw: { kind: 'random' },
    weighted: true,
    fill: 'turns',
    instead: `one server is drawn at random by weight in the place of the better of two: ${COUNTS_NOTHING}`,
  },
  sh: { draw: BY_SOURCE, weighted: true, fill: 'turns', instead: undefined },
  mh: { draw: BY_SOURCE, weighted: true, fill: 'maglev', instead: undefined },
  dh: { draw: BY_DESTINATION, weighted: true, fill: 'turns', instead: undefined },
  lblc: {
    draw: BY_DESTINATION,
    weighted: true,
    fill: 'maglev',
    instead: `a destination always has the same server (consistent hash): ${COUNTS_NOTHING}`,
  },
  lblcr: {
    draw: BY_DESTINATION,
    weighted: true,
    fill: 'maglev',
    instead: `a destination always has the same one server (consistent hash): ${COUNTS_NOTHING}`,
  },
  fo: { draw: NEXT, weighted: true, fill: 'highest', instead: undefined },
  ovf: {
    draw: NEXT,
    weighted: true,
    fill: 'highest',
    instead: `the server of the highest weight has all connections (fo): ${COUNTS_NOTHING}`,
  },
};

/** What nftables does in the place of a scheduler that it does not have, as half a sentence; else undefined. */
export function approximation(scheduler: Scheduler): string | undefined {
  return RULES[scheduler].instead;
}

/** No slots without candidates. Does not depend on their order, as long as their names do not. */
export function schedule(scheduler: Scheduler, candidates: readonly Candidate[]): Scheduling {
  const { draw, weighted, fill } = RULES[scheduler];
  const weights = candidates.map((one) => (weighted ? one.weight : 1));
  if (candidates.length === 0) return { draw, slots: [] };
  if (fill === 'highest') return { draw, slots: [indexOfHighest(weights)] };
  if (fill === 'maglev') return { draw, slots: maglev(candidates, weights) };
  return { draw, slots: inTurn(rounded(weights)) };
}

function indexOfHighest(weights: readonly number[]): number {
  return weights.indexOf(Math.max(...weights));
}

/** The smallest whole numbers of the same proportions, with a sum of at most MOST_SLOTS. */
function rounded(weights: readonly number[]): readonly number[] {
  const divisor = weights.reduce(greatestCommonDivisor);
  const total = weights.reduce((one, other) => one + other) / divisor;
  if (total <= Math.max(MOST_SLOTS, weights.length)) return weights.map((one) => one / divisor);
  const unit = (total * divisor) / MOST_SLOTS;
  return weights.map((one) => Math.max(1, Math.round(one / unit)));
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}

/**
 * Each server as often as its weight, spread out: the n-th of w turns of a server falls due at (n + ½) / w of the
 * round. Two servers of equal weight alternate.
 */
function inTurn(weights: readonly number[]): readonly number[] {
  const turnsDue: { readonly at: number; readonly server: number }[] = [];
  for (const [server, weight] of weights.entries()) {
    for (let turn = 0; turn < weight; turn += 1) {
      turnsDue.push({ at: (turn + 0.5) / weight, server });
    }
  }
  turnsDue.sort((one, other) => one.at - other.at || one.server - other.server);
  return turnsDue.map((one) => one.server);
}

interface Claimant {
  readonly server: number;
  readonly weight: number;
  readonly skip: number;
  next: number;
  credit: number;
}

/**
 * Maglev (Eisenbud and others, 2016, 3.4): every server goes through the slots in an order of its own, and they take
 * turns to claim the next free one; as many claims a round as its share of the highest weight. When one server goes,
 * few slots of the others change.
 */
function maglev(candidates: readonly Candidate[], weights: readonly number[]): readonly number[] {
  const highest = Math.max(...weights);
  const claimants: Claimant[] = candidates.map(({ name }, server) => ({
    server,
    weight: (weights[server] ?? 1) / highest,
    skip: (sum(name, 0x85ebca6b) % (MAGLEV_SLOTS - 1)) + 1,
    next: sum(name, 0xc2b2ae35) % MAGLEV_SLOTS,
    credit: 0,
  }));
  const slots = new Array<number>(MAGLEV_SLOTS).fill(-1);
  let free = MAGLEV_SLOTS;
  while (free > 0) {
    for (const claimant of claimants) {
      claimant.credit += claimant.weight;
      if (claimant.credit < 1 || free === 0) continue;
      claimant.credit -= 1;
      while (slots[claimant.next] !== -1) {
        claimant.next = (claimant.next + claimant.skip) % MAGLEV_SLOTS;
      }
      slots[claimant.next] = claimant.server;
      free -= 1;
    }
  }
  return slots;
}
