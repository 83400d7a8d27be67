/** The ruleset of this network namespace, which others change as well: the number of its generation tells when. */
import type { FamilyCommand } from '../wire/nftables/command.ts';
import type { CommandFailure, NftablesSocket } from './nftables-socket.ts';
import type { NftablesWatch } from './nftables-watch.ts';

export class NftablesRuleset {
  readonly #socket: NftablesSocket;
  readonly #watch: NftablesWatch | undefined;
  /** When it was looked at, or our last change since. */
  #seen = -1;

  constructor(socket: NftablesSocket, watch: NftablesWatch | undefined) {
    this.#socket = socket;
    this.#watch = watch;
  }

  /** Now; -1 when the kernel does not tell. */
  generation(): number {
    const generation = this.#socket.generation();
    return generation.ok ? generation.value : -1;
  }

  /** Nobody but us has changed anything since it was looked at. */
  isAsSeen(): boolean {
    return this.generation() === this.#seen;
  }

  /** It was looked at in this generation. */
  see(generation: number): void {
    this.#seen = generation;
  }

  /**
   * Keeps count of the generation, so that a change of ours is not taken for one of somebody else. What is `only` for one
   * generation fails in any other.
   */
  transact(commands: readonly FamilyCommand[], only?: number): readonly CommandFailure[] {
    if (commands.length === 0) return [];
    const before = this.generation();
    const send = () => this.#socket.transact(commands, only);
    const failures = this.#watch === undefined ? send() : this.#watch.aside(send);
    if (failures.length === 0 && before === this.#seen) {
      const after = this.generation();
      if (after === nextGeneration(before)) this.#seen = after;
    }
    return failures;
  }
}

function nextGeneration(generation: number): number {
  // The kernel leaves 0 out.
  return (generation + 1) >>> 0 || 1;
}
