/** Diagnostics as an editor shows them, by file. */
import { DiagnosticSeverity, type Diagnostic as Shown } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Diagnostic, Severity } from '../../config/diagnostic.ts';
import type { Span } from '../../config/source.ts';
import type { Configuration } from '../../language/load.ts';
import { uriOf } from './workspace.ts';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};

/** Every file of the configuration by its URI, those without a finding too. */
export function findingsByUri(configuration: Configuration): ReadonlyMap<string, Shown[]> {
  const documents = configuration.sources.map(({ path, text }) =>
    TextDocument.create(uriOf(path), 'keepalived', 0, text),
  );
  const found = new Map<string, Shown[]>(documents.map(({ uri }) => [uri, []]));
  for (const diagnostic of configuration.diagnostics) {
    const document = documents[diagnostic.span?.source ?? 0];
    if (document !== undefined) found.get(document.uri)?.push(shown(diagnostic, documents));
  }
  return found;
}

function shown(diagnostic: Diagnostic, documents: readonly TextDocument[]): Shown {
  const { code, severity, message, span, related, cause, help } = diagnostic;
  const why = cause === undefined ? [] : [`cause: ${cause}`];
  const cure = help === undefined ? [] : [`help: ${help}`];
  return {
    range: rangeOf(span, documents) ?? { start: top, end: top },
    severity: severities[severity],
    source: 'holdfast',
    code,
    message: [message, ...why, ...cure].join('\n'),
    relatedInformation: related.flatMap((other) => {
      const range = rangeOf(other.span, documents);
      const uri = documents[other.span.source]?.uri;
      return range === undefined || uri === undefined
        ? []
        : [{ location: { uri, range }, message: other.label }];
    }),
  };
}

const top = { line: 0, character: 0 };

function rangeOf(span: Span | undefined, documents: readonly TextDocument[]) {
  const document = span === undefined ? undefined : documents[span.source];
  if (span === undefined || document === undefined) return undefined;
  return { start: document.positionAt(span.start), end: document.positionAt(span.end) };
}
