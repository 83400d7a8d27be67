/** Ports of servers that no packet is ever sent to: DR and TUN hand packets on as they are. */
import type { RealServer, VirtualServer } from '../model.ts';
import type { RuleContext, Spot } from './context.ts';

/** Of an `ordinary` service (see ordinary.ts) no server has a port other than its own. */
export function checkServerPorts(
  context: RuleContext,
  node: VirtualServer,
  ordinary: boolean,
): void {
  if (node.service.kind === 'group') {
    portOfGroup(context, node, node.service.name);
    return;
  }
  if (!ordinary) {
    for (const server of node.real_server) {
      const { endpoint } = server;
      const method = methodOf(node, server);
      const use = 'its checks alone';
      unusedPort(context, node, { at: { node: server }, use, endpoint, method });
    }
  }
  const { sorry_server: endpoint } = node;
  if (endpoint === undefined) return;
  const method = (node.sorry_server_lvs_method ?? node.lb_kind)?.kind ?? 'NAT';
  const at = { node, key: 'sorry_server' };
  unusedPort(context, node, { at, use: 'nothing', endpoint, method });
}

interface Written {
  readonly at: Spot;
  /** What the port counts for all the same. */
  readonly use: string;
  readonly endpoint: RealServer['endpoint'];
  readonly method: string;
}

function unusedPort({ report }: RuleContext, { service }: VirtualServer, written: Written): void {
  const { at, use, endpoint, method } = written;
  const port = service.kind === 'address' ? (service.port ?? 0) : 0;
  if (method === 'NAT' || endpoint.port === undefined || endpoint.port === port) return;
  const { address } = endpoint;
  report({
    code: 'lvs.port-of-service',
    at,
    message:
      port === 0
        ? `${method} cannot change ports; ${endpoint.port} of ${address} counts for ${use}`
        : `${method} cannot change ports; ${address} is used with port ${port}`,
  });
}

function methodOf(node: VirtualServer, server: RealServer): string {
  return (server.lvs_method ?? node.lb_kind)?.kind ?? 'NAT';
}

/** Every entry of a group has its own port, which DR and TUN cannot change; marks have none. */
function portOfGroup({ model, report }: RuleContext, node: VirtualServer, name: string): void {
  const group = model.virtual_server_group.find((each) => each.name === name);
  for (const server of node.real_server) {
    const { port } = server.endpoint;
    const method = methodOf(node, server);
    if (group === undefined || port === undefined || port === 0 || methodOf(node, server) === 'NAT')
      continue;
    const index = group.members.findIndex((each) => each.kind === 'fwmark' || each.port !== port);
    if (index < 0) continue;
    report({
      code: 'lvs.port-of-group',
      at: { node: server },
      message: `${method} cannot change ports; the entries of ${name} keep theirs, and ${port} of ${server.endpoint.address} counts for none but its own`,
      related: [{ node: group, key: 'members', index, label: 'this is reached at another port' }],
    });
    return;
  }
}
