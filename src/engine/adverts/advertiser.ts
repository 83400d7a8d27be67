/** Encodes the advertisements of a machine once, and hands out the same bytes until something in them changes. */
import { microseconds } from '../../base/units.ts';
import type { LinkIndex } from '../../ports.ts';
import {
  type Advertisement,
  AUTHENTICATION_AH,
  type ChecksumForm,
  encodeAdvertisement,
  encodeSecret,
  type VrrpAuthentication,
} from '../../wire/vrrp.ts';
import type { Machine } from '../machine.ts';
import type { OutgoingDatagram } from '../output.ts';

/** RFC 9568 5.1.1.3: a multicast advertisement leaves with a hop limit of 255. */
const MULTICAST_HOP_LIMIT = 255;

/** The datagrams of one advertisement: one for the group, or one for each unicast peer. */
export function advertisementOf(machine: Machine, resign: boolean): readonly OutgoingDatagram[] {
  const cached = resign ? machine.resignation : machine.regular;
  if (cached !== undefined) return cached;
  const datagrams = encodeDatagrams(machine, resign ? 0 : machine.priority.effective);
  if (resign) machine.resignation = datagrams;
  else machine.regular = datagrams;
  return datagrams;
}

/** Must be called when the priority, the source, the link or the configuration of a machine has changed. */
export function forgetAdvertisement(machine: Machine): void {
  machine.regular = undefined;
  machine.resignation = undefined;
}

function encodeDatagrams(machine: Machine, priority: number): readonly OutgoingDatagram[] {
  const { model, source } = machine;
  if (source === undefined) return [];
  const { transport } = model;
  const destinations =
    transport.kind === 'multicast' ? [transport.group] : transport.peers.map((p) => p.address);
  const hopLimit = transport.kind === 'multicast' ? MULTICAST_HOP_LIMIT : transport.hopLimit;
  const advertisement: Advertisement = {
    version: model.version,
    virtualRouterId: model.virtualRouterId,
    priority,
    interval: microseconds(model.advertInterval),
    addresses: model.addresses.map((virtual) => virtual.address),
    authentication: wireAuthentication(model.authentication),
  };
  return destinations.map((destination) => ({
    instance: model.name,
    link: machine.outlet?.index ?? (0 as LinkIndex),
    source,
    destination,
    hopLimit,
    payload: encodeAdvertisement(advertisement, {
      family: model.family,
      source,
      destination,
      checksum: checksumOf(machine),
    }),
  }));
}

function checksumOf({ model, hearsOldChecksum: isHeard }: Machine): ChecksumForm {
  if (model.checksumWithoutPseudoHeader) return 'without-pseudo-header';
  const { version, transport, oldUnicastChecksum: word } = model;
  const isOld = word === 'always' || (isHeard && word !== 'never');
  return isOld && version === 3 && transport.kind === 'unicast'
    ? 'multicast-destination'
    : 'standard';
}

function wireAuthentication(
  authentication: Machine['model']['authentication'],
): VrrpAuthentication {
  switch (authentication.kind) {
    case 'pass':
      return { kind: 'pass', data: encodeSecret(authentication.secret) };
    case 'ah':
      return { kind: 'other', type: AUTHENTICATION_AH };
    case 'none':
      return { kind: 'none' };
  }
}
