/** One process's raw sockets: the Network port over a fabric, with a receive buffer that can run over. */
import { familyOf, isMulticast } from '../base/address.ts';
import type { Random } from '../base/random.ts';
import type { Duration, Instant } from '../base/units.ts';
import type { Datagram, Endpoint, Frame, Network, PortError, ReceivedDatagram } from '../ports.ts';
import { createEar, type Ear } from './claims.ts';
import type { HostKernel } from './kernel.ts';
import type { Fabric, HostId } from './network.ts';

export interface Socket extends Network {
  readonly ear: Ear;
  /** A datagram has come in on a link of the host. */
  take(datagram: Datagram, now: Instant): void;
  pending(): boolean;
  /** What is waiting to be read, oldest first. */
  readonly waiting: readonly ReceivedDatagram[];
}

export interface SocketOptions {
  readonly host: HostId;
  readonly fabric: Fabric;
  readonly kernel: HostKernel;
  /** The host's clock minus the world's. */
  readonly offset: Duration;
  ready(): void;
  /** Called for each datagram handed over, with why it did not leave if it did not. */
  sent(datagram: Datagram, error: PortError | undefined): void;
  announced(frame: Frame): void;
  /** Called for each datagram that found its place in the receive buffer. */
  heard(datagram: ReceivedDatagram): void;
  failing(): number;
  readonly random: Random;
}

/** Linux's default (net.core.rmem_default), and what a small datagram is charged there. */
const DEFAULT_BUFFER = 212_992;
const CHARGE = 768;

const NO_DEVICE: PortError = { errno: 19, code: 'ENODEV', detail: 'no such device' };
const NO_BUFFERS: PortError = { errno: 105, code: 'ENOBUFS', detail: 'made to fail' };

export function createSocket(options: SocketOptions): Socket {
  const { fabric, host, kernel, random } = options;
  let endpoints: readonly Endpoint[] = [];
  const waiting: ReceivedDatagram[] = [];
  const attempt = <Sent extends { readonly link: number }>(
    things: readonly Sent[],
    send: (thing: Sent) => PortError | undefined,
  ): { index: number; error: PortError }[] => {
    const failed: { index: number; error: PortError }[] = [];
    for (const [index, thing] of things.entries()) {
      const error = random.chance(options.failing()) ? NO_BUFFERS : send(thing);
      if (error !== undefined) failed.push({ index, error });
    }
    return failed;
  };
  return {
    ear: createEar(options.offset, options.ready),
    waiting,
    listen: (wanted) => {
      const missing = wanted.filter((each) => each.link !== 0 && !kernel.link(each.link));
      endpoints = wanted.filter((each) => !missing.includes(each));
      return missing.map((endpoint) => ({ endpoint, error: NO_DEVICE }));
    },
    transmit: (datagrams) => {
      const failed = attempt(datagrams, (datagram) => fabric.send(host, datagram));
      for (const [index, datagram] of datagrams.entries()) {
        options.sent(datagram, failed.find((each) => each.index === index)?.error);
      }
      return failed;
    },
    announce: (frames) => {
      for (const frame of frames) options.announced(frame);
      return attempt(frames, (frame) => fabric.announce(host, frame));
    },
    receive: (limit) => waiting.splice(0, limit),
    pending: () => waiting.length > 0,
    take: (datagram, now) => {
      const endpoint = endpoints.find((each) => hears(each, datagram));
      if (endpoint === undefined) return;
      const { receiveBuffer, receiveRoom = 0 } = endpoint;
      const room = Math.max(
        (receiveBuffer ?? DEFAULT_BUFFER) / CHARGE,
        receiveBuffer === undefined ? receiveRoom : 0,
      );
      if (waiting.length >= room) return;
      const received = { ...datagram, receivedAt: (now + options.offset) as Instant };
      waiting.push(received);
      options.heard(received);
      options.ready();
    },
  };
}

function hears(endpoint: Endpoint, datagram: Datagram): boolean {
  if (endpoint.link !== 0 && endpoint.link !== datagram.link) return false;
  if (endpoint.family !== familyOf(datagram.destination)) return false;
  return isMulticast(datagram.destination)
    ? endpoint.group === datagram.destination
    : endpoint.group === undefined;
}
