/** How announcements are made: the instance's word, else the global one, else keepalived's number. */
import { seconds } from '../../base/units.ts';
import type { GlobalDefs, Model, VrrpInstance } from '../../language/model.ts';
import type { GarpModel, HostModel } from '../model.ts';

const never = seconds(0);

/**
 * `vrrp_min_garp` changes the numbers that nobody wrote; strict mode silences the answer to a lower priority. That
 * answer falls back to the global words alone, never to those of the instance about becoming master.
 */
export function garpModel(global: GlobalDefs, instance: VrrpInstance, strict: boolean): GarpModel {
  const least = global.vrrp_min_garp;
  const delay = global.vrrp_garp_master_delay ?? (least ? never : seconds(5));
  const repeat = global.vrrp_garp_master_repeat ?? (least ? 1 : 5);
  const extra = instance.garp_extra_if ?? global.vrrp_garp_extra_if;
  return {
    ...(extra === undefined || extra.interval === 0 ? {} : { extra }),
    masterDelay: instance.garp_master_delay ?? delay,
    masterRepeat: instance.garp_master_repeat ?? repeat,
    masterRefresh: instance.garp_master_refresh ?? global.vrrp_garp_master_refresh ?? never,
    masterRefreshRepeat:
      instance.garp_master_refresh_repeat ?? global.vrrp_garp_master_refresh_repeat ?? 1,
    lowerPriorityDelay: strict
      ? never
      : (instance.garp_lower_prio_delay ?? global.vrrp_garp_lower_prio_delay ?? delay),
    lowerPriorityRepeat: strict
      ? 0
      : (instance.garp_lower_prio_repeat ?? global.vrrp_garp_lower_prio_repeat ?? repeat),
  };
}

/** Of an interface in two groups the first counts. */
export function garpGroups({ garp_group: groups }: Model): Pick<HostModel, 'garpGroups'> {
  if (groups.length === 0) return {};
  return {
    garpGroups: groups.map((group) => ({
      interfaces: [...group.interface, ...group.interfaces],
      garpInterval: group.garp_interval ?? never,
      gnaInterval: group.gna_interval ?? never,
    })),
  };
}
