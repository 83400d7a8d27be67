/** What is ordered of the plane as a whole: how long it keeps connections, and whom it tells of them. */
import { isEqual } from '../../config/equal.ts';
import type { ConnectionTimeouts, SyncDaemon } from '../../plane.ts';
import type { PlaneModel, SynchronisationModel } from './model.ts';

export interface Arranged {
  readonly timeouts: ConnectionTimeouts | undefined;
  /** undefined has never been ordered; none is what a host begins with. */
  readonly synchronisation: readonly SyncDaemon[] | undefined;
}

export interface Arrangements {
  readonly now: Arranged;
  /** What must be ordered, where `before` was. */
  since(before: Arranged): {
    readonly timeouts: ConnectionTimeouts | undefined;
    readonly synchronise: readonly SyncDaemon[] | undefined;
  };
}

/** An instance that nothing is known of yet is not master. */
export function arrangements(
  { timeouts, synchronisation }: PlaneModel,
  masters: ReadonlyMap<string, boolean>,
  isOver: boolean,
): Arrangements {
  const daemons =
    synchronisation === undefined || isOver ? [] : daemonsOf(synchronisation, masters);
  const now: Arranged = { timeouts, synchronisation: daemons };
  return {
    now,
    since(before) {
      const isQuiet =
        isEqual(before.synchronisation, daemons) ||
        (before.synchronisation === undefined && daemons.length === 0);
      return {
        timeouts: isEqual(before.timeouts, timeouts) ? undefined : timeouts,
        synchronise: isQuiet ? undefined : daemons,
      };
    },
  };
}

function daemonsOf(
  { instance, ...daemon }: SynchronisationModel,
  masters: ReadonlyMap<string, boolean>,
): readonly SyncDaemon[] {
  if (instance !== undefined) {
    return [{ ...daemon, role: masters.get(instance) === true ? 'master' : 'backup' }];
  }
  return [
    { ...daemon, role: 'master' },
    { ...daemon, role: 'backup' },
  ];
}
