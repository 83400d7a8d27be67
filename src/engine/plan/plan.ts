/**
 * What a reload does, as a value: printed before anything happens, answered when it has happened. Targets are compared
 * part by part; whatever is `keep` is not touched.
 */
import type { Address } from '../../base/address.ts';
import { isEqual } from '../../config/equal.ts';
import type { BalancerModel } from '../balancer/model.ts';
import type { FailoverModel } from '../model.ts';
import type { ServiceModel } from '../translation/service-model.ts';
import { planAddresses } from './addresses.ts';
import { type Difference, differences } from './difference.ts';
import { planInstances } from './instances.ts';
import { planNamed } from './named.ts';
import { planServices } from './services.ts';
import { planSessions } from './sessions.ts';

export type Verb = 'keep' | 'adjust' | 'restart' | 'add' | 'remove';

export interface InstanceStep {
  readonly kind: Verb;
  readonly name: string;
  /** Where the same virtual router goes on under another name. */
  readonly formerName: string | undefined;
  readonly interface: string | undefined;
  readonly virtualRouterId: number;
  readonly differences: readonly Difference[];
  /** Whether peers will see other advertisements, or none, or new ones. */
  readonly advertisesDifferently: boolean;
  /** Whether peers whose files say otherwise may ignore the new advertisements, and become master too. */
  readonly peersMustFollow: boolean;
}

export interface AddressStep {
  readonly kind: /** Held as soon as its instance is master here. */
    | 'appear'
    | 'vanish'
    /** On another interface, or with another prefix. */
    | 'move'
    /** Another instance holds it; it stays where it is as long as this host is master of both. */
    | 'hand-over'
    /** Its instance begins anew: it goes, and comes back with the election. */
    | 'interrupt'
    /** Removed and added again at once, since the kernel cannot change what differs. */
    | 'replace';
  readonly address: Address;
  readonly prefix: number;
  readonly interface: string;
  readonly instance: string;
  readonly from:
    | { readonly interface: string; readonly prefix: number; readonly instance: string }
    | undefined;
}

export interface NamedStep {
  readonly kind: Verb;
  readonly name: string;
  readonly differences: readonly Difference[];
}

export interface ServiceStep extends NamedStep {
  /** Those that are not kept. */
  readonly servers: readonly NamedStep[];
  readonly serversKept: number;
}

export interface Plan {
  /** In the order of the new file, then those that go. */
  readonly instances: readonly InstanceStep[];
  /** Only those to which something happens. */
  readonly addresses: readonly AddressStep[];
  readonly groups: readonly NamedStep[];
  readonly scripts: readonly NamedStep[];
  readonly sessions: readonly NamedStep[];
  /** Those that are not kept. */
  readonly services: readonly ServiceStep[];
  readonly servicesKept: number;
  /** Settings of the whole daemon. */
  readonly host: readonly Difference[];
  /** How its processes run; takes effect when they are started the next time. */
  readonly process: readonly Difference[];
}

/** What a plan compares: everything that a configuration makes run. */
export interface Target {
  readonly failover: FailoverModel;
  /** Track scripts, ready to run or not. */
  readonly scripts: readonly { readonly name: string }[];
  /** What is run at changes of state, by the name of the instance or group. */
  readonly instanceNotify: ReadonlyMap<string, object>;
  readonly groupNotify: ReadonlyMap<string, object>;
  readonly services: readonly ServiceModel[];
  /** Absent where nothing is balanced. */
  readonly balancer?: { readonly model: Pick<BalancerModel, 'plane'> } | undefined;
  readonly process: object;
  /** Through which doors others may ask the daemon. */
  readonly doors?: object;
}

/** Linear in the size of both. */
export function planReload(before: Target, after: Target): Plan {
  const instances = planInstances(before, after);
  const services = planServices(before.services, after.services);
  const changed = services.filter(({ kind }) => kind !== 'keep');
  return {
    instances,
    addresses: planAddresses(before.failover, after.failover, instances),
    groups: planNamed(groupsOf(before), groupsOf(after), 'adjust'),
    scripts: planNamed(before.scripts, after.scripts, 'restart'),
    sessions: planSessions(before.failover.bfd, after.failover.bfd),
    services: changed,
    servicesKept: services.length - changed.length,
    host: [
      ...differences(before.failover.host, after.failover.host),
      ...differences(filterOf(before), filterOf(after)),
      ...differences(planeOf(before), planeOf(after)),
      ...differences(before.doors ?? {}, after.doors ?? {}),
    ],
    process: differences(before.process, after.process),
  };
}

/** Whether anything at all is to be done. */
export function isQuiet(plan: Plan): boolean {
  const steps = [...plan.instances, ...plan.groups, ...plan.scripts, ...plan.sessions];
  return (
    steps.every(({ kind }) => kind === 'keep') &&
    plan.addresses.length + plan.services.length + plan.host.length + plan.process.length === 0
  );
}

/** Whether the failover process has anything to do with it. */
export function concernsFailover(before: Target, after: Target): boolean {
  return !isEqual(before.failover, after.failover) || !isEqual(before.process, after.process);
}

/** Whose addresses are in it is said with the instances. */
function filterOf({ failover: { firewall } }: Target): object {
  if (firewall === undefined) return {};
  const { name: nftables, priority, counters } = firewall;
  return { nftables, nftables_priority: priority, nftables_counters: counters };
}

/** What concerns all services: another plane takes them all away, and makes them anew there. */
function planeOf({ balancer }: Target): object {
  if (balancer === undefined) return {};
  const { kind, timeouts, flushAtStop, synchronisation } = balancer.model.plane;
  return {
    ...{ lvs_plane: kind, lvs_timeouts: timeouts },
    ...{ lvs_flush_on_stop: flushAtStop, lvs_sync_daemon: synchronisation },
  };
}

function groupsOf({ failover, groupNotify }: Target): readonly { readonly name: string }[] {
  return failover.groups.map((group) => ({ ...group, notify: groupNotify.get(group.name) }));
}
