/** Services and their servers for people: traffic, and why each server is in or out. */
import { serverName, serviceName } from '../../base/service.ts';
import { between, type Instant } from '../../base/units.ts';
import type { ServicesAnswer } from '../../daemon/balancing/orders.ts';
import type {
  BalancerSnapshot,
  CheckSnapshot,
  ServerSnapshot,
  ServiceSnapshot,
} from '../../engine/balancer/snapshot.ts';
import type { Override } from '../../health/pool.ts';
import type { ServerTraffic, ServiceTraffic, Traffic } from '../../plane.ts';
import { renderSpan } from './time.ts';

type Shown = Extract<ServicesAnswer, { readonly kind: 'services' }>;

export function renderServices(answer: ServicesAnswer): string {
  if (answer.kind === 'nothing-balanced') {
    return 'nothing is balanced: the configuration has no virtual_server with a real_server\n';
  }
  const { snapshot, facts } = answer;
  if (snapshot === undefined) {
    return 'the balancer process is not ready to tell: ask again in a moment, or see the journal\n';
  }
  const lines = [headLine(answer, snapshot), ''];
  const traffic = new Map(answer.traffic.map((one) => [serviceName(one.key), one]));
  for (const service of snapshot.services) {
    lines.push(...serviceLines(service, snapshot.takenAt, traffic));
  }
  if (facts.replaced > 0)
    lines.push(
      '',
      `balancer process replaced ${facts.replaced} ${facts.replaced === 1 ? 'time' : 'times'}`,
    );
  return `${lines.join('\n')}\n`;
}

function headLine({ facts }: Shown, { services, plane, refused }: BalancerSnapshot): string {
  const servers = services.flatMap((service) => service.servers);
  const up = servers.filter((server) => server.up).length;
  const words = plane === 'ipvs' ? 'IPVS' : 'nftables';
  const trouble = refused ? '; the kernel refuses some of it (see the journal)' : '';
  const count = services.length === 1 ? '1 service' : `${services.length} services`;
  return `${count} over ${words}, ${up} of ${servers.length} servers up (process ${facts.pid ?? 'none'})${trouble}`;
}

function serviceLines(
  service: ServiceSnapshot,
  now: Instant,
  traffic: ReadonlyMap<string, ServiceTraffic>,
): readonly string[] {
  const { keys, settings, quorumUp, quorumSince, live, quorum, suspended, sorry } = service;
  const counters = keys.flatMap((key) => traffic.get(serviceName(key)) ?? []);
  const state = quorumUp
    ? `quorum, weight ${live} of ${quorum} needed`
    : `NO QUORUM, weight ${live} of ${quorum} needed, for ${since(quorumSince, now)}`;
  const notes = [
    settings.scheduler,
    ...(settings.persistence === undefined ? [] : [`persistent ${settings.persistence.seconds}s`]),
    state,
    ...(suspended ? ['not checked: its address is not here (ha_suspend)'] : []),
    ...(sorry?.serves === true ? [`sorry server ${sorry.label} serves`] : []),
    ...counters.slice(0, 1).map(() => trafficWords(sum(counters.map((one) => one.traffic)))),
  ];
  const more = keys.length > 1 ? ` (${keys.length} addresses and marks)` : '';
  const byServer = trafficByServer(counters);
  return [
    `${service.id}${more}: ${notes.join(', ')}`,
    ...service.servers.map((server) => serverLine(server, now, byServer.get(server.name) ?? [])),
  ];
}

/** By address and port, and by the address alone, which is the name of servers that have the port of their service. */
function trafficByServer(
  counters: readonly ServiceTraffic[],
): ReadonlyMap<string, readonly ServerTraffic[]> {
  const found = new Map<string, ServerTraffic[]>();
  const put = (name: string, traffic: ServerTraffic): void => {
    const known = found.get(name);
    if (known === undefined) found.set(name, [traffic]);
    else known.push(traffic);
  };
  for (const { servers } of counters) {
    for (const { key, traffic } of servers) {
      put(serverName(key), traffic);
      put(key.address, traffic);
    }
  }
  return found;
}

function serverLine(
  server: ServerSnapshot,
  now: Instant,
  traffic: readonly ServerTraffic[],
): string {
  const { name, up, since: from, weight, override } = server;
  const counted = traffic.length === 0 ? '' : `, ${connectionWords(traffic)}`;
  const order = override === undefined ? '' : ` [${orderWords(override)}]`;
  const state = up ? 'up  ' : 'DOWN';
  return `  ${state} ${name} weight ${weight}${order} for ${since(from, now)}${counted}: ${whyWords(server, now)}`;
}

function whyWords({ checks, up }: ServerSnapshot, now: Instant): string {
  if (checks.length === 0) return 'it has no checks';
  const failed = checks.filter((check) => !check.up);
  const told = (up ? checks : failed).map((check) => checkWords(check, now));
  return told.join('; ');
}

function checkWords({ name, last, attempts, retries }: CheckSnapshot, now: Instant): string {
  if (last === undefined) return `${name} has not answered yet`;
  const trying = attempts === 0 ? '' : `, failed ${attempts} of ${retries + 1} times`;
  return `${name} ${since(last.at, now)} ago: ${last.detail}${trying}`;
}

function orderWords(override: Override): string {
  return override.kind === 'drain' ? 'drained by order' : `weight ${override.weight} by order`;
}

function trafficWords({ connections, bytesIn, bytesOut }: Traffic): string {
  return `${connections} connections, ${bytesIn} bytes in, ${bytesOut} out`;
}

function connectionWords(traffic: readonly ServerTraffic[]): string {
  const active = traffic.reduce((total, one) => total + one.activeConnections, 0);
  const { connections } = sum(traffic);
  return `${active} active of ${connections} connections`;
}

function sum(traffic: readonly Traffic[]): Traffic {
  const total = { connections: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 };
  for (const one of traffic) {
    total.connections += one.connections;
    total.packetsIn += one.packetsIn;
    total.packetsOut += one.packetsOut;
    total.bytesIn += one.bytesIn;
    total.bytesOut += one.bytesOut;
  }
  return total;
}

function since(from: Instant, now: Instant): string {
  return renderSpan(between(from, now));
}
