/**
 * The network port of a Linux host: raw sockets of protocol 112 and a packet socket.
 *
 * Reads are gathered when many datagrams arrive, for as long as the engine says (`engine/timing/gathering.ts`). The kernel stamps
 * each of them on arrival and every deadline counts from that stamp, so reading later moves no deadline as long as it happens
 * before the deadline that the datagram moves. After a quiet time the first datagram is always told at once. Whoever drives
 * must read once more before acting on a deadline that has come.
 */
import type { Duration } from '../../base/units.ts';
import type { Clock, Datagram, Endpoint, Frame, Network, ReceivedDatagram } from '../../ports.ts';
import { GatheredWatch } from '../datagrams/gathered-watch.ts';
import type { SendFailure } from '../datagrams/send-vector.ts';
import { Announcer } from './announcer.ts';
import { AdvertReceiver, type ListenFailure } from './receiver.ts';
import { AdvertSender } from './sender.ts';

export interface LinuxNetworkOptions {
  readonly clock: Clock;
  /** Something can be received. Synchronous; called again for as long as it is not read. */
  readonly onReadable: () => void;
  /** Does everything but sending. */
  readonly isRehearsal?: boolean;
}

export class LinuxNetwork implements Network {
  readonly #sender: AdvertSender;
  readonly #announcer: Announcer;
  readonly #receiver: AdvertReceiver;
  readonly #watch: GatheredWatch;

  constructor(options: LinuxNetworkOptions) {
    this.#sender = new AdvertSender(options.isRehearsal);
    this.#announcer = new Announcer(options.isRehearsal);
    this.#receiver = new AdvertReceiver(options.clock);
    const { clock, onReadable } = options;
    this.#watch = new GatheredWatch({ fd: this.#receiver.fd, clock, onReadable });
  }

  listen(endpoints: readonly Endpoint[]): readonly ListenFailure[] {
    const failures = this.#receiver.listen(endpoints);
    this.#sender.retain(endpoints);
    this.#announcer.prepare();
    return failures;
  }

  transmit(datagrams: readonly Datagram[]): readonly SendFailure[] {
    return this.#sender.transmit(datagrams);
  }

  announce(frames: readonly Frame[]): readonly SendFailure[] {
    return this.#announcer.announce(frames);
  }

  receive(limit: number): readonly ReceivedDatagram[] {
    const datagrams = this.#receiver.receive(limit);
    this.#watch.count(datagrams.length);
    return datagrams;
  }

  /** How long reads may be gathered from now on; less than a millisecond: not at all. */
  gather(window: Duration): void {
    this.#watch.gather(window);
  }

  close(): void {
    this.#watch.close();
    this.#receiver.close();
    this.#sender.close();
    this.#announcer.close();
  }
}
