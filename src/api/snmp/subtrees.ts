/** Which parts of the MIBs are served, and which objects stand in them. */
import type { SnmpModel } from '../../engine/translation/snmp-model.ts';
import type { Oid } from '../../wire/agentx-values.ts';
import { instances } from './keepalived/instances.ts';
import { globals, vrrp } from './keepalived/roots.ts';
import type { SnmpPicture } from './picture.ts';
import type { TreePart } from './tables.ts';

export function subtreesOf({ vrrp: own, checker }: SnmpModel): readonly Oid[] {
  return [...(own || checker ? [globals] : []), ...(own ? [vrrp] : [])];
}

export function partsOf(picture: SnmpPicture): readonly TreePart[] {
  return [instances(picture)];
}
