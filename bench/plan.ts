/** What one run of the bench measures: the whole, or a quick form of it. */
import type { JitterPlan } from './jitter.ts';
import type { LoadPlan } from './load.ts';
import type { TakeoverPlan } from './takeover.ts';

export interface Plan {
  readonly takeover: readonly TakeoverPlan[];
  /** Those of one group are measured at the same time. */
  readonly jitter: readonly (readonly JitterPlan[])[];
  readonly load: readonly LoadPlan[];
  /** Repetitions. */
  readonly addresses: number;
  readonly start: number;
}

const REAL_TIME = 50;
const idle = { loaded: false } as const;
const loaded = { loaded: true } as const;
const version3 = { version: 3 } as const;

/** What goes wrong once in a hundred times needs a hundred times: it costs the least where the interval is short. */
export const fullPlan: Plan = {
  takeover: [
    { version: 2, interval: 1_000, kills: 12, stops: 6, pairs: 3, ...idle },
    { ...version3, interval: 1_000, kills: 12, stops: 6, pairs: 3, ...idle },
    { ...version3, interval: 100, kills: 40, stops: 16, pairs: 4, ...idle },
    { ...version3, interval: 10, kills: 100, stops: 20, pairs: 4, ...idle },
    { ...version3, interval: 1_000, kills: 9, stops: 0, pairs: 3, ...loaded },
    { ...version3, interval: 100, kills: 30, stops: 0, pairs: 3, ...loaded },
    { ...version3, interval: 10, kills: 30, stops: 0, pairs: 3, ...loaded },
    { ...version3, interval: 10, kills: 30, stops: 0, pairs: 3, ...loaded, realTime: REAL_TIME },
  ],
  jitter: [
    [
      { ...version3, interval: 1_000, seconds: 60, ...idle },
      { ...version3, interval: 100, seconds: 60, ...idle },
      { ...version3, interval: 10, seconds: 60, ...idle },
    ],
    [
      { ...version3, interval: 1_000, seconds: 60, ...loaded },
      { ...version3, interval: 100, seconds: 60, ...loaded },
      { ...version3, interval: 10, seconds: 60, ...loaded },
    ],
    // Without real-time priority neither daemon keeps 10 ms on a machine whose cores are taken.
    [{ ...version3, interval: 10, seconds: 600, ...loaded, realTime: REAL_TIME }],
  ],
  load: [
    { instances: 1, seconds: 15, settle: 5 },
    { instances: 255, seconds: 15, settle: 15 },
    { instances: 1_000, seconds: 30, settle: 40 },
  ],
  addresses: 5,
  start: 5,
};

/** About three minutes. */
export const quickPlan: Plan = {
  takeover: [
    { version: 2, interval: 1_000, kills: 2, stops: 2, pairs: 2, ...idle },
    { ...version3, interval: 100, kills: 6, stops: 4, pairs: 2, ...idle },
    { ...version3, interval: 10, kills: 6, stops: 4, pairs: 2, ...idle },
    { ...version3, interval: 10, kills: 4, stops: 0, pairs: 2, ...loaded },
  ],
  jitter: [
    [{ ...version3, interval: 10, seconds: 10, ...idle }],
    [{ ...version3, interval: 10, seconds: 20, ...loaded }],
  ],
  load: [{ instances: 1_000, seconds: 20, settle: 20 }],
  addresses: 2,
  start: 2,
};
