/** `<START> <MAX>` in bytes. */
import { integer } from '../../config/schema-number.ts';
import type { Value } from '../../config/schema-value.ts';

export interface StackSizes {
  readonly start: number;
  readonly most: number;
}

const bytes = integer({ min: 1, max: 4_294_967_295, unit: 'bytes' });

export const stackSizes: Value<StackSizes> = {
  syntax: '<START> <MAX>',
  range: bytes.range,
  unit: bytes.unit,
  read(cursor) {
    const start = bytes.read(cursor);
    const most = start === undefined ? undefined : bytes.read(cursor);
    return start === undefined || most === undefined ? undefined : { start, most };
  },
  write: ({ start, most }) => `${start} ${most}`,
};
