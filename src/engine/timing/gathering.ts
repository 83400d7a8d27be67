/** How long received datagrams may lie unread, so that many of them cost one wake-up. */
import { type Duration, microseconds, milliseconds } from '../../base/units.ts';
import { skewTime } from '../../protocol/vrrp/timing.ts';
import type { Machine } from '../machine.ts';
import type { FailoverModel, GroupModel, InstanceModel, TrackerWeight } from '../model.ts';

/** A master that hears a higher priority gives way no later than this after it. */
const LONGEST_AS_MASTER = milliseconds(10);
/** What a backup hears only ever moves its deadlines, which count from when it was received. */
const LONGEST_AS_BACKUP = milliseconds(50);

/**
 * The window wanted by all machines together. Datagrams carry the kernel's receive timestamps, from which deadlines count, and
 * no deadline that a datagram sets is closer to it than a skew time: reading it within that moves none.
 */
export class Gathering {
  /** What each instance comes to when every tracker is at its best, by name. */
  #priorities: ReadonlyMap<string, number> = new Map();
  #told: Duration | undefined;
  #mayDiffer = true;

  learn({ instances, groups }: FailoverModel): void {
    const highest = (instance: InstanceModel): number => {
      const group = groups.find(({ members }) => members.includes(instance.name));
      return highestPriority(instance, group);
    };
    this.#priorities = new Map(instances.map((each) => [each.name, highest(each)]));
    this.#mayDiffer = true;
  }

  /** The state of a machine, or the interval of the master that it hears, has changed. */
  moved(): void {
    this.#mayDiffer = true;
  }

  /** The window, when it is another than it was. */
  take(machines: Iterable<Machine>): Duration | undefined {
    if (!this.#mayDiffer) return undefined;
    this.#mayDiffer = false;
    const window = this.#window(machines);
    if (window === this.#told) return undefined;
    this.#told = window;
    return window;
  }

  #window(machines: Iterable<Machine>): Duration {
    let shortest = Number.POSITIVE_INFINITY;
    let isAnyMaster = false;
    for (const { model, state } of machines) {
      if (state.kind === 'master') isAnyMaster = true;
      const { version, name, advertInterval } = model;
      const masterInterval = state.kind === 'backup' ? state.masterInterval : advertInterval;
      const priority = this.#priorities.get(name) ?? 255;
      const skew = skewTime({ version, priority, masterInterval });
      if (skew < shortest) shortest = skew;
    }
    return gatherWindow(shortest as Duration, isAnyMaster);
  }
}

/** Backups are left half of a skew time to get ready for its end. */
function gatherWindow(skew: Duration, isAnyMaster: boolean): Duration {
  const short = Math.min(skew, LONGEST_AS_MASTER);
  const long = Math.min(Math.floor(skew / 2), LONGEST_AS_BACKUP);
  return microseconds(isAnyMaster ? short : Math.max(short, long));
}

/** The effective priority when every tracker is at its best. */
function highestPriority(instance: InstanceModel, group: GroupModel | undefined): number {
  if (instance.priority === 255) return 255;
  const gains = [instance, group].flatMap((model) =>
    model === undefined ? [] : [...model.trackedInterfaces, ...model.trackers].map(gain),
  );
  return Math.min(
    254,
    gains.reduce((sum, one) => sum + one, instance.priority),
  );
}

function gain({ weight, reverse }: TrackerWeight): number {
  return Math.max(0, reverse ? -weight : weight);
}
