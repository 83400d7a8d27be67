/** `<PATH> [<USER> [<GROUP>]]`: a named pipe and who owns it. */
import type { Value } from '../../config/schema-value.ts';
import { advanceIfAny, demand, quoteWord } from '../../config/schema-value.ts';

export interface Fifo {
  readonly path: string;
  readonly user: string | undefined;
  readonly group: string | undefined;
}

export const fifo: Value<Fifo> = {
  syntax: '<PATH> [<USER> [<GROUP>]]',
  read(cursor) {
    const path = demand(cursor, 'the path of a named pipe')?.text;
    const user = advanceIfAny(cursor)?.text;
    const group = advanceIfAny(cursor)?.text;
    return path === undefined ? undefined : { path, user, group };
  },
  write: ({ path, user, group }) =>
    [quoteWord(path), user, group].filter((part) => part !== undefined).join(' '),
};
