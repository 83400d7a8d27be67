/** Addresses of ours that this host has in another place or form, from somebody else's hand. */
import { type LinkAddress, OWN_ADDRESS_PROTOCOL } from '../../ports.ts';
import type { Machine } from '../machine.ts';
import type { World } from '../world.ts';
import { type Holding, holdingsOf } from './desired.ts';

/**
 * On loopback, where nobody answers for it, an address is on purpose: direct routing needs it so. An owner's own address
 * is its own.
 */
export function foundElsewhere(
  machines: readonly Machine[],
  world: World,
): readonly (readonly [Holding, LinkAddress])[] {
  const found: (readonly [Holding, LinkAddress])[] = [];
  if (machines.length === 0) return found;
  const places = foreignAddresses(world);
  for (const machine of machines) {
    if (machine.model.priority === 255) continue;
    for (const holding of holdingsOf(machine, world)) {
      const { address, prefix } = holding.virtual;
      for (const place of places.get(address) ?? []) {
        const isItself = place.link === holding.link && place.prefix === prefix;
        if (!isItself) found.push([holding, place]);
      }
    }
  }
  return found;
}

function foreignAddresses(world: World): ReadonlyMap<string, readonly LinkAddress[]> {
  const places = new Map<string, LinkAddress[]>();
  for (const { index, loopback, noArp } of world.links.values()) {
    if (loopback || noArp) continue;
    for (const entry of world.addressesOn(index)) {
      if (entry.protocol === OWN_ADDRESS_PROTOCOL) continue;
      const known = places.get(entry.address);
      if (known === undefined) places.set(entry.address, [entry]);
      else known.push(entry);
    }
  }
  return places;
}
