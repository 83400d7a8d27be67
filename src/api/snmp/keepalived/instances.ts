/** vrrpInstanceTable. */
import { toSeconds } from '../../../base/units.ts';
import type { InstanceModel } from '../../../engine/model.ts';
import type { Oid } from '../../../wire/agentx-values.ts';
import { type InstancePicture, stateNumber, wantedState } from '../../dumps/picture.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, isWithin, type TreePart, tableOf } from '../tables.ts';
import { addressType, gauge, inetAddress, integer, optionalText, text, truth } from '../values.ts';
import { vrrp } from './roots.ts';
import { commandText } from './scripts.ts';

const table = [...vrrp, 3];
const entry = [...table, 1];

export function instances(picture: SnmpPicture): TreePart {
  const rows = () =>
    picture.instances.map((instance, at) => ({
      index: [at + 1],
      columns: {
        ...identity(instance),
        ...election(instance),
        ...manners(instance, picture),
        ...scripts(instance),
        ...transport(instance),
      },
    }));
  return { root: table, objects: () => tableOf(table, rows()) };
}

/** The instance whose setting this is, and which; undefined for every object that cannot be written. */
export function settingOf(
  { instances: all }: SnmpPicture,
  oid: Oid,
): { readonly instance: InstancePicture; readonly kind: 'priority' | 'preempt' } | undefined {
  const [column = 0, row = 0, ...more] = isWithin(oid, entry) ? oid.slice(entry.length) : [];
  const instance = all[row - 1];
  const kind = ({ 7: 'priority', 13: 'preempt' } as const)[column];
  if (instance === undefined || kind === undefined || more.length > 0) return undefined;
  return { instance, kind };
}

function identity(instance: InstancePicture): Columns {
  const { model, now } = instance;
  return {
    2: text(model.name),
    3: gauge(model.virtualRouterId),
    4: integer(stateNumber[now.state]),
    5: integer(stateNumber[model.initialState]),
    6: integer(stateNumber[wantedState(instance)]),
    10: text(model.interface ?? ''),
    11: truth(model.trackPrimary),
    18: optionalText(instance.group),
    30: integer(model.version),
  };
}

function election({ model, now }: InstancePicture): Columns {
  return {
    7: integer(now.priority.base),
    8: integer(now.priority.effective),
    9: truth(now.state === 'master'),
    12: gauge(advertisementInterval(model)),
    13: truth(model.preempt),
    14: gauge(Math.floor(toSeconds(model.preemptDelay))),
    15: integer({ none: 0, pass: 1, ah: 2 }[model.authentication.kind]),
  };
}

/** Seconds in version 2, hundredths of a second in version 3. */
function advertisementInterval({ version, advertInterval }: InstanceModel): number {
  return Math.round(toSeconds(advertInterval) * (version === 2 ? 1 : 100));
}

function manners({ model, notify, mailed }: InstancePicture, picture: SnmpPicture): Columns {
  const { synchronisation } = picture.plan.balancer?.model.plane ?? {};
  const sync = synchronisation?.instance === model.name ? synchronisation : undefined;
  const { terms } = picture;
  return {
    16: truth(sync !== undefined),
    17: optionalText(sync?.interface),
    19: gauge(Math.floor(toSeconds(model.garp.masterDelay))),
    20: truth(mailed),
    // 1 and 0 here, whatever the MIB says; version 2 has no accept mode.
    27: integer(model.version === 3 && model.accept ? 1 : 0),
    28: truth(model.promoteSecondaries),
    29: truth(terms.host.pollsLinks || terms.polled.includes(model.name)),
    33: truth(notify?.tellDeleted ?? false),
    36: truth(model.checksumWithoutPseudoHeader),
  };
}

function scripts({ notify }: InstancePicture): Columns {
  const own = {
    22: commandText(notify?.master),
    23: commandText(notify?.backup),
    24: commandText(notify?.fault),
    25: commandText(notify?.stop),
    26: commandText(notify?.every),
    31: commandText(notify?.lowerPriority),
    32: commandText(notify?.deleted),
  };
  return { ...own, 21: truth(Object.values(own).some((command) => command !== undefined)) };
}

function transport({ model }: InstancePicture): Columns {
  if (model.transport.kind === 'unicast') return {};
  const { group } = model.transport;
  return { 34: addressType(group), 35: inetAddress(group) };
}
