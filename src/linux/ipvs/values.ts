/** Services and servers as the IPVS family spells them, and back. */
import { familyOf, parseAddress } from '../../base/address.ts';
import type {
  Forwarding,
  Persistence,
  Scheduler,
  SchedulerFlag,
  Server,
  ServerSettings,
  ServiceKey,
  ServiceProtocol,
  ServiceSettings,
  Tunnel,
  TunnelChecksum,
} from '../../base/service.ts';
import type { ServerTraffic, SyncDaemon, Traffic } from '../../plane.ts';
import type { IpvsCounters } from '../../wire/ipvs-counters.ts';
import type { SyncDaemonEntry } from '../../wire/ipvs-daemon.ts';
import {
  type DestinationEntry,
  type DestinationSettings,
  type DestinationTunnel,
  IP_VS_CONN_F_DROUTE,
  IP_VS_CONN_F_LOCALNODE,
  IP_VS_CONN_F_MASQ,
  IP_VS_CONN_F_TUNNEL,
  IP_VS_CONN_F_TUNNEL_TYPE_GRE,
  IP_VS_CONN_F_TUNNEL_TYPE_GUE,
  IP_VS_CONN_F_TUNNEL_TYPE_IPIP,
  IP_VS_TUNNEL_ENCAP_FLAG_CSUM,
  IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM,
} from '../../wire/ipvs-destination.ts';
import {
  IP_VS_SVC_F_ONEPACKET,
  IP_VS_SVC_F_PERSISTENT,
  IP_VS_SVC_F_SCHED1,
  IP_VS_SVC_F_SCHED2,
  IP_VS_SVC_F_SCHED3,
  type VirtualService,
  type VirtualServiceEntry,
  type VirtualServiceKey,
} from '../../wire/ipvs-service.ts';

const PROTOCOLS: Readonly<Record<ServiceProtocol, number>> = { tcp: 6, udp: 17, sctp: 132 };
const PROTOCOL_NAMES = new Map<number, ServiceProtocol>([
  [6, 'tcp'],
  [17, 'udp'],
  [132, 'sctp'],
]);
const SCHEDULER_FLAGS: readonly (readonly [SchedulerFlag, number])[] = [
  [1, IP_VS_SVC_F_SCHED1],
  [2, IP_VS_SVC_F_SCHED2],
  [3, IP_VS_SVC_F_SCHED3],
];
const CHECKSUMS: Readonly<Record<TunnelChecksum, number>> = {
  none: 0,
  checksum: IP_VS_TUNNEL_ENCAP_FLAG_CSUM,
  remote: IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM,
};

export function keyMessage(key: ServiceKey): VirtualServiceKey {
  if (key.kind === 'mark') return key;
  const { address, port } = key;
  const protocol = PROTOCOLS[key.protocol];
  return { kind: 'address', protocol, address, port, family: familyOf(address) };
}

export function serviceMessage(key: ServiceKey, settings: ServiceSettings): VirtualService {
  const { persistence, onePacket, scheduler } = settings;
  const named = keyMessage(key);
  let flags = onePacket ? IP_VS_SVC_F_ONEPACKET : 0;
  if (persistence !== undefined) flags |= IP_VS_SVC_F_PERSISTENT;
  for (const [flag, bit] of SCHEDULER_FLAGS) if (settings.flags.includes(flag)) flags |= bit;
  return {
    key: named,
    scheduler,
    flags,
    timeout: persistence?.seconds ?? 0,
    // The kernel wants a mask of every service, persistent or not.
    prefix: persistence?.prefix ?? (named.family === 'ipv4' ? 32 : 128),
    engine: persistence?.engine,
  };
}

/** Undefined for a protocol that no service of ours can have. */
export function serviceKeyOf({ key }: VirtualServiceEntry): ServiceKey | undefined {
  if (key.kind === 'mark') return { kind: 'mark', family: key.family, mark: key.mark };
  const protocol = PROTOCOL_NAMES.get(key.protocol);
  if (protocol === undefined) return undefined;
  return { kind: 'address', protocol, address: key.address, port: key.port };
}

export function serviceSettingsOf(entry: VirtualServiceEntry): ServiceSettings {
  return {
    // A scheduler that somebody else has written is told by its name: no service of ours asks for it.
    scheduler: entry.scheduler as Scheduler,
    flags: SCHEDULER_FLAGS.filter(([, bit]) => (entry.flags & bit) !== 0).map(([flag]) => flag),
    persistence: persistenceOf(entry),
    onePacket: (entry.flags & IP_VS_SVC_F_ONEPACKET) !== 0,
  };
}

function persistenceOf({
  flags,
  timeout,
  prefix,
  engine,
}: VirtualService): Persistence | undefined {
  if ((flags & IP_VS_SVC_F_PERSISTENT) === 0) return undefined;
  return { seconds: timeout, prefix, engine };
}

export function serverMessage(settings: ServerSettings): DestinationSettings {
  const { forwarding, weight, upper, lower } = settings;
  return {
    method: methodOf(forwarding),
    weight,
    upper,
    lower,
    tunnel: forwarding.kind === 'tunnel' ? tunnelMessage(forwarding.tunnel) : undefined,
  };
}

function methodOf({ kind }: Forwarding): number {
  if (kind === 'nat') return IP_VS_CONN_F_MASQ;
  return kind === 'direct' ? IP_VS_CONN_F_DROUTE : IP_VS_CONN_F_TUNNEL;
}

/** Kernels before 5.3 make the plain one whatever they are told. */
function tunnelMessage(tunnel: Tunnel): DestinationTunnel {
  switch (tunnel.kind) {
    case 'ipip':
      return { type: IP_VS_CONN_F_TUNNEL_TYPE_IPIP, port: 0, flags: 0 };
    case 'gue': {
      const { port, checksum } = tunnel;
      return { type: IP_VS_CONN_F_TUNNEL_TYPE_GUE, port, flags: CHECKSUMS[checksum] };
    }
    case 'gre':
      return { type: IP_VS_CONN_F_TUNNEL_TYPE_GRE, port: 0, flags: CHECKSUMS[tunnel.checksum] };
  }
}

export function serverOf({ address, port, settings }: DestinationEntry): Server {
  const { weight, upper, lower } = settings;
  return { address, port, forwarding: forwardingOf(settings), weight, upper, lower };
}

function forwardingOf({ method, tunnel }: DestinationSettings): Forwarding {
  if (method === IP_VS_CONN_F_TUNNEL) return { kind: 'tunnel', tunnel: tunnelOf(tunnel) };
  // Old kernels say so of a server that is the director itself, however it was asked for.
  if (method === IP_VS_CONN_F_LOCALNODE) return { kind: 'direct' };
  return method === IP_VS_CONN_F_DROUTE ? { kind: 'direct' } : { kind: 'nat' };
}

function tunnelOf(tunnel: DestinationTunnel | undefined): Tunnel {
  if (tunnel?.type === IP_VS_CONN_F_TUNNEL_TYPE_GUE) {
    return { kind: 'gue', port: tunnel.port, checksum: checksumOf(tunnel) };
  }
  if (tunnel?.type === IP_VS_CONN_F_TUNNEL_TYPE_GRE) {
    return { kind: 'gre', checksum: checksumOf(tunnel) };
  }
  return { kind: 'ipip' };
}

function checksumOf({ flags }: DestinationTunnel): TunnelChecksum {
  if ((flags & IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM) !== 0) return 'remote';
  return (flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM) !== 0 ? 'checksum' : 'none';
}

export function trafficOf(counters: IpvsCounters): Traffic {
  const { connections, packetsIn, packetsOut, bytesIn, bytesOut } = counters;
  return { connections, packetsIn, packetsOut, bytesIn, bytesOut };
}

export function serverTrafficOf(entry: DestinationEntry): ServerTraffic {
  const { activeConnections, inactiveConnections } = entry;
  return { ...trafficOf(entry.counters), activeConnections, inactiveConnections };
}

export function daemonMessage(daemon: SyncDaemon): SyncDaemonEntry {
  const { role, id, maximumLength, port, ttl, group } = daemon;
  return {
    role,
    interface: daemon.interface,
    id,
    maximumLength,
    group: group === undefined ? undefined : parseAddress(group),
    port,
    ttl,
  };
}
