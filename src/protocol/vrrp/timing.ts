/** Skew time and master down interval, as the RFCs write them. */
import { type Duration, plus, seconds, times } from '../../base/units.ts';

export interface DownTiming {
  readonly version: 2 | 3;
  /** The router's own effective priority, 1 to 255. */
  readonly priority: number;
  /** The interval of the master it listens to (RFC 9568 6.1, Active_Adver_Interval). */
  readonly masterInterval: Duration;
  /** How many advertisements must be missed: 3 in the RFCs, `down_timer_adverts` here. */
  readonly downTimerAdverts: number;
}

/**
 * How much longer a router of lower priority waits, so that the highest one comes first.
 * Version 3: ((256 - priority) * interval) / 256 (RFC 9568 6.1).
 * Version 2: (256 - priority) / 256 seconds, whatever the interval (RFC 3768 6.1).
 */
export function skewTime(timing: Omit<DownTiming, 'downTimerAdverts'>): Duration {
  const unit = timing.version === 2 ? seconds(1) : timing.masterInterval;
  return times(unit, (256 - timing.priority) / 256);
}

/** RFC 9568 6.1, Active_Down_Interval; RFC 3768 6.1, Master_Down_Interval. */
export function masterDownInterval(timing: DownTiming): Duration {
  return plus(times(timing.masterInterval, timing.downTimerAdverts), skewTime(timing));
}

/**
 * How much too early an advertisement may leave, so that many routers advertise in one wake-up and one burst: never more than
 * a hundredth of the interval, which only ever makes a peer wait less.
 */
export function advertisementSlack(interval: Duration): Duration {
  return Math.min(Math.floor(interval / 128), 10_000) as Duration;
}
