/**
 * Gratuitous ARP and unsolicited neighbour advertisements: a queue of frames that is emptied in bursts. First words go before
 * repetitions, and where `garp_interval` or `gna_interval` is set, each link and family speaks no faster than that.
 */
import { type Address, familyOf, type Ipv4, type Ipv6, type Mac } from '../base/address.ts';
import { after, type Duration, earliest, type Instant } from '../base/units.ts';
import type { Frame, Link } from '../ports.ts';
import { type ArpForm, gratuitousArp, unsolicitedAdvertisement } from '../wire/neighbor.ts';

/** How many frames leave in one step, so that no advertisement waits behind a thousand of them. */
const BURST = 256;
/** When more addresses than this have just come, more are likely to follow: repetitions wait until all have been said. */
const MANY = 8;

export interface Announcer {
  /**
   * Queues announcements of each address until `rounds` of them wait; the first of each goes before every repetition.
   * What is asked for again while it waits is not queued twice, so the queue is bounded by the addresses.
   */
  announce(link: Link, addresses: readonly Address[], rounds: number): void;
  /** The frames to send now. */
  take(now: Instant): readonly Frame[];
  /** When `take` has something again; an instant in the past means at once. */
  deadline(now: Instant): Instant | undefined;
  /** Drops what is queued for an address that is not ours any more. */
  forget(link: Link['index'], address: Address): void;
}

/** Encoded when its turn comes. */
interface Queued {
  readonly link: Link['index'];
  readonly mac: Mac;
  readonly address: Address;
  readonly form: ArpForm;
  /** Link and family. */
  readonly lane: string;
  readonly spacing: Duration;
}

export interface AnnouncerPace {
  readonly garpInterval: Duration;
  readonly gnaInterval: Duration;
  /** Interfaces that share one rate. */
  readonly garpGroups?: readonly GarpGroup[];
}

export interface GarpGroup {
  readonly interfaces: readonly string[];
  readonly garpInterval: Duration;
  readonly gnaInterval: Duration;
}

export function createAnnouncer(pace: () => AnnouncerPace): Announcer {
  let first: Queued[] = [];
  let repeats: Queued[] = [];
  /** How many announcements wait, by link and address. */
  const waiting = new Map<string, number>();
  /** When a paced lane may speak again. */
  const freeAt = new Map<string, Instant>();

  const said = ({ link, address }: Queued): void => {
    const key = waitingKey(link, address);
    const rest = (waiting.get(key) ?? 0) - 1;
    if (rest > 0) waiting.set(key, rest);
    else waiting.delete(key);
  };
  const drain = (queue: Queued[], now: Instant, frames: Frame[]): Queued[] => {
    if (queue.length === 0) return queue;
    const left: Queued[] = [];
    for (const [index, entry] of queue.entries()) {
      if (frames.length >= BURST) return left.concat(queue.slice(index));
      if (entry.spacing > 0) {
        const free = freeAt.get(entry.lane);
        if (free !== undefined && free > now) {
          left.push(entry);
          continue;
        }
        freeAt.set(entry.lane, after(now, entry.spacing));
      }
      frames.push(frameOf(entry));
      said(entry);
    }
    return left;
  };
  return {
    announce(link, addresses, rounds) {
      const { mac } = link;
      if (mac === undefined || link.noArp || link.loopback || rounds < 1) return;
      for (const address of addresses) {
        const isIpv6 = familyOf(address) === 'ipv6';
        const { spacing, lane } = laneOf(pace(), link, isIpv6);
        const key = waitingKey(link.index, address);
        let count = waiting.get(key) ?? 0;
        for (let round = 0; round < rounds && count < rounds; round += 1) {
          const queue = count === 0 ? first : repeats;
          queue.push({ link: link.index, mac, address, form: formOf(round), lane, spacing });
          count += 1;
        }
        waiting.set(key, count);
      }
    },
    take(now) {
      if (first.length === 0 && repeats.length === 0) return [];
      const frames: Frame[] = [];
      first = drain(first, now, frames);
      if (frames.length <= MANY) repeats = drain(repeats, now, frames);
      return frames;
    },
    deadline(now) {
      let at: Instant | undefined;
      for (const queue of [first, repeats]) {
        for (const entry of queue) {
          if (entry.spacing === 0) return now;
          at = earliest(at, freeAt.get(entry.lane) ?? now);
        }
      }
      return at;
    },
    forget(link, address) {
      const keep = (entry: Queued): boolean => entry.address !== address || entry.link !== link;
      first = first.filter(keep);
      repeats = repeats.filter(keep);
      waiting.delete(waitingKey(link, address));
    },
  };
}

function waitingKey(link: Link['index'], address: Address): string {
  return `${link}|${address}`;
}

/** Who speaks no faster than in turn with whom. */
function laneOf(
  pace: AnnouncerPace,
  { index, name }: Link,
  isIpv6: boolean,
): Pick<Queued, 'spacing' | 'lane'> {
  const at = pace.garpGroups?.findIndex(({ interfaces }) => interfaces.includes(name)) ?? -1;
  const { garpInterval, gnaInterval } = pace.garpGroups?.[at] ?? pace;
  const spacing = isIpv6 ? gnaInterval : garpInterval;
  return { spacing, lane: `${at < 0 ? index : `group ${at}`}|${isIpv6}` };
}

function frameOf({ link, mac, address, form }: Queued): Frame {
  const bytes =
    familyOf(address) === 'ipv6'
      ? unsolicitedAdvertisement({ mac, address: address as Ipv6, router: true })
      : gratuitousArp({ mac, address: address as Ipv4, form });
  return { link, bytes };
}

/** Some stacks believe requests only, some replies only (RFC 5944 4.6): repetitions take turns. */
function formOf(round: number): 'request' | 'reply' {
  return round % 2 === 0 ? 'request' : 'reply';
}
