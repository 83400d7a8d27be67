/** What conditions, parameters and repetitions can meet. */
import type { CodeTable } from './codes.ts';

export const expandCodes = {} as const satisfies CodeTable;
