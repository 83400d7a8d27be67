/** Places as resolving finds them. Most files are never asked for one, so they are indexed at the first question. */
import type { Places } from './places.ts';
import type { Target } from './resolve-store.ts';

export class PlacesInOrder implements Places {
  readonly #targets: Target[] = [];
  #index: Map<object, Target> | undefined;

  add(target: Target): void {
    this.#targets.push(target);
    this.#index?.set(target.node, target);
  }

  get(node: object): Target | undefined {
    this.#index ??= new Map(this.#targets.map((target) => [target.node, target]));
    return this.#index.get(node);
  }

  *keys(): Iterable<object> {
    for (const { node } of this.#targets) yield node;
  }
}
