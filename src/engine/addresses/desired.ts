/** Models and machine states -> the addresses that this host must hold. A level: nothing here remembers anything. */
import type { Address } from '../../base/address.ts';
import { toSeconds } from '../../base/units.ts';
import { isEqual } from '../../config/equal.ts';
import type { LinkIndex, WantedAddress } from '../../ports.ts';
import { masterDownInterval } from '../../protocol/vrrp/timing.ts';
import type { Machine } from '../machine.ts';
import type { InstanceModel, VirtualAddress } from '../model.ts';
import { addressKey, type World } from '../world.ts';

/** An address of an instance, on the link where it belongs. */
export interface Holding {
  readonly key: string;
  readonly machine: Machine;
  readonly virtual: VirtualAddress;
  readonly link: LinkIndex;
}

/** All addresses of an instance whose links exist, advertised ones first. */
export function holdingsOf(machine: Machine, world: World): readonly Holding[] {
  const holdings: Holding[] = [];
  for (const virtual of allAddresses(machine.model)) {
    const name = virtual.interface ?? machine.model.interface;
    const link = name === undefined ? undefined : world.linkNamed(name);
    if (link === undefined) continue;
    const key = addressKey(link.index, virtual.address, virtual.prefix);
    holdings.push({ key, machine, virtual, link: link.index });
  }
  return holdings;
}

export function allAddresses(model: InstanceModel): readonly VirtualAddress[] {
  return [...model.addresses, ...model.excludedAddresses];
}

/** Whether the kernel holds the same for both. In which words the interface is written does not count. */
export function isSameAddress(one: VirtualAddress, other: VirtualAddress): boolean {
  if (one === other) return true;
  const bare = { interface: undefined, track: true };
  return isEqual({ ...one, ...bare }, { ...other, ...bare });
}

/** Every address that some instance holds while it is master. */
export function virtualAddresses(machines: Iterable<Machine>): ReadonlySet<Address> {
  const all = new Set<Address>();
  for (const { model } of machines) {
    for (const { address } of allAddresses(model)) all.add(address);
  }
  return all;
}

export function wantedAddress(holding: Holding, lifetime: number | undefined): WantedAddress {
  return wantedOn(holding.link, holding.virtual, lifetime);
}

export function wantedOn(
  link: LinkIndex,
  virtual: VirtualAddress,
  lifetime: number | undefined,
): WantedAddress {
  const { address, prefix, scope, label, broadcast, peer, preferred } = virtual;
  const isIpv6 = address.includes(':');
  // An address that moves must answer at once: duplicate address detection would hold it back for a second.
  const flags =
    isIpv6 && !virtual.flags.includes('nodad')
      ? [...virtual.flags, 'nodad' as const]
      : virtual.flags;
  return { link, address, prefix, scope, label, broadcast, peer, flags, lifetime, preferred };
}

/** Never shorter than the kernel's grain of a second can keep with a margin. */
const LIFETIME_MIN = 3;
/** How many addresses may share one second of lifetime, so that renewing a thousand stays cheap. */
const ADDRESSES_PER_SECOND = 64;

/**
 * The lifetime of an address in whole seconds: about as long as the peers wait before they take over, so that a host
 * whose daemon died does not answer for an address that is somewhere else by then.
 */
export function addressLifetime(machine: Machine, addressCount: number): number {
  const { version, downTimerAdverts, advertInterval } = machine.model;
  const patience = masterDownInterval({
    version,
    priority: 255,
    masterInterval: advertInterval,
    downTimerAdverts,
  });
  return Math.max(
    LIFETIME_MIN,
    Math.floor(toSeconds(patience)),
    Math.ceil(addressCount / ADDRESSES_PER_SECOND),
  );
}
