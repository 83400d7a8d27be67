/** What an observer on the wire may demand of two routers. Times in milliseconds unless said otherwise. */
import type { Capture, Seen } from '../lab/capture.ts';
import type { Advertisement } from '../lab/packet.ts';

/** Beyond the protocol's own bound: process start, scheduling and a machine that does other things. */
export const tolerance = 250;
/** A router that takes over earlier than this before its deadline has not waited. */
const impatience = 30;

export interface Timing {
  readonly version: 2 | 3;
  readonly interval: number;
}

/** Whatever holds the advertisements that were seen, in order. */
export type Tape = Pick<Capture, 'advertisements'>;

/** RFC 3768 section 6.1 for version 2; RFC 9568 section 6.1 for version 3. */
export function skewTime(timing: Timing, priority: number): number {
  const unit = timing.version === 2 ? 1000 : timing.interval;
  return ((256 - priority) * unit) / 256;
}

export function masterDownInterval(timing: Timing, priority: number): number {
  return 3 * timing.interval + skewTime(timing, priority);
}

/** The time was missed; everything else was as it should be. */
export class Late extends Error {}
export class Wrong extends Error {}

/** The excess of a takeover, from the old master's last word to the new one's first, over the time it had to wait. */
export function judgeTakeover(last: number, first: number, bound: number): string {
  const took = (first - last) / 1000;
  const told = `${took.toFixed(1)} ms, bound ${bound.toFixed(1)} ms`;
  if (took < bound - impatience) throw new Wrong(`took over too early: ${told}`);
  if (took > bound + tolerance) throw new Late(`took over too late: ${told}`);
  const excess = took - bound;
  return `${excess < 0 ? '' : '+'}${excess.toFixed(1)} ms`;
}

/** Once `winner` has spoken, `loser` says nothing more but what was on its way. */
export function judgeYielded(tape: Tape, winner: string, loser: string, since: number): string {
  const first = claims(tape, winner, since)[0];
  if (first === undefined) throw new Wrong('the winner was never heard');
  const last = claims(tape, loser, first.at).at(-1);
  if (last === undefined) return 'at once';
  const overlap = (last.at - first.at) / 1000;
  if (overlap > tolerance) throw new Late(`two masters for ${overlap.toFixed(1)} ms`);
  return `in ${overlap.toFixed(1)} ms`;
}

export function judgeSilence(tape: Tape, source: string, since: number): void {
  const spoken = claims(tape, source, since);
  if (spoken.length > 0) throw new Wrong(`${source} advertised ${spoken.length} times as a master`);
}

/** Advertisements of somebody who says to be master, from an instant in microseconds on. */
export function claims(tape: Tape, source: string, since: number): readonly Seen<Advertisement>[] {
  return tape
    .advertisements()
    .filter((seen) => seen.at > since && seen.source === source && seen.priority > 0);
}

export function resignations(
  tape: Tape,
  source: string,
  since: number,
): readonly Seen<Advertisement>[] {
  return tape
    .advertisements()
    .filter((seen) => seen.at > since && seen.source === source && seen.priority === 0);
}
