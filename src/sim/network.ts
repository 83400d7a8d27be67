/**
 * Segments: broadcast domains to which the interfaces of hosts are attached. What is sent arrives later, or twice,
 * or not at all, as the disturbances in force say.
 */
import { familyOf, isMulticast } from '../base/address.ts';
import type { Random } from '../base/random.ts';
import type { Duration, Instant } from '../base/units.ts';
import type { Datagram, Frame, Link, LinkIndex, PortError } from '../ports.ts';
import { type Party, spreadClaim } from './claims.ts';
import type { HostKernel } from './kernel.ts';
import { createNeighbours, type Neighbours } from './neighbours.ts';
import type { Queue } from './queue.ts';
import type { Socket } from './socket.ts';

/** Which host, counted from 0. */
export type HostId = number;

export interface Disturbance {
  readonly loss: number;
  readonly duplication: number;
  /** How likely a datagram is held back, and for how long at most: later ones overtake it. */
  readonly delay: number;
  readonly delayMax: Duration;
  /** How likely a sender hears itself, as behind a switch that loops. */
  readonly echo: number;
  /** Whether nothing passes from one host to another. */
  blocks(from: HostId, to: HostId): boolean;
}

export const UNDISTURBED: Disturbance = {
  loss: 0,
  duplication: 0,
  delay: 0,
  delayMax: 0 as Duration,
  echo: 0,
  blocks: () => false,
};

export interface Attachment {
  readonly host: HostId;
  readonly interface: string;
  readonly kernel: HostKernel;
  /** The sockets of the host's living processes. */
  readonly sockets: Set<Socket>;
}

export interface Segment {
  readonly attachments: Attachment[];
  readonly disturbances: Set<Disturbance>;
  /** What everybody else on the segment, and its switch, believe. */
  readonly neighbours: Neighbours;
  /** What a process sent here last. */
  lastSent: Datagram | undefined;
}

export interface Fabric {
  readonly segments: readonly Segment[];
  /** An error when it does not leave the host. */
  send(from: HostId, datagram: Datagram): PortError | undefined;
  announce(from: HostId, frame: Frame): PortError | undefined;
}

export interface FabricOptions {
  readonly queue: Queue;
  readonly random: Random;
  readonly segments: number;
  readonly latency: Duration;
  readonly jitter: Duration;
}

const NO_DEVICE: PortError = { errno: 19, code: 'ENODEV', detail: 'no such device' };
const DOWN: PortError = { errno: 100, code: 'ENETDOWN', detail: 'network is down' };
const TOO_LONG: PortError = { errno: 90, code: 'EMSGSIZE', detail: 'message too long' };
/** Bytes of the IP header. */
const HEADER = { ipv4: 20, ipv6: 40 } as const;
const UNREACHABLE: PortError = {
  errno: 101,
  code: 'ENETUNREACH',
  detail: 'network is unreachable',
};

export function createFabric(options: FabricOptions): Fabric {
  const segments = Array.from(
    { length: options.segments },
    (): Segment => ({
      attachments: [],
      disturbances: new Set(),
      neighbours: createNeighbours(),
      lastSent: undefined,
    }),
  );
  return {
    segments,
    send: (from, datagram) => {
      const way = wayOut(segments, from, datagram);
      if ('errno' in way) return way;
      const size = datagram.payload.length + HEADER[familyOf(datagram.destination)];
      if (size > way.link.mtu) return TOO_LONG;
      if (way.link.running) {
        way.segment.lastSent = datagram;
        spread(options, way, datagram);
      }
      return undefined;
    },
    announce: (from, frame) => {
      const way = wayOut(segments, from, frame);
      if ('errno' in way) return way;
      if (!way.link.running) return undefined;
      const { segment } = way;
      if (options.random.chance(combined(segment.disturbances, 'loss'))) return undefined;
      options.queue.in(transit(options, segment), () => {
        segment.neighbours.hear(from, frame.bytes);
        const others = segment.attachments.filter(
          (other) => other !== way.own && !isBlocked(segment, from, other.host),
        );
        const party = (attachment: Attachment) => partyOf(attachment, options.queue.now());
        spreadClaim(frame.bytes, party(way.own), others.map(party));
      });
      return undefined;
    },
  };
}

interface Way {
  readonly segment: Segment;
  readonly own: Attachment;
  readonly link: Link;
}

function wayOut(
  segments: readonly Segment[],
  from: HostId,
  sent: Datagram | Frame,
): Way | PortError {
  let error = 'destination' in sent && sent.link === 0 ? UNREACHABLE : NO_DEVICE;
  for (const segment of segments) {
    for (const own of segment.attachments) {
      if (own.host !== from) continue;
      const link = own.kernel.linkNamed(own.interface);
      if (link === undefined) continue;
      if (sent.link === 0 ? !routes(segment, sent) : !isWay(own.kernel, link, sent.link)) continue;
      if (link.up) return { segment, own, link };
      error = DOWN;
    }
  }
  return error;
}

/** A device above another one speaks by that. */
function isWay(kernel: HostKernel, link: Link, index: LinkIndex): boolean {
  if (link.index === index) return true;
  const device = kernel.link(index);
  return device?.up === true && device.parent === link.index;
}

/** Stands for a routing table: the segment on which somebody has the address. */
function routes(segment: Segment, sent: Datagram | Frame): boolean {
  if (!('destination' in sent)) return false;
  return segment.attachments.some((each) => each.kernel.owns(sent.destination));
}

function spread(options: FabricOptions, way: Way, datagram: Datagram): void {
  const { queue, random } = options;
  const { segment, own } = way;
  for (const to of segment.attachments) {
    const self = to === own;
    if (self && !random.chance(combined(segment.disturbances, 'echo'))) continue;
    if (
      isBlocked(segment, own.host, to.host) ||
      random.chance(combined(segment.disturbances, 'loss'))
    )
      continue;
    const copies = random.chance(combined(segment.disturbances, 'duplication')) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      queue.in(transit(options, segment), () => arrive(to, datagram, queue.now()));
    }
  }
}

function isBlocked(segment: Segment, from: HostId, to: HostId): boolean {
  for (const each of segment.disturbances) if (each.blocks(from, to)) return true;
  return false;
}

/** An interface that is down neither hears nor answers. */
function partyOf({ kernel, interface: name, sockets }: Attachment, at: Instant): Party {
  const link = kernel.linkNamed(name);
  const isUp = link?.up === true && link.running;
  return {
    mac: link?.mac,
    owns: (address) => isUp && kernel.owns(address),
    tell: (claim) => {
      if (!isUp) return;
      for (const { ear } of sockets) ear.take({ link: link.index, ...claim, at });
    },
  };
}

function arrive(to: Attachment, datagram: Datagram, now: Instant): void {
  const link = to.kernel.linkNamed(to.interface);
  if (link === undefined || !link.up || !link.running) return;
  const group = isMulticast(datagram.destination);
  if (!group && !to.kernel.owns(datagram.destination)) return;
  for (const socket of to.sockets) socket.take({ ...datagram, link: link.index }, now);
}

function transit(options: FabricOptions, segment: Segment): Duration {
  const { random } = options;
  let time = options.latency + random.below(options.jitter + 1);
  for (const each of segment.disturbances) {
    if (random.chance(each.delay)) time += random.below(each.delayMax + 1);
  }
  return time as Duration;
}

/** The chance that at least one of the disturbances strikes. */
function combined(disturbances: Set<Disturbance>, what: 'loss' | 'duplication' | 'echo'): number {
  if (disturbances.size === 0) return 0;
  let spared = 1;
  for (const each of disturbances) spared *= 1 - each[what];
  return 1 - spared;
}
