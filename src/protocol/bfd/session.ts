/**
 * One BFD session in asynchronous mode: RFC 5880 section 6.8. Pure: the state carries its own deadlines, what must be sent is
 * in the step. There is no echo function, no authentication, and no demand mode of our own; that of the peer is honoured.
 */
import { after, between, type Duration, earliest, type Instant, latest } from '../../base/units.ts';
import type { BfdPacket, BfdState } from '../../wire/bfd.ts';
import {
  DIAGNOSTIC,
  type Intervals,
  idleIntervals,
  type Moment,
  type Remote,
  type SessionCause,
  type SessionConfig,
  type SessionInput,
  type SessionState,
  type SessionStep,
  UNHEARD_REQUIRED,
} from './state.ts';
import { detectionTime, jittered, shortest, transmitInterval } from './timing.ts';

/** How much too early a packet may leave at most, so that many sessions share one burst. */
const SLACK = 500;

export function stepSession(
  config: SessionConfig,
  state: SessionState,
  input: SessionInput,
  moment: Moment,
): SessionStep {
  switch (input.kind) {
    case 'packet':
      if (state.state === 'admin-down') return { state, send: [], cause: undefined };
      return hear({ config, state, moment }, input.packet, input.at);
    case 'wake':
      return wake({ config, state, moment }, input.readUntil);
    case 'spare':
      return { state: spared(state, moment), send: NOTHING, cause: undefined };
    case 'adjust':
      return adjust({ config, state, moment });
    case 'disable':
      return disable(state, moment);
  }
}

/** How much before `transmitAt` the next packet may leave: never less than the shortest interval after the last. */
export function transmitSlack(state: SessionState): Duration {
  const { transmitAt, sentAt } = state;
  const interval = intervalOf(state);
  if (transmitAt === undefined || sentAt === undefined || interval === undefined) {
    return 0 as Duration;
  }
  const room = between(after(sentAt, shortest(interval)), transmitAt);
  return Math.max(0, Math.min(room, SLACK)) as Duration;
}

/** The detection time in force; undefined while the remote side is not known. */
export function detectionOf({ used, remote }: SessionState): Duration | undefined {
  return remote === undefined ? undefined : detectionTime(used.receive, remote);
}

/** The interval of periodic packets in force, before jitter; undefined while none are sent. */
export function intervalOf(state: SessionState): Duration | undefined {
  const { remote, used } = state;
  if (state.state === 'admin-down' || isDemanded(state)) return undefined;
  return transmitInterval(used.transmit, remote?.requiredReceive ?? UNHEARD_REQUIRED);
}

interface Play {
  readonly config: SessionConfig;
  readonly state: SessionState;
  readonly moment: Moment;
}

/** RFC 5880 6.8.6, from where the session has been found. */
function hear({ config, state, moment }: Play, packet: BfdPacket, at: Instant): SessionStep {
  if (isSteady(state, packet)) return steady(state, at);
  const heard: SessionState = {
    ...(packet.final && state.polling ? finished(config, state) : state),
    remote: remoteOf(packet),
    heardAt: state.heardAt === undefined ? at : latest(state.heardAt, at),
  };
  const next = answerTo(heard.state, packet.state);
  const moved = next === heard.state ? heard : enter(config, heard, next);
  const diagnostic = next === 'down' && state.state !== 'down' ? SIGNALLED : moved.diagnostic;
  const timed = withDetection({ ...moved, diagnostic });
  const isMoved = next !== state.state;
  const final = packet.poll ? (['final'] as const) : [];
  // The answer to a poll tells the new state as well as any packet.
  const isTold = packet.poll && !timed.polling;
  const mustTell = (isMoved && !isTold) || (timed.polling && !heard.polling);
  const cause = isMoved ? causeOf(next, packet) : undefined;
  if (mustTell) {
    return { state: sent(timed, moment, moment.now), send: [...final, 'periodic'], cause };
  }
  return { state: resettled(config, state, timed, moment), send: final, cause };
}

/** Whether a packet tells nothing but that its sender lives, as nearly all do. */
function isSteady({ state, remote }: SessionState, packet: BfdPacket): boolean {
  return (
    state === 'up' &&
    remote !== undefined &&
    !packet.poll &&
    !packet.final &&
    packet.state === 'up' &&
    remote.state === 'up' &&
    remote.discriminator === packet.myDiscriminator &&
    remote.multiplier === packet.detectMultiplier &&
    remote.desiredTransmit === packet.desiredTransmitInterval &&
    remote.requiredReceive === packet.requiredReceiveInterval &&
    remote.diagnostic === packet.diagnostic &&
    remote.demand === packet.demand
  );
}

/** What `hear` comes to for such a packet, without making anything anew that stays as it is. */
function steady(state: SessionState, at: Instant): SessionStep {
  const heardAt = state.heardAt === undefined ? at : latest(state.heardAt, at);
  const detection = detectionOf(state) ?? (0 as Duration);
  return {
    state: { ...state, heardAt, detectAt: after(heardAt, detection) },
    send: NOTHING,
    cause: undefined,
  };
}

const NOTHING = [] as const;

const SIGNALLED = DIAGNOSTIC.neighbourSignalled;

function causeOf(next: BfdState, { state, diagnostic }: BfdPacket): SessionCause {
  if (next !== 'down') return { kind: 'handshake' };
  return {
    kind: 'neighbour-signalled',
    state: state === 'admin-down' ? 'admin-down' : 'down',
    diagnostic,
  };
}

/** The state machine of RFC 5880 6.2. */
function answerTo(own: BfdState, theirs: BfdState): BfdState {
  if (theirs === 'admin-down') return 'down';
  if (own === 'down') return theirs === 'down' ? 'init' : theirs === 'init' ? 'up' : 'down';
  if (own === 'init') return theirs === 'down' ? 'init' : 'up';
  return theirs === 'down' ? 'down' : own;
}

function remoteOf(packet: BfdPacket): Remote {
  return {
    discriminator: packet.myDiscriminator,
    state: packet.state,
    diagnostic: packet.diagnostic,
    demand: packet.demand,
    multiplier: packet.detectMultiplier,
    desiredTransmit: packet.desiredTransmitInterval,
    requiredReceive: packet.requiredReceiveInterval,
  };
}

/** The intervals that go with a state: the configured ones are for up alone (RFC 5880 6.8.3). */
function enter(config: SessionConfig, state: SessionState, next: BfdState): SessionState {
  if (next === 'up') {
    const up: SessionState = { ...state, state: next, diagnostic: DIAGNOSTIC.none };
    return negotiate(config, up);
  }
  const intervals = idleIntervals(config);
  return { ...state, state: next, told: intervals, used: intervals, polling: false };
}

/** Begins a poll sequence where what is wanted differs from what was told. */
function negotiate(config: SessionConfig, state: SessionState): SessionState {
  const { told, used } = state;
  const wanted: Intervals = { transmit: config.minTransmit, receive: config.minReceive };
  if (wanted.transmit === told.transmit && wanted.receive === told.receive) return state;
  return {
    ...state,
    told: wanted,
    // Sending more often and waiting longer harm nobody, and so need no consent.
    used: {
      transmit: Math.min(used.transmit, wanted.transmit) as Duration,
      receive: Math.max(used.receive, wanted.receive) as Duration,
    },
    polling: true,
  };
}

/** The peer has answered the poll; what changed meanwhile is negotiated next (RFC 5880 6.5). */
function finished(config: SessionConfig, state: SessionState): SessionState {
  const settled = { ...state, used: state.told, polling: false };
  return state.state === 'up' ? negotiate(config, settled) : settled;
}

function withDetection(state: SessionState): SessionState {
  const { heardAt } = state;
  const detection = detectionOf(state);
  const detectAt =
    heardAt === undefined || detection === undefined ? undefined : after(heardAt, detection);
  return { ...state, detectAt };
}

/** The next periodic packet, where what was heard or configured has changed the interval. */
function resettled(
  config: SessionConfig,
  before: SessionState,
  state: SessionState,
  { now, draw }: Moment,
): SessionState {
  const interval = isSilent(config, state) ? undefined : intervalOf(state);
  if (interval === undefined) return { ...state, transmitAt: undefined };
  if (state.transmitAt === undefined) return { ...state, transmitAt: now };
  if (interval >= (intervalOf(before) ?? interval)) return state;
  const sooner = after(state.sentAt ?? now, jittered(interval, draw));
  return { ...state, transmitAt: earliest(state.transmitAt, latest(sooner, now)) };
}

/** RFC 5880 6.8.7: nothing is sent in the passive role before the peer is known. */
function isSilent(config: SessionConfig, { state, remote }: SessionState): boolean {
  return state === 'admin-down' || (config.passive && remote === undefined);
}

/** RFC 5880 6.8.7: a peer in demand mode wants to hear nothing but polls while both are up. */
function isDemanded({ state, remote, polling }: SessionState): boolean {
  return remote?.demand === true && state === 'up' && remote.state === 'up' && !polling;
}

function spared(state: SessionState, { now }: Moment): SessionState {
  return state.detectAt === undefined ? state : withDetection({ ...state, heardAt: now });
}

function wake(play: Play, readUntil: Instant | undefined): SessionStep {
  const { config, state, moment } = play;
  const { detectAt } = state;
  if (detectAt !== undefined && readUntil !== undefined && detectAt <= readUntil) return lose(play);
  const { transmitAt } = state;
  if (transmitAt === undefined || transmitAt > after(moment.now, transmitSlack(state))) {
    return { state, send: [], cause: undefined };
  }
  if (isSilent(config, state)) {
    return { state: { ...state, transmitAt: undefined }, send: [], cause: undefined };
  }
  return { state: sent(state, moment, transmitAt), send: ['periodic'], cause: undefined };
}

/** RFC 5880 6.8.4. The remote side is not known any more (6.8.1, bfd.RemoteDiscr). */
function lose({ config, state, moment }: Play): SessionStep {
  const { now } = moment;
  const unknown = { ...state, remote: undefined, detectAt: undefined };
  if (state.state === 'down') {
    return { state: resettled(config, state, unknown, moment), send: [], cause: undefined };
  }
  const down = {
    ...enter(config, unknown, 'down'),
    diagnostic: DIAGNOSTIC.detectionExpired,
  };
  const cause: SessionCause = {
    kind: 'detection-expired',
    detection: detectionOf(state) ?? (0 as Duration),
    silence: between(state.heardAt ?? now, now),
  };
  if (isSilent(config, down)) {
    return { state: { ...down, transmitAt: undefined }, send: [], cause };
  }
  return { state: sent(down, moment, now), send: ['periodic'], cause };
}

function adjust({ config, state, moment }: Play): SessionStep {
  if (state.state === 'admin-down') return { state, send: [], cause: undefined };
  const isUp = state.state === 'up';
  const changed = isUp && state.polling ? state : negotiated(config, state, isUp);
  const timed = withDetection(changed);
  if (timed.polling && !state.polling) {
    return { state: sent(timed, moment, moment.now), send: ['periodic'], cause: undefined };
  }
  return { state: resettled(config, state, timed, moment), send: [], cause: undefined };
}

function negotiated(config: SessionConfig, state: SessionState, isUp: boolean): SessionState {
  if (isUp) return negotiate(config, state);
  const intervals = idleIntervals(config);
  return { ...state, told: intervals, used: intervals };
}

/** RFC 5880 6.8.16. */
function disable(state: SessionState, { now }: Moment): SessionStep {
  if (state.state === 'admin-down') return { state, send: [], cause: undefined };
  const disabled: SessionState = {
    ...state,
    state: 'admin-down',
    diagnostic: DIAGNOSTIC.administrator,
    polling: false,
    sentAt: now,
    transmitAt: undefined,
    detectAt: undefined,
  };
  const send = state.transmitAt === undefined && state.remote === undefined ? [] : PERIODIC;
  return { state: disabled, send, cause: { kind: 'administrator' } };
}

const PERIODIC = ['periodic'] as const;

/** A periodic packet leaves now. The next one counts from when this one was due, but never comes too soon. */
function sent(state: SessionState, { now, draw }: Moment, due: Instant): SessionState {
  const interval = intervalOf(state);
  if (interval === undefined) return { ...state, sentAt: now, transmitAt: undefined };
  const next = after(due < now ? due : now, jittered(interval, draw));
  return { ...state, sentAt: now, transmitAt: latest(next, after(now, shortest(interval))) };
}
