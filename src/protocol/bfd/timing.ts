/** Intervals and the detection time of a BFD session, as RFC 5880 6.8 derives them from what both sides want. */
import { type Duration, times } from '../../base/units.ts';

/** How often the local side sends (RFC 5880 6.8.2); undefined: the remote side wants no periodic packets. */
export function transmitInterval(
  desired: Duration,
  remoteRequired: Duration,
): Duration | undefined {
  if (remoteRequired === 0) return undefined;
  return desired > remoteRequired ? desired : remoteRequired;
}

/** How long silence lasts until the remote side counts as lost (RFC 5880 6.8.4, asynchronous mode). */
export function detectionTime(
  required: Duration,
  remote: { readonly multiplier: number; readonly desiredTransmit: Duration },
): Duration {
  const interval = remote.desiredTransmit > required ? remote.desiredTransmit : required;
  return times(interval, remote.multiplier);
}

/** RFC 5880 6.8.7 allows 0 to 25 percent less, and asks for at least 10 with a multiplier of 1: this suits both. */
const LEAST_CUT = 0.1;
const MOST_CUT = 0.25;

/** The interval less 10 to 25 percent; `draw` is from 0 up to 1. */
export function jittered(interval: Duration, draw: number): Duration {
  return times(interval, 1 - LEAST_CUT - (MOST_CUT - LEAST_CUT) * draw);
}

/** The shortest that jitter may make of an interval: what is due may leave from then on, to share a burst. */
export function shortest(interval: Duration): Duration {
  return times(interval, 1 - MOST_CUT);
}
