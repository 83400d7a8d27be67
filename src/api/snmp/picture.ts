/** What the tables are made from: one moment of the daemon beside what is configured. */
import type { Inspection } from '../../daemon/control.ts';
import type { SnmpModel } from '../../engine/translation/snmp-model.ts';
import { type Picture, pictureOf } from '../dumps/picture.ts';
import { type ServicePicture, type ServicesNow, servicePictures } from './balancing.ts';
import type { Links } from './links.ts';
import type { TrafficPair } from './traffic.ts';

export interface SnmpPicture extends Picture {
  readonly terms: SnmpModel;
  readonly links: Links;
  /** `router_id`, or the host's name. */
  readonly routerId: string;
  /** Empty unless they are served. */
  readonly services: readonly ServicePicture[];
}

export interface Surroundings {
  readonly links: Links;
  readonly hostname: string;
  readonly services: ServicesNow | undefined;
  readonly traffic: TrafficPair;
}

/** undefined until the failover process has told anything. */
export function snmpPictureOf(
  inspection: Inspection,
  { links, hostname, services, traffic }: Surroundings,
): SnmpPicture | undefined {
  const picture = pictureOf(inspection, new Map());
  const terms = inspection.plan?.doors.snmp;
  if (picture === undefined || terms === undefined) return undefined;
  return {
    ...{ ...picture, terms, links },
    routerId: terms.host.routerId ?? hostname,
    services: servicePictures(picture.plan, terms, services, traffic),
  };
}
