/** The ruleset of this network namespace, which others change as well: the number of its generation tells when. */
import type { FamilyCommand } from '../../wire/nftables/command.ts';
import { type Notification, TABLE } from '../../wire/nftables/message.ts';
import type { BufferOrder } from '../socket.ts';
import type { CommandFailure, NftablesSocket } from './socket.ts';
import { NftablesWatch } from './watch.ts';

export interface RulesetOptions {
  /** Somebody may have changed something in our tables. */
  readonly onChange?: (() => void) | undefined;
  readonly buffer?: BufferOrder | undefined;
}

/**
 * With `onChange` it follows what others do with tables of their own from generation to generation, so that it can tell
 * that ours are untouched without a look at them: others may change theirs many times a second.
 */
export class NftablesRuleset {
  readonly #socket: NftablesSocket;
  readonly #watch: NftablesWatch | undefined;
  /** When it was looked at, or the last change since that was ours or did not concern us. */
  #seen = -1;
  /** Among the changes heard since the last generation there was one of a table of our name, or one unheard. */
  #isConcerned = false;

  constructor(socket: NftablesSocket, { onChange, buffer }: RulesetOptions) {
    this.#socket = socket;
    if (onChange === undefined) return;
    const events = {
      hear: (notification: Notification) => this.#hear(notification),
      lost: () => {
        this.#isConcerned = true;
      },
      rest: () => {
        if (this.generation() !== this.#seen) onChange();
      },
    };
    this.#watch = new NftablesWatch(events, buffer);
  }

  /** Now; -1 when the kernel does not tell. */
  generation(): number {
    const generation = this.#socket.generation();
    return generation.ok ? generation.value : -1;
  }

  /** Nobody but us has changed anything of ours since it was looked at. */
  isAsSeen(): boolean {
    this.#watch?.drain();
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
    this.#watch?.drain();
    const before = this.generation();
    const send = () => this.#socket.transact(commands, only);
    const failures = this.#watch === undefined ? send() : this.#watch.aside(send);
    if (failures.length === 0 && before === this.#seen) {
      const after = this.generation();
      if (after === nextGeneration(before)) this.#seen = after;
    }
    return failures;
  }

  close(): void {
    this.#watch?.close();
  }

  #hear(notification: Notification): void {
    if (notification.kind === 'changed') {
      this.#isConcerned ||= notification.table === TABLE;
      return;
    }
    const { generation } = notification;
    if (!this.#isConcerned && generation === nextGeneration(this.#seen)) this.#seen = generation;
    this.#isConcerned = false;
  }
}

function nextGeneration(generation: number): number {
  // The kernel leaves 0 out.
  return (generation + 1) >>> 0 || 1;
}
