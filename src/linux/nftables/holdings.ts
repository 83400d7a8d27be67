/** What our tables are believed to hold, and how that is learnt from the kernel. */
import type { Family } from '../../base/address.ts';
import { type Service, serviceName } from '../../base/service.ts';
import { FLOW_TIMEOUTS, type FlowTimeouts } from '../../wire/nftables/base-chains.ts';
import type { FamilyCommand } from '../../wire/nftables/command.ts';
import { Identities } from '../../wire/nftables/identity.ts';
import { familyOfService } from '../../wire/nftables/selection.ts';
import { type Finding, findTable, isAsBelieved, type TableState } from './finding.ts';
import type { Services } from './model.ts';
import type { NftablesRuleset } from './ruleset.ts';
import type { NftablesSocket } from './socket.ts';
import type { Ground } from './transition.ts';

export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
const READINGS = 3;

export class NftablesHoldings {
  readonly identities = new Identities();
  /** Part of what our rules say: a table with others is not as it should be. */
  timeouts: FlowTimeouts = FLOW_TIMEOUTS;
  readonly #socket: NftablesSocket;
  readonly #ruleset: NftablesRuleset;
  #services: Services = new Map();
  readonly #tables = new Map<Family, TableState>();
  /** Nobody has looked yet, or somebody has changed something since. */
  #isSuspect = true;

  constructor(socket: NftablesSocket, ruleset: NftablesRuleset) {
    this.#socket = socket;
    this.#ruleset = ruleset;
  }

  get services(): Services {
    return this.#services;
  }

  get ground(): Ground {
    const { timeouts, identities } = this;
    return { held: this.#services, tables: this.#tables, timeouts, identities };
  }

  servicesOf(family: Family): readonly Service[] {
    return [...this.#services.values()].filter(({ key }) => familyOfService(key) === family);
  }

  tableOf(family: Family): TableState | undefined {
    return this.#tables.get(family);
  }

  /** A change of ours was carried out: these are now what they are in `target`. */
  take(names: Iterable<string>, target: Services, built: ReadonlySet<Family>): void {
    for (const family of built) this.#tables.set(family, 'ours');
    for (const name of names) {
      const service = target.get(name);
      if (service === undefined) this.#services.delete(name);
      else this.#services.set(name, service);
    }
  }

  /** A table was taken away, with everything in it. */
  drop(family: Family): void {
    for (const { key } of this.servicesOf(family)) this.#services.delete(serviceName(key));
    this.#tables.set(family, 'absent');
  }

  /** Whoever opens a plane and asks nothing, to see whether there is one, changes nothing. */
  begin(): void {
    if (this.#tables.size === 0) this.inspect();
  }

  /** Looks, unless the generation proves that nobody has changed anything, which saves reading it all. */
  refresh(): void {
    if (this.#isSuspect || !this.#ruleset.isAsSeen()) this.inspect();
  }

  /** Whether somebody else has changed what is held, since this was asked the last time. */
  disturbed(): boolean {
    this.begin();
    if (this.#ruleset.isAsSeen()) return false;
    this.#ruleset.see(this.#ruleset.generation());
    this.#isSuspect = !FAMILIES.every((family) => this.#isAsBelieved(family));
    return this.#isSuspect;
  }

  /**
   * Learns what our tables hold and clears away what does not belong there. What was read while somebody changed
   * something may be torn: nothing is cleared away for that, and it is looked at again.
   */
  inspect(): void {
    for (let reading = 1; reading <= READINGS; reading += 1) {
      const generation = this.#ruleset.generation();
      const findings = FAMILIES.map((family) => this.#find(family));
      const isTorn = this.#ruleset.generation() !== generation;
      this.#isSuspect = isTorn || findings.includes(undefined);
      if (this.#isSuspect && reading < READINGS) continue;
      const repairs = this.#believe(findings);
      this.#ruleset.see(generation);
      if (isTorn || this.#ruleset.transact(repairs, generation).length === 0) return;
      this.#isSuspect = true;
    }
  }

  /** What could not be read is what it was believed to be; before that it is made anew. The repairs that are due. */
  #believe(findings: readonly (Finding | undefined)[]): readonly FamilyCommand[] {
    const held: Services = new Map();
    const repairs: FamilyCommand[] = [];
    for (const [index, family] of FAMILIES.entries()) {
      const finding = findings[index];
      const services = finding?.services ?? this.servicesOf(family);
      this.#tables.set(family, finding?.state ?? this.#tables.get(family) ?? 'strange');
      for (const service of services) held.set(serviceName(service.key), service);
      for (const command of finding?.repair ?? []) repairs.push({ family, command });
    }
    this.#services = held;
    return repairs;
  }

  #find(family: Family): Finding | undefined {
    return findTable(this.#socket, family, this);
  }

  #isAsBelieved(family: Family): boolean {
    const [believed, held] = [this.#tables.get(family), this.servicesOf(family)];
    const finding = this.#find(family);
    return finding !== undefined && isAsBelieved(finding, believed, held, this);
  }
}
