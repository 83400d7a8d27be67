/** Up to so many names, none included. */
import type { Value } from '../../config/schema-value.ts';
import { advance, peek, quoteWord } from '../../config/schema-value.ts';

export function nameList(syntax: string, most: number): Value<readonly string[]> {
  return {
    syntax,
    read(cursor) {
      const names: string[] = [];
      while (names.length < most && peek(cursor) !== undefined) {
        names.push(advance(cursor)?.text ?? '');
      }
      return names;
    },
    write: (value) => value.map(quoteWord).join(' '),
  };
}
