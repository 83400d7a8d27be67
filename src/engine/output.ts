/**
 * One step's worth of work for the driver, to be carried out in this order and no other:
 *
 *   1.           what `step` returns, advertisements, before the rest is worked out: peers must hear a resignation before its
 *                addresses vanish, and a new master as soon as can be
 *   2. listen    the set of sockets wanted, when it has changed
 *      watch     what is to be watched of the kernel, when it has changed; everything is observed anew
 *   3. kernel    ordered operations; the results return at once as the input `applied`
 *   4. announce  gratuitous ARP and neighbour advertisements, of addresses that were acknowledged
 *      guard     whose claims to listen to, when it has changed; then `probe`, the questions
 *   5. report    never able to delay 1 to 4, nor what the answers of the kernel bring about
 *   6. gather    how long datagrams may lie unread from now on, when that has changed
 *      prepare   addresses that may be wanted soon, as the very values that will then be asked for
 *      wakeAt    the earliest deadline of everything; undefined sleeps until the next input
 */
import type { Duration, Instant } from '../base/units.ts';
import type {
  Datagram,
  Endpoint,
  Frame,
  KernelOperation,
  NeighbourWatch,
  WantedAddress,
  Watch,
} from '../ports.ts';
import type { Report } from './report.ts';

export interface Output {
  /** The whole set, or undefined when it is as it was. */
  readonly listen: readonly Endpoint[] | undefined;
  readonly watch: Watch | undefined;
  readonly kernel: readonly KernelOperation[];
  readonly announce: readonly Frame[];
  readonly guard: readonly NeighbourWatch[] | undefined;
  readonly probe: readonly Frame[];
  readonly reports: readonly Report[];
  readonly gather: Duration | undefined;
  readonly prepare: readonly WantedAddress[];
  readonly wakeAt: Instant | undefined;
  /** Everything has been resigned and withdrawn after `stop`. */
  readonly finished: boolean;
}

export interface OutgoingDatagram extends Datagram {
  readonly instance: string;
}

export const NOTHING: Output = {
  listen: undefined,
  watch: undefined,
  kernel: [],
  announce: [],
  guard: undefined,
  probe: [],
  reports: [],
  gather: undefined,
  prepare: [],
  wakeAt: undefined,
  finished: false,
};
