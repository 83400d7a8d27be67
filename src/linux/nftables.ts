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
import { takeInventory } from '../wire/nftables/inventory.ts';
import { familyOfService } from '../wire/nftables/selection.ts';
import { changeCommands, fingerprint, phaseOf } from '../wire/nftables/service-change.ts';
import { rewrite, tableCommands } from '../wire/nftables/table.ts';
import { NftablesCounters } from './nftables-counters.ts';
import { dumpTable } from './nftables-dump.ts';
import {
  changesOf,
  explained,
  type Leaving,
  leaving,
  nameOf,
  type Services,
  unsupported,
} from './nftables-model.ts';
import { type CommandFailure, NftablesSocket } from './nftables-socket.ts';
import { NftablesWatch } from './nftables-watch.ts';
import type { NetlinkBuffers } from './socket.ts';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
const DONE: OperationResult = { done: true };
const READINGS = 3;

export interface NftablesOptions {
  /** The ruleset of this namespace has changed by another hand; `disturbed` tells whether it concerns us. Synchronous. */
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

/** A command, and the service that it is of; undefined is of none. */
interface Owned extends FamilyCommand {
  readonly owner: string | undefined;
}

type State = 'ours' | 'strange' | 'absent';

export class NftablesPlane implements DataPlane {
  readonly kind = 'nftables';
  readonly #socket: NftablesSocket;
  readonly #counters: NftablesCounters;
  readonly #watcher?: NftablesWatch;
  readonly #identities = new Identities();
  #held: Services = new Map();
  readonly #tables = new Map<Family, State>();
  #timeouts: FlowTimeouts = FLOW_TIMEOUTS;
  #generation = -1;
  /** Somebody has changed what is held, and it has not been looked at since. */
  #isSuspect = false;

  constructor(socket: NftablesSocket, { onChange, buffers }: NftablesOptions) {
    this.#socket = socket;
    this.#counters = new NftablesCounters(socket, this.#identities.of);
    if (onChange !== undefined) this.#watcher = new NftablesWatch(onChange, buffers?.monitor);
    this.#inspect();
  }

  /**
   * What stands in our tables whole. Whatever else is found in them (a chain of somebody, a service that has lost a
   * rule) is cleared away first; an operation that adds such a service writes all of it.
   */
  observe(): readonly Service[] {
    // The generation proves that nobody has changed anything, and saves reading it all.
    if (this.#isSuspect || this.#readGeneration() !== this.#generation) this.#inspect();
    return [...this.#held.values()];
  }

  apply(operations: readonly PlaneOperation[]): readonly OperationResult[] {
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
    const generation = this.#readGeneration();
    if (generation === this.#generation) return false;
    this.#generation = generation;
    this.#isSuspect = !FAMILIES.every((family) => this.#isAsHeld(family));
    return this.#isSuspect;
  }

  traffic(keys?: readonly ServiceKey[]): readonly ServiceTraffic[] {
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
    const before = this.#timeouts;
    this.#timeouts = {
      tcp: milliseconds(tcp, before.tcp),
      tcpFin: milliseconds(tcpFin, before.tcpFin),
      udp: milliseconds(udp, before.udp),
    };
    const commands = FAMILIES.filter((family) => this.#tables.get(family) === 'ours').flatMap(
      (family) => this.#timeoutCommands(family),
    );
    const [failure] = this.#transact(commands);
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

  /** What the tables hold stays, and goes on without this process. */
  close(): void {
    this.#watcher?.close();
    this.#socket.close();
  }

  /** Takes our tables away, with everything that they remember. Connections through NAT go on. */
  remove(): OperationResult {
    this.#inspect();
    const commands = FAMILIES.filter((family) => this.#tables.get(family) !== 'absent').map(
      (family): Owned => ({ family, command: { kind: 'remove-table' }, owner: undefined }),
    );
    const [failure] = this.#transact(commands);
    if (failure !== undefined) return { done: false, error: failure.error };
    for (const family of FAMILIES) this.#tables.set(family, 'absent');
    this.#held = new Map();
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

  #timeoutCommands(family: Family): readonly Owned[] {
    return rewrite(baseChains(family, this.#timeouts).filter(({ name }) => name === 'direct')).map(
      (command) => ({ family, command, owner: undefined }),
    );
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
    let anonymous = 0;
    const numbering = {
      identify: this.#identities.of,
      anonymous: (): number => {
        anonymous += 1;
        return anonymous;
      },
    };
    const commands: Owned[] = [];
    const built = new Set<Family>();
    for (const name of wanted) {
      const [before, after] = [this.#held.get(name), target.get(name)];
      const service = after ?? before;
      if (service === undefined) continue;
      const family = familyOfService(service.key);
      if (this.#tables.get(family) !== 'ours' && !built.has(family)) {
        built.add(family);
        commands.push(...this.#tableCommands(family));
      }
      for (const command of changeCommands(before, after, numbering)) {
        commands.push({ family, command, owner: name });
      }
    }
    commands.sort((one, other) => phaseOf(one.command) - phaseOf(other.command));
    const failures = this.#transact(commands);
    if (failures.length > 0) {
      return failures.map(({ index, error }) => ({ name: commands[index]?.owner, error }));
    }
    for (const family of built) this.#tables.set(family, 'ours');
    for (const name of wanted) {
      const service = target.get(name);
      if (service === undefined) this.#held.delete(name);
      else this.#held.set(name, service);
    }
    return [];
  }

  #tableCommands(family: Family): readonly Owned[] {
    const remove =
      this.#tables.get(family) === 'strange' ? [{ kind: 'remove-table' as const }] : [];
    return [...remove, ...tableCommands(family, this.#timeouts)].map((command) => ({
      family,
      command,
      owner: undefined,
    }));
  }

  /** Keeps count of the generation, so that a change of ours is not taken for one of somebody else. */
  #transact(commands: readonly FamilyCommand[]): readonly CommandFailure[] {
    if (commands.length === 0) return [];
    const before = this.#readGeneration();
    const send = () => this.#socket.transact(commands);
    const failures = this.#watcher === undefined ? send() : this.#watcher.aside(send);
    if (failures.length === 0 && before === this.#generation) {
      const after = this.#readGeneration();
      if (after === nextGeneration(before)) this.#generation = after;
    }
    return failures;
  }

  #readGeneration(): number {
    const generation = this.#socket.generation();
    return generation.ok ? generation.value : -1;
  }

  /** Learns what our tables hold and clears away what does not belong there. */
  #inspect(): void {
    for (let reading = 0; reading < READINGS; reading += 1) {
      const generation = this.#readGeneration();
      const held: Services = new Map();
      const repairs: Owned[] = [];
      for (const family of FAMILIES) {
        for (const service of this.#inspectFamily(family, repairs)) {
          held.set(serviceName(service.key), service);
        }
      }
      this.#held = held;
      this.#isSuspect = false;
      this.#generation = generation;
      if (repairs.length > 0) {
        if (this.#transact(repairs).length === 0) return;
      } else if (this.#readGeneration() === generation) {
        return;
      }
    }
  }

  #expectation() {
    return { timeouts: this.#timeouts, identities: this.#identities };
  }

  #inspectFamily(family: Family, repairs: Owned[]): readonly Service[] {
    const dump = dumpTable(this.#socket, family);
    if (dump === undefined) {
      this.#tables.set(family, 'absent');
      return [];
    }
    const inventory = takeInventory(family, dump, this.#expectation());
    this.#tables.set(family, inventory === undefined ? 'strange' : 'ours');
    if (inventory === undefined) return [];
    for (const command of inventory.repair) repairs.push({ family, command, owner: undefined });
    return inventory.services;
  }

  #isAsHeld(family: Family): boolean {
    const held = [...this.#held.values()].filter(({ key }) => familyOfService(key) === family);
    const dump = dumpTable(this.#socket, family);
    if (dump === undefined) return held.length === 0 && this.#tables.get(family) === 'absent';
    const inventory = takeInventory(family, dump, this.#expectation());
    if (inventory === undefined) return this.#tables.get(family) === 'strange';
    const { of: identify } = this.#identities;
    const found = new Map(inventory.services.map((one) => [serviceName(one.key), one]));
    return (
      inventory.repair.length === 0 &&
      found.size === held.length &&
      held.every((service) => {
        const one = found.get(serviceName(service.key));
        if (one === undefined) return false;
        return fingerprint(one, identify) === fingerprint(service, identify);
      })
    );
  }
}

function milliseconds(seconds: number | undefined, otherwise: number): number {
  return seconds === undefined || seconds === 0 ? otherwise : seconds * 1000;
}

function nextGeneration(generation: number): number {
  // The kernel leaves 0 out.
  return (generation + 1) >>> 0 || 1;
}
