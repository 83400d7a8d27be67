/** Everything of protocol 112 that arrives at the endpoints wanted, with the kernel's receive timestamps. */
import { type Address, isMulticast } from '../../base/address.ts';
import type { Instant } from '../../base/units.ts';
import type { Clock, Endpoint, LinkIndex, PortError, ReceivedDatagram } from '../../ports.ts';
import { AddressCache } from '../datagrams/address-cache.ts';
import { type Reading, readingOf, receiveTime } from '../datagrams/receive-time.ts';
import { RECEIVE_BATCH, ReceiveVector } from '../datagrams/receive-vector.ts';
import { Epoll, READY_MOST } from '../epoll.ts';
import { PayloadCache } from './payload-cache.ts';
import {
  closeReceiveSocket,
  openReceiveSocket,
  type ReceiveSocket,
  release,
  serve,
} from './receive-socket.ts';

export interface ListenFailure {
  readonly endpoint: Endpoint;
  readonly error: PortError;
}

/** One look at the sockets. */
interface Reception {
  readonly reading: Reading;
  /** What arrives later may wait for the next look, or a flood would keep this one from ending. */
  readonly begin: Instant;
  readonly limit: number;
  readonly datagrams: ReceivedDatagram[];
}

export class AdvertReceiver {
  readonly #clock: Clock;
  readonly #epoll = new Epoll();
  readonly #vector = new ReceiveVector();
  readonly #addresses = new AddressCache();
  readonly #payloads = new PayloadCache();
  readonly #sockets = new Map<string, ReceiveSocket>();
  readonly #byDescriptor = new Map<number, ReceiveSocket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Readable when one of the sockets is. */
  get fd(): number {
    return this.#epoll.fd;
  }

  listen(endpoints: readonly Endpoint[]): readonly ListenFailure[] {
    const wanted = Map.groupBy(endpoints, keyOf);
    for (const [key, socket] of this.#sockets) {
      const stay = wanted.get(key);
      if (stay === undefined) this.#drop(key, socket);
      else release(socket, stay);
    }
    const failures: ListenFailure[] = [];
    for (const endpoint of endpoints) {
      const error = this.#want(endpoint);
      if (error !== undefined) failures.push({ endpoint, error });
    }
    return failures;
  }

  receive(limit: number): readonly ReceivedDatagram[] {
    const datagrams: ReceivedDatagram[] = [];
    let into: Reception | undefined;
    let sources = 0;
    // What another socket delivers too is read and left out here, so the limit alone would not end this.
    for (let rounds = 0; rounds < ROUNDS && datagrams.length < limit; rounds += 1) {
      const ready = this.#epoll.ready();
      if (ready.length === 0) break;
      into ??= beginReception(this.#clock, limit, datagrams);
      sources += ready.length;
      let isAll = ready.length < READY_MOST;
      for (const fd of ready) {
        const socket = this.#byDescriptor.get(fd);
        if (socket === undefined) continue;
        if (datagrams.length >= limit) return inOrder(datagrams);
        if (!this.#read(socket, into)) isAll = false;
      }
      if (isAll) break;
    }
    return sources > 1 ? inOrder(datagrams) : datagrams;
  }

  close(): void {
    for (const [key, socket] of this.#sockets) this.#drop(key, socket);
    this.#epoll.close();
  }

  #want(endpoint: Endpoint): PortError | undefined {
    const key = keyOf(endpoint);
    const known = this.#sockets.get(key);
    if (known !== undefined) return serve(known, endpoint);
    const opened = openReceiveSocket(endpoint, this.#clock.now());
    if (!('fd' in opened)) return opened;
    const error = serve(opened, endpoint);
    if (error !== undefined) {
      closeReceiveSocket(opened);
      return error;
    }
    this.#sockets.set(key, opened);
    this.#byDescriptor.set(opened.fd, opened);
    this.#epoll.add(opened.fd);
    return undefined;
  }

  #drop(key: string, socket: ReceiveSocket): void {
    this.#epoll.delete(socket.fd);
    this.#sockets.delete(key);
    this.#byDescriptor.delete(socket.fd);
    closeReceiveSocket(socket);
  }

  /** One system call's worth. True when the socket holds nothing that had arrived when the reception began. */
  #read(socket: ReceiveSocket, into: Reception): boolean {
    const asked = Math.min(into.limit - into.datagrams.length, RECEIVE_BATCH);
    const count = this.#vector.read(socket.fd, asked);
    for (let slot = 0; slot < count; slot += 1) {
      const datagram =
        socket.family === 'ipv4'
          ? this.#ipv4(socket, slot, into.reading)
          : this.#ipv6(socket, slot, into.reading);
      if (datagram !== undefined) into.datagrams.push(datagram);
    }
    if (count >= asked) return socket.quietUntil >= into.begin;
    socket.quietUntil = into.reading.now;
    return true;
  }

  #ipv4(socket: ReceiveSocket, slot: number, reading: Reading): ReceivedDatagram | undefined {
    const { bytes, view } = this.#vector;
    const at = this.#vector.datagramAt(slot);
    const length = this.#vector.lengthOf(slot);
    const headerLength = (view.getUint8(at) & 0x0f) * 4;
    // The kernel has checked the header before a raw socket sees it; what is shorter was never one.
    if (length < 20 || headerLength < 20 || headerLength > length) return undefined;
    const control = this.#vector.control(slot);
    const receivedAt = receiveTime(socket, control.timestamp, reading);
    const destination = this.#addresses.addressAt(this.#vector, at + 16, 'ipv4');
    const link = this.#arrival(socket, control.link, destination);
    if (link === undefined) return undefined;
    const end = Math.min(length, Math.max(view.getUint16(at + 2), headerLength));
    return {
      link,
      source: this.#addresses.addressAt(this.#vector, at + 12, 'ipv4'),
      destination,
      hopLimit: view.getUint8(at + 8),
      payload: this.#payloads.payloadAt(bytes, at + headerLength, at + end),
      ...(socket.ah ? { ah: { identification: view.getUint16(at + 4) } } : undefined),
      receivedAt,
    };
  }

  #ipv6(socket: ReceiveSocket, slot: number, reading: Reading): ReceivedDatagram | undefined {
    const { bytes } = this.#vector;
    const at = this.#vector.datagramAt(slot);
    const control = this.#vector.control(slot);
    const receivedAt = receiveTime(socket, control.timestamp, reading);
    if (control.destinationAt < 0) return undefined;
    const destination = this.#addresses.addressAt(this.#vector, control.destinationAt, 'ipv6');
    const link = this.#arrival(socket, control.link, destination);
    if (link === undefined) return undefined;
    return {
      link,
      // struct sockaddr_in6: the address stands behind family, port and flow information.
      source: this.#addresses.addressAt(this.#vector, this.#vector.nameAt(slot) + 8, 'ipv6'),
      destination,
      hopLimit: control.hopLimit,
      payload: this.#payloads.payloadAt(bytes, at, at + this.#vector.lengthOf(slot)),
      receivedAt,
    };
  }

  /**
   * Where a datagram came in, or undefined when this socket must not deliver it: it is for a group that only a
   * neighbour socket has joined, or another socket delivers it.
   */
  #arrival(socket: ReceiveSocket, arrivedOn: number, destination: Address): LinkIndex | undefined {
    if (socket.groups.has(destination)) return socket.link;
    if (!socket.unicast || isMulticast(destination)) return undefined;
    if (socket.link !== 0) return socket.link;
    const link = arrivedOn as LinkIndex;
    const closer = this.#sockets.get(keyOf({ link, family: socket.family, ah: socket.ah }));
    return closer?.unicast === true ? undefined : link;
  }
}

function beginReception(clock: Clock, limit: number, datagrams: ReceivedDatagram[]): Reception {
  const reading = readingOf(clock);
  return { reading, begin: reading.now, limit, datagrams };
}

function keyOf({ link, family, ah = false }: Pick<Endpoint, 'link' | 'family' | 'ah'>): string {
  return `${link}/${family}${ah ? '/ah' : ''}`;
}

function inOrder(datagrams: ReceivedDatagram[]): readonly ReceivedDatagram[] {
  return datagrams.sort((one, other) => one.receivedAt - other.receivedAt);
}

/** How often one call asks which sockets are readable: more than it takes to read what any of them can hold. */
const ROUNDS = 1_024;
