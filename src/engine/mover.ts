/** Moves a machine: steps its router, carries out the effects, and keeps everything that hangs on its state in order. */
import { after, between, type Duration, type Instant, seconds } from '../base/units.ts';
import type { Notary, WantedAddress } from '../ports.ts';
import type { Cause } from '../protocol/vrrp/cause.ts';
import { stepRouter } from '../protocol/vrrp/router.ts';
import type { Heard, RouterEffect, RouterInput, RouterState } from '../protocol/vrrp/state.ts';
import type { Announcer } from './addresses/announcer.ts';
import { FEW, type Foresight } from './addresses/foresight.ts';
import type { Guard } from './addresses/guard.ts';
import type { Reconciler } from './addresses/reconcile.ts';
import { advertisementOf } from './adverts/advertiser.ts';
import { forgetAh, wrapInAh } from './adverts/authentication-header.ts';
import { sign } from './adverts/signing.ts';
import type { Input } from './input.ts';
import { type Machine, machineDeadline } from './machine.ts';
import type { GarpModel } from './model.ts';
import type { OutgoingDatagram } from './output.ts';
import type { Report } from './report.ts';
import type { Deadlines } from './timing/deadlines.ts';
import type { Gathering } from './timing/gathering.ts';
import type { World } from './world.ts';

/** How often an instance whose process stands still again and again says so. */
const STANDSTILL_REPORTS = seconds(10);

/** What one step has gathered so far. */
export interface Outbox {
  transmit: OutgoingDatagram[];
  reports: Report[];
}

export interface MoverParts {
  readonly world: World;
  readonly outbox: Outbox;
  readonly announcer: Announcer;
  readonly reconciler: Reconciler;
  readonly deadlines: Deadlines<Machine>;
  readonly guard: Guard;
  readonly gathering: Gathering;
  readonly foresight: Foresight;
  readonly notary: Notary | undefined;
}

export class Mover {
  readonly #parts: MoverParts;
  /** Sync groups in which something has moved since they were settled. */
  readonly disturbedGroups = new Set<string>();

  constructor(parts: MoverParts) {
    this.#parts = parts;
  }

  move(machine: Machine, input: RouterInput, now: Instant): void {
    const before = machine.state;
    const { state, effects, cause } = stepRouter(machine.config, before, input, now);
    machine.state = state;
    // A resignation must go out before its addresses vanish, with the identity the machine had.
    for (const effect of effects) this.#carryOut(machine, effect, now);
    if (cause !== undefined) this.#transition(machine, before, cause, now);
    if (state.kind === 'backup') {
      machine.heard = state.heard ?? machine.heard;
      const isOther = before.kind === 'backup' && before.masterInterval !== state.masterInterval;
      if (isOther) this.#parts.gathering.moved();
      if (state.downAt === undefined) this.#disturb(machine);
    }
    this.#parts.deadlines.schedule(machine, machineDeadline(machine));
  }

  /** What those will send who take over by then is made now, and so is what is returned: the addresses they will want. */
  prepare(machines: Iterable<Machine>, until: Instant): readonly WantedAddress[] {
    const wanted: WantedAddress[] = [];
    let room = FEW;
    for (const machine of machines) {
      const { state } = machine;
      if (state.kind !== 'backup' || state.downAt === undefined || state.downAt > until) continue;
      advertisementOf(machine, false);
      const count = this.#parts.reconciler.holdingsOf(machine).length;
      if (count <= FEW) wanted.push(...this.#parts.reconciler.foresee(machine));
      room -= Math.max(1, count);
      if (room <= 0) break;
    }
    return wanted;
  }

  advertise(machine: Machine, resign: boolean): void {
    if (machine.link !== undefined && !machine.link.up) return;
    const { notary } = this.#parts;
    const plain = advertisementOf(machine, resign);
    const datagrams = wrapInAh(machine, sign(machine, plain, notary), notary);
    for (const datagram of datagrams) {
      this.#parts.outbox.transmit.push(datagram);
    }
    if (resign) machine.statistics.priorityZeroSent += 1;
    else machine.statistics.sent += 1;
  }

  /** Told once in each state, not once in each interval. */
  notSent(
    machine: Machine | undefined,
    { instance, error }: Extract<Input, { kind: 'transmit-failed' }>,
    now: Instant,
  ): void {
    const reported = machine?.reportedRejections;
    const key = `transmit|${error.code}`;
    if (reported?.has(key) === true) return;
    reported?.add(key);
    this.#parts.outbox.reports.push({ kind: 'transmit-failed', instance, at: now, error });
  }

  /** Announces every address that is present and held by this machine. */
  announceAll(machine: Machine, rounds: number): void {
    const { world, announcer, reconciler } = this.#parts;
    for (const holding of reconciler.holdingsOf(machine)) {
      const link = world.links.get(holding.link);
      if (link === undefined || !world.has(holding.key)) continue;
      announcer.announce(link, [holding.virtual.address], rounds);
    }
  }

  /**
   * A master of lower priority was heard: speak again, now and once more after a while. At most once in an
   * interval, so that whoever sends such advertisements cannot make this host flood its link.
   */
  reassert(machine: Machine, now: Instant): void {
    const { lowerPriorityRepeat, lowerPriorityDelay } = machine.model.garp;
    if (lowerPriorityRepeat === 0) return;
    const last = machine.reassertedAt;
    if (last !== undefined && now < after(last, machine.model.advertInterval)) return;
    machine.reassertedAt = now;
    this.announceAll(machine, lowerPriorityRepeat);
    if (lowerPriorityDelay > 0) machine.announceLowerAt ??= after(now, lowerPriorityDelay);
    this.#parts.deadlines.schedule(machine, machineDeadline(machine));
  }

  /** Somebody asks for it; only a master's addresses are announced. */
  announceAgain(machine: Machine | undefined): void {
    if (machine?.state.kind === 'master') this.announceAll(machine, 1);
  }

  /** Serves the announcements whose time has come. */
  announceDue(machine: Machine, now: Instant): void {
    const { garp } = machine.model;
    if (machine.announceAgainAt !== undefined && machine.announceAgainAt <= now) {
      machine.announceAgainAt = undefined;
      this.announceAll(machine, garp.masterRepeat);
    }
    if (machine.announceLowerAt !== undefined && machine.announceLowerAt <= now) {
      machine.announceLowerAt = undefined;
      this.announceAll(machine, garp.lowerPriorityRepeat);
    }
    if (machine.announceRefreshAt !== undefined && machine.announceRefreshAt <= now) {
      machine.announceRefreshAt = refreshFrom(garp, now);
      this.announceAll(machine, garp.masterRefreshRepeat);
    }
    if (machine.announceExtraAt !== undefined && machine.announceExtraAt <= now) {
      machine.announceExtraAt = garp.extra && after(now, garp.extra.interval);
      this.#announceExtra(machine);
    }
  }

  /** Where no advertisement ever tells a switch where the MAC is. */
  #announceExtra(machine: Machine): void {
    const { world, announcer, reconciler } = this.#parts;
    const isAll = machine.model.garp.extra?.all === true;
    for (const { link: index, key, virtual } of reconciler.holdingsOf(machine)) {
      const link = world.links.get(index);
      const isMain = index === machine.link?.index || index === machine.outlet?.index;
      if (link === undefined || isMain || !world.has(key)) continue;
      if (isAll || link.kind === 'macvlan') announcer.announce(link, [virtual.address], 1);
    }
  }

  #carryOut(machine: Machine, effect: RouterEffect, now: Instant): void {
    if (effect.kind === 'advertise') this.advertise(machine, effect.resign);
    else if (effect.kind === 'announce') this.#stoodStill(machine, effect.lateness, now);
    else this.#reportLower(machine, effect.against, now);
  }

  /** Peers had reason to take over, and maybe have. */
  #stoodStill(machine: Machine, lateness: Duration, now: Instant): void {
    const { model, toldStandstillAt: toldAt } = machine;
    this.announceAll(machine, model.garp.masterRepeat);
    if (toldAt !== undefined && between(toldAt, now) < STANDSTILL_REPORTS) return;
    machine.toldStandstillAt = now;
    const { name: instance } = model;
    this.#parts.outbox.reports.push({ kind: 'stood-still', instance, at: now, lateness });
  }

  #reportLower(machine: Machine, against: Heard, now: Instant): void {
    this.reassert(machine, now);
    this.#parts.outbox.reports.push({
      kind: 'lower-priority-heard',
      instance: machine.model.name,
      at: now,
      from: against.from,
      theirs: against.priority,
      ours: machine.priority.effective,
    });
  }

  #transition(machine: Machine, before: RouterState, cause: Cause, now: Instant): void {
    const { outbox, reconciler, guard, gathering, foresight } = this.#parts;
    const to = machine.state.kind;
    machine.since = now;
    machine.cause = cause;
    machine.reportedRejections.clear();
    if (to === 'master') this.#becameMaster(machine, now);
    else if (before.kind === 'master') this.#releasedMaster(machine);
    reconciler.touch(machine);
    guard.moved(machine, now);
    gathering.moved();
    foresight.unsettled([machine], now);
    this.#disturb(machine);
    outbox.reports.push({
      kind: 'transition',
      instance: machine.model.name,
      from: before.kind,
      to: cause.kind === 'stop' ? 'stop' : to,
      cause,
      at: now,
      priority: machine.priority,
    });
  }

  #becameMaster(machine: Machine, now: Instant): void {
    const { garp } = machine.model;
    machine.statistics.becameMaster += 1;
    forgetAh(machine);
    machine.announceAgainAt = garp.masterDelay > 0 ? after(now, garp.masterDelay) : undefined;
    machine.announceRefreshAt = refreshFrom(garp, now);
    machine.announceLowerAt = undefined;
    machine.announceExtraAt = garp.extra && after(now, garp.extra.interval);
    // What must be added is announced when the kernel has acknowledged it; an owner's addresses may be there already.
    this.announceAll(machine, garp.masterRepeat);
  }

  #releasedMaster(machine: Machine): void {
    machine.statistics.releasedMaster += 1;
    this.silence(machine);
  }

  /** Takes back every announcement that was not made yet. */
  silence(machine: Machine): void {
    const { announcer, reconciler } = this.#parts;
    machine.announceAgainAt = undefined;
    machine.announceRefreshAt = undefined;
    machine.announceLowerAt = undefined;
    machine.announceExtraAt = undefined;
    for (const { link, virtual } of reconciler.holdingsOf(machine)) {
      announcer.forget(link, virtual.address);
    }
  }

  #disturb(machine: Machine): void {
    if (machine.group !== undefined) this.disturbedGroups.add(machine.group);
  }
}

/** When a master announces everything once more; undefined without `garp_master_refresh`. */
export function refreshFrom({ masterRefresh }: GarpModel, now: Instant): Instant | undefined {
  return masterRefresh > 0 ? after(now, masterRefresh) : undefined;
}
