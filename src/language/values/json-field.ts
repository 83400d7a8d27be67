/** A field of a JSON document and what it must say: `checks.database up`. */
import type { Value } from '../../config/schema-value.ts';
import { demand, quoteWord } from '../../config/schema-value.ts';

export interface JsonFieldWords {
  /** From the outside in; an index of a list as its digits. */
  readonly path: readonly string[];
  readonly wanted: string;
}

export const jsonField: Value<JsonFieldWords> = {
  syntax: '<PATH> <VALUE>',
  read(cursor) {
    const path = demand(cursor, 'a field, its steps joined by points,');
    const wanted = path === undefined ? undefined : demand(cursor, 'what the field must say');
    if (path === undefined || wanted === undefined) return undefined;
    return { path: path.text.split('.'), wanted: wanted.text };
  },
  write: ({ path, wanted }) => `${quoteWord(path.join('.'))} ${quoteWord(wanted)}`,
};
