/** `MTU`, `ADVERT` or a number of bytes. */
import { integer } from '../../config/schema-number.ts';
import type { Value } from '../../config/schema-value.ts';
import { advance, peek } from '../../config/schema-value.ts';

const bytes = integer({ min: 0, max: 4_294_967_295, unit: 'bytes' });
const policies = ['MTU', 'ADVERT'] as const;

export const receivePolicy: Value<number | 'MTU' | 'ADVERT'> = {
  syntax: 'MTU|ADVERT|<N>',
  range: bytes.range,
  unit: bytes.unit,
  choices: policies,
  read(cursor) {
    const named = policies.find((policy) => policy === peek(cursor)?.text);
    if (named === undefined) return bytes.read(cursor);
    advance(cursor);
    return named;
  },
  write: String,
};
