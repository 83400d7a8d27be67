/** Who else has been heard to hold an address of ours: told once, asked again, and forgotten when it has been silent. */
import type { Address, Mac } from '../../base/address.ts';
import { after, earliest, type Instant, milliseconds, seconds } from '../../base/units.ts';
import type { NeighbourClaim } from '../../ports.ts';
import type { Machine } from '../machine.ts';
import type { Outbox } from '../mover.ts';
import type { ConflictSnapshot } from '../snapshot.ts';
import { addressLifetime, allAddresses, type Holding } from './desired.ts';

/** Whoever holds an address is asked again after this, and has let go of it when silent for so long. */
const ASK_AGAIN = seconds(20);
const SILENCE = seconds(60);
/** How long after the end of its patience a former master is asked whether it still holds an address. */
const LAST_WORD = milliseconds(100);
const LAST_WAIT = seconds(1);
/** Those of one instance that are kept and told; whoever invents hardware addresses must fill neither memory nor journal. */
const KEPT_MOST = 64;
const TOLD_MOST = 8;

interface Conflict {
  readonly holding: Holding;
  readonly interface: string;
  readonly address: Address;
  readonly mac: Mac;
  readonly since: Instant;
  heardAt: Instant;
  count: number;
  /** Until when it may be the former master, who is about to let go. */
  stillUntil: Instant | undefined;
  askAt: Instant;
  /** Whether it has been asked again. */
  isAsked: boolean;
  isTold: boolean;
}

export class Conflicts {
  readonly #outbox: Outbox;
  readonly #byMachine = new Map<Machine, Map<string, Conflict>>();
  deadline: Instant | undefined;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  hear(holding: Holding, name: string, { address, mac, link }: NeighbourClaim, now: Instant): void {
    const { machine } = holding;
    const ofMachine = this.#byMachine.get(machine) ?? new Map<string, Conflict>();
    this.#byMachine.set(machine, ofMachine);
    const key = `${link}|${address}|${mac}`;
    const known = ofMachine.get(key);
    if (known === undefined && ofMachine.size >= KEPT_MOST) return;
    const until = known === undefined ? stillUntil(machine) : known.stillUntil;
    const still = until !== undefined && now <= until ? until : undefined;
    const isNews = known === undefined || (known.stillUntil !== undefined && still === undefined);
    const conflict: Conflict = known ?? {
      ...{ holding, interface: name, address, mac, since: now, heardAt: now, count: 0 },
      ...{ stillUntil: still, askAt: now, isAsked: false, isTold: false },
    };
    conflict.heardAt = now;
    conflict.count += 1;
    conflict.stillUntil = still;
    ofMachine.set(key, conflict);
    if (!isNews) return;
    conflict.askAt = still === undefined ? after(now, ASK_AGAIN) : after(still, LAST_WORD);
    this.deadline = earliest(this.deadline, conflict.askAt);
    this.#tell(conflict, ofMachine, now);
  }

  /** The addresses that are to be asked for again. */
  due(now: Instant): readonly Holding[] {
    if (this.deadline === undefined || now < this.deadline) return [];
    const again = new Map<string, Holding>();
    this.deadline = undefined;
    for (const [machine, ofMachine] of this.#byMachine) {
      if (machine.state.kind !== 'master') ofMachine.clear();
      for (const [key, conflict] of ofMachine) {
        if (conflict.askAt <= now) {
          if (isOver(conflict, now)) {
            ofMachine.delete(key);
            this.#tellOver(conflict, now);
            continue;
          }
          again.set(conflict.holding.key, conflict.holding);
          conflict.askAt = after(now, conflict.stillUntil === undefined ? ASK_AGAIN : LAST_WAIT);
          conflict.isAsked = true;
        }
        this.deadline = earliest(this.deadline, conflict.askAt);
      }
      if (ofMachine.size === 0) this.#byMachine.delete(machine);
    }
    return [...again.values()];
  }

  /** It is master no more, or master anew: what was heard before says nothing now. */
  forget(machine: Machine): void {
    this.#byMachine.delete(machine);
  }

  snapshots(machine: Machine): readonly ConflictSnapshot[] {
    const conflicts = [...(this.#byMachine.get(machine)?.values() ?? [])];
    return conflicts.map(({ address, interface: name, mac, since, heardAt, count, ...rest }) => {
      const still = rest.stillUntil !== undefined;
      return { address, interface: name, mac, since, heardAt, count, still };
    });
  }

  #tell(conflict: Conflict, others: ReadonlyMap<string, Conflict>, now: Instant): void {
    const told = [...others.values()].filter(({ isTold }) => isTold).length;
    if (!conflict.isTold && told >= TOLD_MOST) return;
    conflict.isTold = true;
    const { address, interface: name, mac, stillUntil: still } = conflict;
    this.#outbox.reports.push({
      kind: 'address-conflict',
      instance: conflict.holding.machine.model.name,
      at: now,
      ...{ address, interface: name, mac, still: still !== undefined },
      last: told === TOLD_MOST - 1,
    });
  }

  #tellOver({ holding, address, mac, ...conflict }: Conflict, now: Instant): void {
    // That a former master has let go is what was expected.
    if (!conflict.isTold || conflict.stillUntil !== undefined) return;
    const { name: instance } = holding.machine.model;
    const { interface: name } = conflict;
    const kind = 'address-conflict-over';
    this.#outbox.reports.push({ kind, instance, at: now, address, interface: name, mac });
  }
}

/** A former master that answers when its time is over is told anew; one that does not has let go. */
function isOver({ heardAt, stillUntil, isAsked }: Conflict, now: Instant): boolean {
  return stillUntil === undefined ? after(heardAt, SILENCE) <= now : isAsked;
}

/** A master whose daemon died, or that resigns now, loses its addresses within their lifetime. */
function stillUntil(machine: Machine): Instant | undefined {
  if (machine.heard === undefined) return undefined;
  const lifetime = addressLifetime(machine, allAddresses(machine.model).length);
  return after(machine.since, seconds(lifetime));
}
