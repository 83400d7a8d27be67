/**
 * The network port of a Linux host: raw sockets of protocol 112 and a packet socket.
 *
 * Reads are gathered when many datagrams arrive. The kernel stamps each of them on arrival and every deadline counts
 * from that stamp, so reading later moves no deadline as long as it happens before the deadline that the datagram
 * moves. The shortest wait that a datagram can ask for is the skew time of priority 255, a 256th of the
 * advertisement interval (RFC 9568 6.1): a window of at most that keeps every wait exact. After a quiet time the first
 * datagram is always told at once. Whoever drives must read once more before acting on a deadline that has come.
 */
import type { Duration } from '../base/units.ts';
import { milliseconds, toMilliseconds } from '../base/units.ts';
import type { Clock, Datagram, Endpoint, Frame, Network, ReceivedDatagram } from '../ports.ts';
import { AdvertReceiver, type ListenFailure } from './advert-receiver.ts';
import { AdvertSender } from './advert-sender.ts';
import { Announcer } from './announcer.ts';
import { type Watch, watchReadable } from './ffi.ts';
import type { SendFailure } from './send-vector.ts';

export interface LinuxNetworkOptions {
  readonly clock: Clock;
  /** Something can be received. Synchronous; called again for as long as it is not read. */
  readonly onReadable: () => void;
  /** Does everything but sending. */
  readonly isRehearsal?: boolean;
}

/** The timers of Node have a grain of a millisecond; a shorter window gathers nothing. */
const GRAIN = milliseconds(1);

export class LinuxNetwork implements Network {
  readonly #clock: Clock;
  readonly #onReadable: () => void;
  readonly #sender: AdvertSender;
  readonly #announcer: Announcer;
  readonly #receiver: AdvertReceiver;
  readonly #watch: Watch;
  #window: Duration = GRAIN;
  #wokenAt: number;
  #pause: NodeJS.Timeout | undefined;
  #received = 0;

  constructor(options: LinuxNetworkOptions) {
    this.#clock = options.clock;
    this.#onReadable = options.onReadable;
    this.#sender = new AdvertSender(options.isRehearsal);
    this.#announcer = new Announcer(options.isRehearsal);
    this.#receiver = new AdvertReceiver(options.clock);
    this.#wokenAt = Number.NEGATIVE_INFINITY;
    this.#watch = watchReadable(this.#receiver.fd, () => this.#wake());
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
    this.#announcer.close();
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
