/**
 * What the verdicts on the servers of a service come to: who is in the table and with what weight, whether the quorum
 * is there, and whether the sorry server serves (behaviour 18). Pure, and so that one change costs one change.
 */

/** The kernel's largest weight; a checker that says its opposite says that the server is down. */
export const largestWeight = 2_147_483_647;

/** What an operator has ordered for one server; it holds until it is undone. */
export type Override =
  | { readonly kind: 'drain' }
  | { readonly kind: 'weight'; readonly weight: number };

export interface Member {
  /** No checker of it has failed. */
  readonly up: boolean;
  /** After checkers and overrides; what it counts for while it is up. */
  readonly weight: number;
  readonly drained: boolean;
  /** `inhibit_on_failure`. */
  readonly inhibit: boolean;
}

export interface QuorumRules {
  readonly quorum: number;
  readonly hysteresis: number;
}

/** The weight that a server is configured with, moved by what its checkers say and an operator orders. */
export function effectiveWeight(
  configured: number,
  added: number,
  override: Override | undefined,
): number {
  if (override?.kind === 'drain') return 0;
  if (override?.kind === 'weight') return override.weight;
  return Math.min(largestWeight, Math.max(0, configured + added));
}

/** What the server counts for in the quorum. */
export function liveWeight({ up, weight }: Pick<Member, 'up' | 'weight'>): number {
  return up ? weight : 0;
}

/**
 * Gained at quorum + hysteresis, lost below quorum - hysteresis and at nothing. A service starts without it, as
 * keepalived has it: what was never gained needs quorum + hysteresis from the start.
 */
export function hasQuorum(rules: QuorumRules, had: boolean, live: number): boolean {
  if (live <= 0) return false;
  return live >= threshold(rules, had);
}

/** What the live weight must reach to gain the quorum, or must not fall below to keep it. */
export function threshold({ quorum, hysteresis }: QuorumRules, had: boolean): number {
  return had ? quorum - hysteresis : quorum + hysteresis;
}

/**
 * The weight of a server in the table; undefined is not in it. While a sorry server serves, the others are out; but one
 * that an operator drains stays with weight 0, since only so it keeps the connections that it has.
 */
export function tableWeight(member: Member, sorryServes: boolean): number | undefined {
  if (member.up && !sorryServes) return member.weight;
  if (member.up && member.drained) return 0;
  return member.inhibit ? 0 : undefined;
}

/** The same for the sorry server. */
export function sorryTableWeight(
  { inhibit, weight }: { readonly inhibit: boolean; readonly weight: number },
  serves: boolean,
): number | undefined {
  if (serves) return weight;
  return inhibit ? 0 : undefined;
}

/** FILE_CHECK: what the number in a file means. A weight of 0 takes any number but 0 for down. */
export function fileVerdict(
  { weight, reverse }: { readonly weight: number; readonly reverse: boolean },
  value: number,
): { readonly up: boolean; readonly weight: number } {
  if (weight === 0) return { up: (value === 0) !== reverse, weight: 0 };
  const product = value * (reverse ? -weight : weight);
  const clamped = Math.max(-largestWeight, Math.min(largestWeight, product));
  return { up: clamped > -largestWeight, weight: clamped === 0 ? 0 : clamped };
}
