/** `include` and its stricter forms: which files a directive names, and what is said when they are not there. */
import type { FileProblem } from '../file-reader.ts';
import { report } from '../findings.ts';
import { limits } from '../limits.ts';
import type { IncludeChecks } from '../load-options.ts';
import { type MappedText, placeOf } from '../mapped-text.ts';
import type { Source, SourceId, Span } from '../source.ts';
import { braceAlternatives, fixedDirectory, hasWildcard, matchPaths } from './glob.ts';
import { directoryOf, joinPath } from './path.ts';
import type { Reading } from './state.ts';

const directive = /^include([rmwba]?)(?:\s+|$)/;

export function isInclude(text: string): boolean {
  return directive.test(text);
}

const required: Readonly<Record<string, Partial<IncludeChecks>>> = {
  r: { readable: true },
  m: { readable: true, match: true },
  w: { readable: true, match: true, wildcard: true },
  b: { readable: true, brace: true },
  a: { readable: true, match: true, wildcard: true, brace: true },
};

interface Directive {
  readonly pattern: string;
  readonly site: Span;
  readonly checks: IncludeChecks;
}

/** Reads, in the place of the line, every file that its directive names. */
export function includeFiles(reading: Reading, line: MappedText): void {
  const head = directive.exec(line.text);
  const from = head?.[0].length ?? 0;
  const site = placeOf(line, from < line.text.length ? from : 0, line.text.length).span;
  const pattern = unquoted(reading, line.text.slice(from).trim(), site);
  if (pattern === '') {
    report(reading.findings, {
      code: 'include.no-name',
      span: site,
      message: 'this include names no file',
      help: 'write the path behind it, or remove the line',
    });
    return;
  }
  const checks = { ...reading.options.strictIncludes, ...required[head?.[1] ?? ''] };
  const current = reading.files.at(-1)?.source.path ?? reading.options.path;
  const alternatives = braceAlternatives(pattern);
  if (alternatives === undefined) {
    reportPattern(reading, site);
    return;
  }
  for (const alternative of alternatives) {
    const path = joinPath(directoryOf(current), alternative);
    const isBraced = alternatives.length > 1;
    includeOne(reading, { pattern: path, site, checks }, isBraced);
  }
}

function unquoted(reading: Reading, pattern: string, site: Span): string {
  const inner = /^"([^"]*)"$/.exec(pattern)?.[1];
  if (inner === undefined) return pattern;
  report(reading.findings, {
    code: 'include.quoted-name',
    span: site,
    message: 'the quotes are not part of the path',
    help: `write ${inner}`,
  });
  return inner;
}

function includeOne(reading: Reading, one: Directive, isBraced: boolean): void {
  if (!hasWildcard(one.pattern)) {
    const mustMatch = isBraced ? one.checks.brace : one.checks.match;
    readIncluded(reading, one, { path: one.pattern, mustMatch, mayLack: false });
    return;
  }
  const found = matchPaths(reading.options.reader, one.pattern);
  if (found.cut) reportPattern(reading, one.site);
  let count = 0;
  for (const path of found.paths) {
    if (readIncluded(reading, one, { path, mustMatch: false, mayLack: true })) count += 1;
  }
  if (count === 0) reportNoMatch(reading, one);
}

/** An empty directory is nothing to tell, unless the directive asks for a match; an absent one is. */
function reportNoMatch(reading: Reading, one: Directive): void {
  const directory = fixedDirectory(one.pattern);
  const read = reading.options.reader.read(directory);
  const isAbsent = !read.ok && read.error.kind === 'missing';
  if (!isAbsent && !one.checks.wildcard) return;
  report(reading.findings, {
    code: one.checks.wildcard ? 'include.required' : 'include.no-match',
    span: one.site,
    message: isAbsent ? `${directory} does not exist` : `no file matches ${one.pattern}`,
    help: one.checks.wildcard
      ? 'provide one, or use the plain include when there may be none'
      : 'make the directory, or correct the path',
  });
}

interface Candidate {
  readonly path: string;
  readonly mustMatch: boolean;
  /** Segments behind a wildcard may not exist in every directory. */
  readonly mayLack: boolean;
}

/** Whether the file was there. */
function readIncluded(reading: Reading, one: Directive, candidate: Candidate): boolean {
  if (isBeyondBounds(reading, one, candidate.path)) return true;
  const read = reading.options.reader.read(candidate.path);
  if (!read.ok) {
    if (read.error.kind === 'missing' && candidate.mayLack) return false;
    reportProblem(reading, one, candidate, read.error);
    return read.error.kind !== 'missing';
  }
  reading.included -= read.value.length;
  const id = reading.sources.length as SourceId;
  const source: Source = { id, path: candidate.path, text: read.value };
  reading.sources.push(source);
  reading.files.push({ source, site: one.site });
  reading.readSource(reading, source);
  reading.files.pop();
  return true;
}

function isBeyondBounds(reading: Reading, one: Directive, path: string): boolean {
  const open = reading.files.find((file) => normal(file.source.path) === normal(path));
  if (open !== undefined) {
    const inner = reading.files.slice(reading.files.indexOf(open) + 1);
    report(reading.findings, {
      code: 'include.cycle',
      span: one.site,
      message: `${path} is being read already`,
      related: inner.flatMap((file) =>
        file.site === undefined
          ? []
          : [{ span: file.site, label: `${file.source.path} is included here` }],
      ),
      help: 'remove one of the directives of the circle',
    });
    return true;
  }
  const isDeep = reading.files.length > limits.includeDepth;
  const isMuch = reading.sources.length >= limits.files || reading.included < 0;
  if (!isDeep && !isMuch) return false;
  report(reading.findings, {
    code: 'include.too-deep',
    span: one.site,
    message: isDeep
      ? `files include one another more than ${limits.includeDepth} levels deep`
      : `more than ${limits.files} files, or ${limits.includedSize} characters, are included`,
    help: 'look for a pattern that matches more than was meant',
  });
  return true;
}

/** The path with `.` and `..` worked out as text: for comparing only. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + parts.join('/');
}

function reportProblem(
  reading: Reading,
  one: Directive,
  candidate: Candidate,
  problem: FileProblem,
): void {
  const { path, mustMatch } = candidate;
  const isMissing = problem.kind === 'missing';
  const isFatal = isMissing ? mustMatch : problem.kind === 'unreadable' && one.checks.readable;
  report(reading.findings, {
    code: isFatal ? 'include.required' : isMissing ? 'include.no-match' : 'include.skipped',
    span: one.site,
    message: `${path} ${problemWords(problem)}${isFatal ? '' : ', so nothing is read from it'}`,
    help: problemCure(problem, path),
  });
}

export function problemWords(problem: FileProblem): string {
  switch (problem.kind) {
    case 'missing':
      return 'does not exist';
    case 'unreadable':
      return `cannot be read (${problem.reason})`;
    case 'directory':
      return 'is a directory';
    case 'not-regular':
      return 'is not a regular file';
    case 'executable':
      return 'is executable';
  }
}

export function problemCure(problem: FileProblem, path: string): string {
  switch (problem.kind) {
    case 'missing':
      return 'correct the path; a relative one starts at the directory of the file that holds the directive';
    case 'unreadable':
      return `let the user that runs the daemon read it, such as: chmod a+r ${path}`;
    case 'directory':
      return `write ${joinPath(path, '*.conf')} to read the files in it`;
    case 'not-regular':
      return 'name a regular file';
    case 'executable':
      return `take the execute bits away: chmod a-x ${path}`;
  }
}

function reportPattern(reading: Reading, site: Span): void {
  report(reading.findings, {
    code: 'include.pattern',
    span: site,
    message: 'this pattern stands for more paths than are tried',
    help: 'use a narrower pattern',
  });
}
