/** Trackers, links and addresses -> faults and effective priority. Derived at every change, stored nowhere else. */
import { type Address, familyOf, isLinkLocal } from '../base/address.ts';
import type { Endpoint, Link, LinkAddress, PortError } from '../ports.ts';
import type { Fault } from '../protocol/vrrp/cause.ts';
import type { GroupModel, InstanceModel, TrackedName, TrackerWeight } from './model.ts';
import type { PrioritySum, PriorityTerm } from './report.ts';
import type { World } from './world.ts';

/** What is known of a tracker that lives outside this process. */
export interface Verdict {
  readonly verdict: 'pending' | 'up' | 'down';
  /** Where there is one, a weight is multiplied by it. */
  readonly number?: number | undefined;
  readonly detail: string;
}

export interface Surroundings {
  readonly world: World;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Every address that some instance holds while master: none of them can be a source. */
  readonly virtual: ReadonlySet<Address>;
  /** Sockets that could not be had, by `socketKey`. */
  readonly socketErrors: ReadonlyMap<string, PortError>;
}

/** What an instance and a sync group have in common. */
type Tracking = Pick<GroupModel, 'trackedInterfaces' | 'trackers'>;

export function linkIsUp(link: Link | undefined): boolean {
  return link?.up === true && link.running;
}

/**
 * The source of advertisements: as configured, else the one in use as long as it is there, else the first address of the
 * interface that is its own. Peers break ties by it, so it must not wander.
 */
export function sourceOf(
  model: InstanceModel,
  link: Link | undefined,
  around: Surroundings,
  current?: Address,
): Address | undefined {
  const configured = model.transport.source;
  if (configured !== undefined && !model.trackSource) return configured;
  if (link === undefined) return configured;
  const usable = sourceCandidates(model, link, around).filter(
    ({ tentative, duplicate }) => !tentative && !duplicate,
  );
  return (usable.find(({ address }) => address === current) ?? usable[0])?.address;
}

/** Whether there is no source yet, but one that duplicate address detection (RFC 4862 5.4) is about to release. */
function awaitsSource(model: InstanceModel, link: Link | undefined, around: Surroundings): boolean {
  if (link === undefined || sourceOf(model, link, around) !== undefined) return false;
  return sourceCandidates(model, link, around).some(
    ({ tentative, duplicate }) => tentative && !duplicate,
  );
}

function sourceCandidates(
  model: InstanceModel,
  link: Link,
  around: Surroundings,
): readonly LinkAddress[] {
  const configured = model.transport.source;
  return [...around.world.addressesOn(link.index)].filter(({ address }) => {
    if (configured !== undefined) return address === configured;
    if (familyOf(address) !== model.family || around.virtual.has(address)) return false;
    return !needsLinkLocal(model) || isLinkLocal(address);
  });
}

/** RFC 9568 5.1.2.1: over IPv6 the source is the link-local address. Unicast peers may be further away. */
function needsLinkLocal(model: InstanceModel): boolean {
  return model.family === 'ipv6' && model.transport.kind === 'multicast';
}

/** Tells the sockets of one interface apart: a kernel without IPv6 is no reason for an IPv4 instance to fail. */
export function socketKey(
  name: string | undefined,
  { family, group }: Pick<Endpoint, 'family' | 'group'>,
): string {
  return `${name ?? ''}|${family}|${group ?? ''}`;
}

/** The faults of an instance by itself; its group may add to them. */
export function faultsOf(
  model: InstanceModel,
  source: Address | undefined,
  around: Surroundings,
  weightsCount = true,
): readonly Fault[] {
  const faults: Fault[] = model.needsPeer === true ? [{ kind: 'no-peer' }] : [];
  const name = model.interface;
  if (name !== undefined) {
    const link = around.world.linkNamed(name);
    if (link === undefined) faults.push({ kind: 'interface-missing', interface: name });
    else if (model.trackPrimary && !linkIsUp(link)) {
      faults.push({ kind: 'interface-down', interface: name });
    } else if (source === undefined && !awaitsSource(model, link, around)) {
      faults.push({ kind: 'no-source-address', interface: name });
    }
  } else if (source === undefined) faults.push({ kind: 'no-source-address', interface: '' });
  const { family, transport } = model;
  const group = transport.kind === 'multicast' ? transport.group : undefined;
  const error = around.socketErrors.get(socketKey(name, { family, group }));
  if (error !== undefined && faults.length === 0) {
    faults.push({ kind: 'socket', interface: name ?? '', error });
  }
  trackedFaults(model, around, faults);
  if (weightsCount && model.priority !== 255) heavyFaults(model, around, faults);
  return faults;
}

/** Faults from trackers of weight 0, of an instance or of a group. */
export function trackedFaults(model: Tracking, around: Surroundings, faults: Fault[]): void {
  for (const tracked of model.trackedInterfaces) {
    if (tracked.weight !== 0) continue;
    const isUp = linkIsUp(around.world.linkNamed(tracked.interface));
    if (isUp === tracked.reverse) {
      faults.push({ kind: 'tracked-interface', interface: tracked.interface });
    }
  }
  for (const tracked of model.trackers) {
    const known = around.verdicts.get(tracked.tracker);
    if (tracked.weight !== 0 || known === undefined || known.verdict === 'pending') continue;
    if ((known.verdict === 'up') === tracked.reverse) {
      faults.push({ kind: 'tracker', tracker: tracked.tracker, detail: known.detail });
    }
  }
}

/** Faults from numbers that weigh so much that no priority would be left. */
export function heavyFaults(model: Tracking, around: Surroundings, faults: Fault[]): void {
  for (const tracked of model.trackers) {
    const { number = 0 } = around.verdicts.get(tracked.tracker) ?? {};
    const amount = numberAmount(tracked, number);
    if (amount > HEAVIEST) continue;
    const detail = `${number} times weight ${signedWeight(tracked)} is ${amount}`;
    faults.push({ kind: 'tracker', tracker: tracked.tracker, detail });
  }
}

export function isOutweighed(model: Tracking, around: Surroundings): boolean {
  const faults: Fault[] = [];
  heavyFaults(model, around, faults);
  return faults.length > 0;
}

/** What is as low as this is a fault. */
const HEAVIEST = -254;
const LIGHTEST = 253;

function signedWeight({ weight, reverse }: TrackerWeight): number {
  return reverse ? -weight : weight;
}

function numberAmount(tracked: TrackerWeight, number: number): number {
  return Math.min(LIGHTEST, number * signedWeight(tracked));
}

/**
 * Base priority and what each weighted tracker adds: clamped to 1..254; 255 is never moved. In a sync group the weights of the
 * group count for every member, those of the members only with `sync_group_tracking_weight`.
 */
export function prioritySum(
  model: InstanceModel,
  group: GroupModel | undefined,
  around: Surroundings,
): PrioritySum {
  const base = model.priority;
  if (base === 255) return { base, terms: [], effective: 255 };
  const own = group === undefined || group.memberWeights ? weightedTerms(model, around) : [];
  const terms = group === undefined ? own : [...own, ...weightedTerms(group, around)];
  const sum = terms.reduce((total, term) => total + term.amount, base);
  return { base, terms, effective: Math.min(254, Math.max(1, sum)) };
}

function weightedTerms(tracking: Tracking, around: Surroundings): readonly PriorityTerm[] {
  const terms: PriorityTerm[] = [];
  const add = (from: string, tracked: TrackerWeight, isUp: boolean): void => {
    if (tracked.weight > 0 !== isUp) return;
    terms.push({ from, amount: signedWeight(tracked) });
  };
  for (const tracked of tracking.trackedInterfaces) {
    if (tracked.weight === 0) continue;
    const isUp = linkIsUp(around.world.linkNamed(tracked.interface));
    add(`interface:${tracked.interface}`, tracked, isUp);
  }
  for (const tracked of tracking.trackers) {
    const known = around.verdicts.get(tracked.tracker);
    if (tracked.weight === 0 || known === undefined || known.verdict === 'pending') continue;
    if (known.number === undefined) add(tracked.tracker, tracked, known.verdict === 'up');
    else if (known.number !== 0) {
      terms.push({ from: tracked.tracker, amount: numberAmount(tracked, known.number) });
    }
  }
  return terms;
}

/** Whether some tracker of the instance has not given its first verdict yet. */
export function isPending(trackers: readonly TrackedName[], around: Surroundings): boolean {
  return trackers.some(({ tracker }) => {
    const known = around.verdicts.get(tracker);
    return known === undefined || known.verdict === 'pending';
  });
}
