/** Lays what keepalived says about a file beside what Holdfast says, line by line. */
import type { Diagnostic } from '../../src/config/diagnostic.ts';
import { locator } from '../../src/config/line-index.ts';
import { loadTree } from '../../src/config/load.ts';
import type { Span } from '../../src/config/source.ts';
import type { Statement } from '../../src/config/tree.ts';
import { hasErrors, loadConfiguration } from '../../src/language/load.ts';
import { textOptions } from '../../src/language/read-text.ts';
import { reasonFor } from './reasons.ts';
import { type Complaint, type PackagedVerdict, starts } from './verdict.ts';

/** A diagnostic of ours and the lines that it names. */
export interface Told {
  readonly diagnostic: Diagnostic;
  readonly lines: ReadonlySet<number>;
  /** The lines of a block that it says is skipped or understood as a whole. */
  readonly block: { readonly from: number; readonly to: number } | undefined;
}

export interface Answer {
  readonly complaint: Complaint;
  /** Ours at the same line. */
  readonly same: readonly Diagnostic[];
  /** Why there is none; undefined with none means that one is missing. */
  readonly reason: string | undefined;
}

export interface Comparison {
  readonly verdict: PackagedVerdict;
  readonly errors: readonly Diagnostic[];
  readonly warnings: number;
  readonly answers: readonly Answer[];
  /** keepalived starts with it and Holdfast would not. */
  readonly refused: boolean;
  /** Holdfast would start with it, keepalived does not, and it is not told why. */
  readonly lenient: boolean;
}

export function compare(text: string, verdict: PackagedVerdict): Comparison {
  const told = tell(text);
  const diagnostics = told.map(({ diagnostic }) => diagnostic);
  const isRefused = hasErrors(diagnostics);
  const answers = verdict.complaints.map((complaint) =>
    answer(complaint, told, text.split(/\r?\n/)),
  );
  return {
    verdict,
    errors: diagnostics.filter(({ severity }) => severity === 'error'),
    warnings: diagnostics.filter(({ severity }) => severity === 'warning').length,
    answers,
    refused: starts(verdict) && isRefused,
    lenient: !starts(verdict) && !isRefused && answers.some(isOpen),
  };
}

/** Neither a complaint of ours nor a reason. */
export function isOpen({ same, reason }: Answer): boolean {
  return same.length === 0 && reason === undefined;
}

/** Everything that Holdfast says about a text, with the lines it names. */
function tell(text: string): readonly Told[] {
  const { diagnostics, sources } = loadConfiguration({ ...textOptions(text), configId: 'host' });
  const blocks = blocksByStart(loadTree(textOptions(text)).statements);
  const locate = locator(sources);
  const lineOf = (span: Span): number => locate(span).start.line;
  return diagnostics.map((diagnostic) => {
    const { span, related } = diagnostic;
    const places = [...(span === undefined ? [] : [span]), ...related.map((each) => each.span)];
    const block = span === undefined ? undefined : blocks.get(span.start);
    return {
      diagnostic,
      lines: new Set(places.map(lineOf)),
      block:
        block === undefined
          ? undefined
          : { from: locate(block).start.line, to: locate(block).end.line },
    };
  });
}

/** Blocks by where their keyword stands, and by where their brace does. */
function blocksByStart(
  statements: readonly Statement[],
  found = new Map<number, Span>(),
): ReadonlyMap<number, Span> {
  for (const { words, block, span } of statements) {
    if (block === undefined) continue;
    for (const word of words) found.set(word.span.start, span);
    found.set(block.open.start, span);
    blocksByStart(block.statements, found);
  }
  return found;
}

/** Says how far Holdfast is, not what is wrong with the line. */
const unrelated = 'language.no-effect-yet';

function answer(complaint: Complaint, told: readonly Told[], texts: readonly string[]): Answer {
  const { line } = complaint;
  const same =
    line === undefined
      ? []
      : told
          .filter(({ lines, diagnostic }) => lines.has(line) && diagnostic.code !== unrelated)
          .map(({ diagnostic }) => diagnostic);
  return {
    complaint,
    same,
    reason: same.length > 0 ? undefined : reasonFor(complaint, told, texts),
  };
}
