/** What arrives at UDP ports of this host, with TTL, destination and the kernel's receive timestamps. */
import type { Family } from '../../base/address.ts';
import type { Instant } from '../../base/units.ts';
import type { Clock, LinkIndex, PortError } from '../../ports.ts';
import type { ReceivedUdpDatagram, UdpEndpoint, UdpReception } from '../../udp-port.ts';
import { AddressCache } from '../datagrams/address-cache.ts';
import { type Reading, readingOf, receiveTime } from '../datagrams/receive-time.ts';
import { RECEIVE_BATCH, ReceiveVector } from '../datagrams/receive-vector.ts';
import { Epoll } from '../epoll.ts';
import {
  allocate,
  bind,
  close,
  controlDescriptor,
  getsockopt,
  interfaceName,
  lastErrno,
  portError,
  socket,
} from '../ffi.ts';
import {
  AF_INET,
  AF_INET6,
  prepare,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  setOption,
  sizeReceiveBuffer,
} from '../socket.ts';

const SOCK_DGRAM_NONBLOCK_CLOEXEC = 0o2004002;
const F_DUPFD_CLOEXEC = 1030;
const SO_TIMESTAMPNS = 35;
const SO_MEMINFO = 55;
/** struct of nine words; the last counts what the socket has thrown away. */
const MEMINFO = { length: 36, dropsAt: 32 } as const;
const IP_PKTINFO = 8;
const IP_RECVTTL = 12;
const IPV6_V6ONLY = 26;
const IPV6_RECVPKTINFO = 49;
const IPV6_RECVHOPLIMIT = 51;
/** Room for what arrives while the process stands still for so long. It is a limit: only what waits takes memory. */
const STANDSTILL_SECONDS = 2;
/** What a packet counts as: 768 bytes where it was copied, and as much as a page with some drivers. */
const PACKET_BYTES = 2_048;
/** Fewer that wait than this have left room for more. */
const CROWD = 32;
const BUFFER_LEAST = 4 * 1024 * 1024;
const BUFFER_MOST = 128 * 1024 * 1024;
/**
 * Descriptors from here up. A dying process closes its descriptors from the highest number down and takes long over packet
 * sockets: so its ports are free before anybody wants to take them over.
 */
const HEIGHT = 4_080;

interface UdpSocket {
  readonly fd: number;
  readonly endpoint: UdpEndpoint;
  quietUntil: Instant;
  /** What it had thrown away when it was asked last. */
  dropped: number;
}

export class UdpReceiver {
  readonly #clock: Clock;
  readonly #epoll = new Epoll();
  readonly #vector = new ReceiveVector();
  readonly #addresses = new AddressCache();
  readonly #sockets = new Map<string, UdpSocket>();
  readonly #byDescriptor = new Map<number, UdpSocket>();
  readonly #names = new Map<number, string>();
  #buffer = BUFFER_LEAST;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Readable when one of the sockets is. */
  get fd(): number {
    return this.#epoll.fd;
  }

  listen(
    endpoints: readonly UdpEndpoint[],
  ): readonly { readonly endpoint: UdpEndpoint; readonly error: PortError }[] {
    this.#names.clear();
    const wanted = new Map(endpoints.map((endpoint) => [keyOf(endpoint), endpoint]));
    for (const [key, known] of this.#sockets) if (!wanted.has(key)) this.#drop(key, known);
    return [...wanted].flatMap(([key, endpoint]) => {
      if (this.#sockets.has(key)) return [];
      const opened = openSocket(endpoint, this.#buffer);
      if (typeof opened !== 'number') return [{ endpoint, error: opened }];
      const entry = { fd: opened, endpoint, quietUntil: this.#clock.now(), dropped: 0 };
      this.#sockets.set(key, entry);
      this.#byDescriptor.set(opened, entry);
      this.#epoll.add(opened);
      return [];
    });
  }

  /** How many datagrams a second may arrive from now on. */
  expect(rate: number): void {
    const wanted = rate * STANDSTILL_SECONDS * PACKET_BYTES;
    this.#buffer = Math.ceil(Math.min(BUFFER_MOST, Math.max(BUFFER_LEAST, wanted)));
    for (const { fd } of this.#sockets.values()) sizeReceiveBuffer(fd, this.#buffer);
  }

  receive(limit: number): UdpReception {
    const datagrams: ReceivedUdpDatagram[] = [];
    const begin = this.#clock.now();
    const ready = [...this.#epoll.ready()];
    if (ready.length === 0) return { datagrams, readUntil: begin, lost: 0 };
    const reading = readingOf(this.#clock);
    let readUntil = begin;
    let lost = 0;
    for (const fd of ready) {
      const from = this.#byDescriptor.get(fd);
      if (from === undefined) continue;
      const before = datagrams.length;
      let isEmpty = false;
      while (!isEmpty && datagrams.length < limit) {
        isEmpty = this.#read(from, reading, { limit, datagrams });
      }
      if (!isEmpty && from.quietUntil < readUntil) readUntil = from.quietUntil;
      if (datagrams.length - before >= CROWD) lost += lostSince(from);
    }
    return { datagrams, readUntil, lost };
  }

  close(): void {
    for (const [key, known] of this.#sockets) this.#drop(key, known);
    this.#epoll.close();
  }

  /** Asked once: an index is not given to another interface, and a new name comes with another configuration. */
  #nameOf(link: number): string | undefined {
    const known = this.#names.get(link);
    if (known !== undefined) return known;
    if (interfaceName(link, memory.address) === 0) return undefined;
    const found = String.fromCharCode(...memory.bytes.subarray(0, memory.bytes.indexOf(0)));
    this.#names.set(link, found);
    return found;
  }

  #drop(key: string, { fd }: UdpSocket): void {
    this.#epoll.delete(fd);
    this.#sockets.delete(key);
    this.#byDescriptor.delete(fd);
    close(fd);
  }

  /** One system call's worth. True when the socket is empty now. */
  #read(
    from: UdpSocket,
    reading: Reading,
    into: { readonly limit: number; readonly datagrams: ReceivedUdpDatagram[] },
  ): boolean {
    const asked = Math.min(into.limit - into.datagrams.length, RECEIVE_BATCH);
    const count = this.#vector.read(from.fd, asked);
    for (let slot = 0; slot < count; slot += 1) {
      const datagram = this.#datagram(from, slot, reading);
      if (datagram !== undefined) into.datagrams.push(datagram);
    }
    if (count >= asked) return false;
    from.quietUntil = reading.now;
    return true;
  }

  #datagram(from: UdpSocket, slot: number, reading: Reading): ReceivedUdpDatagram | undefined {
    const vector = this.#vector;
    const { family, port } = from.endpoint;
    const control = vector.control(slot);
    if (control.destinationAt < 0) return undefined;
    const at = vector.datagramAt(slot);
    return {
      source: this.#addresses.addressAt(vector, vector.nameAt(slot) + NAME_AT[family], family),
      destination: this.#addresses.addressAt(vector, control.destinationAt, family),
      destinationPort: port,
      link: control.link as LinkIndex,
      interface: this.#nameOf(control.link),
      hopLimit: control.hopLimit,
      payload: vector.bytes.slice(at, at + vector.lengthOf(slot)),
      receivedAt: receiveTime(from, control.timestamp, reading),
    };
  }
}

/** Where the address stands in struct sockaddr_in and sockaddr_in6. */
const NAME_AT: Readonly<Record<Family, number>> = { ipv4: 4, ipv6: 8 };

const name = allocate(64);
const memory = allocate(64);

/** How many datagrams the socket has thrown away since it was asked last; a kernel that does not say has thrown none away. */
function lostSince(from: UdpSocket): number {
  const { words, address } = memory;
  words[0] = MEMINFO.length;
  const result = getsockopt(from.fd, SOL_SOCKET, SO_MEMINFO, address + 4, address);
  const dropped = result < 0 ? from.dropped : (words[(4 + MEMINFO.dropsAt) >> 2] ?? 0);
  const lost = (dropped - from.dropped) >>> 0;
  from.dropped = dropped;
  return lost;
}

/** Nobody else may have the port: two who share one would take each other's packets. */
function openSocket({ family, port }: UdpEndpoint, buffer: number): number | PortError {
  const isIpv4 = family === 'ipv4';
  const fd = socket(isIpv4 ? AF_INET : AF_INET6, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
  if (fd < 0) return portError(lastErrno());
  sizeReceiveBuffer(fd, buffer);
  const options = isIpv4
    ? ([
        [SOL_IP, IP_PKTINFO],
        [SOL_IP, IP_RECVTTL],
      ] as const)
    : ([
        [SOL_IPV6, IPV6_V6ONLY],
        [SOL_IPV6, IPV6_RECVPKTINFO],
        [SOL_IPV6, IPV6_RECVHOPLIMIT],
      ] as const);
  const prepared = prepare(fd, [
    () => setOption(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1),
    ...options.map(
      ([level, option]) =>
        () =>
          setOption(fd, level, option, 1),
    ),
    () => bindAny(fd, isIpv4, port),
  ]);
  return prepared.ok ? lifted(fd) : prepared.error;
}

function bindAny(fd: number, isIpv4: boolean, port: number): PortError | undefined {
  name.bytes.fill(0);
  name.view.setUint16(0, isIpv4 ? AF_INET : AF_INET6, true);
  name.view.setUint16(2, port);
  return bind(fd, name.address, isIpv4 ? 16 : 28) < 0 ? portError(lastErrno()) : undefined;
}

/** Where the limit of descriptors leaves no room up there, it stays where it is. */
function lifted(fd: number): number {
  const higher = controlDescriptor(fd, F_DUPFD_CLOEXEC, HEIGHT);
  if (higher < 0) return fd;
  close(fd);
  return higher;
}

function keyOf({ family, port }: UdpEndpoint): string {
  return `${family}/${port}`;
}
