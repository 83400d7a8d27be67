/**
 * Services of whose servers there is nothing to tell: so are nearly all in a large file, and one look at each server
 * saves the others.
 */
import type { Model, RealServer, VirtualServer } from '../model.ts';
import { isLinkLocal } from './check-targets.ts';

const known = new WeakMap<Model, ReadonlySet<VirtualServer>>();

export function ordinaryServices(model: Model): ReadonlySet<VirtualServer> {
  const before = known.get(model);
  if (before !== undefined) return before;
  const ordinary = new Set<VirtualServer>();
  for (const node of model.virtual_server) if (isOrdinary(node)) ordinary.add(node);
  known.set(model, ordinary);
  return ordinary;
}

/**
 * Whether all addresses differ and are of one family, and no server has a port, a method, thresholds, a script or a check
 * with rules of its own.
 */
function isOrdinary({ service, real_server: servers }: VirtualServer): boolean {
  const port = service.kind === 'address' ? service.port : undefined;
  const isIpv6 = (servers[0]?.endpoint.address.indexOf(':') ?? -1) >= 0;
  let isAscending = true;
  let before = '';
  // Counted: it runs over every server of a file once, and then an iterator costs several times as much.
  for (let at = 0; at < servers.length; at += 1) {
    const server = servers[at];
    if (server === undefined || hasMore(server)) return false;
    const { address, port: own } = server.endpoint;
    if (own !== undefined && own !== port) return false;
    if (address.indexOf(':') >= 0 !== isIpv6 || (isIpv6 && isLinkLocal(address))) return false;
    isAscending &&= isBehind(address, before);
    before = address;
  }
  return (
    isAscending || new Set(servers.map(({ endpoint }) => endpoint.address)).size === servers.length
  );
}

/** By length and letters: whoever writes addresses in their order writes none twice. */
function isBehind(address: string, before: string): boolean {
  const { length } = address;
  return length > before.length || (length === before.length && address > before);
}

function hasMore(server: RealServer): boolean {
  return (
    server.lvs_method !== undefined ||
    server.masquerade !== undefined ||
    server.lthreshold !== 0 ||
    server.notify_up !== undefined ||
    server.notify_down !== undefined ||
    server.HTTP_GET.length > 0 ||
    server.SSL_GET.length > 0 ||
    server.MISC_CHECK.length > 0 ||
    server.BFD_CHECK.length > 0 ||
    server.FILE_CHECK.length > 0 ||
    server.DNS_CHECK.length > 0 ||
    server.UDP_CHECK.length > 0 ||
    server.SMTP_CHECK.length > 0 ||
    server.PING_CHECK.length > 0 ||
    server.REDIS_CHECK.length > 0 ||
    server.MYSQL_CHECK.length > 0 ||
    server.PGSQL_CHECK.length > 0 ||
    server.GRPC_CHECK.length > 0 ||
    (server.TCP_CHECK.length > 0 && server.TCP_CHECK.some(isElsewhere))
  );
}

/** It looks at another address than the server's, or from one. */
function isElsewhere({ bindto, connect_ip: other }: RealServer['TCP_CHECK'][number]): boolean {
  return bindto !== undefined || other !== undefined;
}
