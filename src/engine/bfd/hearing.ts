/** Which session a packet is for, and whether it may be heeded: the first half of RFC 5880 6.8.6, and RFC 5881 5. */
import { after, type Instant, seconds } from '../../base/units.ts';
import type { ReceivedUdpDatagram } from '../../udp-port.ts';
import { type BfdPacket, decodeBfdPacket } from '../../wire/bfd.ts';
import { MULTIHOP_PORT, portOf } from './model.ts';
import type { BfdRejectReason } from './report.ts';
import type { BfdSession } from './session.ts';
import type { BfdSnapshot } from './snapshot.ts';
import type { Speaker } from './speaker.ts';
import { isOver, type SessionTable } from './table.ts';

/** So many senders and reasons are told; a flood of further ones is counted alone. */
const TOLD_MOST = 64;
/** Datagrams that were lost here are told no more often than this. */
const OVERFLOW_PAUSE = seconds(60);

interface Refusal {
  readonly reason: BfdRejectReason;
  readonly detail: string;
}

export class Hearing {
  /** Of packets that no session was found for. */
  readonly rejected = new Map<BfdRejectReason, number>();
  /** Datagrams that were not kept for want of room. */
  overflowed: number;
  #overflowToldAt: Instant | undefined;
  #untold = 0;
  readonly #table: SessionTable;
  readonly #speaker: Speaker;
  readonly #told = new Set<string>();

  constructor(
    table: SessionTable,
    speaker: Speaker,
    resume: Pick<BfdSnapshot, 'rejected' | 'overflowed'> | undefined,
  ) {
    this.#table = table;
    this.#speaker = speaker;
    this.overflowed = resume?.overflowed ?? 0;
    Hearing.restore(this.rejected, resume?.rejected ?? {});
  }

  static restore(
    counts: Map<BfdRejectReason, number>,
    from: Readonly<Partial<Record<BfdRejectReason, number>>>,
  ): void {
    for (const [reason, count] of Object.entries(from)) {
      counts.set(reason as BfdRejectReason, count);
    }
  }

  /** The session and the packet, or undefined when it is not heeded. */
  take(
    datagram: ReceivedUdpDatagram,
    now: Instant,
  ): { readonly session: BfdSession; readonly packet: BfdPacket } | undefined {
    const decoded = decodeBfdPacket(datagram.payload);
    if (!decoded.ok) return this.#refuse(undefined, datagram, decoded.error, now);
    const packet = decoded.value;
    const session = this.#find(datagram, packet);
    const refusal = refusalOf(session, packet, datagram);
    if (session === undefined || refusal !== undefined) {
      return this.#refuse(session, datagram, refusal ?? UNKNOWN, now);
    }
    session.statistics.received += 1;
    return { session, packet };
  }

  /** So many were not kept for want of room. */
  missed(lost: number, at: Instant): void {
    this.overflowed += lost;
    this.#untold += lost;
    const told = this.#overflowToldAt;
    if (told !== undefined && at < after(told, OVERFLOW_PAUSE)) return;
    this.#speaker.report({ kind: 'bfd-overflow', at, lost: this.#untold });
    this.#overflowToldAt = at;
    this.#untold = 0;
  }

  #find(datagram: ReceivedUdpDatagram, packet: BfdPacket): BfdSession | undefined {
    if (packet.yourDiscriminator !== 0) {
      return this.#table.withDiscriminator(packet.yourDiscriminator);
    }
    const multihop = datagram.destinationPort === MULTIHOP_PORT;
    const place = { multihop, interface: datagram.interface };
    return this.#table.between(datagram.source, datagram.destination, place);
  }

  #refuse(
    session: BfdSession | undefined,
    { source: from }: ReceivedUdpDatagram,
    { reason, detail }: Refusal,
    at: Instant,
  ): undefined {
    const counts = session?.rejected ?? this.rejected;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    const key = `${from} ${reason}`;
    if (this.#told.size >= TOLD_MOST || this.#told.has(key)) return;
    this.#told.add(key);
    const name = session?.model.name;
    this.#speaker.report({ kind: 'bfd-rejected', session: name, at, from, reason, detail });
  }
}

const UNKNOWN: Refusal = {
  reason: 'unknown-neighbour',
  detail: 'no bfd_instance has it as neighbor_ip on this address and port',
};

function refusalOf(
  session: BfdSession | undefined,
  packet: BfdPacket,
  { source, destination, destinationPort, hopLimit, interface: link }: ReceivedUdpDatagram,
): Refusal | undefined {
  if (source === destination) {
    return { reason: 'own-source', detail: 'it comes from the address that it is for' };
  }
  if (session === undefined) {
    const { yourDiscriminator } = packet;
    if (yourDiscriminator === 0) return UNKNOWN;
    const detail = `no session has discriminator ${yourDiscriminator}; one that was restarted is found again by its address`;
    return { reason: 'unknown-discriminator', detail };
  }
  const { model, state } = session;
  if (destinationPort !== portOf(model)) {
    const detail = `it came to port ${destinationPort}, the session runs on ${portOf(model)}: see multihop`;
    return { reason: 'wrong-port', detail };
  }
  if (!isOver(model, link)) {
    const detail = `it came over ${link ?? 'an interface that is gone'}, the session runs over ${model.interface}`;
    return { reason: 'unknown-neighbour', detail };
  }
  if (hopLimit < model.hopLimitLeast) {
    const detail = `${hopLimit} hops left of at least ${model.hopLimitLeast}: it was routed more often than max_hops allows, or the neighbour sends with a lower TTL`;
    return { reason: 'hop-limit', detail };
  }
  if (packet.myDiscriminator === state.discriminator) {
    return { reason: 'own-source', detail: 'it is one of our own packets, come back' };
  }
  return undefined;
}
