/**
 * Complete Ethernet frames that tell a segment where an address lives now: gratuitous ARP (RFC 826, RFC 5227 3,
 * RFC 5944 4.6) and unsolicited neighbour advertisements (RFC 4861 4.4, 7.2.6).
 */
import { type Address, type Ipv4, type Ipv6, type Mac, macAt } from '../base/address.ts';
import { byteAt } from '../base/bytes.ts';
import {
  ARP_REPLY,
  ARP_REQUEST,
  arpFrameFrom,
  claimAddress,
  decodeAdvertisement,
  decodeArp,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV6,
  etherTypeOf,
  NEIGHBOR_ADVERTISEMENT,
  nameTarget,
  neighborFrame,
  OPTION_LENGTH,
  OPTION_TARGET_LINK_LAYER,
  OPTIONS_AT,
} from './segment.ts';

/** Which of the two forms of RFC 5944 4.6 a gratuitous ARP takes; old hosts heed one or the other. */
export type ArpForm = 'request' | 'reply';

/**
 * Broadcast, sender and target both `address`. The target hardware address, which nobody reads in a request, is
 * zero there (RFC 5227 3) and the sender's own in a reply (RFC 5944 4.6).
 */
export function gratuitousArp(announcement: {
  readonly mac: Mac;
  readonly address: Ipv4;
  readonly form: ArpForm;
}): Uint8Array {
  return gratuitousArpsFrom(announcement.mac, announcement.form)(announcement.address);
}

/** The same for many addresses of one sender: all but the address is written once. */
export function gratuitousArpsFrom(mac: Mac, form: ArpForm): (address: Ipv4) => Uint8Array {
  const pattern = arpFrameFrom(form === 'request' ? ARP_REQUEST : ARP_REPLY, mac);
  if (form === 'reply') nameTarget(pattern);
  return (address) => {
    const frame = pattern.slice();
    claimAddress(frame, address);
    return frame;
  };
}

const FLAG_ROUTER = 0x80;
const FLAG_SOLICITED = 0x40;
const FLAG_OVERRIDE = 0x20;
/** ff02::1: all nodes of the link. */
const ALL_NODES = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] as const;

/** To all nodes, from `address` itself, with the override flag; `router` says whether the host forwards. */
export function unsolicitedAdvertisement(announcement: {
  readonly mac: Mac;
  readonly address: Ipv6;
  readonly router: boolean;
}): Uint8Array {
  const { mac, address, router } = announcement;
  return neighborFrame({
    type: NEIGHBOR_ADVERTISEMENT,
    flags: FLAG_OVERRIDE | (router ? FLAG_ROUTER : 0),
    mac,
    source: address,
    group: ALL_NODES,
    target: address,
    option: OPTION_TARGET_LINK_LAYER,
  });
}

/** Who a frame says holds an address now. */
export interface Announcement {
  readonly kind: 'arp-request' | 'arp-reply' | 'advertisement';
  readonly mac: Mac;
  readonly address: Address;
}

/** What a frame announces; undefined for every frame that is not a well-formed announcement. */
export function decodeAnnouncement(frame: Uint8Array): Announcement | undefined {
  const etherType = etherTypeOf(frame);
  if (etherType === ETHERTYPE_ARP) return announcedByArp(frame);
  return etherType === ETHERTYPE_IPV6 ? announcedByAdvertisement(frame) : undefined;
}

function announcedByArp(frame: Uint8Array): Announcement | undefined {
  const arp = decodeArp(frame);
  if (arp === undefined || arp.sender !== arp.target) return undefined;
  const kind = arp.operation === ARP_REQUEST ? 'arp-request' : 'arp-reply';
  return { kind, mac: arp.mac, address: arp.sender };
}

/** One that overrides and was not solicited. */
function announcedByAdvertisement(frame: Uint8Array): Announcement | undefined {
  const advertisement = decodeAdvertisement(frame);
  if (advertisement === undefined) return undefined;
  const { flags, target, end } = advertisement;
  if ((flags & (FLAG_SOLICITED | FLAG_OVERRIDE)) !== FLAG_OVERRIDE) return undefined;
  const option = targetLinkLayerAt(frame, end);
  if (option === undefined) return undefined;
  return { kind: 'advertisement', mac: macAt(frame, option), address: target };
}

/** Where the target link-layer address begins; undefined without one or with a malformed option. */
function targetLinkLayerAt(frame: Uint8Array, end: number): number | undefined {
  let found: number | undefined;
  let at = OPTIONS_AT;
  while (at < end) {
    const length = byteAt(frame, at + 1) * 8;
    if (length === 0 || at + length > end) return undefined;
    const isWanted = byteAt(frame, at) === OPTION_TARGET_LINK_LAYER && length === OPTION_LENGTH;
    if (isWanted && found === undefined) found = at + 2;
    at += length;
  }
  return found;
}
