/**
 * What a simulated host's kernel holds: links, addresses, routes and rules, with lifetimes that run out by virtual time whether
 * or not any process lives. Processes look at it through a port of their own (kernel-port.ts).
 */
import { type Address, addressBytes, type Family, familyOf } from '../base/address.ts';
import { type Instant, seconds } from '../base/units.ts';
import type {
  KernelChange,
  KernelState,
  Link,
  LinkAddress,
  LinkIndex,
  LinkOperation,
  PortError,
  RoutingOperation,
  WantedAddress,
} from '../ports.ts';
import { above, workDevice } from './devices.ts';
import type { Queue } from './queue.ts';
import { createRouting, type Routing } from './routing.ts';

/** The port id under which the kernel itself acts. */
const KERNEL = 0;

export interface Watcher {
  readonly portId: number;
  tell(change: KernelChange): void;
}

export interface HostKernel {
  readonly watchers: Set<Watcher>;
  state(): KernelState;
  link(index: LinkIndex): Link | undefined;
  linkNamed(name: string): Link | undefined;
  /** Makes the link, or changes the one of this index. */
  setLink(link: Link): void;
  removeLink(index: LinkIndex): void;
  /** Whether a datagram to this address is taken in. */
  owns(address: Address): boolean;
  held(key: AddressKey): HeldAddress | undefined;
  addresses(): Iterable<HeldAddress>;
  addAddress(wanted: WantedAddress, by: Author): void;
  removeAddress(key: AddressKey, portId: number): void;
  /** Why it cannot be. */
  route(operation: RoutingOperation, portId: number): PortError | undefined;
  /** Why it cannot be. */
  device(operation: LinkOperation): PortError | undefined;
  /** What it was before; undefined where there is no such setting: those of interfaces come and go with them. */
  setSysctl(name: string, value: string): string | undefined;
}

/** Who adds an address: the netlink port, and the mark that the kernel keeps with it. */
export interface Author {
  readonly portId: number;
  readonly protocol: number;
}

/** Two addresses are the same when these three are. */
export interface AddressKey {
  readonly link: LinkIndex;
  readonly address: Address;
  readonly prefix: number;
}

export interface HeldAddress {
  readonly entry: LinkAddress;
  /** On the world's clock; undefined for one that stays. */
  readonly expiresAt: Instant | undefined;
}

interface Store {
  readonly queue: Queue;
  readonly links: Map<LinkIndex, Link>;
  /** In the order in which they were added: the first of an IPv4 subnet is its primary. */
  readonly addresses: Map<string, HeldAddress>;
  readonly sysctls: Map<string, string>;
  readonly watchers: Set<Watcher>;
  readonly routing: Routing;
}

export function createKernel(queue: Queue): HostKernel {
  const links = new Map<LinkIndex, Link>();
  const addresses = new Map<string, HeldAddress>();
  const routing = createRouting({
    link: (index) => links.get(index),
    addresses: () => Array.from(addresses.values(), ({ entry }) => entry),
  });
  const watchers = new Set<Watcher>();
  const store: Store = { queue, links, addresses, sysctls: new Map(), watchers, routing };
  return {
    watchers: store.watchers,
    state: () => ({
      links: [...store.links.values()],
      // Linux dumps the IPv4 addresses first.
      addresses: [...entriesOf(store, 'ipv4'), ...entriesOf(store, 'ipv6')],
      routes: routing.routes(),
      rules: routing.rules(),
    }),
    link: (index) => store.links.get(index),
    linkNamed: (name) => {
      for (const link of store.links.values()) if (link.name === name) return link;
      return undefined;
    },
    setLink: (link) => setLink(store, link),
    removeLink: (index) => removeLink(store, index),
    owns: (address) => {
      for (const held of store.addresses.values()) if (held.entry.address === address) return true;
      return false;
    },
    held: (key) => store.addresses.get(spell(key)),
    addresses: () => store.addresses.values(),
    addAddress: (wanted, by) => addAddress(store, wanted, by),
    removeAddress: (key, portId) => removeAddress(store, key, portId),
    route: (operation, portId) => route(store, operation, portId),
    setSysctl: (name, value) => {
      const owner = /^net\/ipv[46]\/conf\/([^/]+)\//.exec(name)?.[1];
      const names = Array.from(store.links.values(), (link) => link.name);
      if (owner !== undefined && ![...names, 'all', 'default'].includes(owner)) return undefined;
      const was = store.sysctls.get(name) ?? '0';
      store.sysctls.set(name, value);
      return was;
    },
    device: (operation) => {
      const removing = (index: LinkIndex) => removeLink(store, index);
      return workDevice(
        { links, setLink: (link) => setLink(store, link), removeLink: removing },
        operation,
      );
    },
  };
}

function entriesOf(store: Store, family: Family): LinkAddress[] {
  const entries = Array.from(store.addresses.values(), (held) => held.entry);
  return entries.filter((entry) => familyOf(entry.address) === family);
}

function spell(key: AddressKey): string {
  return `${key.link}/${key.address}/${key.prefix}`;
}

function tell(store: Store, change: KernelChange): void {
  for (const watcher of store.watchers) watcher.tell(change);
}

/** Linux takes the IPv6 addresses of a link away when it is set down, and keeps the IPv4 ones. */
function setLink(store: Store, link: Link): void {
  const before = store.links.get(link.index);
  store.links.set(link.index, link);
  tell(store, { kind: 'link', link });
  if (before?.running !== link.running) {
    for (const device of above(store.links, link.index)) {
      setLink(store, { ...device, running: device.up && link.running });
    }
  }
  if (before?.up !== true || link.up) return;
  settleRoutes(store);
  for (const { entry } of [...store.addresses.values()]) {
    if (entry.link === link.index && familyOf(entry.address) === 'ipv6')
      forget(store, entry, KERNEL);
  }
}

/** Linux sets a link down before it deletes it. */
function removeLink(store: Store, index: LinkIndex): void {
  const link = store.links.get(index);
  if (link === undefined) return;
  for (const device of above(store.links, index)) removeLink(store, device.index);
  setLink(store, { ...link, up: false, running: false });
  for (const { entry } of [...store.addresses.values()]) {
    if (entry.link === index) forget(store, entry, KERNEL);
  }
  store.links.delete(index);
  tell(store, { kind: 'link-gone', index });
}

function addAddress(store: Store, wanted: WantedAddress, by: Author): void {
  const key = spell(wanted);
  const entry: LinkAddress = {
    link: wanted.link,
    address: wanted.address,
    prefix: wanted.prefix,
    scope: wanted.scope,
    label: wanted.label,
    broadcast: wanted.broadcast,
    peer: wanted.peer,
    tentative: false,
    duplicate: false,
    protocol: by.protocol,
  };
  const expiresAt =
    wanted.lifetime === undefined
      ? undefined
      : ((store.queue.now() + seconds(wanted.lifetime)) as Instant);
  const held: HeldAddress = { entry, expiresAt };
  store.addresses.set(key, held);
  if (expiresAt !== undefined) store.queue.at(expiresAt, () => expire(store, key, held));
  tell(store, { kind: 'address', address: entry, portId: by.portId });
}

/** Only the lifetime that was given last counts. */
function expire(store: Store, key: string, held: HeldAddress): void {
  if (store.addresses.get(key) === held) forget(store, held.entry, KERNEL);
}

function removeAddress(store: Store, key: AddressKey, portId: number): void {
  const held = store.addresses.get(spell(key));
  if (held === undefined) return;
  const secondaries = secondariesOf(store, held.entry);
  forget(store, held.entry, portId);
  for (const secondary of secondaries) forget(store, secondary, portId);
}

/** IPv4 addresses that Linux removes along with the primary of their subnet, unless told to promote one. */
function secondariesOf(store: Store, primary: LinkAddress): LinkAddress[] {
  const link = store.links.get(primary.link);
  const isAlone = familyOf(primary.address) === 'ipv6' || primary.prefix === 32;
  if (isAlone || link === undefined) return [];
  if (store.sysctls.get(`net/ipv4/conf/${link.name}/promote_secondaries`) === '1') return [];
  const network = networkOf(primary);
  const inSubnet = Array.from(store.addresses.values(), (held) => held.entry).filter(
    (entry) =>
      entry.link === primary.link &&
      entry.prefix === primary.prefix &&
      familyOf(entry.address) === 'ipv4' &&
      networkOf(entry) === network,
  );
  return inSubnet[0] === primary ? inSubnet.slice(1) : [];
}

function networkOf(entry: LinkAddress): number {
  const value = addressBytes(entry.address).reduce((sum, byte) => sum * 256 + byte, 0);
  return Math.floor(value / 2 ** (32 - entry.prefix));
}

function forget(store: Store, entry: LinkAddress, portId: number): void {
  store.addresses.delete(spell(entry));
  tell(store, { kind: 'address-gone', address: entry, portId });
  settleRoutes(store);
}

function settleRoutes(store: Store): void {
  for (const lost of store.routing.settle()) {
    tell(store, { kind: 'route-gone', route: lost, portId: KERNEL });
  }
}

function route(store: Store, operation: RoutingOperation, portId: number): PortError | undefined {
  const { routing } = store;
  switch (operation.kind) {
    case 'add-route': {
      const error = routing.addRoute(operation.route);
      if (error === undefined) tell(store, { kind: 'route', route: operation.route, portId });
      return error;
    }
    case 'remove-route':
      if (routing.removeRoute(operation.route)) {
        tell(store, { kind: 'route-gone', route: operation.route, portId });
      }
      return undefined;
    case 'add-rule':
      routing.addRule(operation.rule);
      tell(store, { kind: 'rule', rule: operation.rule, portId });
      return undefined;
    case 'remove-rule':
      if (routing.removeRule(operation.rule)) {
        tell(store, { kind: 'rule-gone', rule: operation.rule, portId });
      }
      return undefined;
  }
}
