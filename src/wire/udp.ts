/** UDP datagrams (RFC 768) behind IP headers of our own. */
import type { Address } from '../base/address.ts';
import { writeUint16 } from '../base/bytes.ts';
import { addWords, checksumOf, pseudoHeaderSum } from './ip.ts';

export const PROTOCOL_UDP = 17;
export const UDP_HEADER_LENGTH = 8;

export interface UdpHeader {
  readonly source: Address;
  readonly destination: Address;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/*
 *  0      7 8     15 16    23 24    31
 * +--------+--------+--------+--------+
 * |   Source port   |Destination port |
 * +--------+--------+--------+--------+
 * |     Length      |    Checksum     |
 * +--------+--------+--------+--------+
 */

/** Writes the header at `at` before a payload that is there already, up to `end`. Any length field fits 16 bits. */
export function writeUdpHeader(
  bytes: Uint8Array,
  at: number,
  end: number,
  { source, destination, sourcePort, destinationPort }: UdpHeader,
): void {
  const length = end - at;
  writeUint16(bytes, at, sourcePort);
  writeUint16(bytes, at + 2, destinationPort);
  writeUint16(bytes, at + 4, length);
  writeUint16(bytes, at + 6, 0);
  const pseudo = pseudoHeaderSum({ source, destination, protocol: PROTOCOL_UDP, length });
  const checksum = checksumOf(addWords(pseudo, bytes, at, end));
  // A sum of zero is sent as all ones: zero says that there is none.
  writeUint16(bytes, at + 6, checksum === 0 ? 0xffff : checksum);
}
