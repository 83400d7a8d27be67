/** Counts what the failover process reports: changes of state by cause, and deadlines served late. */
import type { Report } from '../../engine/report.ts';

export interface TransitionCount {
  readonly instance: string;
  readonly to: string;
  /** The kind of the cause. */
  readonly cause: string;
  readonly count: number;
}

export class Tally {
  readonly #transitions = new Map<string, TransitionCount>();
  #late = 0;

  record(report: Report): void {
    if (report.kind === 'late') this.#late += 1;
    if (report.kind !== 'transition') return;
    const { instance, to, cause } = report;
    const key = `${cause.kind} ${to} ${instance}`;
    const count = (this.#transitions.get(key)?.count ?? 0) + 1;
    this.#transitions.set(key, { instance, to, cause: cause.kind, count });
  }

  /** Forgets instances that are no longer configured, so that reloads cannot make it grow for ever. */
  keep(instances: ReadonlySet<string>): void {
    for (const [key, { instance }] of this.#transitions) {
      if (!instances.has(instance)) this.#transitions.delete(key);
    }
  }

  get transitions(): readonly TransitionCount[] {
    return [...this.#transitions.values()];
  }

  get late(): number {
    return this.#late;
  }
}
