/** The sessions of a host: found by name, by our discriminator, and by neighbour before that is known there. */
import type { Address } from '../../base/address.ts';
import type { BfdModel } from './model.ts';
import type { BfdSession } from './session.ts';

export class SessionTable {
  readonly #byName = new Map<string, BfdSession>();
  readonly #byDiscriminator = new Map<number, BfdSession>();
  readonly #byNeighbour = new Map<string, BfdSession[]>();

  get size(): number {
    return this.#byName.size;
  }

  add(session: BfdSession): void {
    this.#byName.set(session.model.name, session);
    this.#byDiscriminator.set(session.state.discriminator, session);
    const key = neighbourKey(session.model);
    this.#byNeighbour.set(key, [...(this.#byNeighbour.get(key) ?? []), session]);
  }

  remove(session: BfdSession): void {
    this.#byName.delete(session.model.name);
    this.#byDiscriminator.delete(session.state.discriminator);
    const key = neighbourKey(session.model);
    const left = (this.#byNeighbour.get(key) ?? []).filter((other) => other !== session);
    if (left.length > 0) this.#byNeighbour.set(key, left);
    else this.#byNeighbour.delete(key);
  }

  named(name: string): BfdSession | undefined {
    return this.#byName.get(name);
  }

  withDiscriminator(discriminator: number): BfdSession | undefined {
    return this.#byDiscriminator.get(discriminator);
  }

  /** RFC 5880 6.3: how the first packets are told apart. A session with that source comes before one with any. */
  between(neighbour: Address, own: Address, place: Place): BfdSession | undefined {
    const known = this.#byNeighbour.get(neighbourKey({ neighbour, ...place }));
    const found = known?.filter(({ model }) => isOver(model, place.interface));
    return (
      found?.find(({ model }) => model.source === own) ??
      found?.find(({ model }) => model.source === undefined)
    );
  }

  [Symbol.iterator](): Iterator<BfdSession> {
    return this.#byName.values();
  }
}

interface Place {
  readonly multihop: boolean;
  /** Over which it came; undefined where that interface is gone. */
  readonly interface: string | undefined;
}

/** Whether what came over an interface may be for a session. */
export function isOver(model: Pick<BfdModel, 'interface'>, link: string | undefined): boolean {
  return model.interface === undefined || model.interface === link;
}

function neighbourKey(ends: { readonly neighbour: Address; readonly multihop: boolean }): string {
  return `${ends.multihop ? 'm' : 's'}${ends.neighbour}`;
}
