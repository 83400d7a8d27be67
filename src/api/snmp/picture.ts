/** What the tables are made from: one moment of the daemon beside what is configured. */
import type { Inspection } from '../../daemon/control.ts';
import type { SnmpModel } from '../../engine/translation/snmp-model.ts';
import { type Picture, pictureOf } from '../dumps/picture.ts';
import type { Links } from './links.ts';

export interface SnmpPicture extends Picture {
  readonly terms: SnmpModel;
  readonly links: Links;
  /** `router_id`, or the host's name. */
  readonly routerId: string;
}

export interface Surroundings {
  readonly links: Links;
  readonly hostname: string;
}

/** undefined until the failover process has told anything. */
export function snmpPictureOf(
  inspection: Inspection,
  { links, hostname }: Surroundings,
): SnmpPicture | undefined {
  const picture = pictureOf(inspection, new Map());
  const terms = inspection.plan?.doors.snmp;
  if (picture === undefined || terms === undefined) return undefined;
  return { ...picture, terms, links, routerId: terms.host.routerId ?? hostname };
}
