/** Datagrams of BFD: the port beside `Network` of `ports.ts`, which only those need who run sessions. */
import type { Address, Family } from './base/address.ts';
import type { Instant } from './base/units.ts';
import type { LinkIndex, PortError } from './ports.ts';

/** A port of UDP on all addresses of the host. The set of them is a level. */
export interface UdpEndpoint {
  readonly family: Family;
  readonly port: number;
}

export interface UdpDatagram {
  /** undefined: routing chooses. */
  readonly source: Address | undefined;
  /** Over which a link-local destination is; it says nothing of others. */
  readonly interface?: string;
  readonly sourcePort: number;
  readonly destination: Address;
  readonly destinationPort: number;
  /** TTL or hop limit. */
  readonly hopLimit: number;
  readonly payload: Uint8Array;
  /** The source found before is kept, which costs nothing; else it is looked for anew, and must be on this host. */
  readonly settled: boolean;
}

export interface ReceivedUdpDatagram {
  readonly source: Address;
  readonly destination: Address;
  readonly destinationPort: number;
  readonly link: LinkIndex;
  /** The name of that link; undefined where it is gone, and in a world without names. */
  readonly interface?: string | undefined;
  readonly hopLimit: number;
  readonly payload: Uint8Array;
  /** When the kernel received it. */
  readonly receivedAt: Instant;
}

/** What one look at the sockets has brought. */
export interface UdpReception {
  /** At most as many as were asked for; oldest first on each port. */
  readonly datagrams: readonly ReceivedUdpDatagram[];
  /** Nothing that arrived before this instant is waiting still. */
  readonly readUntil: Instant;
  /** How many have been thrown away since the look before, because nobody had made room for them. */
  readonly lost: number;
}

/** UDP as BFD needs it. */
export interface UdpNetwork {
  /** Makes the set of sockets match. Returns one entry for each endpoint that cannot be had. */
  listen(
    endpoints: readonly UdpEndpoint[],
  ): readonly { readonly endpoint: UdpEndpoint; readonly error: PortError }[];
  /** Sends in as few system calls as can be. Returns the failed ones by index. */
  transmit(
    datagrams: readonly UdpDatagram[],
  ): readonly { readonly index: number; readonly error: PortError }[];
  /** What has arrived and was not read yet, at most `limit` datagrams. Never blocks. */
  receive(limit: number): UdpReception;
}
