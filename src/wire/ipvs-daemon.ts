/** A connection synchronisation daemon of the kernel (IPVS_DAEMON_ATTR_*). */
import { type Address, addressBytes, addressFromBytes, familyOf } from '../base/address.ts';
import {
  attributeMap,
  type NetlinkAttribute,
  textAttribute,
  textOf,
  uint8Attribute,
  uint16Attribute,
  uint16Of,
  uint32Attribute,
  uint32Of,
} from './netlink.ts';

const IPVS_DAEMON_ATTR_STATE = 1;
const IPVS_DAEMON_ATTR_MCAST_IFN = 2;
const IPVS_DAEMON_ATTR_SYNC_ID = 3;
const IPVS_DAEMON_ATTR_SYNC_MAXLEN = 4;
const IPVS_DAEMON_ATTR_MCAST_GROUP = 5;
const IPVS_DAEMON_ATTR_MCAST_GROUP6 = 6;
const IPVS_DAEMON_ATTR_MCAST_PORT = 7;
const IPVS_DAEMON_ATTR_MCAST_TTL = 8;

const IP_VS_STATE_MASTER = 1;
const IP_VS_STATE_BACKUP = 2;

/** What is undefined the kernel chooses; it tells all of it. */
export interface SyncDaemonEntry {
  readonly role: 'master' | 'backup';
  readonly interface: string;
  /** 0 to 255. */
  readonly id: number;
  /** Bytes of UDP payload. */
  readonly maximumLength: number | undefined;
  readonly group: Address | undefined;
  readonly port: number | undefined;
  readonly ttl: number | undefined;
}

export function daemonAttributes(daemon: SyncDaemonEntry): readonly NetlinkAttribute[] {
  const { maximumLength, group, port, ttl } = daemon;
  const state = daemon.role === 'master' ? IP_VS_STATE_MASTER : IP_VS_STATE_BACKUP;
  return [
    uint32Attribute(IPVS_DAEMON_ATTR_STATE, state),
    textAttribute(IPVS_DAEMON_ATTR_MCAST_IFN, daemon.interface),
    uint32Attribute(IPVS_DAEMON_ATTR_SYNC_ID, daemon.id),
    ...(maximumLength === undefined
      ? []
      : [uint16Attribute(IPVS_DAEMON_ATTR_SYNC_MAXLEN, maximumLength)]),
    ...(group === undefined ? [] : [groupAttribute(group)]),
    ...(port === undefined ? [] : [uint16Attribute(IPVS_DAEMON_ATTR_MCAST_PORT, port)]),
    ...(ttl === undefined ? [] : [uint8Attribute(IPVS_DAEMON_ATTR_MCAST_TTL, ttl)]),
  ];
}

function groupAttribute(group: Address): NetlinkAttribute {
  const isFour = familyOf(group) === 'ipv4';
  const type = isFour ? IPVS_DAEMON_ATTR_MCAST_GROUP : IPVS_DAEMON_ATTR_MCAST_GROUP6;
  return { type, value: addressBytes(group) };
}

export function decodeDaemon(bytes: Uint8Array): SyncDaemonEntry | undefined {
  const values = attributeMap(bytes);
  const state = values.get(IPVS_DAEMON_ATTR_STATE);
  const name = values.get(IPVS_DAEMON_ATTR_MCAST_IFN);
  const id = values.get(IPVS_DAEMON_ATTR_SYNC_ID);
  if (state === undefined || name === undefined || id === undefined) return undefined;
  const maximumLength = values.get(IPVS_DAEMON_ATTR_SYNC_MAXLEN);
  const group =
    values.get(IPVS_DAEMON_ATTR_MCAST_GROUP) ?? values.get(IPVS_DAEMON_ATTR_MCAST_GROUP6);
  const port = values.get(IPVS_DAEMON_ATTR_MCAST_PORT);
  return {
    role: uint32Of(state) === IP_VS_STATE_MASTER ? 'master' : 'backup',
    interface: textOf(name),
    id: uint32Of(id),
    maximumLength: maximumLength === undefined ? undefined : uint16Of(maximumLength),
    group: group === undefined ? undefined : addressFromBytes(group),
    port: port === undefined ? undefined : uint16Of(port),
    ttl: values.get(IPVS_DAEMON_ATTR_MCAST_TTL)?.[0],
  };
}
