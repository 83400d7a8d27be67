/** Findings as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines. */
import type { CodeTable } from '../codes.ts';
import type { Diagnostic, Severity } from '../diagnostic.ts';
import { type Locator, locator } from '../line-index.ts';
import type { Source, Span } from '../source.ts';

export interface SarifOptions {
  /** The version of the tool that writes the report. */
  readonly version: string;
  /** The pages of every code that may occur. */
  readonly pages: CodeTable;
}

const levels: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'note',
};

/** One run, indented, with a newline at the end. Only the rules that occur are described. */
export function renderSarif(
  diagnostics: readonly Diagnostic[],
  sources: readonly Source[],
  options: SarifOptions,
): string {
  const locate = locator(sources);
  const codes = [...new Set(diagnostics.map((diagnostic) => diagnostic.code))].sort();
  const driver = {
    name: 'holdfast',
    semanticVersion: options.version,
    rules: codes.map((code) => rule(code, options.pages)),
  };
  const results = diagnostics.map((diagnostic) => result(diagnostic, codes, locate));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'unicodeCodePoints', results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function rule(code: string, pages: CodeTable): object {
  const page = pages[code];
  if (page === undefined) return { id: code };
  return {
    id: code,
    shortDescription: { text: page.title },
    fullDescription: { text: page.meaning },
    help: { text: page.cure },
    defaultConfiguration: { level: levels[page.severity] },
  };
}

function result(diagnostic: Diagnostic, codes: readonly string[], locate: Locator): object {
  const parts = [diagnostic.message, diagnostic.cause, diagnostic.help];
  const text = parts.filter((part) => part !== undefined).join('; ');
  const { span } = diagnostic;
  return {
    ruleId: diagnostic.code,
    ruleIndex: codes.indexOf(diagnostic.code),
    level: levels[diagnostic.severity],
    message: { text },
    locations: span === undefined ? [] : [location(locate, span)],
    ...(diagnostic.related.length === 0
      ? {}
      : {
          relatedLocations: diagnostic.related.map((other) => ({
            ...location(locate, other.span),
            message: { text: other.label },
          })),
        }),
  };
}

function location(locate: Locator, span: Span): object {
  const { path, start, end } = locate(span);
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(path) },
      region: {
        startLine: start.line,
        startColumn: start.column,
        endLine: end.line,
        endColumn: end.column,
      },
    },
  };
}

/** A path as a URI reference: absolute paths become `file:` URIs, relative ones stay relative. */
function uriOf(path: string): string {
  const encoded = path
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
