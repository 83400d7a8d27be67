/** How evenly a master advertises while a backup listens, and whether the backup ever lost patience with it. */
import { setTimeout as delay } from 'node:timers/promises';
import { withBurners } from './burner.ts';
import { civilMicroseconds } from './clock.ts';
import type { Contender } from './contender.ts';
import { openPair, type Pair } from './pair.ts';
import { bound } from './takeover.ts';
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
  /** How often another host began to advertise, though nothing had happened to the master. */
  readonly falseTakeovers: number;
  /** Those of them by a backup whose master had advertised within the bound: the fault of the backup, or of what lies between. */
  readonly hasty: number;
}

/**
 * Both contenders at once, so that whatever else the machine does befalls both; and all plans at once, which are loaded or
 * idle alike. For each plan one result for each contender.
 */
export async function measureJitter(
  contenders: readonly [Contender, Contender],
  plans: readonly JitterPlan[],
): Promise<readonly (readonly JitterResult[])[]> {
  const sides = await Promise.all(
    plans.map((plan) =>
      Promise.all(contenders.map((contender) => openPair({ ...plan, contender }))),
    ),
  );
  const watch = () => Promise.all(plans.map((plan, index) => watchOne(sides[index] ?? [], plan)));
  const lab = sides[0]?.[0]?.lab;
  try {
    if (lab === undefined || plans.every(({ loaded }) => !loaded)) return await watch();
    return await withBurners(lab, Math.max(...plans.map(({ seconds }) => seconds)) + 30, watch);
  } finally {
    await Promise.all(sides.flat().map((side) => side.close()));
  }
}

async function watchOne(
  sides: readonly Pair[],
  plan: JitterPlan,
): Promise<readonly JitterResult[]> {
  await delay(plan.loaded ? 500 : 0);
  const taps = await Promise.all(sides.map((side) => openTap(side.lab)));
  const from = civilMicroseconds();
  await delay(plan.seconds * 1_000);
  return readTaps(taps, { ...plan, from });
}

async function readTaps(
  taps: readonly Tap[],
  span: { readonly from: number; readonly seconds: number; readonly interval: number },
): Promise<readonly JitterResult[]> {
  const results: JitterResult[] = [];
  for (const tap of taps) {
    const until = span.from + span.seconds * 1_000_000;
    const seen = (await tap.close()).filter(({ at }) => at >= span.from && at <= until);
    const adverts = seen.filter((one) => one.kind === 'advertisement');
    const mac = mostFrequent(adverts);
    const times = adverts.filter((one) => one.mac === mac).map(({ at }) => at);
    const found = {
      falseTakeovers: changes(adverts),
      hasty: hastyOf(adverts, bound('kill', span)),
    };
    results.push({ ...judge(times, span.interval * 1_000), ...found });
  }
  return results;
}

/** Who was master for most of the time. */
function mostFrequent(adverts: readonly Sighting[]): string | undefined {
  const byMac = [...Map.groupBy(adverts, ({ mac }) => mac)];
  return byMac.sort(([, one], [, other]) => other.length - one.length)[0]?.[0];
}

function changes(adverts: readonly Sighting[]): number {
  return adverts.filter(({ mac }, index) => index > 0 && mac !== adverts[index - 1]?.mac).length;
}

/** Where the bridge saw the master less than the bound before a host began that had been silent for long. */
function hastyOf(adverts: readonly Sighting[], patience: number): number {
  const lastOf = new Map<string, number>();
  let count = 0;
  for (const [index, { mac, at }] of adverts.entries()) {
    const before = adverts[index - 1];
    const isFresh = at - (lastOf.get(mac) ?? 0) > 3 * patience;
    const isNew = before !== undefined && before.mac !== mac && isFresh;
    if (isNew && at - before.at < patience - SLACK) count += 1;
    lastOf.set(mac, at);
  }
  return count;
}

/** How much later a datagram may pass the bridge than it reaches the backup, in microseconds. */
const SLACK = 500;

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
