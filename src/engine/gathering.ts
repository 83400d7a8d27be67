/** How long received datagrams may lie unread, so that many of them cost one wake-up. */
import { type Duration, milliseconds } from '../base/units.ts';
import { skewTime } from '../protocol/vrrp/timing.ts';
import type { FailoverModel, GroupModel, InstanceModel, TrackerWeight } from './model.ts';

/** A master that hears a higher priority gives way no later than this after it. */
const LONGEST = milliseconds(10);

/**
 * The shortest skew time that any instance can come to. Datagrams carry the kernel's receive timestamps, from which deadlines
 * count, and no deadline that a datagram sets is closer to it than a skew time: reading it later moves none.
 */
export function gatherWindow({ instances, groups }: FailoverModel): Duration {
  let window = LONGEST;
  for (const instance of instances) {
    const group = groups.find(({ members }) => members.includes(instance.name));
    const { version, advertInterval: masterInterval } = instance;
    const skew = skewTime({ version, priority: highestPriority(instance, group), masterInterval });
    if (skew < window) window = skew;
  }
  return window;
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
