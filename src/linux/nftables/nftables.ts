/**
 * The data plane of a kernel without IPVS: one table of ours for each family, `ip holdfast` and `ip6 holdfast`. Every
 * call of `apply` is one transaction. Nobody else's table is read or touched.
 */
import type { Family } from '../../base/address.ts';
import { failure, type Outcome, success } from '../../base/outcome.ts';
import { type Service, type ServiceKey, serviceName } from '../../base/service.ts';
import type {
  ConnectionTimeouts,
  DataPlane,
  PlaneOperation,
  ServiceTraffic,
  SyncDaemon,
} from '../../plane.ts';
import type { OperationResult, PortError } from '../../ports.ts';
import { baseChains, type FlowTimeouts } from '../../wire/nftables/base-chains.ts';
import type { FamilyCommand } from '../../wire/nftables/command.ts';
import { familyOfService } from '../../wire/nftables/selection.ts';
import { rewrite } from '../../wire/nftables/table.ts';
import type { NetlinkBuffers } from '../socket.ts';
import { NftablesCounters } from './counters.ts';
import { FAMILIES, NftablesHoldings } from './holdings.ts';
import {
  changesOf,
  explained,
  type Leaving,
  leaving,
  nameOf,
  type Services,
  unsupported,
} from './model.ts';
import { NftablesRuleset } from './ruleset.ts';
import { NftablesSocket } from './socket.ts';
import { transition } from './transition.ts';

const DONE: OperationResult = { done: true };

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
  readonly #holdings: NftablesHoldings;
  readonly #counters: NftablesCounters;
  /** Tables that are ours to take away: this process has put something into them, or taken it out. */
  readonly #used = new Set<Family>();

  constructor(socket: NftablesSocket, { onChange, buffers }: NftablesOptions) {
    this.#socket = socket;
    this.#ruleset = new NftablesRuleset(socket, { onChange, buffer: buffers?.monitor });
    this.#holdings = new NftablesHoldings(socket, this.#ruleset);
    this.#counters = new NftablesCounters(socket, this.#holdings.identities.of);
  }

  /**
   * What stands in our tables whole. Whatever else is found in them (a chain of somebody, a service that has lost a
   * rule) is cleared away first; an operation that adds such a service writes all of it.
   */
  observe(): readonly Service[] {
    this.#holdings.refresh();
    return [...this.#holdings.services.values()];
  }

  apply(operations: readonly PlaneOperation[]): readonly OperationResult[] {
    this.#holdings.begin();
    const held = this.#holdings.services;
    const { services, refused } = changesOf(held, operations);
    const target: Services = new Map(held);
    for (const [name, service] of services) {
      if (service === undefined) target.delete(name);
      else target.set(name, service);
    }
    const left = leaving(held, services);
    const failed = this.#commit(new Set(services.keys()), target);
    this.#forget(left.filter(({ service }) => !failed.has(serviceName(service))));
    return operations.map((operation, index) => {
      const error = refused[index] ?? failed.get(nameOf(operation));
      return error === undefined ? DONE : { done: false, error: explained(error) };
    });
  }

  disturbed(): boolean {
    return this.#holdings.disturbed();
  }

  traffic(keys?: readonly ServiceKey[]): readonly ServiceTraffic[] {
    this.#holdings.begin();
    const held = this.#holdings.services;
    const named =
      keys === undefined
        ? [...held.values()]
        : keys.flatMap((key) => held.get(serviceName(key)) ?? []);
    return this.#counters.read(named, held);
  }

  /**
   * Of connections to direct servers. Those of NAT live in connection tracking, whose timeouts
   * (net.netfilter.nf_conntrack_*_timeout_*) are the whole host's and are left alone.
   */
  setTimeouts({ tcp, tcpFin, udp }: ConnectionTimeouts): OperationResult {
    this.#holdings.begin();
    const before = this.#holdings.timeouts;
    this.#holdings.timeouts = {
      tcp: milliseconds(tcp, before.tcp),
      tcpFin: milliseconds(tcpFin, before.tcpFin),
      udp: milliseconds(udp, before.udp),
    };
    const commands = FAMILIES.filter((family) => this.#holdings.tableOf(family) === 'ours').flatMap(
      (family) => timeoutCommands(family, this.#holdings.timeouts),
    );
    const [failure] = this.#ruleset.transact(commands);
    if (failure === undefined) return DONE;
    this.#holdings.timeouts = before;
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
      this.#holdings.refresh();
      this.#removeTables((family) => {
        if (!this.#used.has(family) || this.#holdings.tableOf(family) !== 'ours') return false;
        const isEmpty = this.#holdings.servicesOf(family).length === 0;
        return isEmpty && !this.#socket.carriesStreams(family);
      });
    }
    this.#ruleset.close();
    this.#socket.close();
  }

  /** Takes our tables away, with everything that they remember. */
  remove(): OperationResult {
    this.#holdings.inspect();
    return this.#removeTables((family) => this.#holdings.tableOf(family) !== 'absent');
  }

  #removeTables(isMeant: (family: Family) => boolean): OperationResult {
    const families = FAMILIES.filter(isMeant);
    const [failure] = this.#ruleset.transact(
      families.map((family) => ({ family, command: { kind: 'remove-table' } })),
    );
    if (failure !== undefined) return { done: false, error: failure.error };
    for (const family of families) this.#holdings.drop(family);
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
        .map(({ service, server }) => this.#holdings.identities.of(service, server));
      if (labels.length > 0) this.#socket.forget(family, new Set(labels));
    }
  }

  /**
   * Makes the named services what they are in `target`; why those failed that did. A table that is not as it was
   * believed to be is looked at anew, and then everything in it is made so, not what is named alone.
   */
  #commit(names: ReadonlySet<string>, target: Services): ReadonlyMap<string, PortError> {
    const failed = new Map<string, PortError>();
    this.#counters.keep(names, this.#holdings.services, target);
    const [first] = this.#attempt(names, target, failed);
    if (first === undefined) return failed;
    this.#holdings.inspect();
    const everything = new Set([...names, ...this.#holdings.services.keys(), ...target.keys()]);
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
    const { commands, built } = transition(wanted, target, this.#holdings.ground);
    const failures = this.#ruleset.transact(commands);
    if (failures.length > 0) {
      return failures.map(({ index, error }) => ({ name: commands[index]?.owner, error }));
    }
    for (const { family } of commands) this.#used.add(family);
    this.#holdings.take(wanted, target, built);
    return [];
  }
}

function timeoutCommands(family: Family, timeouts: FlowTimeouts): readonly FamilyCommand[] {
  const direct = baseChains(family, timeouts).filter(({ name }) => name === 'direct');
  return rewrite(direct).map((command) => ({ family, command }));
}

function milliseconds(seconds: number | undefined, otherwise: number): number {
  return seconds === undefined || seconds === 0 ? otherwise : seconds * 1000;
}
