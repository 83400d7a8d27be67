/**
 * What the links that machines run on must be besides up: sysctls, each asked of the kernel once for each link and put back
 * at the end, and devices above them.
 */
import { earliest, type Instant } from '../../base/units.ts';
import type { KernelOperation, OperationResult, PortError } from '../../ports.ts';
import type { Fault } from '../../protocol/vrrp/cause.ts';
import type { Machine } from '../machine.ts';
import type { FailoverModel, InstanceModel } from '../model.ts';
import type { Outbox } from '../mover.ts';
import type { Leavings, SettingSnapshot } from '../snapshot.ts';
import type { World } from '../world.ts';
import { LinkBeliefs } from './beliefs.ts';
import { DeviceKeeper } from './device-keeper.ts';
import { FirewallKeeper } from './firewall-keeper.ts';

/** As in containers, where /proc/sys is often read-only. */
const DENIED: ReadonlySet<string> = new Set(['EROFS', 'EACCES', 'EPERM']);
const LOCAL_IGMP = 'net/ipv4/igmp_link_local_mcast_reports';

export class LinkSettings {
  readonly #world: World;
  readonly #outbox: Outbox;
  readonly #devices: DeviceKeeper;
  readonly #firewall: FirewallKeeper;
  readonly beliefs: LinkBeliefs;
  #waiting: KernelOperation[] = [];
  /** With the link that it was asked for; 0 for what is no link's. */
  readonly #asked = new Map<string, number>();
  /** What settings were that are to be put back, by name. */
  readonly #former = new Map<string, string>();
  /** In which ways the kernel has refused settings; each is told once. */
  readonly #refusals = new Set<string>();
  #isStopping = false;

  constructor(world: World, outbox: Outbox) {
    this.#world = world;
    this.#outbox = outbox;
    this.#devices = new DeviceKeeper(world, outbox);
    this.#firewall = new FirewallKeeper(outbox);
    this.beliefs = new LinkBeliefs(world);
  }

  /** Whether nothing is left to be removed after `stop`. */
  get settled(): boolean {
    return this.#devices.settled && this.#firewall.settled && this.#waiting.length === 0;
  }

  get snapshots(): readonly SettingSnapshot[] {
    return Array.from(this.#former, ([name, was]) => ({ name, was }));
  }

  /** What an earlier failover process has found and left; to be called before anything is learnt. */
  resume({ settings = [], devices = [], table }: Partial<Leavings>): void {
    for (const { name, was } of settings) this.#former.set(name, was);
    this.#devices.resume(devices);
    if (table !== undefined) this.#firewall.resume(table);
  }

  learn({ instances, host, firewall }: FailoverModel): void {
    this.#firewall.want(firewall);
    this.beliefs.learn(host.links);
    this.#devices.learn(instances);
    if (host.localIgmpOff === true) this.#set(LOCAL_IGMP, '0', 0);
    else this.#restore((name) => name === LOCAL_IGMP);
    this.#release();
  }

  /** Must be called when links or machines have changed. */
  prepare(machines: readonly Machine[]): void {
    this.#devices.look();
    for (const { model, link } of machines) {
      if (link === undefined) continue;
      if (model.promoteSecondaries) {
        this.#set(`net/ipv4/conf/${link.name}/promote_secondaries`, '1', link.index);
      }
      this.#settleBase(model);
    }
  }

  take(now: Instant): readonly KernelOperation[] {
    const waiting = this.#waiting;
    const firewall = [...this.#firewall.take(now), ...this.beliefs.take(now)];
    if (waiting.length + firewall.length === 0 && this.#devices.isIdle) return waiting;
    this.#waiting = [];
    return [...firewall, ...waiting, ...this.#devices.take(now)];
  }

  answered(
    operations: readonly KernelOperation[],
    results: readonly OperationResult[],
    now: Instant,
  ): void {
    for (const [index, operation] of operations.entries()) {
      const result = results[index];
      if (result === undefined) continue;
      this.#devices.answered(operation, result, now);
      this.#firewall.answered(operation, result, now);
      this.beliefs.answered(operation, result, now);
      if (!result.done) this.#tellRefused(operation, result.error, now);
      if (operation.kind !== 'set-sysctl' || !result.done || this.#isStopping) continue;
      const { name, value } = operation;
      const isKept = isRestored(name) && result.was !== undefined && result.was !== value;
      if (isKept && this.#asked.has(name) && !this.#former.has(name)) {
        this.#former.set(name, result.was);
      }
    }
  }

  /** A setting that this kernel has not, or that went with its link, is nobody's concern. */
  #tellRefused(operation: KernelOperation, error: PortError, now: Instant): void {
    const { reports } = this.#outbox;
    if (operation.kind === 'ask-carrier' && error.code !== 'ENODEV') {
      reports.push({ kind: 'carrier-untold', at: now, interface: operation.interface, error });
    }
    if (operation.kind !== 'set-sysctl' || !DENIED.has(error.code)) return;
    if (this.#refusals.has(error.code)) return;
    this.#refusals.add(error.code);
    const { name, value } = operation;
    reports.push({ kind: 'setting-failed', at: now, name, value, error });
  }

  /** Removes the devices and puts the settings back. */
  stop(): void {
    this.#isStopping = true;
    this.#devices.learn([]);
    this.#firewall.stop();
    this.#restore(() => true);
  }

  deadline(now: Instant): Instant | undefined {
    if (this.#waiting.length > 0) return now;
    const at = earliest(this.#firewall.deadline(now), this.beliefs.deadline(now));
    return earliest(at, this.#devices.deadline(now));
  }

  /** Why the devices of an instance cannot be had. */
  faultsOf({ devices = [] }: InstanceModel): readonly Fault[] {
    return devices.flatMap(({ name }): Fault[] => {
      const error = this.#devices.errors.get(name);
      return error === undefined ? [] : [{ kind: 'device', interface: name, error }];
    });
  }

  /** The interface below must not answer for the addresses above it: who hears that would learn its MAC. */
  #settleBase({ devices = [] }: InstanceModel): void {
    for (const { parent, device } of devices) {
      const link = this.#world.linkNamed(parent);
      if (device.kind !== 'macvlan' || link === undefined) continue;
      for (const name of baseSettings(parent)) this.#set(name, '1', link.index);
    }
  }

  /** Settings of interfaces without devices above them any more. */
  #release(): void {
    const needed = new Set([...this.#devices.parents].flatMap(baseSettings));
    this.#restore((name) => name !== LOCAL_IGMP && !needed.has(name));
  }

  #restore(isOver: (name: string) => boolean): void {
    for (const [name, was] of this.#former) {
      if (!isOver(name)) continue;
      this.#former.delete(name);
      this.#asked.delete(name);
      this.#waiting.push({ kind: 'set-sysctl', name, value: was });
    }
  }

  #set(name: string, value: string, link: number): void {
    if (this.#asked.get(name) === link) return;
    this.#asked.set(name, link);
    this.#waiting.push({ kind: 'set-sysctl', name, value });
  }
}

function baseSettings(name: string): readonly string[] {
  return [`net/ipv4/conf/${name}/arp_ignore`, `net/ipv4/conf/${name}/arp_filter`];
}

/** Like keepalived: `promote_secondaries` stays as it was asked for. */
function isRestored(name: string): boolean {
  return !name.endsWith('/promote_secondaries');
}
