/** Serves the deadlines of machines, those first who are to be silent from now on. */
import type { Instant } from '../base/units.ts';
import { replacement } from '../protocol/vrrp/router.ts';
import { routerDeadline } from '../protocol/vrrp/state.ts';
import type { SyncGroups } from './groups.ts';
import { type Machine, machineDeadline } from './machine.ts';
import type { Mover } from './mover.ts';
import type { Deadlines } from './timing/deadlines.ts';
import type { Lateness } from './timing/lateness.ts';

export interface TimekeeperParts {
  readonly deadlines: Deadlines<Machine>;
  readonly mover: Mover;
  readonly groups: SyncGroups;
  readonly lateness: Lateness;
}

const NEVER = Number.NEGATIVE_INFINITY;

export class Timekeeper {
  readonly #parts: TimekeeperParts;

  constructor(parts: TimekeeperParts) {
    this.#parts = parts;
  }

  /**
   * Backups are judged as of `readUntil`, before which nothing has arrived that is not known: the processor may have been taken
   * away since, and a deadline that has passed meanwhile waits until the sockets have been read once more. Without
   * it they are not judged at all.
   */
  serve(readUntil: Instant | undefined, now: Instant): void {
    const { deadlines, mover, groups, lateness } = this.#parts;
    const due = deadlines.takeDue(now);
    if (due.length > 1 && !groups.isEmpty) this.#giveWay(due, now);
    const heardUntil = readUntil ?? NEVER;
    for (const machine of due) {
      mover.announceDue(machine, now);
      const { state } = machine;
      const deadline = routerDeadline(state);
      if (deadline !== undefined && (state.kind === 'master' || deadline <= heardUntil)) {
        lateness.note(deadline, now);
        mover.move(machine, { kind: 'wake' }, now);
      }
      deadlines.schedule(machine, machineDeadline(machine));
    }
  }

  /** Who has been replaced takes its group along before any fellow advertises once more. */
  #giveWay(due: readonly Machine[], now: Instant): void {
    const { mover, groups, lateness } = this.#parts;
    for (const machine of due) {
      const { group, state, config } = machine;
      if (group === undefined || state.kind !== 'master') continue;
      if (replacement(config, state.advertiseAt, now) === undefined) continue;
      lateness.note(state.advertiseAt, now);
      mover.move(machine, { kind: 'wake' }, now);
    }
    groups.settle(now);
  }
}
