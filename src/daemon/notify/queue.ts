/**
 * The notify scripts of one instance or group: in order, one at a time, and only the latest state of those that
 * wait. A slow script delays its own successors and nothing else.
 */
import type { Duration, Instant } from '../../base/units.ts';
import { after, seconds } from '../../base/units.ts';
import type { Command } from '../scripts/command.ts';

/** The scripts of one state change, in the order in which they run. */
export interface Notice {
  /** `MASTER`, `BACKUP`, ...; for messages. */
  readonly state: string;
  readonly commands: readonly Command[];
}

export interface Queue {
  readonly running:
    | {
        readonly notice: Notice;
        /** Which of its commands. */
        readonly position: number;
        readonly phase: 'running' | 'terminated' | 'killed';
        readonly nextAt: Instant | undefined;
      }
    | undefined;
  readonly waiting: Notice | undefined;
}

export type QueueEvent =
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'ended' }
  | { readonly kind: 'wake' };

export type QueueEffect =
  | { readonly kind: 'start'; readonly command: Command }
  | { readonly kind: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly kind: 'overrun'; readonly command: Command; readonly state: string }
  /** This state came and went while an earlier script was still running. */
  | { readonly kind: 'superseded'; readonly state: string; readonly by: string };

export interface QueueStep {
  readonly queue: Queue;
  readonly effects: readonly QueueEffect[];
}

export const emptyQueue: Queue = { running: undefined, waiting: undefined };

export const defaultPatience = seconds(30);
const graceAfterTerm = seconds(2);

/** `patience`: how long one script may take. */
export function step(
  queue: Queue,
  event: QueueEvent,
  now: Instant,
  patience: Duration = defaultPatience,
): QueueStep {
  switch (event.kind) {
    case 'notice':
      return accept(queue, event.notice, now, patience);
    case 'ended':
      return advance(queue, now, patience);
    case 'wake':
      return wake(queue, now);
  }
}

export function deadline(queue: Queue): Instant | undefined {
  return queue.running?.nextAt;
}

function accept(queue: Queue, notice: Notice, now: Instant, patience: Duration): QueueStep {
  if (notice.commands.length === 0 && queue.waiting === undefined) return { queue, effects: [] };
  if (queue.running === undefined) return begin(notice, 0, now, patience);
  const superseded: readonly QueueEffect[] =
    queue.waiting === undefined || queue.waiting.state === notice.state
      ? []
      : [{ kind: 'superseded', state: queue.waiting.state, by: notice.state }];
  return { queue: { ...queue, waiting: notice }, effects: superseded };
}

function begin(notice: Notice, position: number, now: Instant, patience: Duration): QueueStep {
  const command = notice.commands[position];
  if (command === undefined) return { queue: emptyQueue, effects: [] };
  const nextAt = after(now, patience);
  return {
    queue: { running: { notice, position, phase: 'running', nextAt }, waiting: undefined },
    effects: [{ kind: 'start', command }],
  };
}

/** The running script has ended: the next command of its notice, else the notice that waits. */
function advance(queue: Queue, now: Instant, patience: Duration): QueueStep {
  const { running, waiting } = queue;
  if (running === undefined) return { queue, effects: [] };
  if (running.position + 1 < running.notice.commands.length) {
    const next = begin(running.notice, running.position + 1, now, patience);
    return { ...next, queue: { ...next.queue, waiting } };
  }
  return waiting === undefined
    ? { queue: emptyQueue, effects: [] }
    : begin(waiting, 0, now, patience);
}

function wake(queue: Queue, now: Instant): QueueStep {
  const { running } = queue;
  if (running?.nextAt === undefined || now < running.nextAt) return { queue, effects: [] };
  const command = running.notice.commands[running.position];
  if (running.phase === 'running' && command !== undefined) {
    const nextAt = after(now, graceAfterTerm);
    return {
      queue: { ...queue, running: { ...running, phase: 'terminated', nextAt } },
      effects: [
        { kind: 'overrun', command, state: running.notice.state },
        { kind: 'signal', signal: 'SIGTERM' },
      ],
    };
  }
  return {
    queue: { ...queue, running: { ...running, phase: 'killed', nextAt: undefined } },
    effects: [{ kind: 'signal', signal: 'SIGKILL' }],
  };
}
