/** Turns the problems that reading finds into diagnostics, and remembers what need be said only once. */
import { invariant } from '../base/outcome.ts';
import type { CodeTable } from './codes.ts';
import type { Diagnostic } from './diagnostic.ts';
import { limits } from './limits.ts';
import { spanOfWords } from './places.ts';
import type { Cursor, Mentioned, Problem } from './schema-value.ts';
import type { Word } from './tree.ts';

export interface Reporter {
  readonly codes: CodeTable;
  readonly diagnostics: Diagnostic[];
  /** Facts that were noted as having no effect. */
  readonly noted: Set<object>;
  /** How many enclosing blocks have no effect yet, so that their keywords need not say so again. */
  muted: number;
}

export function newReporter(codes: CodeTable): Reporter {
  return { codes, diagnostics: [], noted: new Set(), muted: 0 };
}

export function report(reporter: Reporter, cursor: Cursor, problem: Problem): void {
  if (reporter.diagnostics.length >= limits.diagnostics) return;
  const page = reporter.codes[problem.code];
  invariant(page !== undefined, `no page for ${problem.code}`);
  reporter.diagnostics.push({
    code: problem.code,
    severity: page.severity,
    message: problem.message,
    span: problem.span ?? problem.word?.span ?? spanOfWords(cursor.words, 0),
    related: problem.related ?? [],
    cause: problem.cause ?? page.keepalived,
    help: problem.help,
  });
}

/** A keyword or an option was met: says that it is deprecated each time, that it has no effect once. */
export function mention(reporter: Reporter, cursor: Cursor, word: Word, facts: Mentioned): void {
  if (facts.aliases === undefined && facts.effect === undefined && facts.retired === undefined) {
    return;
  }
  const deprecated = facts.aliases?.[word.text]?.deprecated ?? facts.retired;
  if (deprecated !== undefined) {
    report(reporter, cursor, {
      code: 'language.deprecated',
      word,
      message: `${word.text} is deprecated`,
      help: deprecated,
    });
  }
  if (facts.effect !== 'none' || reporter.muted > 0 || reporter.noted.has(facts)) return;
  reporter.noted.add(facts);
  report(reporter, cursor, {
    code: 'language.no-effect-yet',
    word,
    message:
      facts.reason === undefined
        ? `${word.text} is accepted and has no effect yet`
        : `${word.text} is accepted and has no effect: ${facts.reason}`,
  });
}
