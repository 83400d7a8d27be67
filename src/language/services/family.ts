/** How servers are reached, and of which family a firewall mark is that does not say (behaviour 18). */
import { type Family, familyOf } from '../../base/address.ts';
import type { RealServer, VirtualServer } from '../model.ts';
import type { LvsMethod } from '../values/lvs-method.ts';
import type { GroupEntry } from '../values/service.ts';

export function methodOf(virtual: VirtualServer, { lvs_method: own }: RealServer): LvsMethod {
  return own ?? virtual.lb_kind ?? { kind: 'NAT' };
}

export function sorryMethod(virtual: VirtualServer): LvsMethod {
  return virtual.sorry_server_lvs_method ?? virtual.lb_kind ?? { kind: 'NAT' };
}

/**
 * That of the servers, whatever `ip_family` says. Tunnels may carry one family in the other: where all servers are behind
 * some, it is that of the other members of the group, or of all the servers of a mark alone; IPv4 where these are not of
 * one.
 */
export function markFamily(
  virtual: VirtualServer,
  group: readonly GroupEntry[] | undefined,
): Family {
  const { real_server: servers, sorry_server: sorry, ip_family: written } = virtual;
  const plain = servers.find((server) => methodOf(virtual, server).kind !== 'TUN');
  if (plain !== undefined) return familyOf(plain.endpoint.address);
  if (sorry !== undefined && sorryMethod(virtual).kind !== 'TUN') return familyOf(sorry.address);
  if (written !== undefined) return written === 'inet6' ? 'ipv6' : 'ipv4';
  const told = new Set(group === undefined ? ofServers(virtual) : group.flatMap(ofMember));
  return told.size === 1 && told.has('ipv6') ? 'ipv6' : 'ipv4';
}

function ofServers({ real_server: servers, sorry_server: sorry }: VirtualServer): Family[] {
  const endpoints = servers.map(({ endpoint }) => endpoint);
  if (sorry !== undefined) endpoints.push(sorry);
  return endpoints.map(({ address }) => familyOf(address));
}

function ofMember(entry: GroupEntry): readonly Family[] {
  if (entry.kind !== 'fwmark') return [entry.range.includes(':') ? 'ipv6' : 'ipv4'];
  if (entry.family === undefined) return [];
  return [entry.family === 'inet6' ? 'ipv6' : 'ipv4'];
}
