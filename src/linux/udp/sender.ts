/**
 * Sends UDP datagrams with IP headers of our own, on one raw socket for each family: so that each may have a source port and
 * a TTL of its own, and a burst to many destinations is one system call.
 */
import { type Family, familyOf } from '../../base/address.ts';
import { type Outcome, success } from '../../base/outcome.ts';
import type { PortError } from '../../ports.ts';
import type { UdpDatagram } from '../../udp-port.ts';
import { PROTOCOL_UDP, UDP_HEADER_LENGTH, writeUdpHeader } from '../../wire/udp.ts';
import { HEADER_LENGTH, NAME_LENGTH, writeIpHeader } from '../datagrams/ip-header.ts';
import { type SendFailure, SendVector } from '../datagrams/send-vector.ts';
import { close } from '../ffi.ts';
import { AF_INET, AF_INET6, openRaw, prioritise, sizeSendBuffer } from '../socket.ts';
import { type Route, routeTowards } from './source.ts';

const IPPROTO_RAW = 255;
const SEND_BUFFER = 2 * 1024 * 1024;
const FAMILIES = ['ipv4', 'ipv6'] as const;

export class UdpSender {
  readonly #sockets = new Map<Family, number>();
  readonly #vector = new SendVector(false);
  /** By source asked for and destination. */
  readonly #sources = new Map<string, Route>();

  /** In order within a family. The failed ones by index, in ascending order. */
  transmit(datagrams: readonly UdpDatagram[]): readonly SendFailure[] {
    const failures: SendFailure[] = [];
    for (const family of FAMILIES) this.#send(family, datagrams, failures);
    return failures.length > 1 ? failures.sort((one, other) => one.index - other.index) : failures;
  }

  /** What was found out about sources is forgotten. */
  forget(): void {
    this.#sources.clear();
  }

  close(): void {
    for (const fd of this.#sockets.values()) close(fd);
    this.#sockets.clear();
  }

  #send(family: Family, datagrams: readonly UdpDatagram[], failures: SendFailure[]): void {
    let fd: number | undefined;
    for (const [index, datagram] of datagrams.entries()) {
      if (familyOf(datagram.destination) !== family) continue;
      const socket = this.#socket(family);
      const route = socket.ok ? this.#route(datagram) : socket;
      if (!socket.ok || !route.ok) {
        if (!route.ok) failures.push({ index, error: route.error });
        continue;
      }
      fd = socket.value;
      const length = HEADERS[family] + datagram.payload.length;
      if (!this.#vector.fits(length)) this.#vector.flush(fd, failures);
      this.#write(index, datagram, route.value);
    }
    if (fd !== undefined) this.#vector.flush(fd, failures);
  }

  #route(datagram: UdpDatagram): Outcome<Route, PortError> {
    const { source, destination, interface: link, settled } = datagram;
    const key = `${source ?? ''}>${destination}%${link ?? ''}`;
    const known = settled ? this.#sources.get(key) : undefined;
    if (known !== undefined) return success(known);
    const found = routeTowards(destination, source, link);
    if (found.ok) this.#sources.set(key, found.value);
    else this.#sources.delete(key);
    return found;
  }

  #socket(family: Family): Outcome<number, PortError> {
    const known = this.#sockets.get(family);
    if (known !== undefined) return success(known);
    const opened = openRaw(family === 'ipv4' ? AF_INET : AF_INET6, IPPROTO_RAW);
    if (!opened.ok) return opened;
    prioritise(opened.value);
    sizeSendBuffer(opened.value, SEND_BUFFER);
    this.#sockets.set(family, opened.value);
    return opened;
  }

  #write(index: number, datagram: UdpDatagram, { source, link }: Route): void {
    const { destination, payload, hopLimit, sourcePort, destinationPort } = datagram;
    const family = familyOf(destination);
    const headers = HEADERS[family];
    const length = headers + payload.length;
    const at = this.#vector.add(index, length, NAME_LENGTH[family]);
    const { bytes } = this.#vector;
    bytes.set(payload, at + headers);
    const envelope = { source, destination, sourcePort, destinationPort };
    writeUdpHeader(bytes, at + headers - UDP_HEADER_LENGTH, at + length, envelope);
    const addressed = { source, destination, hopLimit, link };
    writeIpHeader(this.#vector, { at, length, protocol: PROTOCOL_UDP }, addressed);
  }
}

/** Bytes before the payload. */
const HEADERS = {
  ipv4: HEADER_LENGTH.ipv4 + UDP_HEADER_LENGTH,
  ipv6: HEADER_LENGTH.ipv6 + UDP_HEADER_LENGTH,
} as const;
