/** vrrpSyncGroupTable and vrrpSyncGroupMemberTable. */
import type { GroupModel } from '../../../engine/model.ts';
import { stateNumber } from '../../dumps/picture.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Row, type TreePart, tableOf } from '../tables.ts';
import { integer, text, truth } from '../values.ts';
import { vrrp } from './roots.ts';
import { commandText } from './scripts.ts';

const groupTable = [...vrrp, 1];
const memberTable = [...vrrp, 2];

export function groups(picture: SnmpPicture): readonly TreePart[] {
  const all = picture.plan.failover.groups;
  return [
    {
      root: groupTable,
      objects: () =>
        tableOf(
          groupTable,
          all.map((group, at) => groupRow(group, at + 1, picture)),
        ),
    },
    {
      root: memberTable,
      objects: () =>
        tableOf(
          memberTable,
          all.flatMap(({ members }, at) =>
            members.map((name, member) => ({
              index: [at + 1, member + 1],
              columns: { 2: text(name) },
            })),
          ),
        ),
    },
  ];
}

function groupRow({ name, memberWeights }: GroupModel, number: number, picture: SnmpPicture): Row {
  const { plan, status } = picture;
  const state = status.snapshot?.groups.find((group) => group.name === name)?.state ?? 'init';
  const notify = plan.groupNotify.get(name);
  const scripts = {
    6: commandText(notify?.master),
    7: commandText(notify?.backup),
    8: commandText(notify?.fault),
    9: commandText(notify?.every),
    11: commandText(notify?.stop),
  };
  return {
    index: [number],
    columns: {
      2: text(name),
      3: integer(stateNumber[state]),
      4: truth(plan.doors.dumps.mailed.includes(name)),
      5: truth(Object.values(scripts).some((command) => command !== undefined)),
      10: truth(memberWeights),
      ...scripts,
    },
  };
}
