/**
 * The UDP port of a Linux host. Reads are gathered when many packets arrive: the kernel stamps each of them on arrival, every
 * deadline counts from that stamp, and whoever drives reads once more before acting on a deadline that has come.
 */
import { type Duration, milliseconds, toMilliseconds } from '../base/units.ts';
import type {
  Clock,
  PortError,
  ReceivedUdpDatagram,
  UdpDatagram,
  UdpEndpoint,
  UdpNetwork,
} from '../ports.ts';
import { type Watch, watchReadable } from './ffi.ts';
import type { SendFailure } from './send-vector.ts';
import { UdpReceiver } from './udp-receiver.ts';
import { UdpSender } from './udp-sender.ts';

export interface LinuxUdpOptions {
  readonly clock: Clock;
  /** Something can be received. Synchronous; called again for as long as it is not read. */
  readonly onReadable: () => void;
}

/** The timers of Node have a grain of a millisecond; a shorter window gathers nothing. */
const GRAIN = milliseconds(1);

export class LinuxUdpNetwork implements UdpNetwork {
  readonly #clock: Clock;
  readonly #onReadable: () => void;
  readonly #sender = new UdpSender();
  readonly #receiver: UdpReceiver;
  readonly #watch: Watch;
  #window: Duration = GRAIN;
  #wokenAt = Number.NEGATIVE_INFINITY;
  #pause: NodeJS.Timeout | undefined;
  #received = 0;

  constructor({ clock, onReadable }: LinuxUdpOptions) {
    this.#clock = clock;
    this.#onReadable = onReadable;
    this.#receiver = new UdpReceiver(clock);
    this.#watch = watchReadable(this.#receiver.fd, () => this.#wake());
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

  receive(limit: number): readonly ReceivedUdpDatagram[] {
    const datagrams = this.#receiver.receive(limit);
    this.#received += datagrams.length;
    return datagrams;
  }

  /** How long reads may be gathered from now on; less than a millisecond: not at all. */
  gather(window: Duration): void {
    this.#window = window;
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#watch.close();
    this.#receiver.close();
    this.#sender.close();
  }

  /** Two wake-ups within one window are a high rate: the next one is not wanted before the window is over. */
  #wake(): void {
    const now = this.#clock.now();
    const isBusy = this.#window >= GRAIN && now - this.#wokenAt < this.#window;
    this.#wokenAt = now;
    this.#onReadable();
    if (!isBusy) return;
    this.#watch.pause();
    this.#pause = setTimeout(() => this.#gathered(), Math.floor(toMilliseconds(this.#window)));
  }

  /** Stays paused while each window gathers something, and so spends no system call on pausing and resuming. */
  #gathered(): void {
    this.#wokenAt = this.#clock.now();
    const before = this.#received;
    this.#onReadable();
    if (this.#received > before && this.#window >= GRAIN) this.#pause?.refresh();
    else this.#watch.resume();
  }
}
