/** From the language's model, in which much may be unsaid, to what the failover engine runs, in which nothing is. */
import { seconds } from '../../base/units.ts';
import {
  familyOfInstance,
  intervalOf,
  isStrict,
  isUsable,
  preempts,
  priorityOf,
  usesHeader,
  versionOf,
  wantsMaster,
} from '../../language/effective.ts';
import type { GlobalDefs, Model, SyncGroup, VrrpInstance } from '../../language/model.ts';
import type { TrackLine } from '../../language/values/track-line.ts';
import type { FailoverModel, GroupModel, HostModel, InstanceModel, TrackedName } from '../model.ts';
import { bfdModels } from './failover-bfd.ts';
import { devicesIn, ownAddresses } from './failover-devices.ts';
import { type Entries, entriesIn } from './failover-entries.ts';
import { firewallOf } from './failover-firewall.ts';
import { garpGroups, garpModel } from './failover-garp.ts';
import { linkManners } from './failover-links.ts';
import { signingModel } from './failover-signing.ts';
import { trackersIn } from './failover-trackers.ts';
import { transportModel } from './failover-transport.ts';
import { receiveBuffer } from './receive-buffer.ts';
import { builtinNames, type RoutingNames } from './routing-names.ts';
import { virtualAddresses } from './virtual-addresses.ts';

const never = seconds(0);

/** Instances that cannot run (no router id, no interface and no peers) are left out; the rules have told so. */
export function failoverModel(
  model: Model,
  entries: Entries = entriesIn(model, builtinNames),
  names: RoutingNames = builtinNames,
): FailoverModel {
  const trackersOf = trackersIn(model);
  const bfd = bfdModels(model);
  const placed = devicesIn(model, names);
  const instances = model.vrrp_instance.flatMap((instance) => {
    const complete = instanceModel(model, instance, trackersOf(instance));
    if (complete === undefined) return [];
    return [placed({ ...complete, entries: entries.of.get(instance) ?? [] }, instance)];
  });
  const firewall = firewallOf(model.global_defs, instances);
  return {
    instances,
    ...(firewall === undefined ? {} : { firewall }),
    groups: groupModels(model, trackersOf, new Set(instances.map(({ name }) => name))),
    host: {
      ...hostModel(model.global_defs),
      ...garpGroups(model),
      ...linkManners(model, instances),
    },
    ...(bfd.length > 0 ? { bfd } : {}),
    staticEntries: [...entries.statics, ...ownAddresses(model.vrrp_instance, instances)],
  };
}

function hostModel(global: GlobalDefs): HostModel {
  return {
    startupDelay: global.vrrp_startup_delay ?? never,
    ...(global.vrrp_delay_after_boot === undefined
      ? {}
      : { bootDelay: global.vrrp_delay_after_boot }),
    garpInterval: global.vrrp_garp_interval ?? never,
    gnaInterval: global.vrrp_gna_interval ?? never,
    logUnknownVrids: global.log_unknown_vrids,
    addressLifetimes: global.address_lifetimes,
    ...(global.disable_local_igmp ? { localIgmpOff: true } : {}),
  };
}

function instanceModel(
  model: Model,
  instance: VrrpInstance,
  trackers: readonly TrackedName[],
): Omit<InstanceModel, 'entries'> | undefined {
  const { global_defs: global } = model;
  const { virtual_router_id: virtualRouterId } = instance;
  if (virtualRouterId === undefined || !isUsable(instance)) return undefined;
  const family = familyOfInstance(instance);
  return {
    name: instance.name,
    // A socket of a VRF hears all its interfaces.
    interface: instance.interface ?? instance.vrf,
    virtualRouterId,
    version: versionOf(global, instance),
    family,
    ...election(global, instance),
    ...answers(global, instance),
    authentication: authentication(global, instance),
    ...signingModel(global, instance),
    checksumWithoutPseudoHeader: instance.v3_checksum_as_v2 ?? global.v3_checksum_as_v2,
    ...transport(global, instance, family),
    ...(instance.old_unicast_checksum === undefined
      ? {}
      : { oldUnicastChecksum: instance.old_unicast_checksum }),
    ...virtualAddresses(instance, family),
    promoteSecondaries: instance.promote_secondaries,
    trackPrimary: !instance.dont_track_primary,
    trackSource: instance.track_src_ip && instance.mcast_src_ip !== undefined,
    trackedInterfaces: instance.track_interface
      .filter(({ name }) => name !== instance.interface)
      .map(trackedInterface),
    trackers,
    garp: garpModel(global, instance, isStrict(global, instance)),
    ...receiveBuffer(global, instance, family),
  };
}

function transport(
  global: GlobalDefs,
  instance: VrrpInstance,
  family: InstanceModel['family'],
): Pick<InstanceModel, 'transport' | 'needsPeer'> {
  const found = transportModel(global, instance, family);
  const needsPeer = instance.unicast_fault_no_peer && found.kind === 'multicast';
  return needsPeer ? { transport: found, needsPeer } : { transport: found };
}

/** How it comes to be master. Strict mode takes the standard's values. */
function election(global: GlobalDefs, instance: VrrpInstance) {
  const strict = isStrict(global, instance);
  const priority = priorityOf(instance);
  const preempt = preempts(instance, global);
  const wanted = wantsMaster(instance, global);
  const master = wanted && (!strict || priority === 255);
  const adverts = instance.down_timer_adverts ?? global.vrrp_down_timer_adverts;
  return {
    priority,
    advertInterval: intervalOf(global, instance),
    initialState: master ? 'master' : 'backup',
    preempt,
    // keepalived clears it beside state MASTER, and says so.
    preemptDelay: strict || !preempt || wanted ? never : (instance.preempt_delay ?? never),
    downTimerAdverts: strict ? 3 : adverts,
    strict,
    timerExpiredBackup: preempt ? undefined : instance.timer_expired_backup,
  } as const satisfies Partial<InstanceModel>;
}

/** What it accepts, and how it answers others. */
function answers(global: GlobalDefs, instance: VrrpInstance) {
  const strict = isStrict(global, instance);
  const owner = priorityOf(instance) === 255;
  const lower = instance.lower_prio_no_advert ?? global.vrrp_lower_prio_no_advert ?? false;
  const higher = instance.higher_prio_send_advert ?? global.vrrp_higher_prio_send_advert;
  const ignore = instance.owner_ignore_adverts ?? global.vrrp_owner_ignore_adverts ?? false;
  return {
    // Strict mode leaves `accept` to version 3, whose standard knows it.
    accept:
      owner ||
      (strict ? instance.accept && versionOf(global, instance) === 3 : !instance.no_accept),
    skipCheckAdvertAddresses: instance.skip_check_adv_addr ?? global.vrrp_skip_check_adv_addr,
    lowerPriorityNoAdvert: strict || lower,
    higherPrioritySendAdvert: !strict && higher,
    ownerIgnoreAdverts: owner || ignore,
  };
}

/** Version 3 and strict mode have no authentication; neither has a password that is not there. */
function authentication(
  global: GlobalDefs,
  instance: VrrpInstance,
): InstanceModel['authentication'] {
  const { authentication: written } = instance;
  const isSigned = instance.auth_hmac !== undefined;
  const possible = versionOf(global, instance) === 2 && !isStrict(global, instance) && !isSigned;
  if (!possible || written?.auth_type === undefined || written.auth_pass === undefined) {
    return { kind: 'none' };
  }
  const secret = written.auth_pass;
  if (written.auth_type === 'PASS') return { kind: 'pass', secret };
  return usesHeader(instance, global) ? { kind: 'ah', secret } : { kind: 'none' };
}

function trackedInterface({ name, weight }: TrackLine) {
  return { interface: name, weight: weight?.weight ?? 0, reverse: weight?.reverse ?? false };
}

/** Groups with the members that run; an instance in two groups stays in the first. */
function groupModels(
  model: Model,
  trackersOf: ReturnType<typeof trackersIn>,
  running: ReadonlySet<string>,
): GroupModel[] {
  const taken = new Set<string>();
  return model.vrrp_sync_group.flatMap((group) => {
    const members = [...new Set(group.group)].filter(
      (name) => running.has(name) && !taken.has(name),
    );
    for (const name of members) taken.add(name);
    return members.length === 0 ? [] : [groupModel(group, members, trackersOf(group))];
  });
}

function groupModel(
  group: SyncGroup,
  members: readonly string[],
  trackers: readonly TrackedName[],
): GroupModel {
  return {
    name: group.name,
    members,
    trackedInterfaces: group.track_interface.map(trackedInterface),
    trackers,
    memberWeights: group.sync_group_tracking_weight,
  };
}
