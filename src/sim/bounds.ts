/**
 * What the standards promise about time, worked out from the configuration alone and apart from the product's own
 * arithmetic, so that the one can judge the other.
 */
import { type Duration, milliseconds } from '../base/units.ts';
import type { FailoverModel, InstanceModel } from '../engine/model.ts';

/** RFC 9568 6.1 and, for version 2, RFC 3768 6.1. In microseconds; not rounded. */
export function skew(version: 2 | 3, priority: number, interval: number): number {
  const share = (256 - priority) / 256;
  return version === 2 ? share * 1_000_000 : share * interval;
}

export function downInterval(instance: InstanceModel, priority: number, interval: number): number {
  return instance.downTimerAdverts * interval + skew(instance.version, priority, interval);
}

/** The longest that any host waits for any master of this virtual router. */
export function longestDownInterval(instances: readonly InstanceModel[]): number {
  const slowest = Math.max(...instances.map((each) => each.advertInterval));
  return Math.max(...instances.map((each) => downInterval(each, 1, slowest)));
}

/** The models of one virtual router, one for each host that takes part. */
function routersByName(
  models: readonly FailoverModel[],
): ReadonlyMap<string, readonly InstanceModel[]> {
  const routers = new Map<string, InstanceModel[]>();
  for (const instance of models.flatMap((model) => model.instances)) {
    const known = routers.get(instance.name);
    if (known === undefined) routers.set(instance.name, [instance]);
    else known.push(instance);
  }
  return routers;
}

/**
 * How long after the last trouble every virtual router must have found its master: the start-up delay, the delay
 * before preemption, and one wait for a master that is gone and another for one that must give way. The members of
 * a group wait for each other, so there every wait may come once more.
 */
export function settlingTime(models: readonly FailoverModel[]): Duration {
  const startup = Math.max(...models.map((model) => model.host.startupDelay));
  const grouped = models.some((model) => model.groups.length > 0);
  const waits = Array.from(routersByName(models).values(), (instances) => {
    const delay = Math.max(...instances.map((each) => each.preemptDelay));
    return delay + 2.5 * longestDownInterval(instances);
  });
  const wait = Math.max(...waits) * (grouped ? 2 : 1);
  return Math.ceil(startup + wait + milliseconds(10)) as Duration;
}
