/**
 * Wanted addresses x observed addresses -> ordered kernel operations, a bounded number at a time. Failover, reload,
 * shutdown, start-up clean-up and repair of drift are this one function of the two levels.
 */
import { after, earliest, type Instant, seconds } from '../../base/units.ts';
import {
  isAddressing,
  type KernelChange,
  type KernelOperation,
  type OperationResult,
  OWN_ADDRESS_PROTOCOL,
  type WantedAddress,
} from '../../ports.ts';
import type { EntryKeeper } from '../entries/keeper.ts';
import type { Machine } from '../machine.ts';
import type { VirtualAddress } from '../model.ts';
import { addressKey, type World } from '../world.ts';
import {
  addressLifetime,
  allAddresses,
  type Holding,
  holdingsOf,
  isSameAddress,
  wantedAddress,
} from './desired.ts';

/** Operations in one step: about a millisecond of kernel time, after which deadlines are looked at again. */
const BATCH = 64;
const RETRY = seconds(1);

/** What became of one operation. */
export interface Answer {
  readonly operation: KernelOperation;
  readonly result: OperationResult;
  /** The master that holds the address now. */
  readonly holding: Holding | undefined;
  /** An instance that is configured to hold the address, master or not. */
  readonly former: Holding | undefined;
}

export interface ReconcilerOptions {
  readonly world: World;
  /** Routes, rules and static addresses: they go before the addresses and come after them. */
  readonly entries: EntryKeeper;
  /** Whether addresses carry a lifetime that must be renewed. */
  readonly lifetimes: boolean;
}

export class Reconciler {
  readonly #world: World;
  readonly #entries: EntryKeeper;
  #lifetimes: boolean;
  /** Everybody who ever holds an address, by its key; more than one instance may name the same. */
  readonly #holdings = new Map<string, Holding[]>();
  readonly #ofMachine = new Map<Machine, readonly Holding[]>();
  /** Addresses of instances that are gone, until they are removed. */
  readonly #orphans = new Map<string, Holding>();
  /** Addresses of an owner that stood there before us: neither renewed nor taken away. */
  readonly #native = new Set<string>();
  /** What to look at; an address that is as it should be leaves the set. */
  readonly #dirty = new Set<string>();
  /** What was asked of the kernel and not answered yet: other answers may be stepped before it. */
  readonly #asked = new Set<string>();
  /**
   * Addresses of which the kernel says that somebody has taken them away. That may have been before we ourselves added
   * or renewed them for the last time, so they count as absent where wanted and as present where not.
   */
  readonly #doubtful = new Set<string>();
  readonly #retryAt = new Map<string, Instant>();
  readonly #renewAt = new Map<string, Instant>();
  /** As what each address was added. A reload may want another label or scope, which the kernel cannot change. */
  readonly #addedAs = new Map<string, VirtualAddress>();
  /** Addresses as they will be wanted, made ahead of need. */
  readonly #foreseen = new Map<Holding, WantedAddress>();
  #earliestRenewal: Instant | undefined;

  constructor(options: ReconcilerOptions) {
    this.#world = options.world;
    this.#entries = options.entries;
    this.#lifetimes = options.lifetimes;
  }

  get lifetimes(): boolean {
    return this.#lifetimes;
  }

  set lifetimes(wanted: boolean) {
    this.#lifetimes = wanted;
  }

  /** Whether nothing is left to do but renewing. */
  get settled(): boolean {
    return this.#dirty.size === 0 && this.#entries.settled;
  }

  /** Learns the addresses of a machine, anew after its model or a link has changed. */
  track(machine: Machine): void {
    this.#entries.track(machine, machine.model.entries);
    const before = this.#ofMachine.get(machine) ?? [];
    for (const holding of before) this.#release(holding);
    const holdings = holdingsOf(machine, this.#world);
    this.#ofMachine.set(machine, holdings);
    for (const holding of holdings) {
      const others = this.#holdings.get(holding.key);
      if (others === undefined) this.#holdings.set(holding.key, [holding]);
      else others.push(holding);
      this.#orphans.delete(holding.key);
      this.#dirty.add(holding.key);
      if (machine.model.priority === 255) this.#noteNative(holding);
    }
  }

  /** These names stand for other links than before: addresses may live on links that are not their instance's. */
  relink(names: ReadonlySet<string>): void {
    for (const machine of this.#ofMachine.keys()) {
      const isConcerned = allAddresses(machine.model).some(
        ({ interface: name }) => name !== undefined && names.has(name),
      );
      if (isConcerned) this.track(machine);
    }
    this.#entries.relink();
  }

  /** The machine is gone from the configuration: what it held goes too, unless somebody else holds it. */
  forget(machine: Machine): void {
    this.#entries.forget(machine);
    for (const holding of this.#ofMachine.get(machine) ?? []) this.#release(holding);
    this.#ofMachine.delete(machine);
  }

  /** The state of a machine has changed: what the kernel refused before is asked for again at once. */
  touch(machine: Machine): void {
    this.#entries.touch(machine);
    for (const { key } of this.#ofMachine.get(machine) ?? []) {
      this.#dirty.add(key);
      this.#retryAt.delete(key);
    }
  }

  /** What the machine will want as master, told as the very values that will then be asked for. */
  foresee(machine: Machine): readonly WantedAddress[] {
    const holdings = this.#ofMachine.get(machine) ?? [];
    return holdings.map((holding) => {
      const wanted = this.#wantedOf(holding);
      this.#foreseen.set(holding, wanted);
      return wanted;
    });
  }

  /** Somebody else has changed the kernel. Returns who lost the address, if somebody holds it. */
  disturbed(change: KernelChange, now: Instant): Holding | undefined {
    this.#entries.disturbed(change, now);
    if (change.kind === 'resynchronised') {
      for (const key of this.#holdings.keys()) this.#dirty.add(key);
      return undefined;
    }
    if (change.kind !== 'address' && change.kind !== 'address-gone') return undefined;
    const { link, address, prefix } = change.address;
    const key = addressKey(link, address, prefix);
    const holder = this.holderOf(key);
    if (this.#holdings.has(key)) this.#dirty.add(key);
    if (change.kind === 'address') return undefined;
    if (this.#holdings.has(key)) this.#doubtful.add(key);
    this.#native.delete(key);
    this.#renewAt.delete(key);
    return holder;
  }

  /** What a machine ever holds. */
  holdingsOf(machine: Machine): readonly Holding[] {
    return this.#ofMachine.get(machine) ?? [];
  }

  /** The holding of a master, if the address is wanted here. */
  holderOf(key: string): Holding | undefined {
    return this.#holdings.get(key)?.find(({ machine }) => machine.state.kind === 'master');
  }

  next(now: Instant): readonly KernelOperation[] {
    const leaving = this.#entries.removals(now, BATCH);
    const operations = [...leaving, ...this.#addresses(now, BATCH - leaving.length)];
    return [...operations, ...this.#entries.additions(now, BATCH - operations.length)];
  }

  #addresses(now: Instant, room: number): readonly KernelOperation[] {
    const operations: KernelOperation[] = [];
    for (const key of this.#dirty) {
      if (operations.length >= room) return operations;
      if (this.#asked.has(key) || (this.#retryAt.get(key) ?? now) > now) continue;
      const operation = this.#operationFor(key, now);
      if (operation === undefined) {
        this.#dirty.delete(key);
      } else {
        this.#asked.add(key);
        operations.push(operation);
      }
    }
    this.#renew(operations, now);
    return operations;
  }

  answered(
    operations: readonly KernelOperation[],
    results: readonly OperationResult[],
    now: Instant,
  ): readonly Answer[] {
    return operations.map((operation, index) => {
      const result: OperationResult = results[index] ?? { done: true };
      this.#entries.answered(operation, result, now);
      const key = operationKey(operation);
      if (key === undefined) return { operation, result, holding: undefined, former: undefined };
      this.#asked.delete(key);
      const holding = this.holderOf(key);
      const former = this.#holdings.get(key)?.[0];
      if (!result.done) {
        this.#dirty.add(key);
        this.#renewAt.delete(key);
        if (operation.kind === 'remove-address') this.#doubtful.add(key);
        this.#retryAt.set(key, after(now, RETRY));
        return { operation, result, holding, former };
      }
      this.#retryAt.delete(key);
      if (operation.kind !== 'renew-address') this.#world.applied(operation);
      if (operation.kind === 'remove-address') {
        this.#orphans.delete(key);
        this.#addedAs.delete(key);
      } else if (holding !== undefined) {
        if (operation.kind === 'add-address') this.#addedAs.set(key, holding.virtual);
        this.#scheduleRenewal(holding, now);
        // It is as it should be, unless somebody else has had a hand in it meanwhile.
        if (!this.#doubtful.has(key)) this.#dirty.delete(key);
      }
      return { operation, result, holding, former };
    });
  }

  /** When `next` may have something; an instant in the past means at once. */
  deadline(now: Instant): Instant | undefined {
    let at = earliest(this.#earliestRenewal, this.#entries.deadline(now));
    for (const key of this.#dirty) {
      if (this.#asked.has(key)) continue;
      const retry = this.#retryAt.get(key);
      if (retry === undefined) return now;
      at = earliest(at, retry);
    }
    return at;
  }

  #release(holding: Holding): void {
    this.#foreseen.delete(holding);
    const others = this.#holdings.get(holding.key)?.filter((other) => other !== holding) ?? [];
    if (others.length > 0) this.#holdings.set(holding.key, others);
    else {
      this.#holdings.delete(holding.key);
      this.#orphans.set(holding.key, holding);
      // What was refused to whoever wanted it, as on a link that is gone, must not keep a stop waiting.
      this.#retryAt.delete(holding.key);
    }
    this.#dirty.add(holding.key);
  }

  #noteNative(holding: Holding): void {
    for (const entry of this.#world.addressesOn(holding.link)) {
      const key = addressKey(entry.link, entry.address, entry.prefix);
      const isOurs = entry.protocol === OWN_ADDRESS_PROTOCOL;
      if (key === holding.key && !isOurs) this.#native.add(key);
    }
  }

  #operationFor(key: string, now: Instant): KernelOperation | undefined {
    const holder = this.holderOf(key);
    const isDoubtful = this.#doubtful.delete(key);
    const isPresent = this.#world.has(key) || (isDoubtful && holder === undefined);
    if (holder !== undefined) {
      if (!isPresent) {
        return { kind: 'add-address', address: this.#wantedOf(holder) };
      }
      const former = this.#addedAs.get(key);
      if (former !== undefined && !isSameAddress(former, holder.virtual)) {
        const { address, prefix } = former;
        return { kind: 'remove-address', link: holder.link, address, prefix };
      }
      const isUnclaimed = !this.#renewAt.has(key) && this.#lifetimeOf(holder) !== undefined;
      if (isUnclaimed) this.#renewSoon(key, now);
      return undefined;
    }
    this.#renewAt.delete(key);
    if (!isPresent || this.#native.has(key)) {
      this.#orphans.delete(key);
      return undefined;
    }
    const holding = this.#holdings.get(key)?.[0] ?? this.#orphans.get(key);
    if (holding === undefined) return undefined;
    const { address, prefix } = holding.virtual;
    return { kind: 'remove-address', link: holding.link, address, prefix };
  }

  #renew(operations: KernelOperation[], now: Instant): void {
    if (this.#earliestRenewal === undefined || this.#earliestRenewal > now) return;
    this.#earliestRenewal = undefined;
    for (const [key, at] of this.#renewAt) {
      const holder = this.holderOf(key);
      if (holder === undefined || !this.#world.has(key)) this.#renewAt.delete(key);
      else if (at > now || operations.length >= BATCH) {
        this.#earliestRenewal = earliest(this.#earliestRenewal, at);
      } else {
        const address = this.#wantedOf(holder);
        operations.push({ kind: 'renew-address', address });
      }
    }
  }

  #wantedOf(holding: Holding): WantedAddress {
    const lifetime = this.#lifetimeOf(holding);
    const foreseen = this.#foreseen.get(holding);
    if (foreseen !== undefined && foreseen.lifetime === lifetime) return foreseen;
    return wantedAddress(holding, lifetime);
  }

  #lifetimeOf(holding: Holding): number | undefined {
    if (!this.#lifetimes || this.#native.has(holding.key)) return undefined;
    return addressLifetime(holding.machine, this.#holdings.size);
  }

  #scheduleRenewal(holding: Holding, now: Instant): void {
    const lifetime = this.#lifetimeOf(holding);
    if (lifetime !== undefined) this.#renewSoon(holding.key, after(now, seconds(lifetime / 3)));
  }

  #renewSoon(key: string, at: Instant): void {
    this.#renewAt.set(key, at);
    this.#earliestRenewal = earliest(this.#earliestRenewal, at);
  }
}

function operationKey(operation: KernelOperation): string | undefined {
  if (!isAddressing(operation)) return undefined;
  if (operation.kind === 'remove-address') {
    return addressKey(operation.link, operation.address, operation.prefix);
  }
  const { link, address, prefix } = operation.address;
  return addressKey(link, address, prefix);
}
