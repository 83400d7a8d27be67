/**
 * Keeps the plane as it is wanted: knows which services and servers must be looked at, what is ours to remove, and what
 * the plane has refused. One server whose verdict changes costs one look.
 */
import { type ServiceKey, serviceName } from '../../base/service.ts';
import { after, type Instant, seconds } from '../../base/units.ts';
import type { PlaneOperation } from '../../plane.ts';
import type { OperationResult } from '../../ports.ts';
import { reconcileServer, reconcileService, removal } from './reconcile.ts';
import type { BalancerReport } from './report.ts';
import type { ServerState, ServiceState } from './state.ts';
import type { Table } from './table.ts';

/** What the plane refuses is tried again this often. */
const retryPause = seconds(1);

export interface KeeperOptions {
  readonly table: Table;
  /** Whether everything that the plane holds is ours. */
  readonly ownsAll: boolean;
  /** By name: whose services are ours. */
  serviceAt(name: string): ServiceState | undefined;
}

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #services = new Set<ServiceState>();
  readonly #servers = new Set<ServerState>();
  /** Ours and not wanted any more, by name. */
  readonly #unwanted = new Map<string, ServiceKey>();
  /** Those that the plane would not let go of, until everything is looked at again. */
  #waiting: ServiceKey[] = [];
  /** Those that hold something that was refused, until everything is looked at again. */
  readonly #refused = new Set<ServiceState>();
  #wasRefused = false;
  #retryAt: Instant | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  get retryAt(): Instant | undefined {
    return this.#retryAt;
  }

  /** Something must be looked at. */
  get isBusy(): boolean {
    return this.#services.size + this.#servers.size + this.#unwanted.size > 0;
  }

  touchService(service: ServiceState): void {
    this.#services.add(service);
  }

  touchServer(server: ServerState): void {
    this.#servers.add(server);
  }

  forget(service: ServiceState): void {
    this.#services.delete(service);
    this.#refused.delete(service);
    for (const server of service.servers.values()) this.#servers.delete(server);
  }

  forgetServer(server: ServerState): void {
    this.#servers.delete(server);
  }

  /** Nothing is to be done any more. */
  abandon(): void {
    this.#services.clear();
    this.#servers.clear();
    this.#unwanted.clear();
  }

  /** They are ours, and go unless a service of the configuration has them. */
  disown(keys: Iterable<ServiceKey>): void {
    for (const key of keys) this.#unwanted.set(serviceName(key), key);
  }

  /** What must be looked at before it is tried again. */
  suspects(): readonly ServiceKey[] {
    return [...this.#waiting, ...[...this.#refused].flatMap(({ model: { keys } }) => keys)];
  }

  /** Refused operations are tried again with the next ones. */
  retry(): void {
    this.#retryAt = undefined;
    this.disown(this.#waiting);
    this.#waiting = [];
    for (const service of this.#refused) this.#services.add(service);
    this.#refused.clear();
  }

  /** The plane was looked at: these services are not as they were believed to be. */
  observed(different: readonly string[]): void {
    const { table, serviceAt, ownsAll } = this.#options;
    for (const name of different) {
      const service = serviceAt(name);
      const key = table.get(name)?.key;
      if (service !== undefined) this.#services.add(service);
      else if (ownsAll && key !== undefined) this.#unwanted.set(name, key);
    }
  }

  /** At least what one service needs, and no further services beyond `most` operations. */
  operations(most: number): readonly PlaneOperation[] {
    const { table, serviceAt } = this.#options;
    const operations: PlaneOperation[] = [];
    for (const name of this.#unwanted.keys()) {
      if (operations.length >= most) return operations;
      this.#unwanted.delete(name);
      const believed = table.get(name);
      if (believed !== undefined && serviceAt(name) === undefined) {
        operations.push(removal(believed));
      }
    }
    for (const service of this.#services) {
      if (operations.length >= most) return operations;
      this.#services.delete(service);
      for (const server of service.servers.values()) this.#servers.delete(server);
      for (const key of service.model.keys) {
        for (const each of reconcileService(service, key, table)) operations.push(each);
      }
    }
    for (const server of this.#servers) {
      if (operations.length >= most) return operations;
      this.#servers.delete(server);
      for (const each of this.#forServer(server)) operations.push(each);
    }
    return operations;
  }

  #forServer(server: ServerState): readonly PlaneOperation[] {
    const { service } = server;
    const { table } = this.#options;
    return service.model.keys.flatMap(
      (key) =>
        reconcileServer(service, server, { key, table }) ?? reconcileService(service, key, table),
    );
  }

  /** Takes in what became of operations. What was refused is looked at again after a pause, with fresh eyes. */
  applied(
    operations: readonly PlaneOperation[],
    results: readonly OperationResult[],
    now: Instant,
  ): readonly BalancerReport[] {
    const refused: { readonly operation: PlaneOperation; readonly result: OperationResult }[] = [];
    for (const [index, operation] of operations.entries()) {
      const result = results[index];
      if (result === undefined || result.done) this.#options.table.applied(operation);
      else refused.push({ operation, result });
    }
    for (const { operation } of refused) {
      const key = 'service' in operation ? operation.service : operation.key;
      const service = this.#options.serviceAt(serviceName(key));
      if (service !== undefined) this.#refused.add(service);
      else if (operation.kind === 'remove-service') this.#waiting.push(key);
    }
    return this.#judge(refused, now);
  }

  #judge(
    refused: readonly { readonly operation: PlaneOperation; readonly result: OperationResult }[],
    now: Instant,
  ): readonly BalancerReport[] {
    const [first] = refused;
    if (first === undefined || first.result.done) return [];
    this.#retryAt = after(now, retryPause);
    if (this.#wasRefused) return [];
    this.#wasRefused = true;
    const { operation, result } = first;
    const more = refused.length - 1;
    return [{ kind: 'plane-failed', at: now, operation, error: result.error, more }];
  }

  /** Nothing is left to do: whether something had been refused before. */
  settle(now: Instant): readonly BalancerReport[] {
    if (!this.#wasRefused || this.#retryAt !== undefined || this.isBusy) return [];
    this.#wasRefused = false;
    return [{ kind: 'plane-works', at: now }];
  }
}
