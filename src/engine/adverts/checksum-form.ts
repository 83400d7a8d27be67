/**
 * In which form the checksum of version 3 over IPv4 is made and believed. Beside the standard's, some peers know forms of
 * their own: `v3_checksum_as_v2`, and that of keepalived up to 1.3.6 for unicast, which is detected.
 */
import type { Outcome } from '../../base/outcome.ts';
import type { ReceivedDatagram } from '../../ports.ts';
import {
  type Advertisement,
  type ChecksumForm,
  type DecodeFailure,
  decodeAdvertisement,
} from '../../wire/vrrp.ts';
import type { Machine } from '../machine.ts';
import { forgetAdvertisement } from './advertiser.ts';

/** An advertisement in any form that this machine may believe. A peer of the old form is answered in it. */
export function decodeHeard(
  machine: Machine,
  { source, destination, payload }: ReceivedDatagram,
): Outcome<Advertisement, DecodeFailure> {
  const { model } = machine;
  const decode = (checksum: ChecksumForm) =>
    decodeAdvertisement(payload, { family: model.family, source, destination, checksum });
  if (model.checksumWithoutPseudoHeader) return decode('without-pseudo-header');
  const decoded = decode('standard');
  if (!mayBeOld(machine) || (!decoded.ok && decoded.error.reason !== 'checksum')) return decoded;
  const old = decoded.ok ? decoded : decode('multicast-destination');
  if (old.ok) hearsOld(machine, !decoded.ok);
  return old.ok ? old : decoded;
}

function mayBeOld({ model }: Machine): boolean {
  const { version, family, transport, oldUnicastChecksum: word } = model;
  return version === 3 && family === 'ipv4' && transport.kind === 'unicast' && word !== 'never';
}

function hearsOld(machine: Machine, isOld: boolean): void {
  if (machine.hearsOldChecksum === isOld) return;
  machine.hearsOldChecksum = isOld;
  forgetAdvertisement(machine);
}
