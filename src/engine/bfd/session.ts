/** One BFD session as the engine runs it: its configuration, its state, and what was seen of it. */
import type { Duration, Instant } from '../../base/units.ts';
import type { PortError } from '../../ports.ts';
import { detectionOf, intervalOf, transmitSlack } from '../../protocol/bfd/session.ts';
import { type SessionCause, type SessionState, sessionDeadline } from '../../protocol/bfd/state.ts';
import type { DeadlineRules } from '../timing/deadlines.ts';
import type { BfdModel } from './model.ts';
import type { BfdRejectReason } from './report.ts';
import type { BfdSessionSnapshot, BfdStatistics } from './snapshot.ts';

const NOTHING = 0 as Duration;

/** The engine is the only writer of a session. */
export interface BfdSession {
  model: BfdModel;
  state: SessionState;
  since: Instant;
  cause: SessionCause | undefined;
  readonly sourcePort: number;
  statistics: { -readonly [Key in keyof Omit<BfdStatistics, 'rejected'>]: number };
  readonly rejected: Map<BfdRejectReason, number>;
  /** Since it was heard last, its silence has been forgiven once. */
  isSpared: boolean;
  /** What kept the last packet from leaving. */
  error: PortError | undefined;
  hasFailed: boolean;
  /** The intervals in force that were reported last. */
  told: { readonly transmit: Duration; readonly detection: Duration };
  scheduledAt: Instant | undefined;
}

export interface Beginning {
  readonly model: BfdModel;
  readonly state: SessionState;
  readonly sourcePort: number;
  readonly now: Instant;
}

export function createSession({ model, state, sourcePort, now }: Beginning): BfdSession {
  return {
    model,
    state,
    since: now,
    cause: undefined,
    sourcePort,
    statistics: { received: 0, sent: 0, wentUp: 0, wentDown: 0 },
    rejected: new Map(),
    isSpared: false,
    error: undefined,
    hasFailed: false,
    told: { transmit: NOTHING, detection: NOTHING },
    scheduledAt: undefined,
  };
}

export const sessionDeadlineRules: DeadlineRules<BfdSession> = {
  deadlineOf: ({ state }) => sessionDeadline(state),
  slackOf: ({ state }) => {
    const isDetection =
      state.detectAt !== undefined &&
      (state.transmitAt === undefined || state.detectAt <= state.transmitAt);
    return isDetection ? NOTHING : transmitSlack(state);
  },
};

/** The intervals that a session counts with; 0 where it sends nothing, or knows nobody. */
export function inForce(state: SessionState): BfdSession['told'] {
  return { transmit: intervalOf(state) ?? NOTHING, detection: detectionOf(state) ?? NOTHING };
}

export function sessionSnapshot(session: BfdSession): BfdSessionSnapshot {
  const { model, state, since, cause, sourcePort, statistics, rejected } = session;
  return {
    ...{ model, state, since, cause, sourcePort },
    statistics: { ...statistics, rejected: Object.fromEntries(rejected) },
  };
}
