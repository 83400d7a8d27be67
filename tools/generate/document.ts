/** A file that is written from the tables of the program, never by hand. */
export interface Document {
  /** From the top of the project. */
  readonly path: string;
  readonly text: string;
}

export const origin =
  'Generated from the tables of the program by `npm run generate`; edits here are lost.';
