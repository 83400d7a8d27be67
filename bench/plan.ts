/** What one run of the bench measures: the whole, or a quick form of it. */
import type { JitterPlan } from './jitter.ts';
import type { LoadPlan } from './load.ts';
import type { TakeoverPlan } from './takeover.ts';

export interface Plan {
  readonly takeover: readonly TakeoverPlan[];
  readonly jitter: readonly JitterPlan[];
  readonly load: readonly LoadPlan[];
  /** Repetitions. */
  readonly addresses: number;
  readonly start: number;
}

const REAL_TIME = 50;
const idle = { loaded: false } as const;
const loaded = { loaded: true } as const;
const version3 = { version: 3 } as const;

/** Half an hour at most. */
export const fullPlan: Plan = {
  takeover: [
    { version: 2, interval: 1_000, kills: 10, stops: 10, ...idle },
    { ...version3, interval: 1_000, kills: 10, stops: 10, ...idle },
    { ...version3, interval: 100, kills: 30, stops: 20, ...idle },
    { ...version3, interval: 10, kills: 30, stops: 20, ...idle },
    { ...version3, interval: 1_000, kills: 6, stops: 0, ...loaded },
    { ...version3, interval: 100, kills: 20, stops: 0, ...loaded },
    { ...version3, interval: 10, kills: 20, stops: 0, ...loaded },
    { ...version3, interval: 10, kills: 20, stops: 0, ...loaded, realTime: REAL_TIME },
  ],
  jitter: [
    { ...version3, interval: 1_000, seconds: 40, ...idle },
    { ...version3, interval: 100, seconds: 30, ...idle },
    { ...version3, interval: 10, seconds: 30, ...idle },
    { ...version3, interval: 1_000, seconds: 40, ...loaded },
    { ...version3, interval: 100, seconds: 30, ...loaded },
    { ...version3, interval: 10, seconds: 60, ...loaded },
    // Without real-time priority neither daemon keeps 10 ms on a machine whose cores are taken.
    { ...version3, interval: 10, seconds: 600, ...loaded, realTime: REAL_TIME },
  ],
  load: [
    { instances: 1, seconds: 20, settle: 10 },
    { instances: 255, seconds: 20, settle: 30 },
    { instances: 1_000, seconds: 30, settle: 45 },
  ],
  addresses: 7,
  start: 9,
};

/** About three minutes. */
export const quickPlan: Plan = {
  takeover: [
    { version: 2, interval: 1_000, kills: 2, stops: 2, ...idle },
    { ...version3, interval: 100, kills: 5, stops: 5, ...idle },
    { ...version3, interval: 10, kills: 5, stops: 5, ...idle },
    { ...version3, interval: 10, kills: 4, stops: 0, ...loaded },
  ],
  jitter: [
    { ...version3, interval: 10, seconds: 10, ...idle },
    { ...version3, interval: 10, seconds: 20, ...loaded },
  ],
  load: [{ instances: 1_000, seconds: 20, settle: 20 }],
  addresses: 2,
  start: 2,
};
