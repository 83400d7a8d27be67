/** Which scripts a state change runs, with keepalived's arguments and order: the state's own, then `notify`. */
import type { Command } from '../scripts/command.ts';
import type { Notice } from './queue.ts';

/** The scripts of one instance or group, as configured. */
export interface NotifyPlan {
  readonly master: Command | undefined;
  readonly backup: Command | undefined;
  readonly fault: Command | undefined;
  readonly stop: Command | undefined;
  readonly deleted: Command | undefined;
  readonly lowerPriority: Command | undefined;
  /** `notify`: called at each change with four more arguments. */
  readonly every: Command | undefined;
  /** `notify_deleted` is there, with or without a script: a removal is told as DELETED. */
  readonly tellDeleted: boolean;
}

export type NotifyState = 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP' | 'DELETED';

export interface StateChange {
  readonly kind: 'INSTANCE' | 'GROUP';
  readonly name: string;
  readonly state: NotifyState;
  /** The effective priority; groups say 0. */
  readonly priority: number;
}

export function noticeOf(plan: NotifyPlan, change: StateChange): Notice {
  const { kind, name, priority } = change;
  // Without notify_deleted, a removal looks like a fault to the scripts.
  const state = change.state === 'DELETED' && !plan.tellDeleted ? 'FAULT' : change.state;
  const own = commandFor(plan, state);
  const every =
    plan.every === undefined
      ? undefined
      : { ...plan.every, argv: [...plan.every.argv, kind, name, state, String(priority)] };
  return { state, commands: [own, every].filter((command) => command !== undefined) };
}

function commandFor(plan: NotifyPlan, state: NotifyState): Command | undefined {
  switch (state) {
    case 'MASTER':
      return plan.master;
    case 'BACKUP':
      return plan.backup;
    case 'FAULT':
      return plan.fault;
    case 'STOP':
      return plan.stop;
    case 'DELETED':
      return plan.deleted;
  }
}
