/** What notifications are made of. */
import type { InstanceModel } from '../../engine/model.ts';
import type { SnmpModel } from '../../engine/translation/snmp-model.ts';
import { type Oid, parseOid, type Varbind } from '../../wire/agentx-values.ts';
import type { Trap } from './outgoing.ts';
import type { SnmpPicture } from './picture.ts';

/** What a notification needs besides its report. */
export interface TrapFacts {
  readonly terms: SnmpModel;
  readonly routerId: string;
  /** As configured, also where a reload has just removed it. */
  readonly instances: ReadonlyMap<string, Pick<InstanceModel, 'initialState'>>;
  /** Of now; only new masters and refused datagrams ask for it. */
  readonly picture: SnmpPicture | undefined;
}

/** snmpTrapOID.0, which is the first object of each notification here; the master puts its own time before it. */
const trapOid = parseOid('1.3.6.1.6.3.1.1.4.1.0');

export function trapOf(name: Oid, subject: string, varbinds: readonly Varbind[]): Trap {
  return {
    subject,
    varbinds: [{ oid: trapOid, value: { kind: 'oid', value: name } }, ...varbinds],
  };
}
