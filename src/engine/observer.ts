/** Takes in what others have changed in the kernel: the world as known, and what is to be told of it. */
import type { Instant } from '../base/units.ts';
import type { KernelChange, Link } from '../ports.ts';
import type { Reconciler } from './addresses/reconcile.ts';
import type { LinkSettings } from './links/settings.ts';
import type { FailoverModel } from './model.ts';
import type { Outbox } from './mover.ts';
import { linkIsUp } from './tracking.ts';
import type { World } from './world.ts';

export interface ObserverParts {
  readonly world: World;
  readonly outbox: Outbox;
  readonly reconciler: Reconciler;
  readonly settings: LinkSettings;
}

export class Observer {
  readonly #parts: ObserverParts;
  /** Interfaces that some instance or group runs on or tracks. */
  #concerned: ReadonlySet<string> = new Set();

  constructor(parts: ObserverParts) {
    this.#parts = parts;
  }

  learn(model: FailoverModel): void {
    const names = new Set<string>();
    for (const { interface: name, trackedInterfaces } of model.instances) {
      if (name !== undefined) names.add(name);
      for (const tracked of trackedInterfaces) names.add(tracked.interface);
    }
    for (const { trackedInterfaces } of model.groups) {
      for (const tracked of trackedInterfaces) names.add(tracked.interface);
    }
    this.#concerned = names;
  }

  take(told: KernelChange, now: Instant): void {
    this.#believe(this.#parts.settings.beliefs.believe(told, now), now);
  }

  /** Takes in what is believed only now; whether there was anything. */
  release(now: Instant): boolean {
    const due = this.#parts.settings.beliefs.due(now);
    for (const change of due) this.#believe(change, now);
    return due.length > 0;
  }

  #believe(change: KernelChange, now: Instant): void {
    const { world, reconciler } = this.#parts;
    this.#reportLink(change, now);
    const loser = reconciler.disturbed(change, now);
    const names = relinked(change, world);
    world.change(change);
    if (names.size > 0) reconciler.relink(names);
    if (loser === undefined || change.kind !== 'address-gone') return;
    this.#parts.outbox.reports.push({
      kind: 'address-lost',
      instance: loser.machine.model.name,
      at: now,
      address: change.address.address,
      interface: world.links.get(change.address.link)?.name ?? `link ${change.address.link}`,
      portId: change.portId,
    });
  }

  #reportLink(change: KernelChange, now: Instant): void {
    if (change.kind === 'link') this.#reportState(change.link, now);
    if (change.kind !== 'link-gone') return;
    const gone = this.#parts.world.links.get(change.index);
    if (gone === undefined || !this.#concerned.has(gone.name)) return;
    const { name } = gone;
    this.#parts.outbox.reports.push({ kind: 'interface', at: now, interface: name, state: 'gone' });
  }

  #reportState(link: Link, now: Instant): void {
    if (!this.#concerned.has(link.name)) return;
    const isUp = linkIsUp(link);
    if (isUp === linkIsUp(this.#parts.world.links.get(link.index))) return;
    const state = isUp ? 'up' : 'down';
    this.#parts.outbox.reports.push({ kind: 'interface', at: now, interface: link.name, state });
  }
}

/** The names that stand for another link, or for none, from now on. */
function relinked(change: KernelChange, world: World): ReadonlySet<string> {
  const names = new Set<string>();
  if (change.kind !== 'link' && change.kind !== 'link-gone') return names;
  const index = change.kind === 'link' ? change.link.index : change.index;
  const before = world.links.get(index)?.name;
  const after = change.kind === 'link' ? change.link.name : undefined;
  if (before === after) return names;
  for (const name of [before, after]) if (name !== undefined) names.add(name);
  return names;
}
