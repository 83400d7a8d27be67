/** Services can be reached, and their servers can serve. */
import { familyOf } from '../../base/address.ts';
import { standsBefore } from '../../config/places.ts';
import type { RealServer, VirtualServer } from '../model.ts';
import { checkChecks } from './checks.ts';
import type { RuleContext } from './context.ts';
import { ordinaryServices } from './ordinary.ts';
import { checkServerPorts } from './server-ports.ts';
import { nameOf } from './service-name.ts';

export function checkServices(context: RuleContext): void {
  const { model } = context;
  for (const node of model.virtual_server_group) {
    if (node.members.length > 0) continue;
    context.report({
      code: 'lvs.empty-group',
      at: { node },
      message: `virtual_server_group ${node.name} has nothing in it`,
    });
  }
  if (model.virtual_server.length === 0) return;
  const held = heldAddresses(context);
  const groups = new Set(model.virtual_server_group.map(({ name }) => name));
  const direct: Direct[] = [];
  const known = { held, groups };
  const plain = ordinaryServices(model);
  for (const node of model.virtual_server) {
    header(context, node, known);
    defaults(context, node);
    if (node['sh-port'] || node['sh-fallback'] || node['mh-port'] || node['mh-fallback']) {
      flags(context, node);
    }
    const ordinary = plain.has(node);
    if (!ordinary || node.real_server.length === 0) servers(context, node);
    checkServerPorts(context, node, ordinary);
    const server = firstDirect(node, ordinary);
    if (server !== undefined) direct.push({ node, server });
    quorum(context, node);
    if (node.sorry_server_inhibit || node.sorry_server_lvs_method !== undefined) {
      sorryServer(context, node);
    }
    familyWritten(context, node);
  }
  checkChecks(context);
  directRouting(context, direct);
}

interface Direct {
  readonly node: VirtualServer;
  readonly server: RealServer;
}

function firstDirect(node: VirtualServer, ordinary: boolean): RealServer | undefined {
  const method = node.lb_kind?.kind;
  if (ordinary) return method === 'DR' ? node.real_server[0] : undefined;
  return node.real_server.find((each) => (each.lvs_method?.kind ?? method) === 'DR');
}

/** Said once for a file: who sets up the servers of one service so sets up all. */
function directRouting({ report }: RuleContext, direct: readonly Direct[]): void {
  const [first] = direct;
  if (first === undefined) return;
  const { node, server } = first;
  const others = direct.length > 1 ? `, and so do ${direct.length - 1} other services` : '';
  report({
    code: 'lvs.direct-routing-servers',
    at: node.lb_kind?.kind === 'DR' ? { node, key: 'lb_kind' } : { node: server },
    message: `${nameOf(node)} forwards by DR${others}: every server must hold the address of the service and must not answer ARP for it`,
  });
}

function heldAddresses({ model }: RuleContext): ReadonlySet<string> {
  const held = new Set<string>();
  for (const node of model.vrrp_instance) {
    for (const { address } of node.virtual_ipaddress) held.add(address);
    for (const { address } of node.virtual_ipaddress_excluded) held.add(address);
  }
  for (const { address } of model.static_ipaddress) held.add(address);
  return held;
}

interface Known {
  readonly held: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

function header({ model, report }: RuleContext, node: VirtualServer, known: Known): void {
  const { service } = node;
  if (service.kind === 'group' && !known.groups.has(service.name)) {
    report({
      code: 'lvs.unknown-group',
      at: { node },
      message: `no virtual_server_group is named ${service.name}`,
    });
  }
  const somewhere = model.vrrp_instance.length > 0;
  if (service.kind === 'address' && somewhere && !known.held.has(service.address)) {
    report({
      code: 'lvs.address-not-held',
      at: { node },
      message: `no vrrp_instance holds ${service.address}, the address of this service`,
    });
  }
}

const schedulerFlags = [
  { key: 'sh-port', scheduler: 'sh' },
  { key: 'sh-fallback', scheduler: 'sh' },
  { key: 'mh-port', scheduler: 'mh' },
  { key: 'mh-fallback', scheduler: 'mh' },
] as const;

function defaults({ report }: RuleContext, node: VirtualServer): void {
  if (node.lb_algo === undefined) {
    report({
      code: 'lvs.no-scheduler',
      absent: 'lb_algo',
      at: { node },
      message: `${nameOf(node)} has no lb_algo; wlc is used`,
    });
  }
  if (node.lb_kind === undefined) {
    report({
      code: 'lvs.no-forwarding-method',
      absent: 'lb_kind',
      at: { node },
      message: `${nameOf(node)} has no lb_kind; NAT is used`,
    });
  }
  if (node.protocol === undefined && node.service.kind !== 'fwmark') {
    report({
      code: 'lvs.no-protocol',
      absent: 'protocol',
      at: { node },
      message: `${nameOf(node)} has no protocol; UDP is used`,
    });
  }
  if (node.protocol !== undefined && node.service.kind === 'fwmark') {
    report({
      code: 'lvs.protocol-with-fwmark',
      at: { node, key: 'protocol' },
      message: `${nameOf(node)} takes every protocol; ${node.protocol} is ignored`,
    });
  }
  if (node.ops && node.protocol !== undefined && node.protocol !== 'UDP') {
    if (node.service.kind !== 'fwmark') {
      report({
        code: 'lvs.one-packet-needs-udp',
        at: { node, key: 'ops' },
        message: `${nameOf(node)} is ${node.protocol}; ops is for UDP and is ignored`,
      });
    }
  }
}

function flags({ report, places }: RuleContext, node: VirtualServer): void {
  for (const { key, scheduler } of schedulerFlags) {
    if (!node[key]) continue;
    if (node.lb_algo === scheduler) {
      if (!standsBefore(places, node, key, 'lb_algo')) continue;
      report({
        code: 'lvs.flag-above-scheduler',
        at: { node, key },
        message: `${key} stands above lb_algo ${scheduler}; it is understood`,
        related: [{ node, key: 'lb_algo', label: 'written here' }],
      });
      continue;
    }
    report({
      code: 'lvs.flag-without-scheduler',
      at: { node, key },
      message: `${key} needs lb_algo ${scheduler}; it is ignored`,
    });
  }
}

function servers({ report }: RuleContext, node: VirtualServer): void {
  if (node.real_server.length === 0) {
    const only = node.sorry_server === undefined ? '' : ', only a sorry server';
    report({
      code: 'lvs.no-server',
      at: { node },
      message: `${nameOf(node)} has no real_server${only}`,
    });
  }
  const port = node.service.kind === 'address' ? node.service.port : undefined;
  const firsts = firstsOf(node.real_server, port);
  for (const server of node.real_server) {
    const { endpoint } = server;
    const own = endpoint.port ?? port;
    const first = firsts.get(server);
    if (first !== undefined) {
      const name = own === undefined ? endpoint.address : `${endpoint.address} ${own}`;
      report({
        code: 'lvs.server-repeated',
        at: { node: server },
        message: `${name} stands twice in ${nameOf(node)}; the first is used`,
        related: [{ node: first, label: 'first written here' }],
      });
    }
  }
}

/** By server: the one before it with the same address and port. */
function firstsOf(
  servers: readonly RealServer[],
  port: number | undefined,
): ReadonlyMap<RealServer, RealServer> {
  const seen = new Map<string, RealServer>();
  const firsts = new Map<RealServer, RealServer>();
  for (const server of servers) {
    const key = `${server.endpoint.address} ${server.endpoint.port ?? port}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, server);
    else firsts.set(server, first);
  }
  return firsts;
}

function sorryServer({ report, places }: RuleContext, node: VirtualServer): void {
  const { sorry_server: sorry } = node;
  for (const key of ['sorry_server_inhibit', 'sorry_server_lvs_method'] as const) {
    if (node[key] === undefined || node[key] === false) continue;
    if (sorry !== undefined) {
      if (!standsBefore(places, node, key, 'sorry_server')) continue;
      report({
        code: 'lvs.sorry-server-below',
        at: { node, key },
        message: `${key} stands above sorry_server; it is understood`,
        related: [{ node, key: 'sorry_server', label: 'written here' }],
      });
      continue;
    }
    report({
      code: 'lvs.sorry-server-missing',
      absent: 'sorry_server',
      at: { node, key },
      message: `${nameOf(node)} has no sorry_server, so ${key} is ignored`,
    });
  }
}

function familyWritten({ report }: RuleContext, node: VirtualServer): void {
  const { service, ip_family: family } = node;
  if (family === undefined) return;
  const address =
    service.kind === 'address' ? service.address : node.real_server[0]?.endpoint.address;
  if (address === undefined || (familyOf(address) === 'ipv6') === (family === 'inet6')) return;
  report({
    code: 'lvs.family-conflict',
    at: { node, key: 'ip_family' },
    message: `ip_family ${family} contradicts ${address}`,
  });
}

function quorum({ report }: RuleContext, node: VirtualServer): void {
  if (node.real_server.length > 0 && node.quorum > Math.max(1, weightOf(node))) {
    const total = weightOf(node);
    report({
      code: 'lvs.quorum-too-large',
      at: { node, key: 'quorum' },
      message: `the servers of ${nameOf(node)} weigh ${total} together, less than its quorum of ${node.quorum}`,
    });
  }
  if (node.hysteresis > 0 && node.hysteresis >= node.quorum) {
    report({
      code: 'lvs.hysteresis-too-large',
      at: { node, key: 'hysteresis' },
      message: `hysteresis ${node.hysteresis} is not below quorum ${node.quorum}`,
    });
  }
}

/** Of all servers together; only asked for where the quorum is more than the one that everybody has. */
function weightOf(node: VirtualServer): number {
  if (node.quorum === 1) return 1;
  return node.real_server.reduce((sum, server) => sum + (server.weight ?? node.weight), 0);
}
