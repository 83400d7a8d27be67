/** `<N>[-<N>] ...`: HTTP status codes that are good. */
import type { Cursor, Value } from '../../config/schema-value.ts';
import { demand, peek } from '../../config/schema-value.ts';

export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

export const statusCodes: Value<readonly StatusRange[]> = {
  syntax: '<N>[-<N>] ...',
  range: '100..599',
  read(cursor) {
    const ranges: StatusRange[] = [];
    do {
      const range = readRange(cursor);
      if (range !== undefined) ranges.push(range);
    } while (peek(cursor) !== undefined);
    return ranges.length === 0 ? undefined : ranges;
  },
  write: (ranges) =>
    ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(' '),
};

function readRange(cursor: Cursor): StatusRange | undefined {
  const word = demand(cursor, 'a status code');
  if (word === undefined) return undefined;
  const match = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(word.text);
  const from = Number(match?.[1]);
  const to = Number(match?.[2] ?? match?.[1]);
  if (match !== null && from <= to) return { from, to };
  cursor.report(cursor, {
    code: 'language.wrong-form',
    word,
    message: `"${word.text}" is not a status code or a range of them; it is ignored`,
    help: 'write numbers from 100 to 599 with blanks between them: 200 301-302',
  });
  return undefined;
}
