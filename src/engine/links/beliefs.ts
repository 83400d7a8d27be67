/**
 * What is believed of a link: what the kernel tells of it, unless its carrier is asked for (`linkbeat_interfaces`), and not before
 * it has been so for a while (`interface_up_down_delays`). A link that flaps faster than that is what it was.
 */
import { after, type Duration, earliest, type Instant, seconds } from '../../base/units.ts';
import type {
  CarrierMethod,
  KernelChange,
  KernelOperation,
  Link,
  LinkIndex,
  OperationResult,
} from '../../ports.ts';
import { linkIsUp } from '../tracking.ts';
import type { World } from '../world.ts';

/** How often a carrier is asked for. */
const POLL = seconds(1);

export interface LinkDelay {
  readonly down: Duration;
  readonly up: Duration;
}

export interface LinkManners {
  readonly delays: Readonly<Record<string, LinkDelay>>;
  /** Whose carrier is asked for; undefined takes the first method that works. */
  readonly polled: Readonly<Record<string, CarrierMethod | undefined>>;
}

interface Held {
  readonly link: Link;
  readonly at: Instant;
}

export class LinkBeliefs {
  readonly #world: World;
  #manners: LinkManners | undefined;
  /** Links as they are, until they have been so for long enough. */
  readonly #held = new Map<LinkIndex, Held>();
  readonly #carriers = new Map<string, boolean>();
  readonly #refused = new Set<string>();
  #pollAt: Instant | undefined;
  /** Changes that were found by asking. */
  #found: KernelChange[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  learn(manners: LinkManners | undefined): void {
    this.#manners = manners;
    const polled = Object.keys(manners?.polled ?? {});
    for (const name of this.#carriers.keys())
      if (!polled.includes(name)) this.#carriers.delete(name);
    this.#pollAt = polled.length > 0 ? (0 as Instant) : undefined;
  }

  /** A change as it is to be believed now. */
  believe(change: KernelChange, now: Instant): KernelChange {
    if (this.#manners === undefined) return change;
    if (change.kind === 'link-gone') this.#held.delete(change.index);
    if (change.kind === 'link') return { kind: 'link', link: this.#linkAt(change.link, now) };
    if (change.kind !== 'resynchronised') return change;
    const links = change.state.links.map((link) => this.#linkAt(link, now));
    return { kind: 'resynchronised', state: { ...change.state, links } };
  }

  /** What has been so for long enough, or was found by asking; to be believed as it is. */
  due(now: Instant): readonly KernelChange[] {
    const found = this.#found.splice(0);
    for (const [index, { link, at }] of this.#held) {
      if (at > now) continue;
      this.#held.delete(index);
      found.push({ kind: 'link', link });
    }
    return found;
  }

  /** The questions to ask now. */
  take(now: Instant): readonly KernelOperation[] {
    if (this.#pollAt === undefined || this.#pollAt > now) return [];
    this.#pollAt = after(now, POLL);
    return Object.entries(this.#manners?.polled ?? {}).flatMap(([name, method]) => {
      const isThere = this.#world.linkNamed(name) !== undefined && !this.#refused.has(name);
      return isThere ? [{ kind: 'ask-carrier' as const, interface: name, method }] : [];
    });
  }

  /** What cannot be asked is believed as the kernel tells it. */
  answered(operation: KernelOperation, result: OperationResult, now: Instant): void {
    if (operation.kind !== 'ask-carrier') return;
    const { interface: name } = operation;
    if (!result.done) {
      if (result.error.code !== 'ENODEV') this.#refused.add(name);
      return;
    }
    this.#carriers.set(name, result.was === 'up');
    const link = this.#world.linkNamed(name);
    if (link === undefined) return;
    const believed = this.#linkAt(link, now);
    if (believed.running !== link.running) this.#found.push({ kind: 'link', link: believed });
  }

  deadline(now: Instant): Instant | undefined {
    let at = this.#found.length > 0 ? now : this.#pollAt;
    for (const held of this.#held.values()) at = earliest(at, held.at);
    return at;
  }

  #linkAt(told: Link, now: Instant): Link {
    const carrier = this.#carriers.get(told.name);
    const link = carrier === undefined ? told : { ...told, running: told.up && carrier };
    const known = this.#world.links.get(link.index);
    const delay = this.#manners?.delays[link.name];
    if (delay === undefined || known === undefined) return link;
    const isUp = linkIsUp(link);
    const length = isUp ? delay.up : delay.down;
    if (isUp === linkIsUp(known) || length === 0) {
      this.#held.delete(link.index);
      return link;
    }
    const at = this.#held.get(link.index)?.at ?? after(now, length);
    this.#held.set(link.index, { link, at });
    return { ...link, up: known.up, running: known.running };
  }
}
