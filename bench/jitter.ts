/** How evenly a master advertises while a backup listens, and whether the backup ever lost patience with it. */
import { setTimeout as delay } from 'node:timers/promises';
import { withBurners } from './burner.ts';
import { civilMicroseconds } from './clock.ts';
import type { Contender } from './contender.ts';
import { openPair, type Pair } from './pair.ts';
import { openTap, type Sighting, type Tap } from './tap.ts';

export interface JitterPlan {
  readonly version: 2 | 3;
  /** Milliseconds. */
  readonly interval: number;
  readonly seconds: number;
  readonly loaded: boolean;
  readonly realTime?: number | undefined;
}

export interface JitterResult {
  /** For each pair of neighbouring advertisements, how far their distance is from the interval; microseconds. */
  readonly deviations: readonly number[];
  /** How much the average interval is longer than it should be: what is lost against an ideal grid; microseconds. */
  readonly drift: number;
  /** Distances from the grid that fits best, of the master's own average interval; microseconds. */
  readonly offGrid: readonly number[];
  /** Advertisements of the backup, of which there should be none. */
  readonly falseTakeovers: number;
}

/** Both contenders at once, so that whatever else the machine does befalls both. */
export async function measureJitter(
  pair: readonly [Contender, Contender],
  plan: JitterPlan,
): Promise<readonly JitterResult[]> {
  const sides = await Promise.all(pair.map((contender) => openPair({ ...plan, contender })));
  try {
    const watch = async () => {
      await delay(plan.loaded ? 500 : 0);
      const taps = await Promise.all(sides.map((side) => openTap(side.lab)));
      const from = civilMicroseconds();
      await delay(plan.seconds * 1_000);
      return readTaps(sides, taps, { ...plan, from });
    };
    const [first] = sides;
    if (first === undefined) throw new Error('broken invariant: nobody to measure');
    return plan.loaded ? await withBurners(first.lab, plan.seconds + 30, watch) : await watch();
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

async function readTaps(
  sides: readonly Pair[],
  taps: readonly Tap[],
  span: { readonly from: number; readonly seconds: number; readonly interval: number },
): Promise<readonly JitterResult[]> {
  const results: JitterResult[] = [];
  for (const [index, tap] of taps.entries()) {
    const side = sides[index];
    const until = span.from + span.seconds * 1_000_000;
    const seen = (await tap.close()).filter(({ at }) => at >= span.from && at <= until);
    if (side === undefined) continue;
    const sent = (mac: string): readonly Sighting[] =>
      seen.filter((one) => one.kind === 'advertisement' && one.mac === mac);
    const times = sent(side.master().mac).map(({ at }) => at);
    const falseTakeovers = sent(side.backup().mac).length;
    results.push({ ...judge(times, span.interval * 1_000), falseTakeovers });
  }
  return results;
}

function judge(
  times: readonly number[],
  interval: number,
): Pick<JitterResult, 'deviations' | 'drift' | 'offGrid'> {
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const deviations = gaps.map((gap) => Math.abs(gap - interval));
  const drift = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length - interval;
  return { deviations, drift, offGrid: distancesFromGrid(times) };
}

/** Least squares over (number, time). */
function distancesFromGrid(times: readonly number[]): readonly number[] {
  const count = times.length;
  const middle = (count - 1) / 2;
  const start = times[0] ?? 0;
  const mean = times.reduce((sum, at) => sum + (at - start), 0) / count;
  const [above, below] = times.reduce(
    ([top, bottom], at, index) => [
      top + (index - middle) * (at - start - mean),
      bottom + (index - middle) ** 2,
    ],
    [0, 0],
  );
  const period = above / below;
  return times.map((at, index) => Math.abs(at - start - mean - (index - middle) * period));
}
