/** Alerts as mail: one letter for each, one for all where many wait. */
import { type Instant, type WallTime, wallTime } from '../../base/units.ts';
import type { Alert } from './alert.ts';

export interface Letter {
  readonly subject: string;
  readonly text: string;
}

export interface Sender {
  /** `router_id`, or the host's name. */
  readonly node: string;
  wallAt(at: Instant): WallTime;
}

/** So many alerts waiting are a storm: nobody reads a hundred letters. */
const storm = 10;

/** How many alerts the next letter holds. */
export function letterSize(waiting: number): number {
  return waiting > storm ? waiting : 1;
}

export function letterOf(alerts: readonly Alert[], { node, wallAt }: Sender): Letter {
  const [only] = alerts;
  if (alerts.length === 1 && only !== undefined) {
    const because = only.reason === undefined ? '' : `\n\nWhy: ${only.reason}.`;
    return {
      subject: `[${node}] ${only.headline}`,
      text: folded(`=> ${only.sentence} <=${because}\n\nAt: ${clock(wallAt(only.at))}\n`),
    };
  }
  const lines = alerts.map(({ headline, reason, at }) => {
    const because = reason === undefined ? '' : `\n    ${reason}`;
    return `${clock(wallAt(at))}  ${headline}${because}`;
  });
  return { subject: `[${node}] ${alerts.length} changes`, text: folded(`${lines.join('\n')}\n`) };
}

/** UTC, to the millisecond. */
function clock(at: WallTime): string {
  return new Date(wallTime(at) / 1_000).toISOString();
}

/** Lines that any mail program shows as they are, and that need no encoding. */
function folded(text: string): string {
  return text.replace(/(?=.{73})(.{1,72}) +/g, '$1\n');
}
