/** Changes that others order: tested first, then carried out, and taken back when another part of the order fails. */

import type { ServerOrder } from '../../daemon/balancing/orders.ts';
import { type InstanceOrder, isPossible } from '../../daemon/reload/adjustment.ts';
import { agentxErrors } from '../../wire/agentx.ts';
import type { Varbind } from '../../wire/agentx-values.ts';
import { settingOf } from './keepalived/instances.ts';
import { serverOfWeight } from './keepalived/real-servers.ts';
import type { SnmpPicture } from './picture.ts';

type Order = ServerOrder | InstanceOrder;

export interface Change {
  readonly wanted: Order;
  /** What makes it as it was. */
  readonly before: Order;
}

export type Tested =
  | { readonly ok: true; readonly changes: readonly Change[] }
  /** `index` counts the variables from 1 on. */
  | { readonly ok: false; readonly error: number; readonly index: number };

/** What IPVS takes. */
const mostWeight = 65_535;

/** What keepalived lets others change: realServerWeight, vrrpInstanceBasePriority and vrrpInstancePreempt. */
export function testChanges(
  varbinds: readonly Varbind[],
  picture: SnmpPicture | undefined,
): Tested {
  const changes: Change[] = [];
  for (const [at, varbind] of varbinds.entries()) {
    const change = picture === undefined ? agentxErrors.notWritable : changeOf(varbind, picture);
    if (typeof change === 'number') return { ok: false, error: change, index: at + 1 };
    changes.push(change);
  }
  return { ok: true, changes };
}

/** The change, or the number of the error. */
function changeOf({ oid, value }: Varbind, picture: SnmpPicture): Change | number {
  const server = serverOfWeight(picture, oid);
  const setting = settingOf(picture, oid);
  if (server === undefined && setting === undefined) return agentxErrors.notWritable;
  if (value.kind !== 'integer') return agentxErrors.wrongType;
  const { value: number } = value;
  const change =
    server !== undefined
      ? weightChange(server, number)
      : setting === undefined
        ? undefined
        : settingChange(setting, number);
  return change ?? agentxErrors.wrongValue;
}

function weightChange(
  { service, server }: NonNullable<ReturnType<typeof serverOfWeight>>,
  weight: number,
): Change | undefined {
  if (weight < 0 || weight > mostWeight) return undefined;
  const place = { service: service.model.id, server: server.model.name };
  return {
    wanted: { ...place, override: { kind: 'weight', weight } },
    before: { ...place, override: server.now?.override },
  };
}

function settingChange(
  { instance: { model }, kind }: NonNullable<ReturnType<typeof settingOf>>,
  number: number,
): Change | undefined {
  const { name: instance, priority, preempt } = model;
  const change = (wanted: InstanceOrder['setting'], before: InstanceOrder['setting']) =>
    isPossible(model, wanted)
      ? { wanted: { instance, setting: wanted }, before: { instance, setting: before } }
      : undefined;
  if (kind === 'priority') return change({ kind, priority: number }, { kind, priority });
  // 1 is yes and 2 is no.
  if (number !== 1 && number !== 2) return undefined;
  return change({ kind, preempt: number === 1 }, { kind, preempt });
}
