/** Two routers on one link, and everything that happens to a pair in its life, in one sitting. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Capture, Seen } from '../lab/capture.ts';
import type { Announcement } from '../lab/packet.ts';
import { until } from '../lab/until.ts';
import {
  claims,
  judgeSilence,
  judgeTakeover,
  judgeYielded,
  Late,
  masterDownInterval,
  resignations,
  skewTime,
  type Timing,
  tolerance,
  Wrong,
} from './judge.ts';
import type { Router } from './router.ts';

export const events = ['crash', 'return', 'stop', 'nopreempt'] as const;
export type DuelEvent = (typeof events)[number];

export interface Outcome {
  readonly event: DuelEvent;
  readonly verdict: 'passed' | 'late' | 'wrong';
  readonly detail: string;
}

export interface Duel {
  readonly upper: Router;
  readonly lower: Router;
  readonly tape: Capture;
  readonly timing: Timing;
  readonly address: string;
}

/** How long beyond its bound something is waited for, in order to say how late it came. */
const patience = 6_000;

/** Plays the four events in order; after one that went wrong the pair's state is unknown and the rest is not played. */
export async function playDuel(duel: Duel): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const event of events) {
    const before = outcomes.at(-1);
    if (before?.verdict === 'wrong') {
      outcomes.push({ event, verdict: 'wrong', detail: `not reached: ${before.event} went wrong` });
      continue;
    }
    try {
      if (event === 'crash') await settle(duel);
      outcomes.push({ event, verdict: 'passed', detail: await steps[event](duel) });
    } catch (error) {
      const verdict = error instanceof Late ? 'late' : 'wrong';
      outcomes.push({
        event,
        verdict,
        detail: error instanceof Error ? error.message : `${error}`,
      });
    }
  }
  return outcomes;
}

const steps: Readonly<Record<DuelEvent, (duel: Duel) => Promise<string>>> = {
  crash: dieSuddenly,
  return: comeBack,
  stop: leavePolitely,
  nopreempt: comeBackWithoutPreempting,
};

async function settle(duel: Duel): Promise<void> {
  const { upper, lower } = duel;
  await Promise.all([upper.start(true), lower.start(true)]);
  await owned(duel, upper, masterDownInterval(duel.timing, upper.priority) + patience);
  // The lower one must have heard the master before the master may die.
  await delay(duel.timing.interval);
  judgeForm(duel);
}

async function dieSuddenly(duel: Duel): Promise<string> {
  const { upper, lower, tape } = duel;
  await upper.crash();
  const deadAt = now();
  const bound = masterDownInterval(duel.timing, lower.priority);
  const first = await firstSign(duel, lower, deadAt, bound);
  // The recording is in order, so by now it holds whatever the dead one sent.
  const last = claims(tape, upper.source, 0).findLast((seen) => seen.at <= deadAt);
  if (last === undefined) throw new Wrong(`${upper.name} never advertised`);
  await ownedAndAnnounced(duel, lower, deadAt);
  judgeSilence(tape, upper.source, deadAt);
  return judgeTakeover(last.at, first, bound);
}

async function comeBack(duel: Duel): Promise<string> {
  const { upper, lower, tape } = duel;
  const since = now();
  await upper.start(true);
  const bound = masterDownInterval(duel.timing, upper.priority);
  await firstSign(duel, upper, since, bound);
  await ownedAndAnnounced(duel, upper, since);
  await delay(duel.timing.interval * 1.5);
  return judgeYielded(tape, upper.source, lower.source, since);
}

async function leavePolitely(duel: Duel): Promise<string> {
  const { upper, lower } = duel;
  return resign(duel, upper, lower);
}

/** That it was listening all the while shows in the end, when the master leaves and it follows at once. */
async function comeBackWithoutPreempting(duel: Duel): Promise<string> {
  const { upper, lower, tape } = duel;
  const since = now();
  await upper.start(false);
  await delay(masterDownInterval(duel.timing, upper.priority) + tolerance);
  judgeSilence(tape, upper.source, since);
  if (!(await lower.holds())) throw new Wrong('the master lost the address');
  return resign(duel, lower, upper);
}

async function resign(duel: Duel, leaver: Router, follower: Router): Promise<string> {
  const since = now();
  await leaver.stop();
  const resigned = await until('a resignation with priority 0', patience, () => {
    return resignations(duel.tape, leaver.source, since)[0];
  });
  const bound = skewTime(duel.timing, follower.priority);
  const first = await firstSign(duel, follower, resigned.at, bound);
  await ownedAndAnnounced(duel, follower, resigned.at);
  judgeSilence(duel.tape, leaver.source, resigned.at);
  if (await leaver.holds()) throw new Wrong('the address stayed on the host that left');
  return judgeTakeover(resigned.at, first, bound);
}

/**
 * The instant of the takeover: the first advertisement, or the first announcement where that comes before,
 * since FRR's first advertisement over IPv6 comes an interval after it.
 */
async function firstSign(duel: Duel, by: Router, since: number, within: number): Promise<number> {
  const what = `${by.name} advertises as master`;
  const claim = await until(what, within + patience, () => claims(duel.tape, by.source, since)[0]);
  const announcement = announcements(duel, by, since)[0];
  return Math.min(claim.at, announcement?.at ?? claim.at);
}

function announcements(duel: Duel, by: Router, since: number): readonly Seen<Announcement>[] {
  return duel.tape
    .announcements()
    .filter((seen) => seen.at > since && seen.address === duel.address && seen.mac === by.mac);
}

async function owned(duel: Duel, by: Router, within: number): Promise<void> {
  const other = by === duel.upper ? duel.lower : duel.upper;
  await until(`${by.name} alone is master`, within, async () => {
    if (claims(duel.tape, by.source, 0).length === 0 || !(await by.holds())) return undefined;
    return (await other.holds()) ? undefined : true;
  });
}

async function ownedAndAnnounced(duel: Duel, by: Router, since: number): Promise<void> {
  await until(
    `${by.name} has ${duel.address}`,
    patience,
    async () => (await by.holds()) || undefined,
  );
  await until(
    `${by.name} announces ${duel.address}`,
    2_000,
    () => announcements(duel, by, since)[0],
  );
}

/** The pair speaks the form that its files ask for. */
function judgeForm(duel: Duel): void {
  for (const seen of duel.tape.advertisements()) {
    if (seen.version !== duel.timing.version) throw new Wrong(`sent version ${seen.version}`);
    if (seen.interval !== duel.timing.interval) throw new Wrong(`sent interval ${seen.interval}`);
  }
}

/** Microseconds since 1970 by the clock that stamps packets, rounded down to a millisecond. */
function now(): number {
  return Date.now() * 1000;
}
