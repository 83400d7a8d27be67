/** Devices above others, as a simulated kernel makes them: they have no wire of their own and speak by the one below. */
import type { Link, LinkIndex, LinkOperation, PortError } from '../ports.ts';

const NO_DEVICE: PortError = { errno: 19, code: 'ENODEV', detail: 'no such device' };
const EXISTS: PortError = { errno: 17, code: 'EEXIST', detail: 'the name is taken' };

export interface DeviceHost {
  readonly links: ReadonlyMap<LinkIndex, Link>;
  setLink(link: Link): void;
  removeLink(index: LinkIndex): void;
}

/** Why it cannot be. */
export function workDevice(host: DeviceHost, operation: LinkOperation): PortError | undefined {
  if (operation.kind === 'add-link') return addDevice(host, operation);
  const link = host.links.get(operation.index);
  if (operation.kind === 'remove-link') {
    if (link !== undefined) host.removeLink(operation.index);
    return undefined;
  }
  if (link === undefined) return NO_DEVICE;
  if (operation.kind === 'tell-link') {
    host.setLink(link);
    return undefined;
  }
  const mac = operation.device.kind === 'macvlan' ? operation.device.mac : link.mac;
  const below = link.parent === undefined ? undefined : host.links.get(link.parent);
  host.setLink({ ...link, mac, up: true, running: below?.running ?? false });
  return undefined;
}

function addDevice(
  { links, setLink }: DeviceHost,
  { link: wanted }: Extract<LinkOperation, { readonly kind: 'add-link' }>,
): PortError | undefined {
  const parent = links.get(wanted.parent);
  if (parent === undefined) return NO_DEVICE;
  if ([...links.values()].some(({ name }) => name === wanted.name)) return EXISTS;
  const { device } = wanted;
  setLink({
    index: (Math.max(...links.keys()) + 1) as LinkIndex,
    name: wanted.name,
    up: false,
    running: false,
    noArp: false,
    multicast: true,
    loopback: false,
    mtu: wanted.mtu,
    mac: device.kind === 'macvlan' ? device.mac : parent.mac,
    parent: wanted.parent,
    kind: device.kind,
    ...(wanted.master === undefined ? {} : { master: wanted.master }),
  });
  return undefined;
}

/** What is above a link goes with it, and has its carrier. */
export function above(links: ReadonlyMap<LinkIndex, Link>, index: LinkIndex): readonly Link[] {
  return [...links.values()].filter(
    ({ parent, kind }) => parent === index && (kind === 'macvlan' || kind === 'ipvlan'),
  );
}
