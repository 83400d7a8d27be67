/** Numbers and lengths of time as keywords write them. */
import type { Duration } from '../base/units.ts';
import { microseconds, seconds } from '../base/units.ts';
import type { Cursor, Value } from './schema-value.ts';
import { demand, mapped } from './schema-value.ts';
import type { Word } from './tree.ts';

export interface NumberOptions {
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
  /** What keepalived does with a number outside the range: ignores the line, or takes the nearest allowed one. */
  readonly outside?: 'ignore' | 'clamp';
  /** The number taken for one outside the range. */
  readonly instead?: number;
  /**
   * Routers agree on it, or elect by it. keepalived ignores such a number when anything is glued to it, so a node that
   * guessed what was meant would stand against those that do not.
   */
  readonly exact?: true;
}

/** A decimal whole number. Text behind the digits is tolerated with a warning, as keepalived does at run time. */
export function integer(options: NumberOptions): Value<number> {
  const { min, max, unit } = options;
  const expected = describe('a whole number', options);
  return {
    syntax: '<N>',
    range: `${min}..${max}`,
    unit,
    read(cursor) {
      const word = demand(cursor, expected);
      if (word === undefined) return undefined;
      const plain = digits(word.text);
      if (plain >= min && plain <= max) return plain;
      const match = /^[+-]?\d+/.exec(word.text);
      if (match === null) return notNumber(cursor, word, expected);
      if (match[0].length < word.text.length) {
        if (options.exact) return glued(cursor, word, match[0], options);
        const factor = unitFactor(word.text.slice(match[0].length), unit) ?? 1;
        if (factor === 1) trailing(cursor, word, match[0]);
        else otherUnit(cursor, word, match[0], options);
        return within(cursor, word, Number(match[0]) * factor, options);
      }
      return within(cursor, word, Number(match[0]), options);
    },
    write: String,
  };
}

/** The number of up to nine decimal digits, which nearly every number is; NaN for anything else. */
function digits(text: string): number {
  if (text.length > 9 || text.length === 0) return Number.NaN;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

export interface DecimalOptions extends NumberOptions {
  /** Only whole numbers are written in keepalived, fractions would be cut there. */
  readonly whole?: true;
}

/** A decimal number, fractions allowed. */
function decimal(options: DecimalOptions): Value<number> {
  const { min, max, unit } = options;
  const expected = describe('a number', options);
  return {
    syntax: '<DEC>',
    range: `${min}..${max}`,
    unit,
    read(cursor) {
      const word = demand(cursor, expected);
      if (word === undefined) return undefined;
      const plain = digits(word.text);
      if (plain >= min && plain <= max) return plain;
      const match = /^[+-]?(\d+\.?\d*|\.\d+)/.exec(word.text);
      if (match === null) return notNumber(cursor, word, expected);
      const rest = word.text.slice(match[0].length);
      if (rest === '') return within(cursor, word, Number(match[0]), options);
      if (options.exact) return glued(cursor, word, match[0], options);
      const factor = unitFactor(rest, unit);
      if (factor === undefined || factor === 1) trailing(cursor, word, match[0]);
      else otherUnit(cursor, word, match[0], options);
      return within(cursor, word, Number(match[0]) * (factor ?? 1), options);
    },
    write: (value) => String(value),
  };
}

const microsecondsIn: Readonly<Record<string, number>> = {
  s: 1_000_000,
  sec: 1_000_000,
  secs: 1_000_000,
  second: 1_000_000,
  seconds: 1_000_000,
  m: 60_000_000,
  min: 60_000_000,
  mins: 60_000_000,
  minute: 60_000_000,
  minutes: 60_000_000,
  h: 3_600_000_000,
  hour: 3_600_000_000,
  hours: 3_600_000_000,
  ms: 1_000,
  milliseconds: 1_000,
  us: 1,
  microseconds: 1,
};

/** How many of the keyword's units one of the written units is; undefined for text that is no unit of time. */
function unitFactor(written: string, own: string | undefined): number | undefined {
  const size = microsecondsIn[written.toLowerCase()];
  const base = own === undefined ? undefined : microsecondsIn[own];
  return size === undefined || base === undefined ? undefined : size / base;
}

/** A length of time, counted in `unit`. The range is in that unit too. */
export function duration(
  options: DecimalOptions & { readonly unit: 'seconds' | 'milliseconds' | 'microseconds' },
): Value<Duration> {
  const factor = microsecondsIn[options.unit] ?? 1;
  const inner = options.whole === true ? integer(options) : decimal(options);
  return mapped(
    inner,
    (count) => microseconds(count * factor),
    (length) => length / factor,
  );
}

/** Seconds from `min` to `max`, the unit of most keywords. */
export function secondsValue(
  min: number,
  max: number,
  rest: Pick<NumberOptions, 'outside' | 'exact'> = {},
): Value<Duration> {
  return duration({ min, max, unit: 'seconds', ...rest });
}

/** The largest count that keepalived keeps in a 32-bit number of microseconds. */
export const longestSeconds = 4294.967295;

/** Whole seconds, for a fallback. */
export const inSeconds = seconds;

function describe(what: string, options: NumberOptions): string {
  const unit = options.unit === undefined ? '' : ` of ${options.unit}`;
  return `${what}${unit} from ${options.min} to ${options.max}`;
}

function notNumber(cursor: Cursor, word: Word, expected: string): undefined {
  cursor.report(cursor, {
    code: 'language.not-a-number',
    word,
    message: `"${word.text}" is not ${expected}; ${cursor.loss}`,
    help: `write ${expected}`,
  });
  return undefined;
}

function trailing(cursor: Cursor, word: Word, number: string): void {
  cursor.report(cursor, {
    code: 'language.number-with-text',
    word,
    message: `"${word.text.slice(number.length)}" behind the number is ignored: read as ${number}`,
    help: `write ${number}`,
  });
}

function glued(
  cursor: Cursor,
  word: Word,
  number: string,
  { instead }: NumberOptions,
): number | undefined {
  const outcome = instead === undefined ? cursor.loss : `${instead} is used`;
  cursor.report(cursor, {
    code: 'language.number-with-text',
    word,
    message: `"${word.text}" is not read as ${number}, since keepalived on the other nodes does not either; ${outcome}`,
    cause: instead === undefined ? 'keepalived ignores the line' : `keepalived uses ${instead}`,
    help: `write ${number} on all nodes`,
  });
  return instead;
}

function otherUnit(cursor: Cursor, word: Word, number: string, options: DecimalOptions): void {
  cursor.report(cursor, {
    code: 'language.number-with-unit',
    word,
    message: `"${word.text}" is read with its unit; this keyword counts ${options.unit ?? ''}`,
    cause: `keepalived ignores the unit and takes ${number} ${options.unit ?? ''}`,
    help: `write the number of ${options.unit ?? 'units'} without a unit`,
  });
}

function within(
  cursor: Cursor,
  word: Word,
  value: number,
  options: NumberOptions,
): number | undefined {
  if (value >= options.min && value <= options.max) return value;
  const nearest = value < options.min ? options.min : options.max;
  const instead = options.outside === 'clamp' ? nearest : options.instead;
  const unit = options.unit === undefined ? '' : ` ${options.unit}`;
  cursor.report(cursor, {
    code: 'language.out-of-range',
    word,
    message: `${word.text} is outside ${options.min} to ${options.max}${unit}; ${
      instead === undefined ? cursor.loss : `${instead} is used`
    }`,
    cause: instead === undefined ? 'keepalived ignores the line' : `keepalived uses ${instead}`,
    help: `write a number from ${options.min} to ${options.max}`,
  });
  return instead;
}
