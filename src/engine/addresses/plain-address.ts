import type { Address } from '../../base/address.ts';
import type { VirtualAddress } from '../model.ts';

/** A virtual address of which nothing more is said. Without `interface` it goes on the instance's. */
export function plainAddress(
  address: Address,
  prefix: number,
  onInterface?: string,
): VirtualAddress {
  return {
    address,
    prefix,
    interface: onInterface,
    scope: 'global',
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: [],
    preferred: undefined,
    track: true,
  };
}
