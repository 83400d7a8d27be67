/** How a session goes on in another process: as what it was, so that its neighbour notices nothing. */
import { after, type Instant } from '../../base/units.ts';
import { detectionOf } from '../../protocol/bfd/session.ts';
import type { SessionConfig, SessionState } from '../../protocol/bfd/state.ts';

/** Nobody listened meanwhile, so silence counts from now; and the neighbour is told at once that we live. */
export function resumedState(config: SessionConfig, was: SessionState, now: Instant): SessionState {
  const detection = detectionOf(was);
  const isSilent = config.passive && was.remote === undefined;
  return {
    ...was,
    heardAt: detection === undefined ? was.heardAt : now,
    detectAt: detection === undefined ? undefined : after(now, detection),
    sentAt: undefined,
    transmitAt: isSilent ? undefined : now,
  };
}
