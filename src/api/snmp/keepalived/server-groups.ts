/** virtualServerGroupTable and virtualServerGroupMemberTable. */
import type { SnmpModel } from '../../../engine/translation/snmp-model.ts';
import { expandGroup } from '../../../language/services/keys.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, type TreePart, tableOf } from '../tables.ts';
import { addressType, gauge, inetAddress, integer, text } from '../values.ts';
import { check } from './roots.ts';

const groupTable = [...check, 1];
const memberTable = [...check, 2];

export function serverGroups({ terms: { serviceGroups } }: SnmpPicture): readonly TreePart[] {
  return [
    {
      root: groupTable,
      objects: () =>
        tableOf(
          groupTable,
          serviceGroups.map(({ name }, at) => ({ index: [at + 1], columns: { 2: text(name) } })),
        ),
    },
    {
      root: memberTable,
      objects: () =>
        tableOf(
          memberTable,
          serviceGroups.flatMap(({ members }, at) =>
            members
              .map(memberColumns)
              .filter((columns) => columns !== undefined)
              // Marks first, then addresses, then ranges, as keepalived keeps them.
              .toSorted((one, other) => one.sort - other.sort)
              .map(({ columns }, number) => ({ index: [at + 1, number + 1], columns })),
          ),
        ),
    },
  ];
}

type Member = SnmpModel['serviceGroups'][number]['members'][number];

function memberColumns(
  member: Member,
): { readonly sort: number; readonly columns: Columns } | undefined {
  if (member.kind === 'fwmark') {
    return { sort: 1, columns: { 2: integer(1), 3: gauge(member.mark) } };
  }
  const keys = expandGroup([member], 'tcp', 'ipv4');
  const [first, last] = [keys[0], keys.at(-1)];
  if (first?.kind !== 'address' || last?.kind !== 'address') return undefined;
  const shared = { 4: addressType(first.address), 8: gauge(member.port ?? 0) };
  if (keys.length === 1) {
    return { sort: 2, columns: { 2: integer(2), 5: inetAddress(first.address), ...shared } };
  }
  const ends = { 6: inetAddress(first.address), 7: inetAddress(last.address) };
  return { sort: 3, columns: { 2: integer(3), ...ends, ...shared } };
}
