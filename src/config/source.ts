/** Texts that were read, and places in them. */

/** An index into the list of sources of one load. */
export type SourceId = number & { readonly __source: true };

export interface Source {
  readonly id: SourceId;
  /** As the user would write it: relative stays relative. */
  readonly path: string;
  readonly text: string;
}

/** A stretch of one source, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly source: SourceId;
  readonly start: number;
  readonly end: number;
}

/** Line and column of an offset, both from 1; columns count code points. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
