/** UDP between simulated hosts, as BFD needs it: datagrams come late, twice, out of order, or never. */
import type { Address } from '../base/address.ts';
import type { Random } from '../base/random.ts';
import { after, type Duration, type Instant, microseconds } from '../base/units.ts';
import type { LinkIndex, PortError } from '../ports.ts';
import type { ReceivedUdpDatagram, UdpDatagram, UdpEndpoint, UdpNetwork } from '../udp-port.ts';
import type { Queue } from './queue.ts';

/** What is wrong with the way from one host to another at the moment. */
export interface Trouble {
  /** From 0 to 1. */
  loss: number;
  duplication: number;
  /** Nothing passes. */
  cut: boolean;
}

export interface UdpSocket extends UdpNetwork {
  readonly address: Address;
  /** The host's clock minus the world's. */
  readonly offset: Duration;
  pending(): boolean;
  take(datagram: ReceivedUdpDatagram): void;
}

export interface UdpNet {
  /** `ready` is called when something can be received. */
  open(address: Address, offset: Duration, ready: () => void): UdpSocket;
  close(socket: UdpSocket): void;
  trouble(from: Address, to: Address): Trouble;
}

/** Half a millisecond, and up to as much again: enough for one datagram to overtake another. */
const LATENCY = 500;
export const LATENCY_MOST = 2 * LATENCY;

const UNREACHABLE: PortError = { errno: 101, code: 'ENETUNREACH', detail: '' };

export function createUdpNet(queue: Queue, random: Random): UdpNet {
  const sockets = new Map<Address, UdpSocket>();
  const troubles = new Map<string, Trouble>();
  const trouble = (from: Address, to: Address): Trouble => {
    const key = `${from}>${to}`;
    const known = troubles.get(key) ?? { loss: 0, duplication: 0, cut: false };
    troubles.set(key, known);
    return known;
  };
  const deliver = (from: Address, sent: UdpDatagram): void => {
    const { loss, duplication, cut } = trouble(from, sent.destination);
    if (cut || random.chance(loss)) return;
    const copies = random.chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      queue.in(microseconds(LATENCY + random.below(LATENCY)), () => {
        const to = sockets.get(sent.destination);
        if (to === undefined || trouble(from, sent.destination).cut) return;
        const { destination, destinationPort, hopLimit, payload } = sent;
        const receivedAt = (queue.now() + to.offset) as Instant;
        to.take({
          ...{ source: from, destination, destinationPort, hopLimit, payload, receivedAt },
          link: 1 as LinkIndex,
        });
      });
    }
  };
  return {
    trouble,
    open(address, offset, ready) {
      const socket = createUdpSocket({ queue, address, offset, ready, deliver });
      sockets.set(address, socket);
      return socket;
    },
    close(socket) {
      if (sockets.get(socket.address) === socket) sockets.delete(socket.address);
    },
  };
}

interface UdpSocketOptions {
  readonly queue: Queue;
  readonly address: Address;
  readonly offset: Duration;
  readonly ready: () => void;
  readonly deliver: (from: Address, sent: UdpDatagram) => void;
}

/** Datagrams that a socket keeps until they are read: a host that stands still for long loses some. */
const ROOM = 64;

function createUdpSocket(options: UdpSocketOptions): UdpSocket {
  const { queue, address, offset, ready, deliver } = options;
  const waiting: ReceivedUdpDatagram[] = [];
  let ports: readonly UdpEndpoint[] = [];
  let dropped = 0;
  return {
    address,
    offset,
    listen(endpoints) {
      ports = endpoints;
      return [];
    },
    transmit: (datagrams) =>
      datagrams.flatMap((sent, index) => {
        if (sent.source !== undefined && sent.source !== address) {
          return [{ index, error: UNREACHABLE }];
        }
        deliver(address, sent);
        return [];
      }),
    receive(limit) {
      const now = after(queue.now(), offset);
      const isAll = waiting.length <= limit;
      const datagrams = waiting.splice(0, limit);
      const last = datagrams.at(-1)?.receivedAt ?? now;
      const lost = dropped;
      dropped = 0;
      return { datagrams, readUntil: isAll ? now : last, lost };
    },
    pending: () => waiting.length > 0,
    take(datagram) {
      if (!ports.some(({ port }) => port === datagram.destinationPort)) return;
      if (waiting.length >= ROOM) dropped += 1;
      else waiting.push(datagram);
      ready();
    },
  };
}
