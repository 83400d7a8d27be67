/**
 * Gratuitous ARP and unsolicited neighbour advertisements: a queue of frames that is emptied in bursts. First words go before
 * repetitions, and where `garp_interval` or `gna_interval` is set, each link and family speaks no faster than that.
 */
import { type Address, familyOf, type Ipv4, type Ipv6, type Mac } from '../../base/address.ts';
import { after, type Duration, earliest, type Instant } from '../../base/units.ts';
import type { Frame, Link, LinkIndex } from '../../ports.ts';
import { type ArpForm, gratuitousArpsFrom, unsolicitedAdvertisement } from '../../wire/neighbor.ts';

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
  forget(link: LinkIndex, address: Address): void;
}

/** What is still to be said about one address of a link. Encoded when its turn comes. */
interface Speech {
  readonly link: LinkIndex;
  readonly address: Address;
  mac: Mac;
  /** How often it was said, and how often it is to be said yet. */
  said: number;
  left: number;
  /** Link and family, where they speak no faster than that. */
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
  return new Queue(pace);
}

class Queue implements Announcer {
  readonly #pace: () => AnnouncerPace;
  /** Those of which nothing has been said, and the others. */
  #first: Speech[] = [];
  #repeats: Speech[] = [];
  readonly #waiting = new Map<LinkIndex, Map<Address, Speech>>();
  /** When a paced lane may speak again. */
  readonly #freeAt = new Map<string, Instant>();
  readonly #encode = createEncoder();

  constructor(pace: () => AnnouncerPace) {
    this.#pace = pace;
  }

  announce(link: Link, addresses: readonly Address[], rounds: number): void {
    const { mac } = link;
    if (mac === undefined || link.noArp || link.loopback || rounds < 1) return;
    const ofLink = this.#waiting.get(link.index) ?? new Map<Address, Speech>();
    this.#waiting.set(link.index, ofLink);
    for (const address of addresses) {
      const known = ofLink.get(address);
      if (known !== undefined) {
        known.mac = mac;
        known.left = Math.max(known.left, rounds);
        continue;
      }
      const rate = laneOf(this.#pace(), link, familyOf(address) === 'ipv6');
      const speech = { link: link.index, address, mac, said: 0, left: rounds, ...rate };
      ofLink.set(address, speech);
      this.#first.push(speech);
    }
  }

  take(now: Instant): readonly Frame[] {
    if (this.#first.length === 0 && this.#repeats.length === 0) return [];
    const frames: Frame[] = [];
    this.#first = this.#drain(this.#first, 1, now, frames);
    if (frames.length > MANY) return frames;
    this.#repeats = this.#drain(this.#repeats, Number.POSITIVE_INFINITY, now, frames);
    return frames;
  }

  deadline(now: Instant): Instant | undefined {
    let at: Instant | undefined;
    for (const queue of [this.#first, this.#repeats]) {
      for (const { left, spacing, lane } of queue) {
        if (left === 0) continue;
        if (spacing === 0) return now;
        at = earliest(at, this.#freeAt.get(lane) ?? now);
      }
    }
    return at;
  }

  forget(link: LinkIndex, address: Address): void {
    const ofLink = this.#waiting.get(link);
    const speech = ofLink?.get(address);
    if (speech === undefined) return;
    speech.left = 0;
    ofLink?.delete(address);
  }

  /** Says each as often as `rounds` at most, as long as there is room. What is left of the queue. */
  #drain(queue: Speech[], rounds: number, now: Instant, frames: Frame[]): Speech[] {
    const held: Speech[] = [];
    for (let index = 0; index < queue.length; index += 1) {
      if (frames.length >= BURST) return held.concat(queue.slice(index));
      const speech = queue[index];
      if (speech === undefined) continue;
      const until = Math.max(0, speech.left - rounds);
      while (speech.left > until && frames.length < BURST && this.#mayBeSaid(speech, now)) {
        frames.push({ link: speech.link, bytes: this.#encode(speech) });
        speech.said += 1;
        speech.left -= 1;
      }
      if (speech.left > until) held.push(speech);
      else if (speech.left > 0) this.#repeats.push(speech);
      else this.#over(speech);
    }
    return held;
  }

  /** One that was forgotten may have been followed by another of the same address. */
  #over(speech: Speech): void {
    const ofLink = this.#waiting.get(speech.link);
    if (ofLink?.get(speech.address) === speech) ofLink.delete(speech.address);
  }

  #mayBeSaid({ spacing, lane }: Speech, now: Instant): boolean {
    if (spacing === 0) return true;
    const free = this.#freeAt.get(lane);
    if (free !== undefined && free > now) return false;
    this.#freeAt.set(lane, after(now, spacing));
    return true;
  }
}

/** Who speaks no faster than in turn with whom. */
function laneOf(
  pace: AnnouncerPace,
  { index, name }: Link,
  isIpv6: boolean,
): Pick<Speech, 'spacing' | 'lane'> {
  const at = pace.garpGroups?.findIndex(({ interfaces }) => interfaces.includes(name)) ?? -1;
  const { garpInterval, gnaInterval } = pace.garpGroups?.[at] ?? pace;
  const spacing = isIpv6 ? gnaInterval : garpInterval;
  const lane = spacing === 0 ? '' : `${at < 0 ? index : `group ${at}`}|${isIpv6}`;
  return { spacing, lane };
}

/** What is the same in the frames of one sender is written once. */
function createEncoder(): (speech: Speech) => Uint8Array {
  let sender: Mac | undefined;
  const patterns = new Map<ArpForm, ReturnType<typeof gratuitousArpsFrom>>();
  return ({ mac, address, said }) => {
    if (familyOf(address) === 'ipv6') {
      return unsolicitedAdvertisement({ mac, address: address as Ipv6, router: true });
    }
    if (mac !== sender) patterns.clear();
    sender = mac;
    const form = formOf(said);
    const known = patterns.get(form) ?? gratuitousArpsFrom(mac, form);
    patterns.set(form, known);
    return known(address as Ipv4);
  };
}

/** Some stacks believe requests only, some replies only (RFC 5944 4.6): repetitions take turns. */
function formOf(round: number): 'request' | 'reply' {
  return round % 2 === 0 ? 'request' : 'reply';
}
