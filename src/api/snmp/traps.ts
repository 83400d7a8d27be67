/** Notifications: which report is told in which MIB, with which objects. */
import type { Report } from '../../engine/report.ts';
import type { SnmpModel } from '../../engine/translation/snmp-model.ts';
import type { Oid, SnmpValue, Varbind } from '../../wire/agentx-values.ts';
import { stateNumber } from '../dumps/picture.ts';
import { globals, vrrp } from './keepalived/roots.ts';
import type { Trap } from './outgoing.ts';
import { rejectionTraps } from './rejection-traps.ts';
import { isOfRfc2787, vrrpMib } from './rfc/rfc2787.ts';
import {
  indexOf,
  masterReason,
  operationsTable,
  statisticsTable,
  vrrpv3Mib,
} from './rfc/rfc6527.ts';
import { type TrapFacts, trapOf } from './trap.ts';
import { inetAddressOf, integer, ipAddress, text } from './values.ts';

/** Whether a picture of this moment belongs to it, which the failover process would have to draw. */
export function needsPicture(report: Report, { rfc2787, rfc6527 }: SnmpModel): boolean {
  if (!(rfc2787 || rfc6527)) return false;
  return (report.kind === 'transition' && report.to === 'master') || report.kind === 'rejected';
}

export function trapsOf(report: Report, facts: TrapFacts): readonly Trap[] {
  switch (report.kind) {
    case 'transition':
      // A process that took another's place changed nothing.
      if (report.cause.kind === 'resumed') return [];
      return [...stateTraps(report, facts), ...newMasterTraps(report, facts)];
    case 'group-transition':
      return groupTraps(report, facts);
    case 'rejected':
      return rejectionTraps(report, facts);
    default:
      return [];
  }
}

type Of<Kind extends Report['kind']> = Extract<Report, { readonly kind: Kind }>;

/** Numbers of states that only notifications have. */
const endings = { stop: 5, deleted: 6 } as const;

function numberOf(state: Of<'transition'>['to']): number {
  return state === 'stop' || state === 'deleted' ? endings[state] : stateNumber[state];
}

const ofVrrp = [...vrrp, 10, 0];
const instanceEntry = [...vrrp, 3, 1];
const groupEntry = [...vrrp, 1, 1];

function router({ routerId }: TrapFacts): Varbind {
  return { oid: [...globals, 2, 0], value: text(routerId) };
}

/** keepalived leaves the index of the row out. */
function column(entry: Oid, number: number, value: SnmpValue): Varbind {
  return { oid: [...entry, number], value };
}

function stateTraps({ instance, to }: Of<'transition'>, facts: TrapFacts): readonly Trap[] {
  if (!facts.terms.vrrp) return [];
  const initial = facts.instances.get(instance)?.initialState ?? 'backup';
  return [
    trapOf([...ofVrrp, 2], `instance ${instance}`, [
      column(instanceEntry, 2, text(instance)),
      column(instanceEntry, 4, integer(numberOf(to))),
      column(instanceEntry, 5, integer(stateNumber[initial])),
      router(facts),
    ]),
  ];
}

function groupTraps({ group, to }: Of<'group-transition'>, facts: TrapFacts): readonly Trap[] {
  if (!facts.terms.vrrp) return [];
  return [
    trapOf([...ofVrrp, 1], `group ${group}`, [
      column(groupEntry, 2, text(group)),
      column(groupEntry, 3, integer(numberOf(to))),
      router(facts),
    ]),
  ];
}

function newMasterTraps(
  { instance, to, cause }: Of<'transition'>,
  { terms, picture }: TrapFacts,
): readonly Trap[] {
  const found = picture?.instances.find(({ model }) => model.name === instance);
  if (to !== 'master' || picture === undefined || found === undefined) return [];
  const { model, now } = found;
  const index = indexOf(found, picture);
  const [link = 0, router = 0] = index;
  const ofRfc2787 = trapOf([...vrrpMib, 0, 1], `new master ${instance}`, [
    { oid: [...vrrpMib, 1, 3, 1, 7, link, router], value: ipAddress(now.source) },
  ]);
  const ofRfc6527 = trapOf([...vrrpv3Mib, 0, 1], `new v3 master ${instance}`, [
    { oid: [...operationsTable, 1, 3, ...index], value: inetAddressOf(now.source, model.family) },
    { oid: [...statisticsTable, 1, 2, ...index], value: integer(masterReason(cause)) },
  ]);
  return [
    ...(terms.rfc2787 && isOfRfc2787(found) ? [ofRfc2787] : []),
    ...(terms.rfc6527 ? [ofRfc6527] : []),
  ];
}
