/**
 * Keeps the routes and policy rules of masters, and the static addresses, routes and rules of the host: wanted x
 * observed -> kernel operations. Rules go before routes, routes before addresses; they come the other way round.
 */
import { after, earliest, type Instant, seconds } from '../../base/units.ts';
import {
  isRouting,
  type KernelChange,
  type KernelOperation,
  type OperationResult,
  OWN_ADDRESS_PROTOCOL,
  OWN_ROUTE_PROTOCOL,
} from '../../ports.ts';
import type { Entry } from '../model.ts';
import type { Outbox } from '../mover.ts';
import type { EntrySnapshot } from '../snapshot.ts';
import { addressKey, type World } from '../world.ts';
import { EntryBook, isStake, type Owner, type Stake } from './book.ts';
import { adding, agrees, idOf, removing } from './fitting.ts';
import { createTables } from './tables.ts';
import { EntryTeller } from './teller.ts';
import { entryWords } from './words.ts';

const RETRY = seconds(1);

export interface EntryKeeperParts {
  readonly world: World;
  readonly outbox: Outbox;
}

export class EntryKeeper {
  readonly #world: World;
  readonly #book: EntryBook;
  readonly #teller: EntryTeller;
  readonly #tables = createTables();
  readonly #dirty = new Set<string>();
  /** Operations that were not answered yet. */
  readonly #asked = new Map<string, number>();
  readonly #retryAt = new Map<string, Instant>();
  /** What was put there, by the signature of its value. */
  readonly #installed = new Map<string, string>();
  /** Static entries that stood there before us. */
  readonly #native = new Set<string>();
  /** Entries without tracking that somebody took away: so be it, until the state changes. */
  readonly #given = new Set<string>();
  /** The tables must have been observed before anything is done to them. */
  isReady = false;

  constructor({ world, outbox }: EntryKeeperParts) {
    this.#world = world;
    this.#book = new EntryBook(world);
    this.#teller = new EntryTeller(outbox);
  }

  get settled(): boolean {
    return this.#dirty.size === 0;
  }

  /** Learns what an owner wants, anew after the configuration or a link has changed. */
  track(owner: Owner, entries: readonly Entry[]): void {
    if (entries.length === 0 && this.#book.claimsOf(owner).length === 0) return;
    this.#soil(this.#book.write(owner, entries));
    if (this.isReady && owner === 'host') this.#noteNative();
  }

  /** A name stands for another link than before. */
  relink(): void {
    this.#soil(this.#book.refit());
  }

  forget(owner: Owner): void {
    this.#soil(this.#book.strike(owner));
  }

  /** The state of an owner has changed: what was refused before is asked for again at once. */
  touch(owner: Owner): void {
    const claims = this.#book.claimsOf(owner);
    const ids = claims.filter(isStake).map(({ fitted }) => fitted.id);
    this.#soil(ids);
    for (const id of ids) this.#given.delete(id);
    for (const claim of claims) this.#teller.forget(claim);
  }

  /** Static entries go too. */
  stop(): void {
    this.#book.stop();
    this.touch('host');
  }

  /** Somebody else has changed the kernel. */
  disturbed(change: KernelChange, now: Instant): void {
    if (change.kind === 'resynchronised') {
      this.#tables.replace(change.state);
      for (const id of this.#book.ids) this.#dirty.add(id);
      this.isReady = true;
      return;
    }
    // What could not be had may be possible now.
    if (change.kind === 'link' || change.kind === 'address') this.#retryAt.clear();
    for (const key of this.#keysOf(change)) {
      for (const id of this.#book.idsOf(key)) this.#disturb(id, change, now);
    }
  }

  /** Rules, then routes, then static addresses that nobody wants any more. */
  removals(now: Instant, room: number): readonly KernelOperation[] {
    const operations: KernelOperation[] = [];
    for (const kind of ['rule', 'route', 'address'] as const) {
      for (const id of this.#open(kind, now)) {
        if (operations.length >= room) return operations;
        if (this.#book.holderOf(id) !== undefined) continue;
        const stake = this.#book.anyOf(id);
        if (stake === undefined || this.#native.has(id) || !this.#isAny(stake)) this.#close(id);
        else this.#ask(id, [this.#removal(stake)], operations);
      }
    }
    return operations;
  }

  /** Static addresses, then routes, then rules that are wanted and not as they should be. */
  additions(now: Instant, room: number): readonly KernelOperation[] {
    const operations: KernelOperation[] = [];
    if (this.isReady) this.#tellWaiting(now);
    for (const kind of ['address', 'route', 'rule'] as const) {
      for (const id of this.#open(kind, now)) {
        if (operations.length >= room) return operations;
        const holder = this.#book.holderOf(id);
        if (holder === undefined) continue;
        const asking = this.#given.has(id) ? [] : this.#repair(holder);
        if (asking.length === 0) this.#close(id);
        else this.#ask(id, asking, operations);
      }
    }
    return operations;
  }

  answered(operation: KernelOperation, result: OperationResult, now: Instant): void {
    if (this.#book.isEmpty) return;
    if (isRouting(operation) && result.done) this.#tables.applied(operation);
    const id = idOf(operation);
    const stake = id === undefined ? undefined : this.#book.anyOf(id);
    if (id === undefined || stake === undefined) return;
    const left = (this.#asked.get(id) ?? 1) - 1;
    if (left > 0) this.#asked.set(id, left);
    else this.#asked.delete(id);
    const holder = this.#book.holderOf(id);
    this.#dirty.add(id);
    if (!result.done) {
      this.#retryAt.set(id, after(now, RETRY));
      if (holder !== undefined) this.#teller.failed(holder, result.error, now);
      return;
    }
    if (operation.kind.startsWith('add')) {
      this.#installed.set(id, (holder ?? stake).fitted.signature);
      this.#teller.came(stake);
      return;
    }
    if (holder === undefined && !this.#installed.has(id)) this.#teller.stale(stake, now);
    this.#installed.delete(id);
  }

  deadline(now: Instant): Instant | undefined {
    if (!this.isReady) return undefined;
    let at: Instant | undefined;
    for (const id of this.#dirty) {
      if (this.#asked.has(id)) continue;
      const retry = this.#retryAt.get(id);
      if (retry === undefined) return now;
      at = earliest(at, retry);
    }
    return at;
  }

  /** Whether an entry that instances depend on came or went missing since this was asked last. */
  takeNews(): boolean {
    return this.#teller.takeNews();
  }

  /** The static entries that an instance depends on and that cannot be had. */
  missingFor(instance: string): readonly string[] {
    return this.#book
      .claimsOf('host')
      .filter(({ entry }) => entry.trackedBy.includes(instance))
      .filter((claim) => this.#teller.isMissing(claim))
      .map(({ entry }) => entryWords(entry));
  }

  snapshots(owner: Owner): readonly EntrySnapshot[] {
    return this.#book.claimsOf(owner).map((claim) => ({
      kind: claim.entry.kind,
      words: entryWords(claim.entry),
      present: isStake(claim) && this.#isWhole(claim),
    }));
  }

  #soil(ids: readonly string[]): void {
    for (const id of ids) {
      this.#dirty.add(id);
      this.#retryAt.delete(id);
    }
  }

  #disturb(id: string, change: KernelChange, now: Instant): void {
    this.#dirty.add(id);
    if (!change.kind.endsWith('-gone') || !('portId' in change)) return;
    this.#native.delete(id);
    const holder = this.#book.holderOf(id);
    if (holder === undefined) return;
    // What goes with its interface comes back with it; what somebody removes without tracking stays away.
    const isGiven = !holder.entry.track && change.portId !== 0;
    if (isGiven) this.#given.add(id);
    this.#teller.lost(holder, { portId: change.portId, isGiven }, now);
  }

  /** What is to be looked at and neither asked for nor put off. */
  *#open(kind: Entry['kind'], now: Instant): Generator<string> {
    if (!this.isReady) return;
    for (const id of this.#dirty) {
      if (!id.startsWith(kind) || this.#asked.has(id)) continue;
      if ((this.#retryAt.get(id) ?? now) <= now) yield id;
    }
  }

  #close(id: string): void {
    this.#dirty.delete(id);
    this.#retryAt.delete(id);
    this.#book.bury(id);
  }

  #ask(id: string, asking: readonly KernelOperation[], operations: KernelOperation[]): void {
    this.#asked.set(id, asking.length);
    operations.push(...asking);
  }

  /** Nothing when it is as it should be. What another has changed is put right once; what was asked for then stands. */
  #repair({ entry, fitted }: Stake): readonly KernelOperation[] {
    const { id, keys, signature, value } = fitted;
    const stake = { entry, fitted };
    const known = this.#tables.route(keys[0] ?? '');
    if (this.#isWhole(stake)) {
      const installed = this.#installed.get(id);
      if (installed === undefined && agrees(value, known)) this.#installed.set(id, signature);
      if (this.#installed.get(id) === signature) return [];
    }
    const add = adding(value, entry);
    return this.#isAny(stake) ? [removing(value, known), add] : [add];
  }

  #removal({ fitted: { value, keys } }: Stake): KernelOperation {
    return removing(value, this.#tables.route(keys[0] ?? ''));
  }

  #isWhole({ fitted }: Pick<Stake, 'fitted'>): boolean {
    return fitted.keys.every((key) => this.#has(key));
  }

  #isAny({ fitted }: Pick<Stake, 'fitted'>): boolean {
    return fitted.keys.some((key) => this.#has(key));
  }

  #has(key: string): boolean {
    return this.#tables.has(key) || this.#world.has(key);
  }

  #keysOf(change: KernelChange): readonly string[] {
    if (change.kind !== 'address' && change.kind !== 'address-gone') {
      return this.#tables.change(change);
    }
    const { link, address, prefix } = change.address;
    return [addressKey(link, address, prefix)];
  }

  /** Static entries that are there before we put them there stay when we go. */
  #noteNative(): void {
    for (const claim of this.#book.claimsOf('host')) {
      if (!isStake(claim) || this.#installed.has(claim.fitted.id)) continue;
      if (this.#isAny(claim) && !this.#isOurs(claim)) this.#native.add(claim.fitted.id);
    }
  }

  #isOurs({ fitted: { value } }: Stake): boolean {
    if (value.kind === 'route') return value.route.protocol === OWN_ROUTE_PROTOCOL;
    if (value.kind === 'rule') return value.rule.protocol === OWN_ROUTE_PROTOCOL;
    const { link, address, prefix } = value.address;
    for (const entry of this.#world.addressesOn(link)) {
      if (entry.address === address && entry.prefix === prefix) {
        return entry.protocol === OWN_ADDRESS_PROTOCOL;
      }
    }
    return true;
  }

  #tellWaiting(now: Instant): void {
    for (const claim of this.#book.allClaims) {
      if (!isStake(claim) && this.#book.wants(claim.owner)) this.#teller.waits(claim, now);
    }
  }
}
