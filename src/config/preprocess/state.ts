/** What reading carries from line to line. */
import type { Random } from '../../base/random.ts';
import { type Findings, report } from '../findings.ts';
import { limits } from '../limits.ts';
import type { LoadOptions } from '../load-options.ts';
import type { MappedText } from '../mapped-text.ts';
import type { Source, Span } from '../source.ts';
import type { TreeBuilder } from '../tree-builder.ts';

export interface Definition {
  readonly name: string;
  /** At least one; a use puts all of them in. */
  readonly lines: readonly MappedText[];
}

/** A file that is being read. */
export interface OpenFile {
  readonly source: Source;
  /** The directive that brought it in; undefined for the main file. */
  readonly site: Span | undefined;
}

export interface Reading {
  readonly options: LoadOptions;
  readonly sources: Source[];
  readonly findings: Findings;
  readonly tree: TreeBuilder;
  readonly definitions: Map<string, Definition>;
  /** Names that only lines for other configurations define. */
  readonly definedElsewhere: Set<string>;
  /** Names that nobody defines and that have been told of. */
  readonly unknown: Set<string>;
  readonly files: OpenFile[];
  /** The variables of the repetitions that are under way on one line, the innermost last. */
  readonly loops: string[][];
  readonly random: Random;
  /** Reads a further file in the place of the line that includes it. */
  readonly readSource: (reading: Reading, source: Source) => void;
  /** Directives within directives, at this moment. */
  depth: number;
  /** Characters that may still be produced. */
  characters: number;
  substitutions: number;
  repetitions: number;
  words: number;
  /** Characters that included files may still have. */
  included: number;
}

/** Takes from the budget of expansion; false, and reported once, when nothing is left. */
export function spend(reading: Reading, characters: number, span: Span): boolean {
  reading.characters -= characters;
  reading.substitutions -= 1;
  if (reading.characters >= 0 && reading.substitutions >= 0) return true;
  reportSpent(reading, span);
  return false;
}

export function isSpent(reading: Reading): boolean {
  return (
    reading.characters < 0 ||
    reading.substitutions < 0 ||
    reading.repetitions < 0 ||
    reading.words < 0
  );
}

/** Counts what an expanded line became; false, and reported once, when that was too much. */
export function spendWords(reading: Reading, count: number, span: Span): boolean {
  reading.words -= count;
  if (reading.words >= 0) return true;
  reportSpent(reading, span);
  return false;
}

/** Told once a load: everything after it is a consequence. */
export function reportSpent(reading: Reading, span: Span): void {
  const told = reading.findings.list.some((finding) => finding.code === 'expand.too-large');
  if (told) return;
  report(reading.findings, {
    code: 'expand.too-large',
    span,
    message: `expansion stops here: one configuration may produce ${limits.repetitions} repetitions, ${limits.expandedWords} words and ${limits.expansionSize} characters`,
    help: 'look for a mistyped end of a repetition, or parameters that double one another',
  });
}

/** Runs `body` one level deeper; past the bound it is reported and left out. */
export function deeper(reading: Reading, span: Span, body: () => void): void {
  if (reading.depth >= limits.directiveDepth) {
    report(reading.findings, {
      code: 'expand.too-deep',
      span,
      message: `more than ${limits.directiveDepth} directives stand within one another here`,
      help: 'look for definitions that lead to one another',
    });
    return;
  }
  reading.depth += 1;
  body();
  reading.depth -= 1;
}
