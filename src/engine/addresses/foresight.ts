/**
 * Gets ready, while there is time, what a take-over of many addresses asks of the kernel, so that it only needs to be handed
 * over when it comes.
 */
import { after, type Instant, milliseconds } from '../../base/units.ts';
import type { WantedAddress } from '../../ports.ts';
import type { Machine } from '../machine.ts';
import type { Reconciler } from './reconcile.ts';

/** Who has no more addresses gets ready when the deadline is near. */
export const FEW = 16;
/** How many addresses in one step, and the time between two, in which others have their turn. */
const BURST = 64;
const SPACING = milliseconds(4);

export class Foresight {
  readonly #reconciler: Reconciler;
  readonly #pending = new Set<Machine>();
  /** Of the machine whose turn it is. */
  #left: readonly WantedAddress[] = [];
  #dueAt: Instant | undefined;

  constructor(reconciler: Reconciler) {
    this.#reconciler = reconciler;
  }

  /** Their state or their addresses may have changed. */
  unsettled(machines: Iterable<Machine>, now: Instant): void {
    for (const machine of machines) {
      if (machine.state.kind !== 'backup') continue;
      const { addresses, excludedAddresses } = machine.model;
      if (addresses.length + excludedAddresses.length > FEW) this.#pending.add(machine);
    }
    if (this.#pending.size > 0) this.#dueAt ??= after(now, SPACING);
  }

  deadline(): Instant | undefined {
    return this.#dueAt;
  }

  /** What is to be got ready now. */
  take(now: Instant): readonly WantedAddress[] {
    if (this.#dueAt === undefined || now < this.#dueAt) return [];
    if (this.#left.length === 0) this.#left = this.#next();
    const burst = this.#left.slice(0, BURST);
    this.#left = this.#left.slice(BURST);
    const isMore = this.#left.length > 0 || this.#pending.size > 0;
    this.#dueAt = isMore ? after(now, SPACING) : undefined;
    return burst;
  }

  #next(): readonly WantedAddress[] {
    for (const machine of this.#pending) {
      this.#pending.delete(machine);
      if (machine.state.kind === 'backup') return this.#reconciler.foresee(machine);
    }
    return [];
  }
}
