/** Devices above interfaces: which of them `use_vmac`, `use_ipvlan` and `use_vmac_addr` ask for, and what goes on them. */

import { familyOf, type Mac, parseMac } from '../../base/address.ts';
import { isStrict } from '../../language/effective.ts';
import type { GlobalDefs, Model, VrrpInstance } from '../../language/model.ts';
import type { AddressLine } from '../../language/values/address-line.ts';
import type { LinkDevice } from '../../ports.ts';
import { plainAddress } from '../addresses/plain-address.ts';
import type { DeviceModel, Entry, InstanceModel, VirtualAddress } from '../model.ts';
import { numberNamed, type RoutingNames } from './routing-names.ts';

/** The longest name of an interface. */
const NAME_LENGTH = 15;

const MOST_GROUP = 0x7fff_ffff;

type Bare = Omit<DeviceModel, 'ipv6'>;

/** Puts instances on their devices, in the order of the file: the first of a virtual router id has the plainest name. */
export function devicesIn(
  model: Model,
  names: RoutingNames,
): (complete: InstanceModel, instance: VrrpInstance) => InstanceModel {
  const taken = namesIn(model);
  return (complete, instance) => {
    const { use_vmac: vmac, use_ipvlan: ipvlan } = instance;
    const lines = [...instance.virtual_ipaddress, ...instance.virtual_ipaddress_excluded];
    const hasOwn = lines.some((line) => line.use_vmac !== undefined);
    if (vmac === undefined && ipvlan === undefined && !hasOwn) return complete;
    const global = model.global_defs;
    const site = { global, names, complete, instance, taken, devices: [] as Bare[] };
    const own = ownDevice(site);
    const place = (virtual: VirtualAddress) => placed(site, virtual, { own, lines });
    const addresses = complete.addresses.map(place);
    const excludedAddresses = complete.excludedAddresses.map(place);
    const devices = site.devices.map((device) => ({
      ...device,
      ipv6:
        device.device.kind === 'ipvlan'
          ? complete.family === 'ipv6'
          : [...addresses, ...excludedAddresses].some(
              ({ address, interface: name }) =>
                name === device.name && familyOf(address) === 'ipv6',
            ),
    }));
    return { ...complete, addresses, excludedAddresses, devices, ...sending(site, own) };
  };
}

/** `use_ipvlan` with an address: its device has that as long as the daemon runs. */
export function ownAddresses(
  lines: readonly VrrpInstance[],
  instances: readonly InstanceModel[],
): readonly Entry[] {
  return instances.flatMap(({ name, devices = [] }): Entry[] => {
    const own = devices.find(({ device }) => device.kind === 'ipvlan');
    const line = lines.find((each) => each.name === name)?.use_ipvlan;
    if (own === undefined || line?.address === undefined) return [];
    const { address } = line;
    const prefix = line.prefix ?? (familyOf(address) === 'ipv4' ? 32 : 128);
    const virtual = plainAddress(address, prefix, own.name);
    return [{ kind: 'address', address: virtual, track: true, trackedBy: [] }];
  });
}

/** Interface groups that no file of this host names. keepalived leaves such a group out too. */
export function groupProblems(model: Model, names: RoutingNames): readonly string[] {
  return model.vrrp_instance.flatMap(({ name, use_vmac: vmac, use_ipvlan: ipvlan }) => {
    const group = vmac?.group ?? ipvlan?.group;
    if (group === undefined || groupNumber(names, group) !== undefined) return [];
    const keyword = vmac?.group === undefined ? 'use_ipvlan' : 'use_vmac';
    return [
      `the device of ${name} is in no interface group: ${group} after ${keyword} is no number and no name in /etc/iproute2/group`,
    ];
  });
}

interface Site {
  readonly global: GlobalDefs;
  readonly names: RoutingNames;
  readonly complete: InstanceModel;
  readonly instance: VrrpInstance;
  readonly taken: Set<string>;
  readonly devices: Bare[];
}

/** The device of the instance itself; without an interface there is nothing to put it above. */
function ownDevice(site: Site): Bare | undefined {
  const { instance, global, names } = site;
  const { use_vmac: vmac, use_ipvlan: ipvlan, interface: parent } = instance;
  if (parent === undefined) return undefined;
  const prefix = global.vmac_prefix;
  if (vmac !== undefined) {
    const device = { kind: 'macvlan', mac: ownMac(site) } as const;
    const group = groupNumber(names, vmac.group);
    const tells = vmac.netlinkNotify ? { tells: true } : {};
    return added(site, { name: vmac.name, prefix, parent, device, group, ...tells });
  }
  if (ipvlan === undefined) return undefined;
  const device = { kind: 'ipvlan', mode: ipvlan.mode ?? 'bridge' } as const;
  const group = groupNumber(names, ipvlan.group);
  return added(site, { name: ipvlan.name, prefix, parent, device, group });
}

/**
 * Addresses of the instance's interface go to its device, unless that shares the MAC of the interface (an ipvlan), which then
 * holds them as in keepalived; others where they belong, or above that.
 */
function placed(
  site: Site,
  virtual: VirtualAddress,
  around: { readonly own: Bare | undefined; readonly lines: readonly AddressLine[] },
): VirtualAddress {
  const { instance, global } = site;
  const line = around.lines.find(({ address }) => address === virtual.address);
  const parent = virtual.interface ?? instance.interface;
  const isOwn = line?.use_vmac !== undefined;
  const isAbroad = virtual.interface !== undefined && instance.use_vmac_addr;
  if (parent === undefined || !(isOwn || (isAbroad && instance.use_vmac !== undefined))) {
    const isHeld = virtual.interface === undefined && around.own?.device.kind === 'macvlan';
    const name = isHeld ? around.own?.name : undefined;
    return name === undefined ? virtual : { ...virtual, interface: name };
  }
  const mac = macOf(line?.use_vmac?.mac, site) ?? ownMac(site);
  const device = { kind: 'macvlan', mac } as const;
  const prefix = global.vmac_addr_prefix;
  const name = line?.use_vmac?.name;
  const found = added(site, { name, prefix, parent, device, group: undefined });
  return { ...virtual, interface: found.name };
}

/** One interface cannot have two devices with one MAC: addresses share it. */
function added(
  { complete, taken, devices }: Site,
  wanted: Omit<Bare, 'name'> & { readonly name: string | undefined; readonly prefix: string },
): Bare {
  const { parent, device, group, tells } = wanted;
  const same = devices.find((each) => each.parent === parent && isSameDevice(each.device, device));
  if (same !== undefined) return same;
  const name = wanted.name ?? freeName(wanted.prefix, complete, taken);
  taken.add(name);
  const fresh = { name, parent, device, group, ...(tells === true ? { tells } : {}) };
  devices.push(fresh);
  return fresh;
}

function isSameDevice(one: LinkDevice, other: LinkDevice): boolean {
  return one.kind === 'macvlan' && other.kind === 'macvlan' && one.mac === other.mac;
}

/** `vrrp.51`; where that is taken, `vrrp6.51` for IPv6, and then with a number behind it. */
function freeName(
  prefix: string,
  { virtualRouterId: id, family }: InstanceModel,
  taken: ReadonlySet<string>,
): string {
  const names = [`${prefix}.${id}`, ...(family === 'ipv6' ? [`${prefix}6.${id}`] : [])];
  for (let number = 1; number <= taken.size + 1; number += 1)
    names.push(`${prefix}.${id}.${number}`);
  const free = names.find((name) => !taken.has(name)) ?? `${prefix}.${id}`;
  return free.slice(0, NAME_LENGTH);
}

/** Names that lines give themselves. */
function namesIn(model: Model): Set<string> {
  const names = model.vrrp_instance.flatMap((instance) => [
    instance.interface,
    instance.use_vmac?.name,
    instance.use_ipvlan?.name,
    ...[...instance.virtual_ipaddress, ...instance.virtual_ipaddress_excluded].map(
      ({ use_vmac: own }) => own?.name,
    ),
  ]);
  return new Set(names.filter((name) => name !== undefined));
}

/** RFC 9568 7.3, unless the line says otherwise; strict mode knows no other. */
function ownMac(site: Site): Mac {
  const { global, instance, complete } = site;
  const written = isStrict(global, instance) ? undefined : macOf(instance.use_vmac?.mac, site);
  const family = complete.family === 'ipv6' ? '02' : '01';
  const id = octet(complete.virtualRouterId);
  return written ?? (`00:00:5e:00:${family}:${id}` as Mac);
}

/** Five octets take the virtual router id as the sixth. */
function macOf(text: string | undefined, { complete }: Site): Mac | undefined {
  if (text === undefined) return undefined;
  const octets = text.split(':').filter((part) => part !== '');
  const whole = octets.length === 5 ? [...octets, octet(complete.virtualRouterId)] : octets;
  return parseMac(whole.map((part) => part.padStart(2, '0').toLowerCase()).join(':'));
}

function octet(number: number): string {
  return number.toString(16).padStart(2, '0');
}

/**
 * Unicast peers answer to the MAC of the interface, so what is sent to them leaves there too; so does version 2 over IPv6, as
 * keepalived has it.
 */
function sending(
  { global, instance, complete }: Site,
  own: Bare | undefined,
): Pick<InstanceModel, 'transport'> & Partial<Pick<InstanceModel, 'sendsFrom'>> {
  const { transport, family, version } = complete;
  const source = instance.use_ipvlan?.address;
  const fits = source !== undefined && familyOf(source) === family;
  const placed = fits && transport.source === undefined ? { ...transport, source } : transport;
  const isBase =
    (instance.vmac_xmit_base && !isStrict(global, instance)) ||
    transport.kind === 'unicast' ||
    (family === 'ipv6' && version === 2);
  return own === undefined || isBase
    ? { transport: placed }
    : { transport: placed, sendsFrom: own.name };
}

/** Of an interface group by number or by name. */
function groupNumber(names: RoutingNames, text: string | undefined): number | undefined {
  const number = text === undefined ? undefined : numberNamed(names, 'interface group', text);
  return number !== undefined && number <= MOST_GROUP ? number : undefined;
}
