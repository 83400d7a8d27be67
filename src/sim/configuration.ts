/** What the hosts of a scenario are configured to do: the same virtual routers, each host in its own role. */

import type { Ipv4, Ipv6, Mac } from '../base/address.ts';
import { type Address, parseAddress } from '../base/address.ts';
import type { Random } from '../base/random.ts';
import { type Duration, milliseconds, seconds, times } from '../base/units.ts';
import { plainAddress } from '../engine/addresses/plain-address.ts';
import type {
  FailoverModel,
  GarpModel,
  GroupModel,
  HostModel,
  InstanceModel,
  TrackedName,
  Transport,
  VirtualAddress,
} from '../engine/model.ts';

export interface InterfacePlan {
  readonly name: string;
  readonly mac: Mac;
  readonly ipv4: Ipv4;
  readonly linkLocal: Ipv6;
  readonly ipv6: Ipv6;
}

export interface Configuration {
  /** The shortest advertisement interval: everything in a scenario is sized by it. */
  readonly pace: Duration;
  /** One for each host. */
  readonly models: readonly FailoverModel[];
}

/** What all hosts of a virtual router agree on. */
interface RouterDraw {
  readonly name: string;
  readonly segment: number;
  readonly virtualRouterId: number;
  readonly version: 2 | 3;
  readonly family: 'ipv4' | 'ipv6';
  readonly interval: Duration;
  readonly unicast: boolean;
  readonly secret: string | undefined;
  readonly addresses: readonly VirtualAddress[];
  readonly excluded: readonly VirtualAddress[];
  readonly roles: readonly Role[];
  readonly garp: GarpModel;
  readonly lowerPriorityNoAdvert: boolean;
  readonly higherPrioritySendAdvert: boolean;
}

/** What a host is for a virtual router. */
interface Role {
  readonly priority: number;
  readonly initialState: 'master' | 'backup';
  readonly preempt: boolean;
  readonly preemptDelay: Duration;
  readonly intervalFactor: number;
  readonly downTimerAdverts: number;
}

const PACES = [10, 10, 20, 50, 100, 100, 250, 1_000, 1_000, 5_000];

export function drawModels(
  random: Random,
  interfaces: readonly (readonly InterfacePlan[])[],
): Configuration {
  const pace = milliseconds(random.pick(PACES));
  const count = random.pick([1, 1, 1, 2, 2, 3, 4]);
  const grouped = count > 1 && random.chance(0.35);
  const shared = drawRoles(random, { hosts: interfaces.length, pace, distinct: true });
  const routers = Array.from({ length: count }, (_, index) => {
    const own = drawRoles(random, { hosts: interfaces.length, pace, distinct: false });
    const roles = grouped ? shared : own;
    return drawRouter(random, { index, pace, segments: interfaces[0]?.length ?? 1, roles });
  });
  const models = interfaces.map((own, host): FailoverModel => {
    const instances = routers.map((router) =>
      drawInstance(random, { router, host, interfaces, grouped }),
    );
    const groups = grouped ? [drawGroup(random, routers, own)] : [];
    return { instances, groups, host: drawHostModel(random, pace), staticEntries: [] };
  });
  return { pace, models };
}

interface RolesDraw {
  readonly hosts: number;
  readonly pace: Duration;
  readonly distinct: boolean;
}

function drawRoles(random: Random, draw: RolesDraw): Role[] {
  const preempting = random.pick(['all', 'all', 'all', 'none', 'some'] as const);
  const delay = random.chance(0.25) ? times(draw.pace, random.within(2, 8)) : (0 as Duration);
  const priorities = drawPriorities(random, draw);
  const downTimerAdverts = random.chance(0.15) ? random.pick([2, 4]) : 3;
  const highest = Math.max(...priorities);
  return priorities.map((priority): Role => {
    const drawn = preempting === 'all' || (preempting === 'some' && random.chance(0.5));
    const preempt = priority === 255 || drawn;
    return {
      priority,
      initialState: priority === highest && random.chance(0.5) ? 'master' : 'backup',
      preempt,
      preemptDelay: preempt && priority !== 255 ? delay : (0 as Duration),
      intervalFactor: random.chance(0.1) ? 2 : 1,
      downTimerAdverts,
    };
  });
}

function drawPriorities(random: Random, draw: RolesDraw): number[] {
  const manner = random.pick(['spread', 'spread', 'close', 'equal', 'owner'] as const);
  const base = random.within(1, 240);
  if (manner === 'equal' && !draw.distinct) return new Array<number>(draw.hosts).fill(base);
  const steps = random.shuffled(Array.from({ length: draw.hosts }, (_, index) => index));
  const far = manner === 'close' ? 1 : Math.floor(253 / draw.hosts);
  const low = manner === 'close' ? base : 1;
  const priorities = steps.map((step) => low + step * far);
  const first = priorities.indexOf(Math.max(...priorities));
  return manner === 'owner' ? priorities.with(first, 255) : priorities;
}

interface RouterShape {
  readonly index: number;
  readonly pace: Duration;
  readonly segments: number;
  readonly roles: readonly Role[];
}

function drawRouter(random: Random, shape: RouterShape): RouterDraw {
  const segment = random.below(shape.segments);
  const version = shape.pace % seconds(1) === 0 && random.chance(0.5) ? 2 : 3;
  const family = version === 3 && random.chance(0.4) ? 'ipv6' : 'ipv4';
  const addresses = Array.from({ length: random.pick([1, 1, 2, 5]) }, (_, place) =>
    planAddress(random, { segment, family, place: shape.index * 10 + place }),
  );
  const excluded = random.chance(0.2)
    ? [planAddress(random, { segment, family: 'ipv4', place: shape.index * 10 + 9 })]
    : [];
  return {
    name: `VI_${shape.index + 1}`,
    segment,
    virtualRouterId: 10 + shape.index * random.pick([1, 7]),
    version,
    family,
    interval: times(shape.pace, random.pick([1, 1, 1, 2])),
    unicast: random.chance(0.3),
    secret: version === 2 && random.chance(0.4) ? 'gossamer' : undefined,
    addresses,
    excluded,
    roles: shape.roles,
    garp: drawGarp(random, shape.pace),
    lowerPriorityNoAdvert: random.chance(0.1),
    higherPrioritySendAdvert: random.chance(0.1),
  };
}

interface AddressDraw {
  readonly segment: number;
  readonly family: 'ipv4' | 'ipv6';
  readonly place: number;
}

/** On the segment's own subnet, or with the whole prefix, or on a subnet that nothing else is on. */
function planAddress(random: Random, draw: AddressDraw): VirtualAddress {
  const { segment, family, place } = draw;
  const [text, prefix] =
    family === 'ipv6'
      ? [`fd00:0:0:${segment}::1${String(place).padStart(2, '0')}`, random.pick([64, 128])]
      : random.pick([
          [`10.0.${segment}.1${String(place).padStart(2, '0')}`, 24],
          [`10.0.${segment}.1${String(place).padStart(2, '0')}`, 32],
          [`192.168.${segment}.${place + 1}`, 24],
        ] as const);
  return plainAddress(parsed(text), prefix);
}

function drawGarp(random: Random, pace: Duration): GarpModel {
  return {
    masterRepeat: random.within(1, 5),
    masterDelay: times(pace, 2),
    masterRefresh: random.chance(0.3) ? times(pace, 6) : (0 as Duration),
    masterRefreshRepeat: 1,
    lowerPriorityRepeat: random.within(1, 5),
    lowerPriorityDelay: times(pace, 2),
  };
}

interface InstanceDraw {
  readonly router: RouterDraw;
  readonly host: number;
  readonly interfaces: readonly (readonly InterfacePlan[])[];
  readonly grouped: boolean;
}

function drawInstance(random: Random, draw: InstanceDraw): InstanceModel {
  const { router, host, interfaces } = draw;
  const role = router.roles[host] as Role;
  const own = interfaces[host]?.[router.segment] as InterfacePlan;
  const others = interfaces.flatMap((each) => each[router.segment] ?? []).filter((e) => e !== own);
  const elsewhere = (interfaces[host] ?? []).filter((each) => each !== own);
  return {
    name: router.name,
    interface: own.name,
    virtualRouterId: router.virtualRouterId,
    version: router.version,
    family: router.family,
    priority: role.priority,
    advertInterval: times(router.interval, router.version === 3 ? role.intervalFactor : 1),
    initialState: role.initialState,
    preempt: role.preempt,
    preemptDelay: role.preemptDelay,
    downTimerAdverts: role.downTimerAdverts,
    strict: false,
    accept: true,
    skipCheckAdvertAddresses: false,
    higherPrioritySendAdvert: router.higherPrioritySendAdvert,
    lowerPriorityNoAdvert: router.lowerPriorityNoAdvert,
    ownerIgnoreAdverts: role.priority === 255,
    timerExpiredBackup: undefined,
    authentication: router.secret ? { kind: 'pass', secret: router.secret } : { kind: 'none' },
    checksumWithoutPseudoHeader: false,
    transport: planTransport(router, own, others),
    addresses: router.addresses,
    excludedAddresses: router.excluded,
    entries: [],
    promoteSecondaries: random.chance(0.3),
    trackPrimary: true,
    trackSource: false,
    trackedInterfaces: elsewhere
      .filter(() => !draw.grouped && random.chance(0.2))
      .map((each) => ({ interface: each.name, weight: random.pick([0, -30]), reverse: false })),
    trackers: drawTrackers(random, router.name, draw.grouped),
    garp: router.garp,
    // Room for sixteen advertisements: enough while the process is scheduled, too little while it stands still.
    receiveBuffer: random.chance(0.2) ? 12_288 : undefined,
  };
}

function planTransport(
  router: RouterDraw,
  own: InterfacePlan,
  others: readonly InterfacePlan[],
): Transport {
  const isIpv4 = router.family === 'ipv4';
  if (!router.unicast) {
    const group = parsed(isIpv4 ? '224.0.0.18' : 'ff02::12');
    return { kind: 'multicast', group, source: undefined };
  }
  return {
    kind: 'unicast',
    source: isIpv4 ? own.ipv4 : own.ipv6,
    hopLimit: 255,
    checkSource: true,
    peers: others.map((each) => ({
      address: isIpv4 ? each.ipv4 : each.ipv6,
      hopLimitMin: 255,
      hopLimitMax: 255,
    })),
  };
}

/** Members of a group keep to weight 0, so that their priorities stay equal. */
function drawTrackers(random: Random, name: string, grouped: boolean): TrackedName[] {
  if (!random.chance(0.35)) return [];
  const weight = grouped ? 0 : random.pick([0, 0, -20, -150, 20, 100]);
  return [{ tracker: `script:check_${name}`, weight, reverse: random.chance(0.1) }];
}

function drawGroup(
  random: Random,
  routers: readonly RouterDraw[],
  own: readonly InterfacePlan[],
): GroupModel {
  const tracked = random.chance(0.2) ? own.slice(0, 1) : [];
  return {
    name: 'VG_1',
    members: routers.map((router) => router.name),
    trackedInterfaces: tracked.map((e) => ({ interface: e.name, weight: 0, reverse: false })),
    trackers: random.chance(0.2)
      ? [{ tracker: 'script:check_group', weight: 0, reverse: false }]
      : [],
    memberWeights: false,
  };
}

function drawHostModel(random: Random, pace: Duration): HostModel {
  return {
    startupDelay: random.chance(0.1) ? times(pace, 3) : (0 as Duration),
    garpInterval: random.chance(0.2) ? times(pace, 0.02) : (0 as Duration),
    gnaInterval: random.chance(0.2) ? times(pace, 0.02) : (0 as Duration),
    logUnknownVrids: random.chance(0.5),
    addressLifetimes: random.chance(0.7),
  };
}

function parsed(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`broken invariant: ${text} is an address`);
  return address;
}
