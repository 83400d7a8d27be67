/** Changes that others order: tested first, then carried out, and taken back when another part of the order fails. */
import type { ServerOrder } from '../../daemon/balancing/orders.ts';
import type { Override } from '../../health/pool.ts';
import { agentxErrors } from '../../wire/agentx.ts';
import type { Varbind } from '../../wire/agentx-values.ts';
import { serverOfWeight } from './keepalived/real-servers.ts';
import type { SnmpPicture } from './picture.ts';

export interface Change {
  readonly order: ServerOrder;
  readonly before: Override | undefined;
}

export type Tested =
  | { readonly ok: true; readonly changes: readonly Change[] }
  /** `index` counts the variables from 1 on. */
  | { readonly ok: false; readonly error: number; readonly index: number };

/** What IPVS takes. */
const mostWeight = 65_535;

/** realServerWeight alone can be changed without another configuration. */
export function testChanges(
  varbinds: readonly Varbind[],
  picture: SnmpPicture | undefined,
): Tested {
  const changes: Change[] = [];
  for (const [at, { oid, value }] of varbinds.entries()) {
    const refuse = (error: number): Tested => ({ ok: false, error, index: at + 1 });
    const found = picture === undefined ? undefined : serverOfWeight(picture, oid);
    if (found === undefined) return refuse(agentxErrors.notWritable);
    if (value.kind !== 'integer') return refuse(agentxErrors.wrongType);
    if (value.value < 0 || value.value > mostWeight) return refuse(agentxErrors.wrongValue);
    const { service, server } = found;
    const override = { kind: 'weight', weight: value.value } as const;
    changes.push({
      order: { service: service.model.id, server: server.model.name, override },
      before: server.now?.override,
    });
  }
  return { ok: true, changes };
}
