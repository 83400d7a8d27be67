/**
 * One virtual router: RFC 9568 section 6.4 (RFC 3768 section 6.4), with keepalived's fault state and options. Pure: the state
 * carries its own deadline, what must be sent is an effect, what the kernel must hold follows from the state.
 */
import { compareAddresses } from '../../base/address.ts';
import {
  after,
  between,
  type Duration,
  type Instant,
  latest,
  plus,
  times,
} from '../../base/units.ts';
import type { Cause } from './cause.ts';
import type {
  Backup,
  Heard,
  Master,
  RouterConfig,
  RouterEffect,
  RouterInput,
  RouterState,
  RouterStep,
} from './state.ts';
import { advertisementSlack, masterDownInterval, skewTime } from './timing.ts';

const ADVERTISE: RouterEffect = { kind: 'advertise', resign: false };
const RESIGN: RouterEffect = { kind: 'advertise', resign: true };

export function stepRouter(
  config: RouterConfig,
  state: RouterState,
  input: RouterInput,
  now: Instant,
): RouterStep {
  switch (input.kind) {
    case 'start':
      return state.kind === 'init' || state.kind === 'fault'
        ? start(config, input.cause, now)
        : unchanged(state);
    case 'fault':
      return becomeFault(state, input.cause);
    case 'advertisement':
      if (state.kind === 'backup') return unchanged(hearAsBackup(config, state, input));
      if (state.kind === 'master') return hearAsMaster(config, state, input, now);
      return unchanged(state);
    case 'wake':
      if (state.kind === 'backup') return wakeBackup(config, state, now);
      if (state.kind === 'master') return wakeMaster(config, state, now);
      return unchanged(state);
    case 'assume':
      return state.kind === 'master' ? unchanged(state) : becomeMaster(config, input.cause, now);
    case 'yield':
      return state.kind === 'master'
        ? changed(waitForSilence(config, undefined, config.advertInterval, now), [], input.cause)
        : unchanged(state);
    case 'adjust':
      return unchanged(adjust(config, state, now));
    case 'stop':
      return changed({ kind: 'init' }, state.kind === 'master' ? [RESIGN] : [], { kind: 'stop' });
  }
}

/** RFC 9568 6.4.1. `state MASTER` waits for one interval only, as keepalived does. */
function start(config: RouterConfig, cause: Cause, now: Instant): RouterStep {
  if (config.owner) {
    if (!config.grouped) return becomeMaster(config, { kind: 'owner' }, now);
    const ready = waitForSilence(config, undefined, config.advertInterval, now);
    return changed({ ...ready, downAt: undefined }, [], cause);
  }
  if (config.initialState === 'master' && cause.kind === 'start') {
    const first = firstInterval(config);
    const state: Backup = {
      ...waitForSilence(config, undefined, config.advertInterval, now),
      waitingFor: 'one-interval',
      downAt: after(now, first),
    };
    return changed(state, [], cause);
  }
  return changed(waitForSilence(config, undefined, config.advertInterval, now), [], cause);
}

/** One interval and the least skew there is. */
function firstInterval(config: RouterConfig): Duration {
  const skew = skewTime({
    version: config.version,
    priority: 255,
    masterInterval: config.advertInterval,
  });
  return plus(config.advertInterval, skew);
}

function becomeFault(state: RouterState, cause: Cause): RouterStep {
  if (state.kind === 'fault') return unchanged(state);
  return changed({ kind: 'fault' }, state.kind === 'master' ? [RESIGN] : [], cause);
}

/** RFC 9568 6.4.2, the last paragraph; the addresses follow from the state. */
function becomeMaster(config: RouterConfig, cause: Cause, now: Instant): RouterStep {
  return changed(
    { kind: 'master', advertiseAt: after(now, config.advertInterval) },
    [ADVERTISE],
    cause,
  );
}

/** Sets Active_Down_Timer to Active_Down_Interval from `since`. */
function waitForSilence(
  config: RouterConfig,
  heard: Heard | undefined,
  masterInterval: Duration,
  since: Instant,
): Backup {
  const { version, priority, downTimerAdverts } = config;
  const wait = masterDownInterval({ version, priority, masterInterval, downTimerAdverts });
  return {
    kind: 'backup',
    waitingSince: since,
    waitingFor: 'silence',
    downAt: after(since, wait),
    masterInterval,
    heard,
    discarded: undefined,
    preemptAt: undefined,
  };
}

type AdvertisementInput = Extract<RouterInput, { kind: 'advertisement' }>;

/** RFC 9568 6.4.2, "If an ADVERTISEMENT is received". */
function hearAsBackup(config: RouterConfig, state: Backup, input: AdvertisementInput): Backup {
  const heard: Heard = { from: input.from, priority: input.priority, at: input.at };
  if (input.priority === 0) {
    const skew = skewTime({ ...config, masterInterval: state.masterInterval });
    return {
      ...state,
      waitingSince: input.at,
      waitingFor: 'resignation',
      downAt: after(input.at, skew),
      heard,
      discarded: undefined,
    };
  }
  const interval = config.version === 3 ? input.interval : config.advertInterval;
  // What was received before the wait began cannot shorten it, nor have begun the delay.
  const since = latest(input.at, state.waitingSince);
  const isHeeded = input.priority >= config.priority || !config.preempt;
  if (isHeeded) return waitForSilence(config, heard, interval, since);
  const preemptAt =
    config.preemptDelay > 0 ? (state.preemptAt ?? after(since, config.preemptDelay)) : undefined;
  if (preemptAt !== undefined && since < preemptAt) {
    return { ...waitForSilence(config, heard, interval, since), preemptAt };
  }
  return { ...state, preemptAt, discarded: heard };
}

/** RFC 9568 6.4.3, "If an ADVERTISEMENT is received". */
function hearAsMaster(
  config: RouterConfig,
  state: Master,
  input: AdvertisementInput,
  now: Instant,
): RouterStep {
  const heard: Heard = { from: input.from, priority: input.priority, at: input.at };
  if (input.priority === 0) {
    return same({ kind: 'master', advertiseAt: after(now, config.advertInterval) }, [ADVERTISE]);
  }
  const interval = config.version === 3 ? input.interval : config.advertInterval;
  const replaced = replacement(config, state.advertiseAt, now);
  if (replaced !== undefined) {
    const cause: Cause = { kind: 'stood-still', lateness: replaced };
    return changed(waitForSilence(config, heard, interval, input.at), [], cause);
  }
  const greater = input.priority > config.priority;
  const equal = input.priority === config.priority;
  if (greater || (equal && compareAddresses(input.from, input.local) > 0)) {
    const late = standstill(config, state.advertiseAt, now);
    const stoodStill = late === undefined ? undefined : { stoodStill: late };
    const { from, priority } = input;
    const cause: Cause = greater
      ? {
          kind: 'higher-priority-heard',
          from,
          theirs: priority,
          ours: config.priority,
          ...stoodStill,
        }
      : { kind: 'greater-address-heard', from, priority, ...stoodStill };
    const effects = config.higherPrioritySendAdvert ? [ADVERTISE] : [];
    return changed(waitForSilence(config, heard, interval, input.at), effects, cause);
  }
  const reassert: RouterEffect = { kind: 'reassert', against: heard };
  return same(state, config.lowerPriorityNoAdvert ? [reassert] : [ADVERTISE, reassert]);
}

/** RFC 9568 6.4.2, "If the Active_Down_Timer fires". */
function wakeBackup(config: RouterConfig, state: Backup, now: Instant): RouterStep {
  if (state.downAt === undefined || now < state.downAt) return unchanged(state);
  const lateness = between(state.downAt, now);
  if (lateness > state.masterInterval && state.waitingFor === 'silence') {
    // The process stood still, and what was sent meanwhile may have overflowed the socket: being awake and hearing
    // nothing for one interval more is what tells a dead master from a deaf backup.
    const grace = plus(
      state.masterInterval,
      skewTime({ ...config, masterInterval: state.masterInterval }),
    );
    return unchanged({ ...state, downAt: after(now, grace), waitingFor: 'one-interval' });
  }
  if (config.grouped) return unchanged({ ...state, downAt: undefined });
  return becomeMaster(config, expiryCause(config, state, now), now);
}

/** Why a backup whose timer has fired takes over; one that waited for its group was not late. */
export function expiryCause(config: RouterConfig, state: Backup, now: Instant): Cause {
  const downAt = state.downAt ?? now;
  const lateness = between(downAt, now);
  if (state.waitingFor === 'resignation' && state.heard !== undefined) {
    const { from, at } = state.heard;
    return { kind: 'master-resigned', master: from, heardAt: at, lateness };
  }
  if (state.discarded !== undefined) {
    const { from, priority } = state.discarded;
    return {
      kind: 'preempted-lower',
      master: from,
      theirs: priority,
      ours: config.priority,
      lateness,
    };
  }
  return {
    kind: 'advertisement-timeout',
    master: state.heard?.from,
    lastHeardAt: state.heard?.at,
    waited: between(state.waitingSince, downAt),
    lateness,
  };
}

/**
 * RFC 9568 6.4.3, "If the Adver_Timer fires". Counted from the deadline, so that lateness never adds up. A wake-up that comes
 * within the slack before it serves it too, and from then on these routers share their wake-ups.
 */
function wakeMaster(config: RouterConfig, state: Master, now: Instant): RouterStep {
  if (after(now, advertisementSlack(config.advertInterval)) < state.advertiseAt) {
    return unchanged(state);
  }
  const replaced = replacement(config, state.advertiseAt, now);
  if (replaced !== undefined) {
    const next = waitForSilence(config, undefined, config.advertInterval, now);
    return changed(next, [], { kind: 'stood-still', lateness: replaced });
  }
  const regular = after(state.advertiseAt, config.advertInterval);
  const isEarly = now < state.advertiseAt;
  const isBehind = regular <= now;
  const advertiseAt = isEarly || isBehind ? after(now, config.advertInterval) : regular;
  const stoodStill = standstill(config, state.advertiseAt, now);
  const effects: RouterEffect[] =
    stoodStill === undefined
      ? [ADVERTISE]
      : [ADVERTISE, { kind: 'announce', lateness: stoodStill }];
  return same({ kind: 'master', advertiseAt }, effects);
}

/** How late an advertisement is, when that is so late that even the most eager peer has taken over by now. */
function standstill(
  config: RouterConfig,
  advertiseAt: Instant,
  now: Instant,
): Duration | undefined {
  const lateness = between(advertiseAt, now);
  const { version, advertInterval: masterInterval, downTimerAdverts, fastestPeer } = config;
  const skew = skewTime({ version, priority: fastestPeer, masterInterval });
  const patience = plus(times(masterInterval, downTimerAdverts - 1), skew);
  return lateness > patience ? lateness : undefined;
}

/** The same, of a master that may not take back what another has taken over meanwhile. */
export function replacement(
  config: RouterConfig,
  advertiseAt: Instant,
  now: Instant,
): Duration | undefined {
  return config.preempt ? undefined : standstill(config, advertiseAt, now);
}

/** The priority or an interval has changed: the wait began when it began, only its length is another. */
function adjust(config: RouterConfig, state: RouterState, now: Instant): RouterState {
  if (state.kind === 'master') {
    const next = after(now, config.advertInterval);
    return state.advertiseAt > next ? { kind: 'master', advertiseAt: next } : state;
  }
  if (state.kind !== 'backup') return state;
  if (state.downAt === undefined) return config.grouped ? state : { ...state, downAt: now };
  if (state.waitingFor === 'one-interval') return state;
  const isLearned = config.version === 3 && state.heard !== undefined;
  const masterInterval = isLearned ? state.masterInterval : config.advertInterval;
  const timing = { ...config, masterInterval };
  const wait = state.waitingFor === 'resignation' ? skewTime(timing) : masterDownInterval(timing);
  return { ...state, masterInterval, downAt: after(state.waitingSince, wait) };
}

const NO_EFFECTS: readonly RouterEffect[] = [];

function unchanged(state: RouterState): RouterStep {
  return { state, effects: NO_EFFECTS, cause: undefined };
}

function same(state: RouterState, effects: readonly RouterEffect[]): RouterStep {
  return { state, effects, cause: undefined };
}

function changed(state: RouterState, effects: readonly RouterEffect[], cause: Cause): RouterStep {
  return { state, effects, cause };
}
