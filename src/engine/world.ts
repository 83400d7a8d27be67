/** What the kernel is known to hold: links and addresses, as observed and as changed by acknowledged operations. */
import type { Address } from '../base/address.ts';
import {
  type KernelChange,
  type KernelOperation,
  type KernelState,
  type Link,
  type LinkAddress,
  type LinkIndex,
  OWN_ADDRESS_PROTOCOL,
  type WantedAddress,
} from '../ports.ts';

export interface World {
  readonly links: ReadonlyMap<LinkIndex, Link>;
  linkNamed(name: string): Link | undefined;
  has(key: string): boolean;
  /** The addresses of a link in the order in which the kernel gave them. */
  addressesOn(link: LinkIndex): Iterable<LinkAddress>;
  replace(state: KernelState): void;
  change(change: KernelChange): void;
  /** Takes in an operation that was acknowledged. */
  applied(operation: KernelOperation): void;
}

/** Two addresses are the same when link, address and prefix are. */
export function addressKey(link: LinkIndex, address: Address, prefix: number): string {
  return `${link}|${address}/${prefix}`;
}

export function createWorld(): World {
  const links = new Map<LinkIndex, Link>();
  const names = new Map<string, LinkIndex>();
  const addresses = new Map<LinkIndex, Map<string, LinkAddress>>();
  /** The keys of all of them. */
  const present = new Set<string>();
  const put = (entry: LinkAddress): void => {
    let ofLink = addresses.get(entry.link);
    if (ofLink === undefined) {
      ofLink = new Map();
      addresses.set(entry.link, ofLink);
    }
    const key = addressKey(entry.link, entry.address, entry.prefix);
    ofLink.set(key, entry);
    present.add(key);
  };
  const drop = (link: LinkIndex, address: Address, prefix: number): void => {
    const key = addressKey(link, address, prefix);
    addresses.get(link)?.delete(key);
    present.delete(key);
  };
  const putLink = (link: Link): void => {
    const before = links.get(link.index);
    if (before !== undefined && before.name !== link.name) names.delete(before.name);
    links.set(link.index, link);
    names.set(link.name, link.index);
  };
  const world: World = {
    links,
    linkNamed(name) {
      const index = names.get(name);
      return index === undefined ? undefined : links.get(index);
    },
    has: (key) => present.has(key),
    addressesOn: (link) => addresses.get(link)?.values() ?? [],
    replace(state) {
      links.clear();
      names.clear();
      addresses.clear();
      present.clear();
      for (const link of state.links) putLink(link);
      for (const entry of state.addresses) put(entry);
    },
    change(change) {
      if (change.kind === 'link') putLink(change.link);
      else if (change.kind === 'address') put(change.address);
      else if (change.kind === 'resynchronised') world.replace(change.state);
      else if (change.kind === 'address-gone') {
        const { link, address, prefix } = change.address;
        drop(link, address, prefix);
      } else if (change.kind === 'link-gone') {
        const gone = links.get(change.index);
        links.delete(change.index);
        for (const key of addresses.get(change.index)?.keys() ?? []) present.delete(key);
        addresses.delete(change.index);
        if (gone !== undefined && names.get(gone.name) === change.index) names.delete(gone.name);
      }
    },
    applied(operation) {
      if (operation.kind === 'add-address') put(asObserved(operation.address));
      else if (operation.kind === 'remove-address') {
        const { link, address, prefix } = operation;
        drop(link, address, prefix);
      }
    },
  };
  return world;
}

function asObserved(wanted: WantedAddress): LinkAddress {
  const { link, address, prefix, scope, label, broadcast, peer } = wanted;
  const state = { tentative: false, duplicate: false, protocol: OWN_ADDRESS_PROTOCOL };
  return { link, address, prefix, scope, label, broadcast, peer, ...state };
}
