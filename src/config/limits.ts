/** Every bound of reading a configuration. Beyond one, the reader reports and goes on; it never hangs. */
export const limits = {
  /** keepalived reads lines of at most this many bytes, its line end included. */
  lineBytes: 1024,
  /** Blocks within blocks; deeper braces are reported and their contents dropped. */
  blockDepth: 32,
  /** Files within files. */
  includeDepth: 32,
  /** Files that one load may read, repeats counted. */
  files: 10_000,
  /** Alternatives that the braces of one include pattern may spell. */
  globAlternatives: 1_024,
  /** Characters of all included files together. */
  includedSize: 256 * 1024 * 1024,
  /** Names that one include pattern may be held against. */
  globNames: 100_000,
  /** Characters that all expansions of one load may produce. */
  expansionSize: 32 * 1024 * 1024,
  /** Substitutions that one load may make. */
  expansionCount: 2_000_000,
  /** Characters of one line after expansion. */
  expandedLine: 1024 * 1024,
  /** Uses within uses, in one place. */
  expansionDepth: 64,
  /** Rounds of all `~SEQ` and `~LST` of one load. */
  repetitions: 100_000,
  /** Words, braces and lines that all expansions of one load may produce. */
  expandedWords: 1_000_000,
  /** Directives that one line may nest: repetitions, conditions behind braces, uses of several lines. */
  directiveDepth: 100,
  /** Further places that one finding lists. */
  relatedPlaces: 5,
  /** Findings that one load keeps; the last then says how many more there were. */
  diagnostics: 5_000,
} as const;
