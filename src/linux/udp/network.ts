/**
 * The UDP port of a Linux host. Reads are gathered when many packets arrive: the kernel stamps each of them on arrival, every
 * deadline counts from that stamp, and whoever drives reads once more before acting on a deadline that has come.
 */
import type { Duration } from '../../base/units.ts';
import type { Clock, PortError } from '../../ports.ts';
import type { UdpDatagram, UdpEndpoint, UdpNetwork, UdpReception } from '../../udp-port.ts';
import { GatheredWatch } from '../datagrams/gathered-watch.ts';
import type { SendFailure } from '../datagrams/send-vector.ts';
import { UdpReceiver } from './receiver.ts';
import { UdpSender } from './sender.ts';

export interface LinuxUdpOptions {
  readonly clock: Clock;
  /** Something can be received. Synchronous; called again for as long as it is not read. */
  readonly onReadable: () => void;
}

export class LinuxUdpNetwork implements UdpNetwork {
  readonly #sender = new UdpSender();
  readonly #receiver: UdpReceiver;
  readonly #watch: GatheredWatch;

  constructor({ clock, onReadable }: LinuxUdpOptions) {
    this.#receiver = new UdpReceiver(clock);
    this.#watch = new GatheredWatch({ fd: this.#receiver.fd, clock, onReadable });
  }

  listen(
    endpoints: readonly UdpEndpoint[],
  ): readonly { readonly endpoint: UdpEndpoint; readonly error: PortError }[] {
    this.#sender.forget();
    return this.#receiver.listen(endpoints);
  }

  transmit(datagrams: readonly UdpDatagram[]): readonly SendFailure[] {
    return this.#sender.transmit(datagrams);
  }

  receive(limit: number): UdpReception {
    const reception = this.#receiver.receive(limit);
    this.#watch.count(reception.datagrams.length);
    return reception;
  }

  /** How many datagrams a second may arrive from now on, in all. */
  expect(rate: number): void {
    this.#receiver.expect(rate);
  }

  /** How long reads may be gathered from now on; less than a millisecond: not at all. */
  gather(window: Duration): void {
    this.#watch.gather(window);
  }

  close(): void {
    this.#watch.close();
    this.#receiver.close();
    this.#sender.close();
  }
}
