/** What is ordered of the plane as a whole: how long it keeps connections, and whom it tells of them. */
import { after, type Instant, seconds } from '../../base/units.ts';
import { isEqual } from '../../config/equal.ts';
import type { ConnectionTimeouts, SyncDaemon } from '../../plane.ts';
import type { OperationResult } from '../../ports.ts';
import type { PlaneModel, SynchronisationModel } from './model.ts';
import type { BalancerReport } from './report.ts';

export type Arrangement = 'timeouts' | 'synchronisation';

export interface ArrangementOrders {
  readonly timeouts: ConnectionTimeouts | undefined;
  readonly synchronise: readonly SyncDaemon[] | undefined;
}

/** What the plane refuses is tried again this often: an interface may not be there yet. */
const retryPause = seconds(1);

export class Arranger {
  #timeouts: ConnectionTimeouts | undefined;
  /** None is what a host begins with; undefined is not known. */
  #daemons: readonly SyncDaemon[] | undefined = [];
  readonly #refused = new Set<Arrangement>();
  #retryAt: Instant | undefined;

  get retryAt(): Instant | undefined {
    return this.#retryAt;
  }

  /** What is to be ordered now. An instance that nothing is known of yet is not master. */
  orders(
    { timeouts, synchronisation }: PlaneModel,
    masters: ReadonlyMap<string, boolean>,
    isOver: boolean,
  ): ArrangementOrders {
    const daemons =
      synchronisation === undefined || isOver ? [] : daemonsOf(synchronisation, masters);
    const orders = {
      timeouts: isEqual(this.#timeouts, timeouts) ? undefined : timeouts,
      synchronise: isEqual(this.#daemons, daemons) ? undefined : daemons,
    };
    this.#timeouts = timeouts;
    this.#daemons = daemons;
    return orders;
  }

  /** A refusal is told once, until it is over. One that nothing can change is not tried again. */
  answered(what: Arrangement, result: OperationResult, now: Instant): readonly BalancerReport[] {
    if (result.done) {
      if (!this.#refused.delete(what) || this.#refused.size > 0) return [];
      return [{ kind: 'plane-works', at: now }];
    }
    const { error } = result;
    if (error.code !== 'EOPNOTSUPP') this.#retryAt = after(now, retryPause);
    if (this.#refused.has(what)) return [];
    this.#refused.add(what);
    return [{ kind: 'plane-failed', at: now, operation: what, error, more: 0 }];
  }

  /** Lets what was refused be ordered again when its time has come. */
  wake(now: Instant): void {
    if (this.#retryAt === undefined || this.#retryAt > now) return;
    this.#retryAt = undefined;
    if (this.#refused.has('timeouts')) this.#timeouts = undefined;
    if (this.#refused.has('synchronisation')) this.#daemons = undefined;
  }

  /** Somebody else may have ended a daemon or begun one: what is wanted is ordered again. */
  doubt(): void {
    if (this.#daemons !== undefined && this.#daemons.length > 0) this.#daemons = undefined;
  }
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
