/** Reads a configuration file, and all that it includes, into one tree. */
import type { Diagnostic } from './diagnostic.ts';
import type { FileReader } from './file-reader.ts';
import { noFindings } from './findings.ts';
import { lexLine } from './lexer.ts';
import type { Source, SourceId } from './source.ts';
import type { Statement } from './tree.ts';
import { addLine, emptyTree, endTree } from './tree-builder.ts';

/** How strictly a failing include is judged when the directive itself does not say; `include_check`, `-e`. */
export interface IncludeChecks {
  /** A file that cannot be read is an error. */
  readonly readable: boolean;
  /** So is a plain name without a file. */
  readonly match: boolean;
  /** So is a pattern that matches nothing. */
  readonly wildcard: boolean;
  /** So is one brace alternative that matches nothing. */
  readonly brace: boolean;
}

export const lenientIncludes: IncludeChecks = {
  readable: false,
  match: false,
  wildcard: false,
  brace: false,
};

export interface LoadOptions {
  readonly path: string;
  readonly reader: FileReader;
  /** `-i`, or the node name up to its first dot: what `@id` compares with. */
  readonly configId: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The value of `${_INSTANCE}`. */
  readonly instance: string | undefined;
  /** Seeds `${_RANDOM}`; `random_seed` in the file replaces it. */
  readonly randomSeed: number;
  readonly strictIncludes: IncludeChecks;
}

export interface LoadedTree {
  readonly sources: readonly Source[];
  readonly statements: readonly Statement[];
  readonly diagnostics: readonly Diagnostic[];
}

export function loadTree(options: LoadOptions): LoadedTree {
  const read = options.reader.read(options.path);
  const text = read.ok ? read.value : '';
  const source: Source = { id: 0 as SourceId, path: options.path, text };
  const findings = noFindings();
  const builder = emptyTree(findings);
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = { text, start, end, source: source.id, mapped: undefined, comments: true };
    addLine(builder, lexLine(line, findings));
    start = end + 1;
  }
  endTree(builder);
  return { sources: [source], statements: builder.statements, diagnostics: findings.list };
}
