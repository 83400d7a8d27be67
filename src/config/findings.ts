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
  readonly cause?: string;
  readonly help?: string;
}

export interface Findings {
  readonly list: Diagnostic[];
  /** One cause is told once, however often a repetition brings it back. */
  readonly seen: Set<string>;
  /** Further places of findings that are told once a file. */
  readonly gathered: Map<string, { readonly span: Span; readonly label: string }[]>;
  /** How many did not fit. */
  dropped: number;
}

export function noFindings(): Findings {
  return { list: [], seen: new Set(), gathered: new Map(), dropped: 0 };
}

export function report(findings: Findings, finding: Finding): void {
  const { code, span, message } = finding;
  const key = `${code} ${span?.source} ${span?.start} ${message}`;
  if (findings.seen.has(key)) return;
  if (findings.list.length >= limits.diagnostics) {
    findings.dropped += 1;
    return;
  }
  findings.seen.add(key);
  const page = readerCodes[code];
  findings.list.push({
    code,
    severity: page.severity,
    message,
    span,
    related: finding.related ?? [],
    cause: finding.cause ?? page.keepalived,
    help: finding.help,
  });
}

/** Reports the first of its code in a source; later ones become further places of it, up to a bound. */
export function reportOnce(findings: Findings, finding: Finding & { readonly span: Span }): void {
  const key = `${finding.code} ${finding.span.source}`;
  const places = findings.gathered.get(key);
  if (places === undefined) {
    const related: { readonly span: Span; readonly label: string }[] = [];
    findings.gathered.set(key, related);
    report(findings, { ...finding, related });
  } else if (places.length < limits.relatedPlaces) {
    places.push({ span: finding.span, label: 'here too' });
  }
}

/** In the order of the text: by source as they were read, then by place; what has no place comes first. */
export function finished(findings: Findings): readonly Diagnostic[] {
  const sorted = [...findings.list].sort((one, other) => {
    const left = one.span;
    const right = other.span;
    if (left === undefined || right === undefined) {
      return (left === undefined ? 0 : 1) - (right === undefined ? 0 : 1);
    }
    return left.source - right.source || left.start - right.start;
  });
  if (findings.dropped === 0) return sorted;
  const page = readerCodes['syntax.more-findings'];
  const rest: Diagnostic = {
    code: 'syntax.more-findings',
    severity: page.severity,
    message: `${findings.dropped} more findings are not shown`,
    span: undefined,
    related: [],
    cause: page.keepalived,
    help: 'mend the first ones and check again',
  };
  return [...sorted, rest];
}
