/** Shell patterns over a file reader: `*`, `?`, `[…]` and `{a,b}`. A leading dot is matched by a dot only. */
import type { FileReader } from '../file-reader.ts';
import { limits } from '../limits.ts';
import { joinPath } from './path.ts';

type Unit =
  | { readonly kind: 'letter'; readonly letter: string }
  | { readonly kind: 'any' | 'star' }
  | {
      readonly kind: 'set';
      readonly negated: boolean;
      readonly ranges: readonly [string, string][];
    };

export function hasWildcard(pattern: string): boolean {
  return /[*?]|\[[^\]]+\]/.test(pattern);
}

/** The patterns that the braces spell, in their order; `undefined` when they spell more than the bound. */
export function braceAlternatives(pattern: string): readonly string[] | undefined {
  let done = [''];
  let at = 0;
  while (at < pattern.length) {
    const group = pattern.charAt(at) === '{' ? braceGroup(pattern, at) : undefined;
    if (group === undefined) {
      const next = pattern.indexOf('{', at + 1);
      const text = pattern.slice(at, next < 0 ? pattern.length : next);
      done = done.map((head) => head + text);
      at += text.length;
      continue;
    }
    const inner: string[] = [];
    for (const item of group.items) {
      const alternatives = braceAlternatives(item);
      if (alternatives === undefined) return undefined;
      inner.push(...alternatives);
    }
    if (done.length * inner.length > limits.globAlternatives) return undefined;
    done = done.flatMap((head) => inner.map((item) => head + item));
    at = group.end;
  }
  return done;
}

interface BraceGroup {
  readonly items: readonly string[];
  readonly end: number;
}

/** The group that opens at `start`; without a comma or a closing brace it is no group. */
function braceGroup(pattern: string, start: number): BraceGroup | undefined {
  const items: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < pattern.length; at += 1) {
    const letter = pattern.charAt(at);
    if (letter === '{') depth += 1;
    if (letter === '}') depth -= 1;
    if ((letter === ',' && depth === 1) || depth === 0) {
      items.push(pattern.slice(from, at));
      from = at + 1;
    }
    if (depth === 0) return items.length > 1 ? { items, end: at + 1 } : undefined;
    if (depth > limits.blockDepth) return undefined;
  }
  return undefined;
}

/** The directory that stands before the first segment with a wildcard. */
export function fixedDirectory(pattern: string): string {
  const segments = pattern.split('/');
  const fixed = segments.slice(0, segments.findIndex(hasWildcard));
  if (fixed.length === 0) return '.';
  return fixed.join('/') || '/';
}

export interface Matches {
  /** Sorted by code unit. */
  readonly paths: readonly string[];
  /** The bound on names was reached. */
  readonly cut: boolean;
}

/** The existing paths that a pattern without braces matches; plain segments at its end are not looked up. */
export function matchPaths(reader: FileReader, pattern: string): Matches {
  const isRooted = pattern.startsWith('/');
  let paths = [isRooted ? '/' : '.'];
  let names = 0;
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    if (!hasWildcard(segment)) {
      paths = paths.map((path) => joinPath(path, segment));
      continue;
    }
    const units = unitsOf(segment);
    const next: string[] = [];
    for (const path of paths) {
      const listed = reader.list(path);
      names += listed.length;
      if (names > limits.globNames) return { paths: [], cut: true };
      for (const name of listed) {
        if (matches(units, name)) next.push(joinPath(path, name));
      }
    }
    paths = next;
  }
  return { paths: paths.sort(), cut: false };
}

/** Whether the segment pattern matches the name; linear in both, by going back to the last star only. */
export function matchesName(pattern: string, name: string): boolean {
  return matches(unitsOf(pattern), name);
}

function matches(units: readonly Unit[], name: string): boolean {
  const first = units[0];
  const saysDot = first?.kind === 'letter' && first.letter === '.';
  if (name.startsWith('.') && !saysDot) return false;
  let unit = 0;
  let at = 0;
  let starUnit = -1;
  let starAt = 0;
  while (at < name.length) {
    const wanted = units[unit];
    if (wanted?.kind === 'star') {
      starUnit = unit;
      starAt = at;
      unit += 1;
    } else if (wanted !== undefined && takes(wanted, name.charAt(at))) {
      unit += 1;
      at += 1;
    } else if (starUnit >= 0) {
      starAt += 1;
      at = starAt;
      unit = starUnit + 1;
    } else {
      return false;
    }
  }
  return units.slice(unit).every((rest) => rest.kind === 'star');
}

function takes(unit: Unit, letter: string): boolean {
  if (unit.kind === 'letter') return unit.letter === letter;
  if (unit.kind !== 'set') return unit.kind === 'any';
  return unit.ranges.some(([low, high]) => letter >= low && letter <= high) !== unit.negated;
}

function unitsOf(segment: string): readonly Unit[] {
  const units: Unit[] = [];
  for (let at = 0; at < segment.length; at += 1) {
    const letter = segment.charAt(at);
    if (letter === '*') units.push({ kind: 'star' });
    else if (letter === '?') units.push({ kind: 'any' });
    else if (letter === '\\' && at + 1 < segment.length) {
      at += 1;
      units.push({ kind: 'letter', letter: segment.charAt(at) });
    } else if (letter === '[' && segment.indexOf(']', at + 2) > 0) {
      const end = segment.indexOf(']', at + 2);
      units.push(setOf(segment.slice(at + 1, end)));
      at = end;
    } else units.push({ kind: 'letter', letter });
  }
  return units;
}

function setOf(inner: string): Unit {
  const negated = /^[!^]/.test(inner);
  const body = negated ? inner.slice(1) : inner;
  const ranges: [string, string][] = [];
  for (let at = 0; at < body.length; at += 1) {
    const low = body.charAt(at);
    if (body.charAt(at + 1) === '-' && at + 2 < body.length) {
      ranges.push([low, body.charAt(at + 2)]);
      at += 2;
    } else ranges.push([low, low]);
  }
  return { kind: 'set', negated, ranges };
}
