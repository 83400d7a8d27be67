/**
 * Who else holds an address: the frames that ask (ARP probes of RFC 5227 2.1.1, neighbour solicitations of RFC 4861
 * 4.3), and those in which somebody says that it is his.
 */
import {
  type Address,
  addressBytes,
  type Ipv4,
  type Ipv6,
  type Mac,
  macAt,
} from '../base/address.ts';
import { byteAt } from '../base/bytes.ts';
import {
  ARP_REQUEST,
  arpFrame,
  decodeAdvertisement,
  decodeArp,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV6,
  etherTypeOf,
  NEIGHBOR_SOLICITATION,
  neighborFrame,
  OPTION_LENGTH,
  OPTION_SOURCE_LINK_LAYER,
  OPTION_TARGET_LINK_LAYER,
  OPTIONS_AT,
} from './segment.ts';

/** ff02::1:ff00:0, whose last three bytes are those of the address asked for (RFC 4291 2.7.1). */
const SOLICITED_NODE = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff] as const;

/** Nobody learns anything from it: its sender address is 0. Whoever holds `address` answers to `mac` alone. */
export function arpProbe(question: { readonly mac: Mac; readonly address: Ipv4 }): Uint8Array {
  return arpFrame(ARP_REQUEST, question.mac, question.address);
}

/**
 * From `source`, another address of the host, so that the answer comes to it alone: one to a solicitation without a source
 * would go to all nodes, which would then send there.
 */
export function neighborSolicitation(question: {
  readonly mac: Mac;
  readonly source: Ipv6;
  readonly address: Ipv6;
}): Uint8Array {
  const { mac, source, address } = question;
  return neighborFrame({
    type: NEIGHBOR_SOLICITATION,
    flags: 0,
    mac,
    source,
    group: [...SOLICITED_NODE, ...addressBytes(address).subarray(13)],
    target: address,
    option: OPTION_SOURCE_LINK_LAYER,
  });
}

export interface Claim {
  readonly mac: Mac;
  readonly address: Address;
}

/**
 * Whom a frame says to hold which address: the sender of ARP, requests as well as replies, or the target of a neighbour
 * advertisement, solicited or not. Undefined for everything else, ARP probes included.
 */
export function decodeClaim(frame: Uint8Array): Claim | undefined {
  const etherType = etherTypeOf(frame);
  if (etherType === ETHERTYPE_ARP) return claimedByArp(frame);
  return etherType === ETHERTYPE_IPV6 ? claimedByAdvertisement(frame) : undefined;
}

function claimedByArp(frame: Uint8Array): Claim | undefined {
  const arp = decodeArp(frame);
  if (arp === undefined || arp.sender === '0.0.0.0') return undefined;
  return { mac: arp.mac, address: arp.sender };
}

/** Without the option, which an answer to unicast may leave out, the frame's own source is who says it. */
function claimedByAdvertisement(frame: Uint8Array): Claim | undefined {
  const advertisement = decodeAdvertisement(frame);
  if (advertisement === undefined) return undefined;
  const isTold =
    OPTIONS_AT + OPTION_LENGTH <= advertisement.end &&
    byteAt(frame, OPTIONS_AT) === OPTION_TARGET_LINK_LAYER &&
    byteAt(frame, OPTIONS_AT + 1) === OPTION_LENGTH / 8;
  return {
    mac: isTold ? macAt(frame, OPTIONS_AT + 2) : advertisement.source,
    address: advertisement.target,
  };
}
