/** The addresses that a master holds, with everything about them decided. */
import type { Address, Family } from '../../base/address.ts';
import { addressBytes, addressFromBytes, familyOf } from '../../base/address.ts';
import type { VrrpInstance } from '../../language/model.ts';
import type { AddressLine } from '../../language/values/address-line.ts';
import type { AddressFlag } from '../../ports.ts';
import type { InstanceModel, VirtualAddress } from '../model.ts';

/**
 * An advertisement carries one family. Addresses of the other one are held like the excluded ones; an address
 * written twice is held once.
 */
export function virtualAddresses(
  instance: VrrpInstance,
  family: Family,
): Pick<InstanceModel, 'addresses' | 'excludedAddresses'> {
  const seen = new Set<string>();
  const once = (entry: AddressLine): VirtualAddress[] => {
    const address = virtualAddress(instance, entry);
    const key = `${address.address}/${address.prefix} ${address.interface ?? ''}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [address];
  };
  const own = instance.virtual_ipaddress.filter(({ address }) => familyOf(address) === family);
  const other = instance.virtual_ipaddress.filter(({ address }) => familyOf(address) !== family);
  return {
    addresses: own.flatMap(once),
    excludedAddresses: [...other, ...instance.virtual_ipaddress_excluded].flatMap(once),
  };
}

/** Without an instance the interface stays as it is written. */
export function virtualAddress(
  instance: VrrpInstance | undefined,
  entry: AddressLine,
): VirtualAddress {
  const ipv4 = familyOf(entry.address) === 'ipv4';
  // Of a point-to-point address the network is that of its far end.
  const written = entry.peer === undefined ? entry.prefix : entry.peer.prefix;
  const prefix = written ?? (ipv4 ? 32 : 128);
  return {
    address: entry.address,
    prefix,
    interface: entry.dev === instance?.interface ? undefined : entry.dev,
    scope: entry.scope,
    label: ipv4 ? entry.label : undefined,
    broadcast: ipv4 && entry.peer === undefined ? broadcastOf(entry, prefix) : undefined,
    peer: entry.peer?.address,
    flags: flagsOf(entry),
    preferred: preferredOf(entry, !ipv4 && prefix === 128),
    track: !entry.no_track,
  };
}

function flagsOf(entry: AddressLine): AddressFlag[] {
  const flags: AddressFlag[] = [];
  if (entry.noprefixroute) flags.push('noprefixroute');
  if (entry.home) flags.push('home');
  if (entry.mngtmpaddr) flags.push('mngtmpaddr');
  if (familyOf(entry.address) === 'ipv6' && !entry['-nodad']) flags.push('nodad');
  return flags;
}

/** A host address of IPv6 is not to be chosen as a source unless its lifetime says so. */
function preferredOf(entry: AddressLine, host: boolean): number | undefined {
  const { preferred_lft: written } = entry;
  if (written === 'forever') return undefined;
  return written ?? (host ? 0 : undefined);
}

/** `+` sets all host bits, `-` clears them; a /31 or /32 has no broadcast address. */
function broadcastOf({ address, brd }: AddressLine, prefix: number): Address | undefined {
  if (brd !== '+' && brd !== '-') return brd;
  if (prefix > 30) return undefined;
  const bytes = addressBytes(address);
  for (let bit = prefix; bit < 32; bit += 1) {
    const mask = 0x80 >> (bit & 7);
    const byte = bytes[bit >> 3] ?? 0;
    bytes[bit >> 3] = brd === '+' ? byte | mask : byte & ~mask;
  }
  return addressFromBytes(bytes);
}
