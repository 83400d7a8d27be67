/** What is ordered for a real server, as a word of the control socket: `drain`, `enable`, or a weight. */
import { failure, type Outcome, success } from '../base/outcome.ts';
import { largestWeight, type Override } from '../health/pool.ts';

/** undefined undoes every order. */
export function overrideOf(word: string): Outcome<Override | undefined, string> {
  if (word === 'enable') return success(undefined);
  if (word === 'drain') return success({ kind: 'drain' });
  const weight = Number(word);
  if (/^\d+$/.test(word) && weight <= largestWeight) return success({ kind: 'weight', weight });
  return failure(
    `"${word}" is no order for a server: say drain, enable, or a weight from 0 to ${largestWeight}`,
  );
}
