/** How links are believed: `interface_up_down_delays`, and whose carrier is asked for. */
import { type Duration, seconds } from '../../base/units.ts';
import type { Model } from '../../language/model.ts';
import type { CarrierMethod } from '../../ports.ts';
import type { LinkDelay } from '../links/beliefs.ts';
import type { HostModel, InstanceModel } from '../model.ts';

export function linkManners(
  model: Model,
  instances: readonly InstanceModel[],
): Pick<HostModel, 'links'> {
  const delays: Record<string, LinkDelay> = {};
  for (const { interface: name, down, up } of model.interface_up_down_delays) {
    delays[name] = { down: capped(down, name, instances), up };
  }
  const polled: Record<string, CarrierMethod | undefined> = {};
  for (const { name, isPolled } of interfacesIn(model)) if (isPolled) polled[name] = undefined;
  for (const { interface: name, method } of model.linkbeat_interfaces) polled[name] = method;
  const isPlain = Object.keys(delays).length + Object.keys(polled).length === 0;
  return isPlain ? {} : { links: { delays, polled } };
}

/** `linkbeat_use_polling` for all interfaces that anybody runs on or tracks, or for that of one instance. */
function interfacesIn(
  model: Model,
): readonly { readonly name: string; readonly isPolled: boolean }[] {
  const all = model.linkbeat_use_polling;
  return model.vrrp_instance.flatMap((instance) => {
    const own = { name: instance.interface, isPolled: all || instance.linkbeat_use_polling };
    const tracked = instance.track_interface.map(({ name }) => ({ name, isPolled: all }));
    return [own, ...tracked].flatMap(({ name, isPolled }) =>
      name === undefined ? [] : [{ name, isPolled }],
    );
  });
}

/** As keepalived has it: a master that is cut off must know so before a backup takes over. */
function capped(down: Duration, name: string, instances: readonly InstanceModel[]): Duration {
  let most: number = down;
  for (const { interface: own, downTimerAdverts, advertInterval } of instances) {
    if (own !== name) continue;
    most = Math.min(most, Math.max(0, (downTimerAdverts - 1) * advertInterval - seconds(0.1)));
  }
  return most as Duration;
}
