/**
 * The data plane of a kernel without IPVS: one table of ours for each family, `ip holdfast` and `ip6 holdfast`. Every
 * call of `apply` is one transaction. Nobody else's table is read or touched.
 */
import type { Family } from '../base/address.ts';
import { failure, type Outcome, success } from '../base/outcome.ts';
import { type Service, type ServiceKey, serviceName } from '../base/service.ts';
import type {
  ConnectionTimeouts,
  DataPlane,
  PlaneOperation,
  ServiceTraffic,
  SyncDaemon,
} from '../plane.ts';
import type { OperationResult, PortError } from '../ports.ts';
import { baseChains, FLOW_TIMEOUTS, type FlowTimeouts } from '../wire/nftables/base-chains.ts';
import type { FamilyCommand } from '../wire/nftables/command.ts';
import { Identities } from '../wire/nftables/identity.ts';
import type { Expectation } from '../wire/nftables/inventory.ts';
import { familyOfService } from '../wire/nftables/selection.ts';
import { rewrite } from '../wire/nftables/table.ts';
import { NftablesCounters } from './nftables-counters.ts';
import { type Finding, findTable, isAsBelieved, type TableState } from './nftables-finding.ts';
import {
  changesOf,
  explained,
  type Leaving,
  leaving,
  nameOf,
  type Services,
  unsupported,
} from './nftables-model.ts';
import { NftablesRuleset } from './nftables-ruleset.ts';
import { NftablesSocket } from './nftables-socket.ts';
import { transition } from './nftables-transition.ts';
import type { NetlinkBuffers } from './socket.ts';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
const DONE: OperationResult = { done: true };
const READINGS = 3;

export interface NftablesOptions {
  /** Our tables may have been changed by another hand; `disturbed` tells whether they were. Synchronous. */
  readonly onChange?: () => void;
  readonly buffers?: NetlinkBuffers | undefined;
}

/** The plane of this network namespace; an error when the kernel has no nf_tables or this process may not use it. */
export function openNftables(options: NftablesOptions = {}): Outcome<NftablesPlane, PortError> {
  const socket = NftablesSocket.open(options.buffers?.commands);
  if (socket.ok) return success(new NftablesPlane(socket.value, options));
  const { error } = socket;
  const detail =
    error.code === 'EPERM'
      ? 'nf_tables may be changed by root alone, or with CAP_NET_ADMIN: start the daemon so'
      : 'this kernel has no nf_tables: load the module nf_tables, or use a kernel with it or with IPVS';
  return failure({ ...error, detail });
}

export class NftablesPlane implements DataPlane {
  readonly kind = 'nftables';
  readonly #socket: NftablesSocket;
  readonly #ruleset: NftablesRuleset;
  readonly #counters: NftablesCounters;
  readonly #identities = new Identities();
  #held: Services = new Map();
  readonly #tables = new Map<Family, TableState>();
  #timeouts: FlowTimeouts = FLOW_TIMEOUTS;
  /** Nobody has looked yet, or somebody has changed what is held since. */
  #isSuspect = true;
  /** Tables that are ours to take away: this process has put something into them, or taken it out. */
  readonly #used = new Set<Family>();

  constructor(socket: NftablesSocket, { onChange, buffers }: NftablesOptions) {
    this.#socket = socket;
    this.#counters = new NftablesCounters(socket, this.#identities.of);
    this.#ruleset = new NftablesRuleset(socket, { onChange, buffer: buffers?.monitor });
  }

  /**
   * What stands in our tables whole. Whatever else is found in them (a chain of somebody, a service that has lost a
   * rule) is cleared away first; an operation that adds such a service writes all of it.
   */
  observe(): readonly Service[] {
    // The generation proves that nobody has changed anything, and saves reading it all.
    if (this.#isSuspect || !this.#ruleset.isAsSeen()) this.#inspect();
    return [...this.#held.values()];
  }

  apply(operations: readonly PlaneOperation[]): readonly OperationResult[] {
    this.#begin();
    const { services, refused } = changesOf(this.#held, operations);
    const target: Services = new Map(this.#held);
    for (const [name, service] of services) {
      if (service === undefined) target.delete(name);
      else target.set(name, service);
    }
    const left = leaving(this.#held, services);
    const failed = this.#commit(new Set(services.keys()), target);
    this.#forget(left.filter(({ service }) => !failed.has(serviceName(service))));
    return operations.map((operation, index) => {
      const error = refused[index] ?? failed.get(nameOf(operation));
      return error === undefined ? DONE : { done: false, error: explained(error) };
    });
  }

  disturbed(): boolean {
    this.#begin();
    const generation = this.#ruleset.generation();
    if (this.#ruleset.isAsSeen()) return false;
    this.#ruleset.see(generation);
    this.#isSuspect = !FAMILIES.every((family) => this.#isAsBelieved(family));
    return this.#isSuspect;
  }

  traffic(keys?: readonly ServiceKey[]): readonly ServiceTraffic[] {
    this.#begin();
    const named =
      keys === undefined
        ? [...this.#held.values()]
        : keys.flatMap((key) => this.#held.get(serviceName(key)) ?? []);
    return this.#counters.read(named, this.#held);
  }

  /**
   * Of connections to direct servers. Those of NAT live in connection tracking, whose timeouts
   * (net.netfilter.nf_conntrack_*_timeout_*) are the whole host's and are left alone.
   */
  setTimeouts({ tcp, tcpFin, udp }: ConnectionTimeouts): OperationResult {
    this.#begin();
    const before = this.#timeouts;
    this.#timeouts = {
      tcp: milliseconds(tcp, before.tcp),
      tcpFin: milliseconds(tcpFin, before.tcpFin),
      udp: milliseconds(udp, before.udp),
    };
    const commands = FAMILIES.filter((family) => this.#tables.get(family) === 'ours').flatMap(
      (family) => this.#timeoutCommands(family),
    );
    const [failure] = this.#ruleset.transact(commands);
    if (failure === undefined) return DONE;
    this.#timeouts = before;
    return { done: false, error: failure.error };
  }

  synchronise(daemons: readonly SyncDaemon[]): OperationResult {
    if (daemons.length === 0) return DONE;
    const detail =
      'nftables has no connection synchronisation: leave lvs_sync_daemon out, or use a kernel with IPVS';
    return { done: false, error: unsupported(detail) };
  }

  /**
   * What the tables hold stays, and goes on without this process. A table in which it has left nothing goes, unless
   * streams still live that were given out before: without our chains the kernel would not translate them.
   */
  close(): void {
    if (this.#used.size > 0) {
      this.observe();
      this.#removeTables((family) => {
        if (!this.#used.has(family) || this.#tables.get(family) !== 'ours') return false;
        return this.#heldOf(family).length === 0 && !this.#socket.carriesStreams(family);
      });
    }
    this.#ruleset.close();
    this.#socket.close();
  }

  /** Takes our tables away, with everything that they remember. */
  remove(): OperationResult {
    this.#inspect();
    return this.#removeTables((family) => this.#tables.get(family) !== 'absent');
  }

  #removeTables(isMeant: (family: Family) => boolean): OperationResult {
    const families = FAMILIES.filter(isMeant);
    const [failure] = this.#ruleset.transact(
      families.map((family) => ({ family, command: { kind: 'remove-table' } })),
    );
    if (failure !== undefined) return { done: false, error: failure.error };
    for (const family of families) {
      this.#tables.set(family, 'absent');
      for (const { key } of this.#heldOf(family)) this.#held.delete(serviceName(key));
    }
    return DONE;
  }

  /**
   * A client that goes on sending from one port would keep a datagram connection to a server that is gone alive for
   * ever. Streams end by themselves.
   */
  #forget(servers: readonly Leaving[]): void {
    for (const family of FAMILIES) {
      const labels = servers
        .filter(({ service }) => familyOfService(service) === family)
        .map(({ service, server }) => this.#identities.of(service, server));
      if (labels.length > 0) this.#socket.forget(family, new Set(labels));
    }
  }

  #timeoutCommands(family: Family): readonly FamilyCommand[] {
    const direct = baseChains(family, this.#timeouts).filter(({ name }) => name === 'direct');
    return rewrite(direct).map((command) => ({ family, command }));
  }

  /**
   * Makes the named services what they are in `target`; why those failed that did. A table that is not as it was
   * believed to be is looked at anew, and then everything in it is made so, not what is named alone.
   */
  #commit(names: ReadonlySet<string>, target: Services): ReadonlyMap<string, PortError> {
    const failed = new Map<string, PortError>();
    this.#counters.keep(names, this.#held, target);
    const [first] = this.#attempt(names, target, failed);
    if (first === undefined) return failed;
    this.#inspect();
    const everything = new Set([...names, ...this.#held.keys(), ...target.keys()]);
    for (let failures = this.#attempt(everything, target, failed); failures.length > 0; ) {
      const size = failed.size;
      for (const { name, error } of failures) {
        for (const one of name === undefined ? everything : [name]) failed.set(one, error);
      }
      if (failed.size === size) break;
      failures = this.#attempt(everything, target, failed);
    }
    return failed;
  }

  #attempt(
    names: ReadonlySet<string>,
    target: Services,
    failed: ReadonlyMap<string, PortError>,
  ): readonly { readonly name: string | undefined; readonly error: PortError }[] {
    const wanted = [...names].filter((name) => !failed.has(name));
    const { commands, built } = transition(wanted, target, {
      ...{ held: this.#held, tables: this.#tables },
      ...this.#expectation(),
    });
    const failures = this.#ruleset.transact(commands);
    if (failures.length > 0) {
      return failures.map(({ index, error }) => ({ name: commands[index]?.owner, error }));
    }
    for (const family of built) this.#tables.set(family, 'ours');
    for (const { family } of commands) this.#used.add(family);
    for (const name of wanted) {
      const service = target.get(name);
      if (service === undefined) this.#held.delete(name);
      else this.#held.set(name, service);
    }
    return [];
  }

  /** Whoever opens it and asks nothing, to see whether there is such a plane, changes nothing. */
  #begin(): void {
    if (this.#tables.size === 0) this.#inspect();
  }

  /**
   * Learns what our tables hold and clears away what does not belong there. What was read while somebody changed
   * something may be torn: nothing is cleared away for that, and it is looked at again.
   */
  #inspect(): void {
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
      const services = finding?.services ?? this.#heldOf(family);
      this.#tables.set(family, finding?.state ?? this.#tables.get(family) ?? 'strange');
      for (const service of services) held.set(serviceName(service.key), service);
      for (const command of finding?.repair ?? []) repairs.push({ family, command });
    }
    this.#held = held;
    return repairs;
  }

  #expectation(): Expectation {
    return { timeouts: this.#timeouts, identities: this.#identities };
  }

  #find(family: Family): Finding | undefined {
    return findTable(this.#socket, family, this.#expectation());
  }

  #heldOf(family: Family): readonly Service[] {
    return [...this.#held.values()].filter(({ key }) => familyOfService(key) === family);
  }

  #isAsBelieved(family: Family): boolean {
    const [believed, held] = [this.#tables.get(family), this.#heldOf(family)];
    const finding = this.#find(family);
    return finding !== undefined && isAsBelieved(finding, believed, held, this.#expectation());
  }
}

function milliseconds(seconds: number | undefined, otherwise: number): number {
  return seconds === undefined || seconds === 0 ? otherwise : seconds * 1000;
}
