/** One virtual router as the engine runs it: its configuration, its state, and what was seen of it. */
import type { Address } from '../base/address.ts';
import { after, type Duration, type Instant, latest } from '../base/units.ts';
import type { Link, ReceivedDatagram } from '../ports.ts';
import type { Cause, Fault } from '../protocol/vrrp/cause.ts';
import { replacement } from '../protocol/vrrp/router.ts';
import {
  type Heard,
  initialRouterState,
  type RouterConfig,
  type RouterState,
  routerDeadline,
} from '../protocol/vrrp/state.ts';
import { advertisementSlack } from '../protocol/vrrp/timing.ts';
import type { Advertisement } from '../wire/vrrp.ts';
import { type AhMemory, createAhMemory } from './adverts/authentication-header.ts';
import { createSignatureMemory, type SignatureMemory } from './adverts/signing.ts';
import type { InstanceModel } from './model.ts';
import type { OutgoingDatagram } from './output.ts';
import type { PrioritySum, RejectReason } from './report.ts';
import type { InstanceSnapshot, InstanceStatistics } from './snapshot.ts';
import type { DeadlineRules } from './timing/deadlines.ts';

/** The engine is the only writer of a machine. */
export interface Machine {
  model: InstanceModel;
  /** The name of its sync group. */
  group: string | undefined;
  state: RouterState;
  since: Instant;
  cause: Cause;
  priority: PrioritySum;
  config: RouterConfig;
  /** Derived from what is observed at every change. */
  faults: readonly Fault[];
  /** The faults before the group was looked at. */
  ownFaults: readonly Fault[];
  link: Link | undefined;
  /** What its advertisements leave by: its link, or the device above it that is made for them. */
  outlet: Link | undefined;
  source: Address | undefined;
  heard: Heard | undefined;
  /** A unicast peer sends the checksum of keepalived up to 1.3.6. */
  hearsOldChecksum: boolean;
  /** The last advertisement that was accepted, and for which configuration. */
  lastHeard:
    | {
        readonly model: InstanceModel;
        readonly datagram: ReceivedDatagram;
        readonly advertisement: Advertisement;
        readonly isOther: boolean;
      }
    | undefined;
  peers: Map<Address, PeerRecord>;
  statistics: { -readonly [Key in keyof InstanceStatistics]: InstanceStatistics[Key] };
  rejectedCounts: Map<RejectReason, number>;
  /** Which rejections have been reported since the state last changed. */
  reportedRejections: Set<string>;
  /** Encoded advertisements, until priority, source or configuration change. */
  regular: readonly OutgoingDatagram[] | undefined;
  resignation: readonly OutgoingDatagram[] | undefined;
  readonly signatures: SignatureMemory;
  readonly ah: AhMemory;
  announceAgainAt: Instant | undefined;
  announceRefreshAt: Instant | undefined;
  announceLowerAt: Instant | undefined;
  announceExtraAt: Instant | undefined;
  /** When the addresses were last announced against a master of lower priority. */
  reassertedAt: Instant | undefined;
  /** When it was last told that the process had stood still for longer than peers wait. */
  toldStandstillAt: Instant | undefined;
  scheduledAt: Instant | undefined;
}

export interface PeerRecord {
  priority: number;
  heardAt: Instant;
  count: number;
}

export function createMachine(model: InstanceModel, group: string | undefined): Machine {
  const priority: PrioritySum = { base: model.priority, terms: [], effective: model.priority };
  return {
    model,
    group,
    state: initialRouterState,
    since: 0 as Instant,
    cause: { kind: 'start' },
    priority,
    config: routerConfig(model, priority, group !== undefined),
    faults: [],
    ownFaults: [],
    link: undefined,
    outlet: undefined,
    source: undefined,
    heard: undefined,
    hearsOldChecksum: false,
    lastHeard: undefined,
    peers: new Map(),
    statistics: {
      received: 0,
      sent: 0,
      becameMaster: 0,
      releasedMaster: 0,
      priorityZeroReceived: 0,
      priorityZeroSent: 0,
      rejected: {},
    },
    rejectedCounts: new Map(),
    reportedRejections: new Set(),
    regular: undefined,
    resignation: undefined,
    signatures: createSignatureMemory(),
    ah: createAhMemory(),
    announceAgainAt: undefined,
    announceRefreshAt: undefined,
    announceLowerAt: undefined,
    announceExtraAt: undefined,
    reassertedAt: undefined,
    toldStandstillAt: undefined,
    scheduledAt: undefined,
  };
}

export function routerConfig(
  model: InstanceModel,
  priority: PrioritySum,
  grouped: boolean,
): RouterConfig {
  return {
    version: model.version,
    priority: priority.effective,
    owner: model.priority === 255,
    advertInterval: model.advertInterval,
    initialState: model.initialState,
    preempt: model.preempt,
    preemptDelay: model.preemptDelay,
    downTimerAdverts: model.downTimerAdverts,
    fastestPeer: model.timerExpiredBackup ?? HIGHEST_PRIORITY,
    lowerPriorityNoAdvert: model.lowerPriorityNoAdvert,
    higherPrioritySendAdvert: model.higherPrioritySendAdvert,
    grouped,
  };
}

/** What a router that is not the owner can have at most. */
const HIGHEST_PRIORITY = 254;

/**
 * Puts a machine into the state that an earlier failover process had, which lived until `until`. A master advertises at once;
 * a backup waits for one interval and its skew at least, since what was sent while nobody listened is lost.
 */
export function resumeMachine(
  machine: Machine,
  was: InstanceSnapshot,
  until: Instant,
  now: Instant,
): void {
  machine.since = was.since;
  machine.cause = was.cause;
  machine.priority = was.priority;
  machine.statistics = { ...was.statistics };
  machine.rejectedCounts = new Map(
    Object.entries(was.statistics.rejected) as [RejectReason, number][],
  );
  for (const { address, priority, heardAt, count } of was.peers) {
    machine.peers.set(address, { priority, heardAt, count });
  }
  machine.ah.given = was.ah?.given ?? 0;
  for (const { address, sequence } of was.ah?.heard ?? []) machine.ah.heard.set(address, sequence);
  for (const { address, ...sequence } of was.signatures ?? []) {
    machine.signatures.heard.set(address, sequence);
  }
  machine.heard =
    was.master === undefined
      ? undefined
      : { from: was.master.address, priority: was.master.priority, at: was.master.heardAt };
  machine.config = routerConfig(machine.model, was.priority, machine.group !== undefined);
  const state = resumedState(machine, was, until, now);
  machine.state = state;
  if (state.kind !== 'master' || state.advertiseAt < now) return;
  // Somebody else may have taken over, and told the link so, while no process was there to contradict.
  const { masterRefresh, extra, lowerPriorityDelay, lowerPriorityRepeat } = machine.model.garp;
  machine.announceAgainAt = now;
  // And may be telling it at this very moment, unheard: what comes last counts.
  const isTwice = lowerPriorityDelay > 0 && lowerPriorityRepeat > 0;
  machine.announceLowerAt = isTwice ? after(now, lowerPriorityDelay) : undefined;
  machine.announceExtraAt = extra && after(now, extra.interval);
  machine.announceRefreshAt = masterRefresh > 0 ? after(now, masterRefresh) : undefined;
}

function resumedState(
  machine: Machine,
  was: InstanceSnapshot,
  until: Instant,
  now: Instant,
): RouterState {
  if (was.state === 'master') {
    // Who may not preempt finds, as its first step, that it has been silent for longer than its peers wait.
    const isReplaced = replacement(machine.config, until, now) !== undefined;
    return { kind: 'master', advertiseAt: isReplaced ? until : now };
  }
  if (was.state === 'fault') return { kind: 'fault' };
  if (was.state === 'init') return initialRouterState;
  const patience = (now + was.masterInterval * 2) as Instant;
  const deadline = was.deadline === undefined ? patience : was.deadline;
  return {
    kind: 'backup',
    waitingSince: now,
    waitingFor: 'silence',
    downAt: latest(deadline, patience),
    masterInterval: was.masterInterval,
    heard: machine.heard,
    discarded: undefined,
    preemptAt: undefined,
  };
}

/** The earliest of everything that this machine waits for. */
export function machineDeadline(machine: Machine): Instant | undefined {
  let at = routerDeadline(machine.state);
  const { announceAgainAt, announceRefreshAt, announceLowerAt, announceExtraAt } = machine;
  if (announceAgainAt !== undefined && (at === undefined || announceAgainAt < at)) {
    at = announceAgainAt;
  }
  if (announceRefreshAt !== undefined && (at === undefined || announceRefreshAt < at)) {
    at = announceRefreshAt;
  }
  if (announceLowerAt !== undefined && (at === undefined || announceLowerAt < at)) {
    at = announceLowerAt;
  }
  if (announceExtraAt !== undefined && (at === undefined || announceExtraAt < at)) {
    at = announceExtraAt;
  }
  return at;
}

export const machineDeadlineRules: DeadlineRules<Machine> = {
  deadlineOf: machineDeadline,
  slackOf: (machine) =>
    machine.state.kind === 'master'
      ? advertisementSlack(machine.model.advertInterval)
      : (0 as Duration),
};
