/** `[<VALUE>] [overwrite]` of `init_file`. */
import { integer } from '../../config/schema-number.ts';
import type { Value } from '../../config/schema-value.ts';
import { advance, peek } from '../../config/schema-value.ts';

export interface InitialContent {
  readonly value: number;
  /** Whether content that is there is replaced. */
  readonly overwrite: boolean;
}

const number = integer({ min: -2_147_483_648, max: 2_147_483_647 });

export const initialContent: Value<InitialContent> = {
  syntax: '[<VALUE>] [overwrite]',
  range: number.range,
  choices: ['overwrite'],
  read(cursor) {
    const next = peek(cursor);
    const value = next === undefined || next.text === 'overwrite' ? 0 : number.read(cursor);
    const overwrite = peek(cursor)?.text === 'overwrite';
    if (overwrite) advance(cursor);
    return value === undefined ? undefined : { value, overwrite };
  },
  write: ({ value, overwrite }) => `${value}${overwrite ? ' overwrite' : ''}`,
};
