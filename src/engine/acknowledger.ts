/** What the kernel answered -> announcements of addresses that are there now, and reports of those that are not. */
import { after, type Instant } from '../base/units.ts';
import type { Announcer } from './addresses/announcer.ts';
import type { Holding } from './addresses/desired.ts';
import type { Answer } from './addresses/reconcile.ts';
import type { Machine } from './machine.ts';
import type { Outbox } from './mover.ts';
import type { Deadlines } from './timing/deadlines.ts';
import type { World } from './world.ts';

export interface AcknowledgerParts {
  readonly world: World;
  readonly outbox: Outbox;
  readonly announcer: Announcer;
  readonly deadlines: Deadlines<Machine>;
}

export class Acknowledger {
  readonly #parts: AcknowledgerParts;
  /** Additions that failed and were told, until they succeed. */
  readonly #failed = new Set<string>();

  constructor(parts: AcknowledgerParts) {
    this.#parts = parts;
  }

  take(answers: readonly Answer[], now: Instant): void {
    const announced = new Map<string, number>();
    for (const answer of answers) {
      const { operation, result, holding } = answer;
      if (operation.kind === 'add-address' && holding !== undefined) {
        const { name } = holding.machine.model;
        if (result.done) {
          this.#failed.delete(holding.key);
          this.#announce(holding, now);
          announced.set(name, (announced.get(name) ?? 0) + 1);
        } else this.#reportFailure(answer, now);
      } else if (operation.kind === 'remove-address') {
        this.#parts.announcer.forget(operation.link, operation.address);
        if (result.done) this.#reportStale(answer, now);
      }
    }
    for (const [instance, count] of announced) {
      this.#parts.outbox.reports.push({ kind: 'addresses-announced', instance, at: now, count });
    }
  }

  /** An address that comes late (a reload, a repair, another attempt) has its second burst too. */
  #announce(holding: Holding, now: Instant): void {
    const { world, announcer, deadlines } = this.#parts;
    const link = world.links.get(holding.link);
    if (link === undefined) return;
    const { machine } = holding;
    const { masterRepeat, masterDelay } = machine.model.garp;
    announcer.announce(link, [holding.virtual.address], masterRepeat);
    if (masterDelay > 0) machine.announceAgainAt ??= after(now, masterDelay);
    deadlines.schedule(machine, machine.announceAgainAt);
  }

  #reportFailure({ result, holding }: Answer, now: Instant): void {
    if (result.done || holding === undefined || this.#failed.has(holding.key)) return;
    this.#failed.add(holding.key);
    this.#parts.outbox.reports.push({
      kind: 'address-failed',
      instance: holding.machine.model.name,
      at: now,
      address: holding.virtual.address,
      interface: this.#parts.world.links.get(holding.link)?.name ?? `link ${holding.link}`,
      error: result.error,
    });
  }

  /** An address that was removed although no machine of this process ever held it. */
  #reportStale({ operation, former }: Answer, now: Instant): void {
    if (operation.kind !== 'remove-address' || former === undefined) return;
    if (former.machine.statistics.becameMaster > 0) return;
    this.#parts.outbox.reports.push({
      kind: 'stale-address-removed',
      at: now,
      address: operation.address,
      interface: this.#parts.world.links.get(operation.link)?.name ?? `link ${operation.link}`,
    });
  }
}
