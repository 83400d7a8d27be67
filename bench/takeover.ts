/**
 * Takeover: the time from a master's last advertisement to its successor's first advertisement, first gratuitous ARP
 * and first answer to a client, less what the protocol itself demands.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '../test/lab/task.ts';
import { stop } from '../test/lab/task.ts';
import { withBurners } from './burner.ts';
import { civilMicroseconds } from './clock.ts';
import type { Contender } from './contender.ts';
import { openPair, type Pair, PRIORITY, VIRTUAL } from './pair.ts';
import { openTap, type Sighting, type Tap } from './tap.ts';

export interface TakeoverPlan {
  readonly version: 2 | 3;
  /** Milliseconds. */
  readonly interval: number;
  readonly kills: number;
  readonly stops: number;
  /** Pairs of each contender that are struck one after the other and wait together: so many trials in one go. */
  readonly pairs: number;
  readonly loaded: boolean;
  readonly realTime?: number | undefined;
}

/** Microseconds beyond the bound. */
export interface Excess {
  readonly advertisement: number;
  readonly announcement: number;
  /** NaN where nobody asked. */
  readonly answer: number;
}

export interface TakeoverResult {
  readonly kill: readonly Excess[];
  readonly stop: readonly Excess[];
  /** Trials in which no orderly takeover was seen, in words. */
  readonly failures: readonly string[];
}

interface Trial {
  readonly how: 'kill' | 'stop';
  readonly from: number;
  readonly victim: string;
  readonly successor: string;
}

interface Side {
  readonly pair: Pair;
  readonly tap: Tap;
  /** Of the first pair alone: each would take a part of the processor. */
  readonly client: Task | undefined;
  readonly trials: Trial[];
  /** Takeovers that nobody asked for. */
  readonly restless: string[];
}

/** One result for each contender, in order. Both go through the same steps at nearly the same moments. */
export async function measureTakeover(
  pair: readonly [Contender, Contender],
  plan: TakeoverPlan,
): Promise<readonly TakeoverResult[]> {
  const sides = await Promise.all(
    [...Array(plan.pairs).keys()].flatMap((number) =>
      pair.map((contender) => openSide(contender, plan, number === 0)),
    ),
  );
  const [first] = sides;
  if (first === undefined) throw new Error('broken invariant: nobody to measure');
  const run = () => runTrials(sides, plan);
  try {
    if (plan.loaded) await withBurners(first.pair.lab, 900, run);
    else await run();
    const results = new Map<Contender, TakeoverResult>();
    for (const side of sides) {
      if (side.client !== undefined) await stop(side.client);
      const judged = judge(side.trials, await side.tap.close(), plan);
      const before = results.get(side.pair.contender);
      results.set(side.pair.contender, {
        kill: [...(before?.kill ?? []), ...judged.kill],
        stop: [...(before?.stop ?? []), ...judged.stop],
        failures: [...(before?.failures ?? []), ...judged.failures, ...side.restless],
      });
    }
    return pair.map((contender) => results.get(contender) ?? NOTHING);
  } finally {
    await Promise.all(sides.map((side) => side.pair.close()));
  }
}

const NOTHING: TakeoverResult = { kill: [], stop: [], failures: [] };

async function openSide(contender: Contender, plan: TakeoverPlan, isAsked: boolean): Promise<Side> {
  const pair = await openPair({ ...plan, contender });
  const tap = await openTap(pair.lab);
  const words = [join(import.meta.dirname, 'client.ts'), VIRTUAL];
  const client = isAsked
    ? pair.lab.host('client').start(process.execPath, words, { name: 'client' })
    : undefined;
  await delay(300);
  return { pair, tap, client, trials: [], restless: [] };
}

async function runTrials(sides: readonly Side[], plan: TakeoverPlan): Promise<void> {
  const rounds = (trials: number) => Math.ceil(trials / plan.pairs);
  const total = Math.max(rounds(plan.kills), rounds(plan.stops)) * 2;
  for (let index = 0; index < total; index += 1) {
    const how = index % 2 === 0 ? 'kill' : 'stop';
    if (Math.floor(index / 2) >= rounds(how === 'kill' ? plan.kills : plan.stops)) continue;
    // Each goes first as often as the other.
    const order = Math.floor(index / 2) % 2 === 0 ? sides : [...sides].reverse();
    for (const side of order) await strike(side, how, plan);
    await delay(how === 'kill' ? (bound('kill', plan) + 200_000) / 1_000 : 200);
    await Promise.all(sides.map((side) => side.pair.restore()));
  }
}

/** Leaves a phase between the two that differs from trial to trial. */
async function strike(side: Side, how: 'kill' | 'stop', plan: TakeoverPlan): Promise<void> {
  const { pair, trials } = side;
  if (!(await pair.refresh()))
    side.restless.push(`${how} ${trials.length}: the master had changed by itself`);
  await delay(50 + Math.random() * plan.interval);
  const trial = { how, victim: pair.master().mac, successor: pair.backup().mac } as const;
  const from = civilMicroseconds();
  trials.push({ ...trial, from });
  await pair.end(how);
  await delay(how === 'stop' ? bound('stop', plan) / 1_000 + 100 : 150);
}

/** Microseconds from the last advertisement to the takeover: RFC 9568 6.1. */
export function bound(how: 'kill' | 'stop', plan: { readonly interval: number }): number {
  const interval = plan.interval * 1_000;
  const skew = ((256 - PRIORITY) * interval) / 256;
  return how === 'kill' ? 3 * interval + skew : skew;
}

function judge(
  trials: readonly Trial[],
  sightings: readonly Sighting[],
  plan: TakeoverPlan,
): TakeoverResult {
  const excesses = { kill: [] as Excess[], stop: [] as Excess[] };
  const failures: string[] = [];
  for (const [index, trial] of trials.entries()) {
    const until = trials[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const seen = sightings.filter(({ at }) => at >= trial.from - 10_000_000 && at < until);
    const excess = judgeTrial(trial, seen, plan);
    if (typeof excess === 'string') failures.push(`${trial.how} ${index}: ${excess}`);
    else excesses[trial.how].push(excess);
  }
  return { ...excesses, failures };
}

function judgeTrial(
  { how, from, victim, successor }: Trial,
  seen: readonly Sighting[],
  plan: TakeoverPlan,
): Excess | string {
  const first = seen.find(
    ({ at, mac, kind }) => at > from - 2_000 && mac === successor && kind === 'advertisement',
  );
  if (first === undefined) return 'the successor never advertised';
  const last = seen.findLast(
    ({ at, mac, kind }) => at < first.at && mac === victim && kind === 'advertisement',
  );
  if (last === undefined) return 'the victim never advertised';
  if (how === 'stop' && last.priority !== 0) return 'the victim did not resign';
  const after = (kind: Sighting['kind']) =>
    seen.find((one) => one.at > last.at && one.mac === successor && one.kind === kind)?.at ??
    Number.NaN;
  const due = last.at + bound(how, plan);
  return {
    advertisement: first.at - due,
    announcement: after('announcement') - due,
    answer: after('reply') - due,
  };
}
