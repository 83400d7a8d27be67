/** `<USER> [<GROUP>]`, names or numbers. A colon before the group, as some write it, is taken away. */
import type { Value } from '../../config/schema-value.ts';
import { advanceIfAny, demand } from '../../config/schema-value.ts';

export interface UserAndGroup {
  readonly user: string;
  /** undefined takes the user's own group. */
  readonly group: string | undefined;
}

export const userAndGroup: Value<UserAndGroup> = {
  syntax: '<USER> [[:]<GROUP>]',
  read(cursor) {
    const word = demand(cursor, 'a user');
    if (word === undefined) return undefined;
    const [user = '', glued] = word.text.split(':');
    const group = glued ?? advanceIfAny(cursor)?.text;
    return { user, group: group?.replace(/^:/, '') };
  },
  write: ({ user, group }) => (group === undefined ? user : `${user} ${group}`),
};
