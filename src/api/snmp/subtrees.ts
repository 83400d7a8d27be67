/** Which parts of the MIBs are served, and which objects stand in them. */
import type { SnmpModel } from '../../engine/translation/snmp-model.ts';
import type { Oid } from '../../wire/agentx-values.ts';
import { addresses } from './keepalived/addresses.ts';
import { globalObjects } from './keepalived/globals.ts';
import { groups } from './keepalived/groups.ts';
import { instances } from './keepalived/instances.ts';
import { planeScalars } from './keepalived/plane.ts';
import { realServers } from './keepalived/real-servers.ts';
import { check, globals, vrrp } from './keepalived/roots.ts';
import { routes } from './keepalived/routes.ts';
import { rules } from './keepalived/rules.ts';
import { serverGroups } from './keepalived/server-groups.ts';
import { tracked } from './keepalived/tracked.ts';
import { trackers } from './keepalived/trackers.ts';
import { virtualServers } from './keepalived/virtual-servers.ts';
import type { SnmpPicture } from './picture.ts';
import { rfc2787, vrrpMib } from './rfc/rfc2787.ts';
import { rfc6527, vrrpv3Mib } from './rfc/rfc6527.ts';
import type { TreePart } from './tables.ts';

/** What is registered with the master. */
export function subtreesOf(terms: SnmpModel): readonly Oid[] {
  return [
    ...(terms.vrrp || terms.checker ? [globals] : []),
    ...(terms.vrrp ? [vrrp] : []),
    ...(terms.checker ? [check] : []),
    ...(terms.rfc2787 ? [vrrpMib] : []),
    ...(terms.rfc6527 ? [vrrpv3Mib] : []),
  ];
}

export function partsOf(picture: SnmpPicture): readonly TreePart[] {
  const { terms } = picture;
  return [
    ...(terms.vrrp || terms.checker ? [globalObjects(picture)] : []),
    ...(terms.vrrp ? vrrpParts(picture) : []),
    ...(terms.checker ? checkParts(picture) : []),
    ...(terms.rfc2787 ? [rfc2787(picture)] : []),
    ...(terms.rfc6527 ? [rfc6527(picture)] : []),
  ];
}

function vrrpParts(picture: SnmpPicture): readonly TreePart[] {
  return [
    ...groups(picture),
    instances(picture),
    ...tracked(picture),
    addresses(picture),
    ...routes(picture),
    rules(picture),
    ...trackers(picture),
  ];
}

function checkParts(picture: SnmpPicture): readonly TreePart[] {
  return [
    ...serverGroups(picture),
    virtualServers(picture),
    realServers(picture),
    ...planeScalars(picture),
  ];
}
