/** Who wants which entries of the routing tables, and under which keys the kernel knows them. */

import type { Machine } from '../machine.ts';
import type { Entry } from '../model.ts';
import type { World } from '../world.ts';
import { type Fitted, fit } from './fitting.ts';

/** A machine wants its entries while it is master, the host itself always. */
export type Owner = Machine | 'host';

export interface Claim {
  readonly owner: Owner;
  readonly entry: Entry;
  /** The name of the interface that is not there, instead. */
  readonly fitted: Fitted | string;
}

/** A claim whose interfaces are there. */
export interface Stake extends Claim {
  readonly fitted: Fitted;
}

export function isStake(claim: Claim): claim is Stake {
  return typeof claim.fitted !== 'string';
}

export class EntryBook {
  readonly #world: World;
  readonly #entries = new Map<Owner, readonly Entry[]>();
  readonly #claims = new Map<Owner, readonly Claim[]>();
  /** Everybody who ever wants an entry, by its id. */
  readonly #stakes = new Map<string, Stake[]>();
  /** Entries that nobody names any more, until they are removed. */
  readonly #orphans = new Map<string, Stake>();
  readonly #ofKey = new Map<string, Set<string>>();
  #isStopping = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** Nobody wants static entries any more either. */
  stop(): void {
    this.#isStopping = true;
  }

  /** The ids that are concerned. */
  write(owner: Owner, entries: readonly Entry[]): readonly string[] {
    const before = this.claimsOf(owner).filter(isStake);
    const claims = entries.map((entry) => ({ owner, entry, fitted: fit(entry, this.#world) }));
    this.#entries.set(owner, entries);
    this.#claims.set(owner, claims);
    const stakes = claims.filter(isStake);
    for (const stake of stakes) this.#add(stake);
    for (const stake of before) this.#release(stake);
    return [...before, ...stakes].map(({ fitted }) => fitted.id);
  }

  /** Fits everything anew, since a name stands for another link than before. */
  refit(): readonly string[] {
    return [...this.#entries].flatMap(([owner, entries]) => this.write(owner, entries));
  }

  strike(owner: Owner): readonly string[] {
    const ids = this.write(owner, []);
    this.#entries.delete(owner);
    this.#claims.delete(owner);
    return ids;
  }

  claimsOf(owner: Owner): readonly Claim[] {
    return this.#claims.get(owner) ?? [];
  }

  get allClaims(): readonly Claim[] {
    return [...this.#claims.values()].flat();
  }

  /** Whether nobody ever wanted any. */
  get isEmpty(): boolean {
    return this.#stakes.size === 0 && this.#orphans.size === 0;
  }

  get ids(): Iterable<string> {
    return this.#stakes.keys();
  }

  /** The stake of somebody who wants the entry now. */
  holderOf(id: string): Stake | undefined {
    return this.#stakes.get(id)?.find(({ owner }) => this.wants(owner));
  }

  wants(owner: Owner): boolean {
    return owner === 'host' ? !this.#isStopping : owner.state.kind === 'master';
  }

  /** Anybody's stake, also of those who want it no more. */
  anyOf(id: string): Stake | undefined {
    return this.#stakes.get(id)?.[0] ?? this.#orphans.get(id);
  }

  idsOf(key: string): Iterable<string> {
    return this.#ofKey.get(key) ?? [];
  }

  /** It is gone: whoever was the last to name it is forgotten. */
  bury(id: string): void {
    const orphan = this.#orphans.get(id);
    if (orphan === undefined || !this.#orphans.delete(id)) return;
    for (const key of orphan.fitted.keys) {
      const ids = this.#ofKey.get(key);
      ids?.delete(id);
      if (ids?.size === 0) this.#ofKey.delete(key);
    }
  }

  #add(stake: Stake): void {
    const { id, keys } = stake.fitted;
    const others = this.#stakes.get(id);
    if (others === undefined) this.#stakes.set(id, [stake]);
    else others.push(stake);
    this.#orphans.delete(id);
    for (const key of keys) {
      const ids = this.#ofKey.get(key);
      if (ids === undefined) this.#ofKey.set(key, new Set([id]));
      else ids.add(id);
    }
  }

  #release(stake: Stake): void {
    const { id } = stake.fitted;
    const others = this.#stakes.get(id)?.filter((other) => other !== stake) ?? [];
    if (others.length > 0) {
      this.#stakes.set(id, others);
      return;
    }
    this.#stakes.delete(id);
    this.#orphans.set(id, stake);
  }
}
