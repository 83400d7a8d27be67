/** Entries that name something tracked, with a weight of their own. */
import { scalar } from '../../config/schema.ts';
import { lead, line } from '../../config/schema-line.ts';
import { integer } from '../../config/schema-number.ts';
import type { Cursor, Value } from '../../config/schema-value.ts';
import { advance, peek } from '../../config/schema-value.ts';
import { text } from '../../config/schema-word.ts';

/** How much a tracker moves the priority; 0 makes its failure a fault. */
export interface Weight {
  readonly weight: number;
  /** Swaps what up and down mean. */
  readonly reverse: boolean;
}

/** keepalived brings a weight of 254 to 253 where 253 is the most. */
const MOST = 254;

/** `<N> [reverse]` from -limit to limit. Of a block the nearest is taken for one outside, of an entry none is. */
export function weight(limit: number, outside: 'clamp' | 'ignore' = 'clamp'): Value<Weight> {
  const most = outside === 'clamp' ? limit : MOST;
  const number = integer({ min: -most, max: most, outside });
  return {
    syntax: '<N> [reverse|noreverse]',
    range: `-${limit}..${limit}`,
    choices: ['reverse', 'noreverse'],
    read(cursor) {
      const at = cursor.next;
      const read = number.read(cursor);
      const value = read === undefined ? undefined : Math.max(-limit, Math.min(limit, read));
      if (value !== undefined && value !== read) tooHeavy(cursor, at, limit, value);
      const word = peek(cursor)?.text;
      const named = word === 'reverse' || word === 'noreverse';
      if (named) advance(cursor);
      return value === undefined ? undefined : { weight: value, reverse: word === 'reverse' };
    },
    write: (value) => `${value.weight}${value.reverse ? ' reverse' : ''}`,
  };
}

function tooHeavy(cursor: Cursor, at: number, limit: number, value: number): void {
  const word = cursor.words[at];
  if (word === undefined || Math.abs(Number(word.text)) > MOST) return; // Told already.
  cursor.report(cursor, {
    code: 'language.out-of-range',
    word,
    message: `${word.text} is outside -${limit} to ${limit}; ${value} is used`,
    cause: `keepalived uses ${value}`,
    help: `write a number from -${limit} to ${limit}`,
  });
}

function trackLine(what: string, syntax: string, limit: number) {
  const words = line({
    lead: lead('name', text(what, syntax)),
    options: {
      weight: scalar(weight(limit, 'ignore'), {
        doc: 'Added to the priority while up (positive) or while down (negative); 0 makes down a fault.',
        example: '-20',
        otherwise: 'weight of what is tracked, else 0',
      }),
    },
    syntax: `${syntax} [weight <N> [reverse|noreverse]]`,
  });
  return {
    ...words,
    read: (cursor: Cursor) => (saysMore(cursor) ? leftOut(cursor) : words.read(cursor)),
  };
}

/** Whether something else than a weight stands behind the name. */
function saysMore(cursor: Cursor): boolean {
  const second = cursor.words[cursor.next + 1];
  return second !== undefined && second.text !== 'weight' && !cursor.siblings.has(second.text);
}

/** An entry that was meant to weigh must not become one that means fault. */
function leftOut(cursor: Cursor): undefined {
  const name = advance(cursor);
  const word = advance(cursor);
  while (peek(cursor) !== undefined) advance(cursor);
  cursor.report(cursor, {
    code: 'language.unknown-word',
    word,
    message: `"${word?.text}" is not known behind ${name?.text}; the entry is left out`,
    help: 'write weight and a number behind the name, or each name on a line of its own',
  });
  return undefined;
}

export const trackInterfaceLine = trackLine('an interface', '<IF>', 253);
export const trackScriptLine = trackLine('the name of a vrrp_script', '<SCRIPT>', 253);
export const trackFileLine = trackLine('the name of a track_file', '<FILE>', 254);
export const trackProcessLine = trackLine('the name of a vrrp_track_process', '<PROCESS>', 254);
export const trackBfdLine = trackLine('the name of a bfd_instance', '<BFD>', 253);

export type TrackLine = NonNullable<ReturnType<typeof trackScriptLine.read>>;
