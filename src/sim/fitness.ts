/** Who could be master, judged from the world itself and the configuration, not from what the engine says. */
import { familyOf, isLinkLocal } from '../base/address.ts';
import type { InstanceModel, TrackedInterface, TrackedName } from '../engine/model.ts';
import type { Host } from './host.ts';

/** Whether the host's process runs and nothing keeps this instance from taking part. */
export function isFit(host: Host, instance: InstanceModel): boolean {
  if (host.process === undefined) return false;
  const group = host.model.groups.find((each) => each.members.includes(instance.name));
  if (group === undefined) return isFitAlone(host, instance);
  const members = host.model.instances.filter((each) => group.members.includes(each.name));
  return (
    members.every((member) => isFitAlone(host, member)) &&
    group.trackers.every((each) => !isFault(each, host.verdicts.get(each.tracker) ?? true)) &&
    group.trackedInterfaces.every((each) => !isFault(each, isUp(host, each.interface)))
  );
}

function isFitAlone(host: Host, instance: InstanceModel): boolean {
  const name = instance.interface;
  if (name === undefined || host.kernel.linkNamed(name) === undefined) return false;
  if (instance.trackPrimary && !isUp(host, name)) return false;
  return (
    hasSource(host, instance) &&
    instance.trackers.every((each) => !isFault(each, verdictOf(host, each))) &&
    instance.trackedInterfaces.every((each) => !isFault(each, isUp(host, each.interface)))
  );
}

/** The configured priority and what the trackers add to it; the owner of the addresses stays what it is. */
export function effectivePriority(host: Host, instance: InstanceModel): number {
  if (instance.priority === 255) return 255;
  let sum = instance.priority;
  for (const each of instance.trackers) sum += contribution(each, verdictOf(host, each));
  for (const each of instance.trackedInterfaces) {
    sum += contribution(each, isUp(host, each.interface));
  }
  return Math.min(254, Math.max(1, sum));
}

interface Weighted {
  readonly weight: number;
  readonly reverse: boolean;
}

function contribution(tracked: Weighted, up: boolean): number {
  const counts = tracked.weight > 0 ? up : !up;
  return counts ? tracked.weight * (tracked.reverse ? -1 : 1) : 0;
}

function isFault(tracked: Weighted, up: boolean): boolean {
  return tracked.weight === 0 && up === tracked.reverse;
}

function verdictOf(host: Host, tracked: TrackedName | TrackedInterface): boolean {
  return 'tracker' in tracked ? (host.verdicts.get(tracked.tracker) ?? true) : true;
}

function isUp(host: Host, name: string): boolean {
  const link = host.kernel.linkNamed(name);
  return link?.up === true && link.running;
}

function hasSource(host: Host, instance: InstanceModel): boolean {
  const { transport } = instance;
  const link = host.kernel.linkNamed(instance.interface ?? '')?.index;
  const virtual = [...instance.addresses, ...instance.excludedAddresses];
  for (const { entry } of host.kernel.addresses()) {
    if (entry.link !== link || familyOf(entry.address) !== instance.family) continue;
    if (transport.source !== undefined && entry.address !== transport.source) continue;
    if (virtual.some((each) => each.address === entry.address)) continue;
    if (transport.kind === 'unicast' || instance.family === 'ipv4') return true;
    if (isLinkLocal(entry.address)) return true;
  }
  return false;
}
