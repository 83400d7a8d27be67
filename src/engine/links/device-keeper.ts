/**
 * Keeps the devices that virtual routers have above their interfaces (`use_vmac`, `use_ipvlan`): wanted x observed -> link
 * operations. Found ones of the right kind are used, whoever made them; missing ones are made whenever the interface
 * below is there.
 */
import { after, earliest, type Instant, seconds } from '../../base/units.ts';
import { isEqual } from '../../config/equal.ts';
import {
  isLinking,
  type KernelOperation,
  type Link,
  type LinkIndex,
  type OperationResult,
  type PortError,
} from '../../ports.ts';
import type { DeviceModel, InstanceModel } from '../model.ts';
import type { Outbox } from '../mover.ts';
import type { World } from '../world.ts';

/** How long the kernel may take to tell what came of an operation, and how soon a refused one is tried again. */
const PATIENCE = seconds(1);

interface Attempt {
  /** What was seen of the device when it was made. */
  readonly seen: string;
  readonly until: Instant;
}

export class DeviceKeeper {
  readonly #world: World;
  readonly #outbox: Outbox;
  #wanted: ReadonlyMap<string, DeviceModel> = new Map();
  /** Not wanted any more and not known to be gone. */
  readonly #leaving = new Map<string, DeviceModel>();
  readonly #attempts = new Map<string, Attempt>();
  /** Those whose settings have been made, with what they were made for. */
  readonly #ready = new Map<string, string>();
  readonly #made = new Set<string>();
  /** Interfaces of which it is to be told that a device above them is gone. */
  readonly #bared = new Set<string>();
  #mayDiffer = false;
  /** Why a device cannot be had, until it can. */
  readonly errors = new Map<string, PortError>();

  constructor(world: World, outbox: Outbox) {
    this.#world = world;
    this.#outbox = outbox;
  }

  get settled(): boolean {
    return this.#leaving.size === 0;
  }

  /** Whether there is nothing to look at. */
  get isIdle(): boolean {
    return !this.#mayDiffer && this.#attempts.size === 0;
  }

  get parents(): ReadonlySet<string> {
    const macvlans = [...this.#wanted.values()].filter(({ device }) => device.kind === 'macvlan');
    return new Set(macvlans.map(({ parent }) => parent));
  }

  /** What an earlier daemon had: it goes, unless it is wanted again. To be called before anything is learnt. */
  resume(devices: readonly DeviceModel[]): void {
    for (const device of devices) this.#leaving.set(device.name, device);
  }

  learn(instances: readonly InstanceModel[]): void {
    const wanted = new Map(
      instances.flatMap(({ devices = [] }) => devices.map((device) => [device.name, device])),
    );
    for (const [name, device] of this.#wanted) {
      if (wanted.has(name)) continue;
      this.#leaving.set(name, device);
      this.errors.delete(name);
    }
    for (const [name, device] of wanted) {
      this.#leaving.delete(name);
      if (!isEqual(this.#wanted.get(name), device)) this.#ready.delete(name);
    }
    this.#attempts.clear();
    this.#wanted = wanted;
    this.look();
  }

  /** Links may have changed. */
  look(): void {
    this.#mayDiffer = this.#wanted.size > 0 || this.#leaving.size > 0;
  }

  take(now: Instant): readonly KernelOperation[] {
    if (this.isIdle) return [];
    this.#mayDiffer = false;
    const operations: KernelOperation[] = [];
    const attempt = (name: string, wanted: readonly KernelOperation[] | undefined): void => {
      operations.push(...this.#attempt(name, wanted, now));
    };
    for (const [name, device] of this.#leaving) attempt(name, this.#remove(device, now));
    for (const [name, device] of this.#wanted) attempt(name, this.#mend(device, now));
    for (const parent of this.#bared) {
      const link = this.#world.linkNamed(parent);
      if (link !== undefined) operations.push(told(link));
    }
    this.#bared.clear();
    return operations;
  }

  answered(operation: KernelOperation, result: OperationResult, now: Instant): void {
    if (!isLinking(operation)) return;
    const device = this.#deviceOf(operation);
    if (device === undefined) return;
    const { name } = device;
    if (!result.done) {
      this.#ready.delete(name);
      // It, or what is below it, went meanwhile: that will be told.
      const isGone = result.error.code === 'ENODEV';
      if (isGone || this.errors.has(name) || this.#leaving.has(name)) return;
      this.#tellFailed(device, result.error, now);
      return;
    }
    this.errors.delete(name);
    if (operation.kind === 'add-link') this.#made.add(name);
  }

  #tellFailed(
    { name, parent, device }: Pick<DeviceModel, 'name' | 'parent' | 'device'>,
    error: PortError,
    now: Instant,
  ): void {
    this.errors.set(name, error);
    const what = { interface: name, parent, device: device.kind, error };
    this.#outbox.reports.push({ kind: 'device-failed', at: now, ...what });
  }

  deadline(now: Instant): Instant | undefined {
    if (this.#mayDiffer) return now;
    let at: Instant | undefined;
    for (const { until } of this.#attempts.values()) at = earliest(at, until);
    return at;
  }

  /** Does nothing twice before the kernel has shown what came of it. */
  #attempt(
    name: string,
    wanted: readonly KernelOperation[] | undefined,
    now: Instant,
  ): readonly KernelOperation[] {
    const before = this.#attempts.get(name);
    if (wanted === undefined) {
      this.#attempts.delete(name);
      return [];
    }
    const seen = JSON.stringify(this.#world.linkNamed(name) ?? null);
    if (before?.seen === seen && before.until > now) return [];
    this.#attempts.set(name, { seen, until: after(now, PATIENCE) });
    return wanted;
  }

  #remove(device: DeviceModel, now: Instant): readonly KernelOperation[] | undefined {
    const { name, parent } = device;
    const link = this.#world.linkNamed(name);
    if (link !== undefined && isOf(device, link)) {
      return [{ kind: 'remove-link', index: link.index }];
    }
    this.#leaving.delete(name);
    this.#ready.delete(name);
    this.#made.delete(name);
    if (!this.#attempts.has(name)) return undefined;
    const what = 'removed';
    this.#outbox.reports.push({ kind: 'device', at: now, interface: name, parent, what });
    if (device.tells === true) this.#bared.add(parent);
    return undefined;
  }

  #mend(device: DeviceModel, now: Instant): readonly KernelOperation[] | undefined {
    const parent = this.#world.linkNamed(device.parent);
    if (parent === undefined) return undefined;
    const link = this.#world.linkNamed(device.name);
    if (link === undefined) {
      const { name, group, device: kind } = device;
      const { index, mtu } = parent;
      const wanted = { name, parent: index, device: kind, mtu, group, master: this.#vrfOf(parent) };
      return [{ kind: 'add-link', link: wanted }];
    }
    // What has the name and is something else blocks the way: that it is so is told by the refusal.
    if (link.kind !== device.device.kind) return this.#refused(device, link, now);
    if (link.parent !== parent.index || this.#vrfOf(link) !== this.#vrfOf(parent)) {
      return [{ kind: 'remove-link', index: link.index }];
    }
    return this.#settle(device, link, now);
  }

  /** A bridge or a bond takes what is above its ports from the port itself. */
  #vrfOf({ master }: Link): LinkIndex | undefined {
    const above = master === undefined ? undefined : this.#world.links.get(master);
    return above?.kind === 'vrf' ? above.index : undefined;
  }

  #settle(device: DeviceModel, link: Link, now: Instant): readonly KernelOperation[] | undefined {
    const { name, parent, device: kind } = device;
    const ready = `${link.index}`;
    const isRight = kind.kind === 'ipvlan' || link.mac === kind.mac;
    if (link.up && isRight && this.#ready.get(name) === ready) return undefined;
    if (this.#ready.get(name) !== ready) {
      const what = this.#made.has(name) ? 'made' : 'adopted';
      this.#outbox.reports.push({ kind: 'device', at: now, interface: name, parent, what });
    }
    this.#ready.set(name, ready);
    this.#made.delete(name);
    const setUp = { kind: 'set-link', index: link.index, device: kind } as const;
    const below = device.tells === true ? this.#world.linkNamed(parent) : undefined;
    return [...settings(device), setUp, ...(below === undefined ? [] : [told(below)])];
  }

  #refused({ name, parent, device }: DeviceModel, link: Link, now: Instant): undefined {
    if (this.errors.has(name)) return undefined;
    const detail = `there is another interface of this name (${link.kind ?? 'hardware'})`;
    this.#tellFailed({ name, parent, device }, { errno: 17, code: 'EEXIST', detail }, now);
    return undefined;
  }

  #deviceOf(
    operation: Extract<KernelOperation, { kind: `${string}-link` }>,
  ): DeviceModel | undefined {
    const name =
      operation.kind === 'add-link'
        ? operation.link.name
        : this.#world.links.get(operation.index as LinkIndex)?.name;
    if (name === undefined) return undefined;
    return this.#wanted.get(name) ?? this.#leaving.get(name);
  }
}

/** What has the name and is something else is somebody else's. */
function isOf({ device }: DeviceModel, link: Link): boolean {
  return link.kind === device.kind && (device.kind === 'ipvlan' || link.mac === device.mac);
}

function told({ index }: Link): KernelOperation {
  return { kind: 'tell-link', index };
}

/**
 * The device answers for its own addresses alone, takes packets that come from addresses of this host, and makes up no address
 * of its own: whatever it sent as a backup would lead switches astray.
 */
function settings({ name, ipv6 }: DeviceModel): readonly KernelOperation[] {
  const of = (family: string, rows: Readonly<Record<string, string>>): KernelOperation[] =>
    Object.entries(rows).map(([row, value]) => {
      return { kind: 'set-sysctl', name: `net/${family}/conf/${name}/${row}`, value };
    });
  const own = { addr_gen_mode: '1', accept_ra: '0', autoconf: '0', accept_dad: '0' };
  return [
    ...of('ipv4', { arp_ignore: '1', accept_local: '1', rp_filter: '0', promote_secondaries: '1' }),
    ...of('ipv6', { ...own, disable_ipv6: ipv6 ? '0' : '1' }),
  ];
}
