/** Takes received datagrams in: finds their machines, counts and reports what is not heeded, moves the others. */
import type { Address } from '../../base/address.ts';
import type { Instant } from '../../base/units.ts';
import type { Notary, ReceivedDatagram } from '../../ports.ts';
import type { SyncGroups } from '../groups.ts';
import type { Machine } from '../machine.ts';
import type { Mover, Outbox } from '../mover.ts';
import type { RejectReason } from '../report.ts';
import { createDirectory, type Directory, type Hearing, hear } from './hearing.ts';
import { revivalOf } from './revival.ts';

/** How many senders a machine remembers, so that forged sources cannot fill the memory. */
const PEERS_MAX = 32;
/** How many different rejections one machine reports before its state changes; the counters go on. */
const REPORTED_REJECTIONS_MAX = 16;

export interface ListenerParts {
  readonly outbox: Outbox;
  readonly mover: Mover;
  readonly groups: SyncGroups;
  readonly notary: Notary | undefined;
}

export class Listener {
  /** Datagrams that belong to no machine, by reason. */
  readonly rejectedCounts = new Map<RejectReason, number>();
  readonly #parts: ListenerParts;
  readonly #reported = new Set<string>();
  #directory: Directory;
  /** Whether datagrams for unknown virtual router ids are reported. */
  logUnknown = false;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.#directory = createDirectory([], parts.notary);
  }

  /** Must be called when machines, their links or their sources have changed. */
  learn(machines: Iterable<Machine>): void {
    this.#directory = createDirectory(machines, this.#parts.notary);
  }

  take(datagrams: readonly ReceivedDatagram[], mayHear: boolean, now: Instant): void {
    for (const datagram of datagrams) {
      const hearing = hear(this.#directory, datagram);
      if (hearing.kind === 'rejected') this.#reject(hearing, datagram, now);
      else if (mayHear) this.#heed(hearing, datagram, now);
      else {
        const { machine } = hearing;
        this.#reject({ kind: 'rejected', machine, reason: 'starting', detail: '' }, datagram, now);
      }
    }
  }

  #heed(
    hearing: Extract<Hearing, { kind: 'heard' }>,
    datagram: ReceivedDatagram,
    now: Instant,
  ): void {
    const { machine, advertisement, isOther } = hearing;
    const { statistics } = machine;
    const { priority, interval } = advertisement;
    statistics.received += 1;
    if (priority === 0) statistics.priorityZeroReceived += 1;
    if (isOther && !machine.model.skipCheckAdvertAddresses) {
      const detail = `advertised: ${advertisement.addresses.join(' ')}`;
      this.#reject({ kind: 'rejected', machine, reason: 'address-list', detail }, datagram, now);
    }
    rememberPeer(machine, datagram, priority);
    const wasMaster = machine.state.kind === 'master';
    const { source: from, receivedAt: at } = datagram;
    const local = machine.source ?? from;
    if (wasMaster && priority !== 0) this.#tellRevival(machine, { from, at });
    this.#parts.mover.move(
      machine,
      { kind: 'advertisement', from, local, priority, interval, at },
      now,
    );
    const isLower = priority !== 0 && wasMaster && machine.state.kind === 'master';
    if (isLower) this.#reassertFellows(machine, now);
  }

  #tellRevival(machine: Machine, heard: { readonly from: Address; readonly at: Instant }): void {
    const revival = revivalOf(machine, heard);
    if (revival !== undefined) this.#parts.outbox.reports.push(revival);
  }

  /** The fellows of a sync group speak again too when one of them had to. */
  #reassertFellows(machine: Machine, now: Instant): void {
    for (const fellow of this.#parts.groups.fellowsOf(machine)) {
      if (fellow.state.kind !== 'master') continue;
      if (!fellow.model.lowerPriorityNoAdvert) this.#parts.mover.advertise(fellow, false);
      this.#parts.mover.reassert(fellow, now);
    }
  }

  #reject(
    hearing: Extract<Hearing, { kind: 'rejected' }>,
    datagram: ReceivedDatagram,
    now: Instant,
  ): void {
    const { machine, reason, detail } = hearing;
    const counts = machine?.rejectedCounts ?? this.rejectedCounts;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    if (reason === 'unknown-router' && !this.logUnknown) return;
    if (reason === 'own-source' || reason === 'owner-ignores' || reason === 'starting') return;
    const reported = machine?.reportedRejections ?? this.#reported;
    const key = `${reason}|${datagram.source}`;
    if (reported.has(key) || reported.size >= REPORTED_REJECTIONS_MAX) return;
    reported.add(key);
    this.#parts.outbox.reports.push({
      kind: 'rejected',
      instance: machine?.model.name,
      at: now,
      link: datagram.link,
      from: datagram.source,
      reason,
      detail,
    });
  }
}

function rememberPeer(machine: Machine, datagram: ReceivedDatagram, priority: number): void {
  const known = machine.peers.get(datagram.source);
  if (known !== undefined) {
    known.priority = priority;
    known.heardAt = datagram.receivedAt;
    known.count += 1;
    return;
  }
  if (machine.peers.size >= PEERS_MAX) {
    const [oldest] = machine.peers.keys();
    if (oldest !== undefined) machine.peers.delete(oldest);
  }
  machine.peers.set(datagram.source, { priority, heardAt: datagram.receivedAt, count: 1 });
}
