/**
 * Which processes are tracked, kept up to date by events of the kernel and counted anew when some were lost. A process
 * is judged by its name and command line at birth, at exec and at a change of name.
 */
import { matches, type ProcessFacts, type Wanted } from './matching.ts';

export type ProcessEvent =
  | { readonly kind: 'fork'; readonly parent: number; readonly child: number }
  | { readonly kind: 'changed'; readonly pid: number }
  | { readonly kind: 'exit'; readonly pid: number };

export interface ProcessTable {
  /** Every process that lives; a zombie does not. */
  living(): Iterable<number>;
  /** undefined when it is gone. */
  facts(pid: number): ProcessFacts | undefined;
}

export class Census {
  readonly #table: ProcessTable;
  readonly #wanted: ReadonlyMap<string, Wanted>;
  /** By tracker. */
  readonly #found = new Map<string, Set<number>>();

  constructor(wanted: ReadonlyMap<string, Wanted>, table: ProcessTable) {
    this.#wanted = wanted;
    this.#table = table;
    for (const tracker of wanted.keys()) this.#found.set(tracker, new Set());
  }

  count(tracker: string): number {
    return this.#found.get(tracker)?.size ?? 0;
  }

  /** Looks at every process. */
  recount(): void {
    for (const pids of this.#found.values()) pids.clear();
    for (const pid of this.#table.living()) this.#judge(pid);
  }

  heed(event: ProcessEvent): void {
    switch (event.kind) {
      case 'fork':
        // Until it executes something else it is what its parent is.
        for (const pids of this.#found.values()) {
          if (pids.has(event.parent)) pids.add(event.child);
        }
        return;
      case 'changed':
        this.#judge(event.pid);
        return;
      case 'exit':
        for (const pids of this.#found.values()) pids.delete(event.pid);
    }
  }

  #judge(pid: number): void {
    const facts = this.#table.facts(pid);
    for (const [tracker, wanted] of this.#wanted) {
      const pids = this.#found.get(tracker);
      if (facts !== undefined && matches(wanted, facts)) pids?.add(pid);
      else pids?.delete(pid);
    }
  }
}
