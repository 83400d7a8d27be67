/** A regular expression: what stands between its quotes, escapes untouched. */
import type { Value } from '../../config/schema-value.ts';
import { demand } from '../../config/schema-value.ts';

export const regex: Value<string> = {
  syntax: '"<PCRE2>"',
  read(cursor) {
    const word = demand(cursor, 'a regular expression in double quotes');
    if (word === undefined) return undefined;
    const { raw } = word;
    if (!word.quoted || raw.length < 2 || !raw.startsWith('"') || !raw.endsWith('"'))
      return word.text;
    return raw.slice(1, -1).replaceAll('\\"', '"');
  },
  write: (value) => `"${value.replaceAll('"', '\\"')}"`,
};
