/**
 * The codes of the reader itself. A code is declared once, with its page; severities, `explain`, the gallery
 * and the generated documentation all read this table. The language adds its own table of the same type.
 */
import { expandCodes } from './codes-expand.ts';
import { includeCodes } from './codes-include.ts';
import { syntaxCodes } from './codes-syntax.ts';
import type { Severity } from './diagnostic.ts';

/** What a reader of `holdfast explain CODE` is told. Full sentences, for one who sees the code first time. */
export interface CodePage {
  readonly severity: Severity;
  /** A few words, lower case, no final period. */
  readonly title: string;
  /** What the finding means. */
  readonly meaning: string;
  /** What keepalived does with the same text; also the `cause` of a diagnostic that gives none of its own. */
  readonly keepalived: string;
  /** keepalived says nothing about it, or does not count it: its configuration test succeeds. */
  readonly silent?: true;
  readonly cure: string;
  /** A whole file that triggers it. */
  readonly example: string;
}

export type CodeTable = Readonly<Record<string, CodePage>>;

export const readerCodes = { ...syntaxCodes, ...includeCodes, ...expandCodes };

export type ReaderCode = keyof typeof readerCodes;
