/** Notifications of datagrams that were refused: failed authentication, and what breaks the protocol. */
import type { RejectReason, Report } from '../../engine/report.ts';
import type { Trap } from './outgoing.ts';
import { isOfRfc2787, vrrpMib } from './rfc/rfc2787.ts';
import { indexOf, protocolErrors, statisticsTable, vrrpv3Mib } from './rfc/rfc6527.ts';
import { type TrapFacts, trapOf } from './trap.ts';
import { integer, ipAddress } from './values.ts';

/** vrrpTrapAuthErrorType. */
const authenticationErrors: Readonly<Partial<Record<RejectReason, number>>> = {
  'authentication-type': 2,
  'authentication-data': 3,
};

export function rejectionTraps(
  { instance, from, reason }: Extract<Report, { readonly kind: 'rejected' }>,
  { terms, picture }: TrapFacts,
): readonly Trap[] {
  const found = picture?.instances.find(({ model }) => model.name === instance);
  if (picture === undefined || found === undefined) return [];
  const traps: Trap[] = [];
  const index = indexOf(found, picture);
  // keepalived gives these two the index of the virtual router, whose own they are not.
  const router = index.slice(0, 2);
  const authentication = authenticationErrors[reason];
  if (terms.rfc2787 && isOfRfc2787(found) && authentication !== undefined) {
    traps.push(
      trapOf([...vrrpMib, 0, 2], `authentication ${instance} ${from}`, [
        { oid: [...vrrpMib, 1, 5, ...router], value: ipAddress(from) },
        { oid: [...vrrpMib, 1, 6, ...router], value: integer(authentication) },
      ]),
    );
  }
  const error = protocolErrors[reason];
  if (terms.rfc6527 && error !== undefined) {
    traps.push(
      trapOf([...vrrpv3Mib, 0, 2], `protocol ${instance}`, [
        { oid: [...statisticsTable, 1, 6, ...index], value: integer(error) },
      ]),
    );
  }
  return traps;
}
