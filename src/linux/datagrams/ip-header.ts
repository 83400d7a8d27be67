/** IP headers of our own, written straight into the vector that sends them. */
import { type Address, familyOf, writeAddress } from '../../base/address.ts';
import { writeUint16 } from '../../base/bytes.ts';
import { INTERNETWORK_CONTROL, IPV4_HEADER_LENGTH } from '../../wire/ip.ts';
import { AF_INET, AF_INET6 } from '../socket.ts';
import type { SendVector } from './send-vector.ts';

const IPV6_HEADER_LENGTH = 40;
export const HEADER_LENGTH = { ipv4: IPV4_HEADER_LENGTH, ipv6: IPV6_HEADER_LENGTH } as const;
/** sizeof struct sockaddr_in and sockaddr_in6. */
export const NAME_LENGTH = { ipv4: 16, ipv6: 28 } as const;

interface Envelope {
  readonly source: Address;
  readonly destination: Address;
  readonly hopLimit: number;
  /** Of IPv4, where it is signed; otherwise the kernel chooses it. */
  readonly ah?: { readonly identification: number };
  /** The scope of a link-local destination; the kernel ignores it for others. */
  readonly link: number;
}

/** The header and the socket address of the message added last, which has `length` bytes from `at` on. */
export function writeIpHeader(
  vector: SendVector,
  place: { readonly at: number; readonly length: number; readonly protocol: number },
  envelope: Envelope,
): void {
  if (familyOf(envelope.destination) === 'ipv4') writeIpv4(vector, place, envelope);
  else writeIpv6(vector, place, envelope);
}

type Place = Parameters<typeof writeIpHeader>[1];

/** RFC 791 3.1. The kernel fills in the checksum, and the identification where it is 0. */
function writeIpv4(vector: SendVector, { at, length, protocol }: Place, envelope: Envelope): void {
  const { bytes, view } = vector;
  view.setUint32(at, (0x45 << 24) | (INTERNETWORK_CONTROL << 16) | length);
  view.setUint32(at + 4, (envelope.ah?.identification ?? 0) << 16);
  view.setUint32(at + 8, (envelope.hopLimit << 24) | (protocol << 16));
  writeAddress(bytes, at + 12, envelope.source);
  writeAddress(bytes, at + 16, envelope.destination);
  const name = vector.nameAt();
  view.setUint32(name, AF_INET, true);
  bytes.copyWithin(name + 4, at + 16, at + 20);
}

/** RFC 8200 3, with a traffic class and no flow label. */
function writeIpv6(vector: SendVector, { at, length, protocol }: Place, envelope: Envelope): void {
  const { bytes, view } = vector;
  view.setUint32(at, (6 << 28) | (INTERNETWORK_CONTROL << 20));
  writeUint16(bytes, at + 4, length - IPV6_HEADER_LENGTH);
  bytes[at + 6] = protocol;
  bytes[at + 7] = envelope.hopLimit;
  writeAddress(bytes, at + 8, envelope.source);
  writeAddress(bytes, at + 24, envelope.destination);
  const name = vector.nameAt();
  view.setUint32(name, AF_INET6, true);
  view.setUint32(name + 4, 0);
  bytes.copyWithin(name + 8, at + 24, at + 40);
  view.setUint32(name + 24, envelope.link, true);
}
