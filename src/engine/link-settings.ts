/** Sysctls of the links that machines run on: asked of the kernel once for each link. */
import type { KernelOperation } from '../ports.ts';
import type { Machine } from './machine.ts';

export class LinkSettings {
  #waiting: KernelOperation[] = [];
  readonly #asked = new Set<string>();

  /** `promote_secondaries`. */
  prepare(machines: readonly Machine[]): void {
    for (const { model, link } of machines) {
      if (!model.promoteSecondaries || link === undefined) continue;
      const name = `net/ipv4/conf/${link.name}/promote_secondaries`;
      if (this.#asked.has(name)) continue;
      this.#asked.add(name);
      this.#waiting.push({ kind: 'set-sysctl', name, value: '1' });
    }
  }

  take(): readonly KernelOperation[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }
}
