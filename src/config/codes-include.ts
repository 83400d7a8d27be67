/** What reading further files can meet. */
import type { CodeTable } from './codes.ts';

export const includeCodes = {} as const satisfies CodeTable;
