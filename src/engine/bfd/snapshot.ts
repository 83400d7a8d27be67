/** A picture of the BFD sessions: what status shows, and what a restarted failover process resumes from. */
import type { Instant } from '../../base/units.ts';
import type { SessionCause, SessionState } from '../../protocol/bfd/state.ts';
import type { BfdModel } from './model.ts';
import type { BfdRejectReason } from './report.ts';

export interface BfdSnapshot {
  readonly takenAt: Instant;
  readonly sessions: readonly BfdSessionSnapshot[];
  /** Packets that no session could be found for, by reason. */
  readonly rejected: Readonly<Partial<Record<BfdRejectReason, number>>>;
  /** Packets that arrived and were not kept for want of room in a receive buffer. */
  readonly overflowed: number;
}

export interface BfdSessionSnapshot {
  readonly model: BfdModel;
  readonly state: SessionState;
  readonly since: Instant;
  /** Of the last change of state; undefined while there was none. */
  readonly cause: SessionCause | undefined;
  readonly sourcePort: number;
  readonly statistics: BfdStatistics;
}

export interface BfdStatistics {
  readonly received: number;
  readonly sent: number;
  readonly wentUp: number;
  readonly wentDown: number;
  readonly rejected: Readonly<Partial<Record<BfdRejectReason, number>>>;
}
