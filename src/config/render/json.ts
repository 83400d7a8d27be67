/** Findings for programs. The form is stable: fields may be added, none is removed or renamed. */
import type { Diagnostic, Severity } from '../diagnostic.ts';
import { type Locator, locator } from '../line-index.ts';
import type { Source, Span } from '../source.ts';

export interface JsonPlace {
  readonly file: string;
  /** All from 1; columns count code points; the end is exclusive. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface JsonFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place: JsonPlace | null;
  readonly related: readonly { readonly place: JsonPlace; readonly label: string }[];
  readonly cause: string | null;
  readonly help: string | null;
}

export interface JsonReport {
  readonly findings: readonly JsonFinding[];
  readonly counts: Readonly<Record<Severity, number>>;
}

function jsonReport(diagnostics: readonly Diagnostic[], sources: readonly Source[]): JsonReport {
  const locate = locator(sources);
  const count = (severity: Severity): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return {
    findings: diagnostics.map((diagnostic) => ({
      code: diagnostic.code,
      severity: diagnostic.severity,
      message: diagnostic.message,
      place: diagnostic.span === undefined ? null : placeOf(locate, diagnostic.span),
      related: diagnostic.related.map(({ span, label }) => ({
        place: placeOf(locate, span),
        label,
      })),
      cause: diagnostic.cause ?? null,
      help: diagnostic.help ?? null,
    })),
    counts: { error: count('error'), warning: count('warning'), note: count('note') },
  };
}

/** The report as text, indented, with a newline at the end. */
export function renderJson(diagnostics: readonly Diagnostic[], sources: readonly Source[]): string {
  return `${JSON.stringify(jsonReport(diagnostics, sources), null, 2)}\n`;
}

function placeOf(locate: Locator, span: Span): JsonPlace {
  const { path, start, end } = locate(span);
  return {
    file: path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}
