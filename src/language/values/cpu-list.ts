/** Processor numbers to the end of the line. */
import { integer } from '../../config/schema-number.ts';
import type { Value } from '../../config/schema-value.ts';
import { peek } from '../../config/schema-value.ts';

const processor = integer({ min: 0, max: 4095 });

export const cpuList: Value<readonly number[]> = {
  syntax: '<CPU>...',
  range: processor.range,
  read(cursor) {
    const list: number[] = [];
    do {
      const number = processor.read(cursor);
      if (number !== undefined) list.push(number);
    } while (peek(cursor) !== undefined);
    return list.length === 0 ? undefined : list;
  },
  write: (value) => value.join(' '),
};
