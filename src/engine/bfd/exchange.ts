/** What the BFD engine is told, and one step's worth of work for its driver. */
import type { Instant } from '../../base/units.ts';
import type { PortError } from '../../ports.ts';
import type { ReceivedUdpDatagram, UdpDatagram, UdpEndpoint } from '../../udp-port.ts';
import type { Input } from '../input.ts';
import type { BfdModel } from './model.ts';
import type { BfdReport } from './report.ts';

export type BfdInput =
  | { readonly kind: 'datagrams'; readonly datagrams: readonly ReceivedUdpDatagram[] }
  | { readonly kind: 'transmit-failed'; readonly session: string; readonly error: PortError }
  | {
      readonly kind: 'listening';
      readonly failures: readonly { readonly endpoint: UdpEndpoint; readonly error: PortError }[];
    }
  /** Run these sessions from now on. The first input of all is this one. */
  | { readonly kind: 'configure'; readonly models: readonly BfdModel[] }
  /** Tell every neighbour, and fall silent. */
  | { readonly kind: 'stop' }
  /** So many datagrams arrived and were not kept for want of room: whoever is silent may have spoken. */
  | { readonly kind: 'deaf'; readonly lost: number }
  /**
   * The instant asked for by `wakeAt` has come. Every datagram that had arrived by `readUntil` has been handed over before;
   * undefined: none was looked for, so that nobody may be judged, and only what is due to be sent is sent.
   */
  | { readonly kind: 'wake'; readonly readUntil: Instant | undefined };

export type Verdict = Extract<Input, { readonly kind: 'tracker' }>;

/** To be carried out in this order. */
export interface BfdOutput {
  /** The whole set, or undefined when it is as it was. */
  readonly listen: readonly UdpEndpoint[] | undefined;
  readonly transmit: readonly OutgoingPacket[];
  /** For the failover engine, which they may move at once. */
  readonly verdicts: readonly Verdict[];
  readonly reports: readonly BfdReport[];
  readonly wakeAt: Instant | undefined;
}

export interface OutgoingPacket extends UdpDatagram {
  readonly session: string;
}
