/** What a load is given: nothing is read from the process itself. */
import type { FileReader } from './file-reader.ts';

/**
 * How strictly a failing include is judged when the directive itself does not say: what `-e` asks for, or
 * `include_check`, for which a caller that finds it in the tree loads again.
 */
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
  /** Absolute; `${_PWD}` of a relative path starts here. The reader resolves relative paths by itself. */
  readonly workingDirectory: string;
  readonly reader: FileReader;
  /** `-i`, or the node name up to its first dot: what `@id` compares with. */
  readonly configId: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The value of `${_INSTANCE}`. */
  readonly instance: string | undefined;
  /** Seeds `${_RANDOM}`. A caller that finds `random_seed` in the tree loads again with it. */
  readonly randomSeed: number;
  readonly strictIncludes: IncludeChecks;
}
