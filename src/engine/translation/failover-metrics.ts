/** The metrics of a route line in the kernel's units. */
import type { RouteMetrics } from '../../base/route.ts';
import type { RouteLine } from '../../language/values/route-line.ts';
import type { Lockable } from '../../language/values/route-parts.ts';

/** RTAX_* of those that can be locked. */
const lockBits = {
  mtu: 2,
  rtt: 4,
  rttvar: 5,
  ssthresh: 6,
  cwnd: 7,
  advmss: 8,
  reordering: 9,
  rto_min: 13,
  congctl: 16,
} as const;

const FEATURE_ECN = 1;
/** The kernel keeps the round-trip time in eighths and its variance in quarters of a millisecond. */
const RTT_SCALE = 8;
const RTTVAR_SCALE = 4;

export function metricsOf(line: RouteLine): RouteMetrics {
  const metrics: RouteMetrics = {
    mtu: line.mtu?.value,
    window: line.window,
    rtt: scaled(line.rtt, RTT_SCALE),
    rttvar: scaled(line.rttvar, RTTVAR_SCALE),
    ssthresh: line.ssthresh?.value,
    cwnd: line.cwnd?.value,
    advmss: line.advmss?.value,
    reordering: line.reordering?.value,
    hoplimit: line.hoplimit,
    initcwnd: line.initcwnd,
    features: line.features === undefined ? undefined : FEATURE_ECN,
    rtoMin: scaled(line.rto_min, 1),
    initrwnd: line.initrwnd,
    quickack: line.quickack,
    fastopenNoCookie: line.fastopen_no_cookie,
    congestionControl: line.congctl?.value,
    lock: lockOf(line),
  };
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => value !== undefined));
}

/** A bare number is in the kernel's unit already. */
function scaled(time: Lockable<string> | undefined, scale: number): number | undefined {
  const [, amount, unit] = /^([\d.]+)(ms|s)?$/.exec(time?.value ?? '') ?? [];
  if (amount === undefined) return undefined;
  if (unit === undefined) return Math.round(Number(amount));
  return Math.round(Number(amount) * (unit === 's' ? 1_000 : 1) * scale);
}

function lockOf(line: RouteLine): number | undefined {
  let lock = 0;
  for (const [name, bit] of Object.entries(lockBits) as [keyof typeof lockBits, number][]) {
    if (line[name]?.lock === true) lock |= 1 << bit;
  }
  return lock === 0 ? undefined : lock;
}
