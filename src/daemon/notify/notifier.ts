/** Runs notify scripts: a queue for every instance and group, none of which waits for another. */
import type { Duration, Instant } from '../../base/units.ts';
import { between, earliest, toMilliseconds } from '../../base/units.ts';
import type { Loudness } from '../journal/severity.ts';
import { renderCommand } from '../scripts/command.ts';
import { type RunningScript, startScript } from '../scripts/process.ts';
import {
  deadline,
  defaultPatience,
  emptyQueue,
  type Notice,
  type Queue,
  type QueueEffect,
  type QueueEvent,
  step,
} from './queue.ts';

export interface NotifierOptions {
  now(): Instant;
  /** `subject` is the instance or group that the script belongs to. */
  say(loudness: Loudness, subject: string, text: string): void;
  /** How long one script may take; for tests. */
  readonly patience?: Duration;
}

interface Entry {
  readonly subject: string;
  queue: Queue;
  running: RunningScript | undefined;
}

export class Notifier {
  readonly #options: NotifierOptions;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  notify(subject: string, notice: Notice): void {
    let entry = this.#entries.get(subject);
    if (entry === undefined) {
      if (notice.commands.length === 0) return;
      entry = { subject, queue: emptyQueue, running: undefined };
      this.#entries.set(subject, entry);
    }
    this.#feed(entry, { kind: 'notice', notice });
    this.#arm();
  }

  /** Resolves when every script has ended, at the latest after `milliseconds`; then ends what is left. */
  close(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(this.#timer);
        for (const entry of this.#entries.values()) entry.running?.signal('SIGTERM');
        resolve();
      };
      if (!this.#busy) {
        end();
        return;
      }
      const timer = setTimeout(end, milliseconds);
      this.#idle.push(() => {
        clearTimeout(timer);
        end();
      });
    });
  }

  get #busy(): boolean {
    return [...this.#entries.values()].some(({ queue }) => queue.running !== undefined);
  }

  #feed(entry: Entry, event: QueueEvent): void {
    const patience = this.#options.patience ?? defaultPatience;
    const { queue, effects } = step(entry.queue, event, this.#options.now(), patience);
    entry.queue = queue;
    for (const effect of effects) this.#carryOut(entry, effect);
  }

  #carryOut(entry: Entry, effect: QueueEffect): void {
    const { say } = this.#options;
    switch (effect.kind) {
      case 'start':
        entry.running = startScript(effect.command, ({ succeeded, detail }) => {
          entry.running = undefined;
          if (!succeeded) {
            say(
              'warning',
              entry.subject,
              `notify script ${renderCommand(effect.command)}: ${detail}`,
            );
          }
          this.#feed(entry, { kind: 'ended' });
          this.#arm();
          if (!this.#busy) for (const idle of this.#idle.splice(0)) idle();
        });
        return;
      case 'signal':
        entry.running?.signal(effect.signal);
        return;
      case 'overrun':
        say(
          'error',
          entry.subject,
          `notify script ${renderCommand(effect.command)} for ${effect.state} does not end: stopping it`,
        );
        return;
      case 'superseded':
        say(
          'warning',
          entry.subject,
          `no script is run for ${effect.state}: it was over before the script of the state before it had ended; ${effect.by} is next`,
        );
        return;
    }
  }

  #arm(): void {
    let next: Instant | undefined;
    for (const { queue } of this.#entries.values()) next = earliest(next, deadline(queue));
    clearTimeout(this.#timer);
    if (next === undefined) return;
    const wait = Math.max(0, Math.ceil(toMilliseconds(between(this.#options.now(), next))));
    this.#timer = setTimeout(() => {
      for (const entry of this.#entries.values()) this.#feed(entry, { kind: 'wake' });
      this.#arm();
    }, wait);
  }
}
