/** Places as resolving finds them. Most files are never asked for one, so they are indexed at the first question. */
import type { Origin, Places } from './places.ts';

export class PlacesInOrder implements Places {
  readonly #nodes: object[] = [];
  readonly #origins: Origin[] = [];
  #index: Map<object, Origin> | undefined;

  add(node: object, origin: Origin): void {
    this.#nodes.push(node);
    this.#origins.push(origin);
    this.#index?.set(node, origin);
  }

  get(node: object): Origin | undefined {
    this.#index ??= this.#indexed();
    return this.#index.get(node);
  }

  keys(): Iterable<object> {
    return this.#nodes;
  }

  #indexed(): Map<object, Origin> {
    const index = new Map<object, Origin>();
    for (const [at, node] of this.#nodes.entries()) {
      const origin = this.#origins[at];
      if (origin !== undefined) index.set(node, origin);
    }
    return index;
  }
}
