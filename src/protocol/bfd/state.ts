/** What a BFD session is told, what it is, and what it asks for (RFC 5880 6.8.1). */
import { type Duration, earliest, type Instant, microseconds } from '../../base/units.ts';
import type { BfdPacket, BfdState } from '../../wire/bfd.ts';

export interface SessionConfig {
  /** Shortest intervals while up, of sending and of receiving. */
  readonly minTransmit: Duration;
  readonly minReceive: Duration;
  /** Interval of sending while not up: at least a second (RFC 5880 6.8.3). */
  readonly idleTransmit: Duration;
  readonly multiplier: number;
  /** Says nothing before the other side does (RFC 5880 6.1). */
  readonly passive: boolean;
}

/** What both directions are to be; the two halves that a poll sequence negotiates. */
export interface Intervals {
  readonly transmit: Duration;
  readonly receive: Duration;
}

/** The remote side as its last packet told. */
export interface Remote {
  readonly discriminator: number;
  readonly state: BfdState;
  readonly diagnostic: number;
  readonly demand: boolean;
  readonly multiplier: number;
  readonly desiredTransmit: Duration;
  readonly requiredReceive: Duration;
}

export interface SessionState {
  readonly state: BfdState;
  /** Why it last left up (RFC 5880 4.1, Diag). */
  readonly diagnostic: number;
  /** Ours: not 0, unique on this host. */
  readonly discriminator: number;
  /** undefined until it is heard, and again once a detection time has passed in silence. */
  readonly remote: Remote | undefined;
  /** What packets say of our intervals. */
  readonly told: Intervals;
  /** What we count with: a change for the worse waits for the end of its poll sequence (RFC 5880 6.8.3). */
  readonly used: Intervals;
  /** Whether a poll sequence is under way. */
  readonly polling: boolean;
  /** When the last packet was heeded; receive time. */
  readonly heardAt: Instant | undefined;
  readonly sentAt: Instant | undefined;
  /** The next periodic packet; undefined while none is to be sent. */
  readonly transmitAt: Instant | undefined;
  /** Silence until then means that the remote side is lost. */
  readonly detectAt: Instant | undefined;
}

export type SessionInput =
  /** A packet that was found to be for this session. */
  | { readonly kind: 'packet'; readonly packet: BfdPacket; readonly at: Instant }
  /**
   * A deadline has come. Silence is judged up to `readUntil`: everything that had arrived by then has been handed over.
   * undefined: it is not judged.
   */
  | { readonly kind: 'wake'; readonly readUntil: Instant | undefined }
  /** What the neighbour has said until now may have been lost on this host: its silence counts from now. */
  | { readonly kind: 'spare' }
  /** The configuration has changed. */
  | { readonly kind: 'adjust' }
  /** Out of service for good: the peer is told, and nothing is heeded any more. */
  | { readonly kind: 'disable' };

export type SessionCause =
  | { readonly kind: 'handshake' }
  /** `silence` is how long nothing was heard, up to now. */
  | {
      readonly kind: 'detection-expired';
      readonly detection: Duration;
      readonly silence: Duration;
    }
  | {
      readonly kind: 'neighbour-signalled';
      readonly state: 'down' | 'admin-down';
      readonly diagnostic: number;
    }
  | { readonly kind: 'administrator' };

export interface SessionStep {
  readonly state: SessionState;
  /** Packets to send now, in order: of these at most one of each kind. */
  readonly send: readonly ('periodic' | 'final')[];
  /** Present exactly when the state has changed. */
  readonly cause: SessionCause | undefined;
}

/** When this happens, and a number from 0 up to 1 for the next interval. */
export interface Moment {
  readonly now: Instant;
  readonly draw: number;
}

/** RFC 5880 4.1, Diag. */
export const DIAGNOSTIC = {
  none: 0,
  detectionExpired: 1,
  neighbourSignalled: 3,
  administrator: 7,
} as const;

/** RFC 5880 6.8.1: the remote side is taken to want 1 microsecond until it has spoken. */
export const UNHEARD_REQUIRED = microseconds(1);

/** A new session, down; it speaks at `at` unless it is passive. */
export function newSession(
  config: SessionConfig,
  discriminator: number,
  at: Instant,
): SessionState {
  const intervals = idleIntervals(config);
  return {
    state: 'down',
    diagnostic: DIAGNOSTIC.none,
    discriminator,
    remote: undefined,
    told: intervals,
    used: intervals,
    polling: false,
    heardAt: undefined,
    sentAt: undefined,
    transmitAt: config.passive ? undefined : at,
    detectAt: undefined,
  };
}

export function idleIntervals({ idleTransmit, minReceive }: SessionConfig): Intervals {
  return { transmit: idleTransmit, receive: minReceive };
}

/** The instant at which the session wants `wake`. */
export function sessionDeadline({ transmitAt, detectAt }: SessionState): Instant | undefined {
  return earliest(transmitAt, detectAt);
}

/** The packet that the session sends now. A final one answers a poll, and so is never one itself. */
export function packetOf(config: SessionConfig, state: SessionState, final: boolean): BfdPacket {
  return {
    state: state.state,
    diagnostic: state.diagnostic,
    poll: state.polling && !final,
    final,
    controlPlaneIndependent: false,
    demand: false,
    detectMultiplier: config.multiplier,
    myDiscriminator: state.discriminator,
    yourDiscriminator: state.remote?.discriminator ?? 0,
    desiredTransmitInterval: state.told.transmit,
    requiredReceiveInterval: state.told.receive,
    requiredEchoInterval: microseconds(0),
  };
}
