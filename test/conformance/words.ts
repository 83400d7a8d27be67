/** The words of one command: `advertisement at=0.2s from=10.0.0.2 priority=0`. */
import assert from 'node:assert/strict';
import { type Address, parseAddress } from '../../src/base/address.ts';
import { type Duration, type Instant, microseconds } from '../../src/base/units.ts';

export interface Command {
  readonly name: string;
  /** Words without `=`, in order. */
  readonly plain: readonly string[];
  /** Words with `=`, and plain words once more as `yes`. */
  readonly options: ReadonlyMap<string, string>;
}

export function parseCommand(line: string): Command {
  const [name = '', ...rest] = line.split(/\s+/).filter((word) => word !== '');
  const plain: string[] = [];
  const options = new Map<string, string>();
  for (const word of rest) {
    const at = word.indexOf('=');
    if (at < 0) plain.push(word);
    options.set(at < 0 ? word : word.slice(0, at), at < 0 ? 'yes' : word.slice(at + 1));
  }
  return { name, plain, options };
}

export type Options = ReadonlyMap<string, string>;

export function numberOf(options: Options, key: string, fallback: number): number {
  const text = options.get(key);
  if (text === undefined) return fallback;
  const value = Number(text);
  assert.ok(Number.isFinite(value), `${key}=${text} is not a number`);
  return value;
}

export function isSet(options: Options, key: string): boolean {
  return options.get(key) === 'yes';
}

/** `3.609375s`, `10ms`, `40us`. */
export function durationOf(options: Options, key: string, fallback: Duration): Duration {
  const text = options.get(key);
  return text === undefined ? fallback : parseDuration(text);
}

export function instantOf(options: Options, key: string): Instant | undefined {
  const text = options.get(key);
  return text === undefined ? undefined : (parseDuration(text) as number as Instant);
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000_000, ms: 1_000, us: 1 };

function parseDuration(text: string): Duration {
  const [, amount, unit = ''] = /^([\d.]+)(s|ms|us)$/.exec(text) ?? [];
  const scale = UNITS[unit];
  assert.ok(amount !== undefined && scale !== undefined, `${text} is not a time`);
  return microseconds(Number(amount) * scale);
}

export function addressOf(options: Options, key: string, fallback: string): Address {
  return address(options.get(key) ?? fallback);
}

export function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined, `${text} is not an address`);
  return parsed;
}

/** Whole seconds and fractions, as every transcript writes times. */
export function tellTime(time: number): string {
  return `${time / 1_000_000}s`;
}
