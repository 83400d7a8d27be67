/** Reads a configuration file, and all that it includes, into one tree. */
import { createRandom } from '../base/random.ts';
import { reportBraces } from './brace-balance.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { FileProblem } from './file-reader.ts';
import { type Findings, finished, noFindings, report } from './findings.ts';
import { limits } from './limits.ts';
import type { LoadOptions } from './load-options.ts';
import { readSource } from './preprocess/file.ts';
import { problemCure, problemWords } from './preprocess/include.ts';
import type { Reading } from './preprocess/state.ts';
import type { Source, SourceId } from './source.ts';
import type { Statement } from './tree.ts';
import { emptyTree, endTree } from './tree-builder.ts';

export { type LoadOptions, lenientIncludes } from './load-options.ts';

export interface LoadedTree {
  /** The main file first, then included files in the order of reading; a file read twice is listed twice. */
  readonly sources: readonly Source[];
  readonly statements: readonly Statement[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Never throws for any input. A main file that cannot be read gives an empty tree and one error. */
export function loadTree(options: LoadOptions): LoadedTree {
  const read = options.reader.read(options.path);
  const text = read.ok ? read.value : '';
  const source: Source = { id: 0 as SourceId, path: options.path, text };
  const findings = noFindings();
  if (!read.ok) reportMainFile(findings, options.path, read.error);
  const reading = startReading(options, source, findings);
  readSource(reading, source);
  reportBraces(reading, endTree(reading.tree));
  return {
    sources: reading.sources,
    statements: reading.tree.waiting,
    diagnostics: finished(findings),
  };
}

function startReading(options: LoadOptions, source: Source, findings: Findings): Reading {
  return {
    options,
    sources: [source],
    findings,
    tree: emptyTree(findings),
    definitions: new Map(),
    definedElsewhere: new Set(),
    unknown: new Set(),
    files: [{ source, site: undefined }],
    loops: [],
    random: createRandom(options.randomSeed),
    readSource,
    depth: 0,
    characters: limits.expansionSize,
    substitutions: limits.expansionCount,
    repetitions: limits.repetitions,
    words: limits.expandedWords,
    included: limits.includedSize,
  };
}

function reportMainFile(findings: Findings, path: string, problem: FileProblem): void {
  const isExecutable = problem.kind === 'executable';
  report(findings, {
    code: isExecutable ? 'include.main-file-executable' : 'include.main-file',
    span: undefined,
    message: `cannot read ${path}: it ${problemWords(problem)}`,
    help: problem.kind === 'missing' ? 'check the path' : problemCure(problem, path),
  });
}
