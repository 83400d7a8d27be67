/**
 * Generic netlink (linux/genetlink.h): families that have names, and numbers which the kernel gives them when they
 * come. Decoders are total.
 *
 *   0          1          2          4
 *   | command  | version  | reserved | attributes ...
 */
import {
  attributeMap,
  encodePayload,
  type NetlinkAttribute,
  type NetlinkMessage,
  textAttribute,
  textOf,
  uint16Of,
} from './netlink.ts';

export const NETLINK_GENERIC = 16;
/** The family that knows the others. */
export const GENL_ID_CTRL = 16;

const GENERIC_HEADER = 4;
const CTRL_CMD_GETFAMILY = 3;
const CTRL_VERSION = 2;
const CTRL_ATTR_FAMILY_ID = 1;
const CTRL_ATTR_FAMILY_NAME = 2;

export interface GenericMessage {
  readonly command: number;
  readonly version: number;
  /** By type; of attributes of one type the last. */
  readonly attributes: ReadonlyMap<number, Uint8Array>;
}

/** The payload of a netlink message. */
export function encodeGeneric(
  command: number,
  version: number,
  attributes: readonly NetlinkAttribute[],
): Uint8Array {
  return encodePayload(Uint8Array.of(command, version, 0, 0), attributes);
}

export function decodeGeneric({ payload }: NetlinkMessage): GenericMessage | undefined {
  if (payload.length < GENERIC_HEADER) return undefined;
  return {
    command: payload[0] ?? 0,
    version: payload[1] ?? 0,
    attributes: attributeMap(payload.subarray(GENERIC_HEADER)),
  };
}

/** Asks GENL_ID_CTRL for the family of that name; ENOENT when there is none. */
export function encodeFamilyRequest(name: string): Uint8Array {
  const wanted = textAttribute(CTRL_ATTR_FAMILY_NAME, name);
  return encodeGeneric(CTRL_CMD_GETFAMILY, CTRL_VERSION, [wanted]);
}

export interface GenericFamily {
  /** The message type of everything that goes to it. */
  readonly id: number;
  readonly name: string;
}

export function decodeFamily(message: NetlinkMessage): GenericFamily | undefined {
  const attributes = decodeGeneric(message)?.attributes;
  const id = attributes?.get(CTRL_ATTR_FAMILY_ID);
  const name = attributes?.get(CTRL_ATTR_FAMILY_NAME);
  if (id === undefined || id.length < 2 || name === undefined) return undefined;
  return { id: uint16Of(id), name: textOf(name) };
}
