/**
 * Requests that make, change and remove devices above other ones (linux/if_link.h): macvlan, which takes a MAC address of its
 * own, and ipvlan, which shares the one below.
 */
import { type Mac, macBytes } from '../base/address.ts';
import {
  attributeMap,
  encodePayload,
  type NetlinkAttribute,
  type NetlinkMessage,
  nestedAttribute,
  putUint32,
  textAttribute,
  uint16Attribute,
  uint32Attribute,
  uint32Of,
} from './netlink.ts';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;

const IFINFOMSG = 16;
const IFF_UP = 1;
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_LINK = 5;
const IFLA_MASTER = 10;
const IFLA_LINKINFO = 18;
const IFLA_GROUP = 27;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_MACVLAN_MODE = 1;
const IFLA_IPVLAN_MODE = 1;
const IFLA_IPVLAN_FLAGS = 2;

/**
 * MACVLAN_MODE_VEPA. Like the private mode it speaks with the wire alone; but in private mode a multicast frame whose
 * source is this very MAC, as the advertisements of another master are, would not reach the device below.
 */
const MACVLAN_MODE = 2;
const IPVLAN_MODE_L2 = 0;
const IPVLAN_FLAGS = { bridge: 0, private: 1, vepa: 2 } as const;

export type DeviceMessage =
  | { readonly kind: 'macvlan'; readonly mac: Mac }
  | { readonly kind: 'ipvlan'; readonly mode: keyof typeof IPVLAN_FLAGS };

export interface NewLinkMessage {
  /** Names are ASCII, at most 15 characters. */
  readonly name: string;
  readonly parent: number;
  readonly device: DeviceMessage;
  readonly mtu: number;
  readonly group: number | undefined;
  readonly master: number | undefined;
}

/** The payload of RTM_NEWLINK for a device that is not there; it comes down. */
export function encodeNewLink(link: NewLinkMessage): Uint8Array {
  const { name, parent, device, mtu, group, master } = link;
  return encodePayload(new Uint8Array(IFINFOMSG), [
    textAttribute(IFLA_IFNAME, name),
    uint32Attribute(IFLA_LINK, parent),
    uint32Attribute(IFLA_MTU, mtu),
    ...addressOf(device),
    ...(group === undefined ? [] : [uint32Attribute(IFLA_GROUP, group)]),
    ...(master === undefined ? [] : [uint32Attribute(IFLA_MASTER, master)]),
    linkInfo(device),
  ]);
}

/** The payload of RTM_NEWLINK for one that is there: address and mode as they should be, and up. */
export function encodeLinkUp(index: number, device: DeviceMessage): Uint8Array {
  const fixed = bare(index);
  putUint32(fixed, 8, IFF_UP);
  putUint32(fixed, 12, IFF_UP);
  return encodePayload(fixed, [...addressOf(device), linkInfo(device)]);
}

/** The payload of RTM_NEWLINK for one that is to be up or down, and is otherwise as it should be. */
export function encodeLinkState(index: number, up: boolean): Uint8Array {
  const fixed = bare(index);
  putUint32(fixed, 8, up ? IFF_UP : 0);
  putUint32(fixed, 12, IFF_UP);
  return encodePayload(fixed, []);
}

/** The payload of RTM_DELLINK. */
export function encodeLinkGone(index: number): Uint8Array {
  return encodePayload(bare(index), []);
}

/** The payload of RTM_NEWLINK that puts a link into a group. */
export function encodeLinkGroup(index: number, group: number): Uint8Array {
  return encodePayload(bare(index), [uint32Attribute(IFLA_GROUP, group)]);
}

/** The payload of RTM_GETLINK for one link. */
export function encodeLinkQuestion(index: number): Uint8Array {
  return encodePayload(bare(index), []);
}

/** The group of the link that an RTM_NEWLINK tells of. */
export function decodeLinkGroup({ payload }: Pick<NetlinkMessage, 'payload'>): number | undefined {
  if (payload.length < IFINFOMSG) return undefined;
  const group = attributeMap(payload.subarray(IFINFOMSG)).get(IFLA_GROUP);
  return group === undefined ? undefined : uint32Of(group);
}

/** The payload of RTM_DELLINK for all links of a group. */
export function encodeGroupGone(group: number): Uint8Array {
  return encodePayload(new Uint8Array(IFINFOMSG), [uint32Attribute(IFLA_GROUP, group)]);
}

function bare(index: number): Uint8Array {
  const fixed = new Uint8Array(IFINFOMSG);
  putUint32(fixed, 4, index);
  return fixed;
}

function addressOf(device: DeviceMessage): readonly NetlinkAttribute[] {
  return device.kind === 'macvlan' ? [{ type: IFLA_ADDRESS, value: macBytes(device.mac) }] : [];
}

function linkInfo(device: DeviceMessage): NetlinkAttribute {
  const data =
    device.kind === 'macvlan'
      ? [uint32Attribute(IFLA_MACVLAN_MODE, MACVLAN_MODE)]
      : [
          uint16Attribute(IFLA_IPVLAN_MODE, IPVLAN_MODE_L2),
          uint16Attribute(IFLA_IPVLAN_FLAGS, IPVLAN_FLAGS[device.mode]),
        ];
  return nestedAttribute(IFLA_LINKINFO, [
    textAttribute(IFLA_INFO_KIND, device.kind),
    nestedAttribute(IFLA_INFO_DATA, data),
  ]);
}
