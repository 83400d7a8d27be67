/** Collects what was found while reading, in the order of finding, up to a bound. */
import { type ReaderCode, readerCodes } from './codes.ts';
import type { Diagnostic } from './diagnostic.ts';
import { limits } from './limits.ts';
import type { Span } from './source.ts';

export interface Finding {
  readonly code: ReaderCode;
  readonly span: Span | undefined;
  readonly message: string;
  readonly related?: Diagnostic['related'];
  readonly help?: string;
}

export interface Findings {
  readonly list: Diagnostic[];
  /** How many did not fit. */
  dropped: number;
}

export function noFindings(): Findings {
  return { list: [], dropped: 0 };
}

export function report(findings: Findings, finding: Finding): void {
  if (findings.list.length >= limits.diagnostics) {
    findings.dropped += 1;
    return;
  }
  const page = readerCodes[finding.code];
  findings.list.push({
    code: finding.code,
    severity: page.severity,
    message: finding.message,
    span: finding.span,
    related: finding.related ?? [],
    cause: page.keepalived,
    help: finding.help,
  });
}
