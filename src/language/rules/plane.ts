/** What is asked of services is something that their data plane does. */
import { shortfalls } from '../../wire/nftables/shortfall.ts';
import type { RealServer, VirtualServer } from '../model.ts';
import type { RuleContext, Spot } from './context.ts';
import { ordinaryServices } from './ordinary.ts';

export function checkPlane(context: RuleContext): void {
  const { model } = context;
  const plane = model.global_defs.lvs_plane;
  const ordinary = ordinaryServices(model);
  for (const node of model.virtual_server) {
    if (node.masquerade || !ordinary.has(node)) masquerade(context, node, plane);
  }
  if (plane !== 'nftables') return;
  const told = new Map<string, Told>();
  for (const node of model.virtual_server) gather(node, told);
  for (const { code, at, text, help, services } of told.values()) {
    const noun = services === 2 ? 'service' : 'services';
    const others = services === 1 ? '' : ` (and for ${services - 1} other ${noun})`;
    const message = `${text}${others}`;
    context.report(help === undefined ? { code, at, message } : { code, at, message, help });
  }
  synchronisation(context);
}

function methodOf(node: VirtualServer, server: RealServer | undefined): 'NAT' | 'DR' | 'TUN' {
  return (server?.lvs_method ?? node.lb_kind)?.kind ?? 'NAT';
}

function methodsOf(node: VirtualServer, servers: readonly RealServer[]) {
  return servers.map((server) => methodOf(node, server));
}

/** Said of what is written alone: what a server has from its service is the service's. */
function masquerade(
  { report }: RuleContext,
  node: VirtualServer,
  plane: 'ipvs' | 'nftables' | undefined,
): void {
  const writers: { readonly spot: Spot; readonly servers: readonly RealServer[] }[] = [];
  if (node.masquerade) {
    writers.push({ spot: { node, key: 'masquerade' }, servers: node.real_server });
  }
  for (const server of node.real_server) {
    if (server.masquerade !== true) continue;
    writers.push({ spot: { node: server, key: 'masquerade' }, servers: [server] });
  }
  for (const { spot, servers } of writers) {
    const methods = servers.length === 0 ? [methodOf(node, undefined)] : methodsOf(node, servers);
    if (!methods.includes('NAT')) {
      report({
        code: 'lvs.masquerade-without-nat',
        at: spot,
        message: `masquerade is for NAT; with ${methods[0]} it is ignored`,
      });
    } else if (plane !== 'nftables') {
      const which = plane === undefined ? 'lvs_plane is not written' : `lvs_plane is ${plane}`;
      report({
        code: 'lvs.masquerade-needs-nftables',
        at: spot,
        message: `masquerade is something that nftables does and IPVS cannot, and ${which}`,
      });
    }
  }
}

interface Told {
  readonly code: 'lvs.nftables-differs' | 'lvs.nftables-cannot';
  readonly at: Spot;
  readonly text: string;
  /** Where the page of the code says it of something else. */
  readonly help: string | undefined;
  services: number;
}

const OTHERWISE = 'or use a kernel with IPVS (lvs_plane ipvs)';
const HELPS: Readonly<Record<string, string | undefined>> = {
  ops: `Write lb_kind DR, ${OTHERWISE}.`,
  persistence_engine: `Remove persistence_engine, ${OTHERWISE}.`,
  uthreshold: `Remove the thresholds, ${OTHERWISE}.`,
};

/** Each thing once, where it stands first: thousands of services are often alike. */
function gather(node: VirtualServer, told: Map<string, Told>): void {
  const found: Omit<Told, 'services'>[] = shortfalls(asked(node)).map(({ keyword, text }) => ({
    code: 'lvs.nftables-differs',
    at: spotOf(node, keyword),
    text,
    help: HELPS[keyword],
  }));
  const tunnelled = node.real_server.find((server) => methodOf(node, server) === 'TUN');
  if (tunnelled !== undefined) {
    found.push({
      code: 'lvs.nftables-cannot',
      at: tunnelled.lvs_method === undefined ? { node, key: 'lb_kind' } : { node: tunnelled },
      text: `TUN: nftables has no tunnels to servers; ${tunnelled.endpoint.address} is left out`,
      help: undefined,
    });
  }
  for (const one of found) {
    const key = `${one.code} ${one.text.split(':')[0]}`;
    const known = told.get(key);
    if (known === undefined) told.set(key, { ...one, services: 1 });
    else known.services += 1;
  }
}

function asked(node: VirtualServer): Parameters<typeof shortfalls>[0] {
  const { lb_algo: scheduler, ops, persistence_engine: engine } = node;
  return {
    scheduler: scheduler ?? 'wlc',
    onePacket: ops && (node.service.kind === 'fwmark' || (node.protocol ?? 'UDP') === 'UDP'),
    persistence: node.persistence_timeout === undefined ? undefined : { engine },
    servers: node.real_server.map((server) => ({
      forwarding: { kind: methodOf(node, server) === 'NAT' ? 'nat' : 'direct' },
      upper: server.uthreshold,
      lower: server.lthreshold,
    })),
  };
}

function spotOf(node: VirtualServer, keyword: string): Spot {
  if (keyword === 'lb_algo' && node.lb_algo === undefined) return { node };
  if (keyword !== 'uthreshold') return { node, key: keyword };
  const limited = node.real_server.find((one) => one.uthreshold > 0 || one.lthreshold > 0);
  if (limited === undefined) return { node };
  return { node: limited, key: limited.uthreshold > 0 ? 'uthreshold' : 'lthreshold' };
}

function synchronisation({ model, report }: RuleContext): void {
  const { global_defs: global, vrrp_instance: instances } = model;
  const tied = instances.find((one) => one.lvs_sync_daemon_interface !== undefined);
  const at =
    global.lvs_sync_daemon !== undefined
      ? { node: global, key: 'lvs_sync_daemon' }
      : tied && { node: tied, key: 'lvs_sync_daemon_interface' };
  if (at === undefined) return;
  report({
    code: 'lvs.nftables-cannot',
    at,
    message: 'lvs_sync_daemon: nftables tells nobody of its connections',
  });
}
