/**
 * Keeps the packet filter's table of addresses that are held and not accepted. The table is of the configuration, not of who
 * is master: on a backup there is nobody whom it could keep packets from, so a takeover has not to wait for it.
 */
import { after, type Instant, seconds } from '../../base/units.ts';
import { isEqual } from '../../config/equal.ts';
import type { Firewall, KernelOperation, OperationResult } from '../../ports.ts';
import type { Outbox } from '../mover.ts';

const RETRY = seconds(1);
/** How soon a table is back that somebody flushed with everything else, as a reload of a firewall does. */
const REVIEW = seconds(10);

export class FirewallKeeper {
  readonly #outbox: Outbox;
  #wanted: Firewall | undefined;
  /** Tables that are to go. */
  #former: Firewall[] = [];
  #dueAt: Instant | 'now' | undefined;
  #isFailing = false;
  #isStopping = false;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  get settled(): boolean {
    return this.#former.length === 0;
  }

  /** The table that an earlier daemon left. To be called before anything is wanted. */
  resume(name: string): void {
    const bare = { priority: 0, counters: false, addresses: [], scoped: [] };
    this.#wanted = { name, ...bare };
  }

  want(firewall: Firewall | undefined): void {
    const before = this.#wanted;
    if (isEqual(before, firewall)) return;
    if (before !== undefined && before.name !== firewall?.name) this.#former.push(emptied(before));
    this.#wanted = firewall;
    this.#dueAt = 'now';
  }

  /** The table goes too, but after the addresses: removing it takes the kernel longer. */
  stop(): void {
    this.want(undefined);
    this.#isStopping = true;
  }

  take(now: Instant): readonly KernelOperation[] {
    if (this.#dueAt === undefined || (this.#dueAt !== 'now' && this.#dueAt > now)) return [];
    if (this.#isStopping) {
      this.#isStopping = false;
      return [];
    }
    const wanted = this.#wanted === undefined ? [] : [this.#wanted];
    this.#dueAt = wanted.length === 0 ? undefined : after(now, REVIEW);
    const former = this.#former;
    this.#former = [];
    return [...former, ...wanted].map((firewall) => ({ kind: 'set-firewall', firewall }));
  }

  answered(operation: KernelOperation, result: OperationResult, now: Instant): void {
    if (operation.kind !== 'set-firewall' || operation.firewall !== this.#wanted) return;
    if (result.done) {
      this.#isFailing = false;
      return;
    }
    this.#dueAt = after(now, RETRY);
    if (this.#isFailing) return;
    this.#isFailing = true;
    const { name } = operation.firewall;
    this.#outbox.reports.push({
      kind: 'firewall-failed',
      at: now,
      table: name,
      error: result.error,
    });
  }

  deadline(now: Instant): Instant | undefined {
    return this.#dueAt === 'now' ? now : this.#dueAt;
  }
}

function emptied(firewall: Firewall): Firewall {
  return { ...firewall, addresses: [], scoped: [] };
}
