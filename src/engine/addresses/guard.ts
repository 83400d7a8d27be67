/**
 * Looks for others who hold addresses of ours: two masters that do not hear each other, a foreign host, or this host on
 * another interface. It asks on becoming master and listens as long as it is; it tells, and decides nothing.
 */
import {
  type Address,
  type Family,
  familyOf,
  type Ipv4,
  type Ipv6,
  isLinkLocal,
} from '../../base/address.ts';
import { after, earliest, type Instant, milliseconds } from '../../base/units.ts';
import type { Frame, LinkAddress, LinkIndex, NeighbourClaim, NeighbourWatch } from '../../ports.ts';
import { arpProbe, neighborSolicitation } from '../../wire/claim.ts';
import type { Machine } from '../machine.ts';
import type { Outbox } from '../mover.ts';
import type { Output } from '../output.ts';
import type { ConflictSnapshot } from '../snapshot.ts';
import type { World } from '../world.ts';
import { Conflicts } from './conflicts.ts';
import { type Holding, holdingsOf } from './desired.ts';
import { foundElsewhere } from './elsewhere.ts';

/** The advertisement, the addresses and their announcements go first by this much. */
const PATIENCE = milliseconds(10);
/** How many machines are looked at, and how many questions asked, in one step; and the time between two. */
const BURST = 64;
const SPACING = milliseconds(5);

type Guarded = Pick<Output, 'guard' | 'probe'>;
const NOTHING_TO_DO: Guarded = { guard: undefined, probe: [] };

export class Guard {
  readonly #world: World;
  readonly #outbox: Outbox;
  readonly #isOn: boolean;
  readonly #conflicts: Conflicts;
  /** Machines that are to be looked at. */
  readonly #pending = new Set<Machine>();
  #questions: Holding[] = [];
  #dueAt: Instant | undefined;
  /** Whether links, addresses or masters may differ from what is watched. */
  #isStale = false;
  /** Whether a machine is master no more, and may have been the last on its link. */
  #isReleased = false;
  /** What has been asked and told of a machine since it moved. */
  #done = new WeakMap<Machine, Set<string>>();
  #watched: ReadonlyMap<string, NeighbourWatch> = new Map();
  #holdings: ReadonlyMap<string, Holding> = new Map();

  constructor(world: World, outbox: Outbox, isOn: boolean) {
    this.#world = world;
    this.#outbox = outbox;
    this.#isOn = isOn;
    this.#conflicts = new Conflicts(outbox);
  }

  /** The state of a machine has changed. */
  moved(machine: Machine, now: Instant): void {
    if (!this.#isOn) return;
    this.#conflicts.forget(machine);
    this.#done.delete(machine);
    if (machine.state.kind !== 'master') this.#isReleased = true;
    this.#pending.add(machine);
    this.#dueAt ??= after(now, PATIENCE);
  }

  /** Links, machines or their addresses may have changed. */
  unsettled(machines: Iterable<Machine>, now: Instant): void {
    if (!this.#isOn) return;
    for (const machine of machines) this.#pending.add(machine);
    this.#isStale = true;
    this.#dueAt ??= after(now, PATIENCE);
  }

  deadline(): Instant | undefined {
    return earliest(this.#dueAt, this.#conflicts.deadline);
  }

  hear(claims: readonly NeighbourClaim[], now: Instant): void {
    for (const claim of claims) {
      const holding = this.#holdings.get(`${claim.link}|${claim.address}`);
      if (holding?.machine.state.kind !== 'master' || this.#isOwn(claim)) continue;
      this.#conflicts.hear(holding, this.#nameOf(claim.link), claim, now);
    }
  }

  snapshots(machine: Machine): readonly ConflictSnapshot[] {
    return this.#conflicts.snapshots(machine);
  }

  take(machines: Iterable<Machine>, now: Instant): Guarded {
    const again = this.#conflicts.due(now);
    this.#questions.push(...again);
    if (this.#dueAt === undefined || now < this.#dueAt) {
      if (again.length === 0) return NOTHING_TO_DO;
    }
    const batch = [...this.#pending].slice(0, BURST);
    for (const machine of batch) this.#pending.delete(machine);
    for (const [holding, place] of foundElsewhere(batch, this.#world)) {
      this.#tellElsewhere(holding, place, now);
    }
    const guard = this.#level(batch, machines);
    for (const machine of batch) this.#ask(machine);
    const probe = this.#questions.splice(0, BURST).flatMap((holding) => this.#probe(holding));
    const isMore = this.#pending.size > 0 || this.#questions.length > 0;
    this.#dueAt = isMore ? after(now, SPACING) : undefined;
    return { guard, probe };
  }

  /** Linux answers for any of its addresses on any of its links, so two links of this host may meet on one segment. */
  #isOwn({ mac }: NeighbourClaim): boolean {
    return [...this.#world.links.values()].some((link) => link.mac === mac);
  }

  #ask(machine: Machine): void {
    if (machine.state.kind !== 'master') return;
    for (const holding of holdingsOf(machine, this.#world)) {
      if (this.#world.has(holding.key) && this.#isFirst(machine, holding.key)) {
        this.#questions.push(holding);
      }
    }
  }

  #isFirst(machine: Machine, what: string): boolean {
    const done = this.#done.get(machine) ?? new Set<string>();
    this.#done.set(machine, done);
    if (done.has(what)) return false;
    done.add(what);
    return true;
  }

  #probe({ link, virtual, machine }: Holding): readonly Frame[] {
    const index = this.#groundOf(link);
    const mac = this.#macOf(index);
    if (mac === undefined || machine.state.kind !== 'master') return [];
    const { address } = virtual;
    if (familyOf(address) === 'ipv4') {
      return [{ link: index, bytes: arpProbe({ mac, address: address as Ipv4 }) }];
    }
    const source = this.#linkLocalOn(index);
    if (source === undefined) return [];
    const bytes = neighborSolicitation({ mac, source, address: address as Ipv6 });
    return [{ link: index, bytes }];
  }

  /** A device above a link is on the same wire: one socket there hears for all of them. */
  #groundOf(index: LinkIndex): LinkIndex {
    const { kind, parent } = this.#world.links.get(index) ?? {};
    const isAbove = kind === 'macvlan' || kind === 'ipvlan';
    return isAbove && parent !== undefined && this.#world.links.has(parent) ? parent : index;
  }

  #laneOf({ link, virtual }: Holding): string {
    return `${this.#groundOf(link)}|${familyOf(virtual.address)}`;
  }

  /** The hardware address of a link on which neighbours are asked for. */
  #macOf(index: LinkIndex) {
    const link = this.#world.links.get(index);
    return link === undefined || link.noArp || link.loopback ? undefined : link.mac;
  }

  #linkLocalOn(index: LinkIndex): Ipv6 | undefined {
    for (const { address, tentative } of this.#world.addressesOn(index)) {
      if (tentative || !address.includes(':') || !isLinkLocal(address)) continue;
      if (!this.#holdings.has(`${index}|${address}`)) return address as Ipv6;
    }
    return undefined;
  }

  /** The watches wanted, if they are others than before. All of a link as soon as one of its addresses is held. */
  #level(batch: readonly Machine[], machines: Iterable<Machine>): Output['guard'] {
    const isRoomier = this.#isReleased && this.#pending.size === 0;
    if (!this.#isStale && !isRoomier && !batch.some((each) => this.#disagrees(each))) {
      return undefined;
    }
    this.#isStale = false;
    if (isRoomier) this.#isReleased = false;
    const holdings = new Map<string, Holding>();
    const lanes = new Map<string, { link: LinkIndex; family: Family; addresses: Set<Address> }>();
    const active = new Set<string>();
    for (const machine of machines) {
      for (const holding of holdingsOf(machine, this.#world)) {
        const link = this.#groundOf(holding.link);
        if (this.#macOf(link) === undefined) continue;
        const { address } = holding.virtual;
        const lane = this.#laneOf(holding);
        const entry = lanes.get(lane) ?? {
          link,
          family: familyOf(address),
          addresses: new Set(),
        };
        lanes.set(lane, entry);
        entry.addresses.add(address);
        const key = `${link}|${address}`;
        const isMaster = machine.state.kind === 'master';
        if (isMaster) active.add(lane);
        if (isMaster || !holdings.has(key)) holdings.set(key, holding);
      }
    }
    this.#holdings = holdings;
    const watches = new Map<string, NeighbourWatch>();
    for (const [lane, { link, family, addresses }] of lanes) {
      if (!active.has(lane)) continue;
      watches.set(lane, { link, family, addresses: [...addresses] });
    }
    if (isSame(watches, this.#watched)) return undefined;
    this.#watched = watches;
    return [...watches.values()];
  }

  /** A master whose link nobody listens on, or whose addresses another instance had before. */
  #disagrees(machine: Machine): boolean {
    if (machine.state.kind !== 'master') return false;
    return holdingsOf(machine, this.#world).some(
      (holding) =>
        !this.#watched.has(this.#laneOf(holding)) ||
        this.#holdings.get(`${this.#groundOf(holding.link)}|${holding.virtual.address}`)
          ?.machine !== machine,
    );
  }

  #tellElsewhere({ machine, virtual, link }: Holding, place: LinkAddress, now: Instant): void {
    const { address, prefix } = virtual;
    if (!this.#isFirst(machine, `${place.link}/${place.prefix} has ${address}`)) return;
    this.#outbox.reports.push({
      kind: 'address-elsewhere',
      instance: machine.model.name,
      at: now,
      address,
      prefix,
      interface: this.#nameOf(link),
      elsewhere: this.#nameOf(place.link),
      elsewherePrefix: place.prefix,
    });
  }

  #nameOf(link: LinkIndex): string {
    return this.#world.links.get(link)?.name ?? `link ${link}`;
  }
}

function isSame(
  one: ReadonlyMap<string, NeighbourWatch>,
  other: ReadonlyMap<string, NeighbourWatch>,
): boolean {
  if (one.size !== other.size) return false;
  for (const [lane, { addresses }] of one) {
    const twin = other.get(lane)?.addresses;
    if (twin?.length !== addresses.length) return false;
    if (twin.some((address, index) => address !== addresses[index])) return false;
  }
  return true;
}
