/**
 * A client, a director and three servers on one link. The director has a plane of nftables in its namespace; servers
 * answer the client's first address by way of the director (for NAT), and its second one themselves (for DR).
 */
import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import type {
  Server,
  ServerSettings,
  Service,
  ServiceKey,
  ServiceProtocol,
  ServiceSettings,
} from '../../../src/base/service.ts';
import { setNamespace } from '../../../src/linux/ffi.ts';
import { type NftablesPlane, openNftables } from '../../../src/linux/nftables/nftables.ts';
import type { PlaneOperation } from '../../../src/plane.ts';
import { address } from '../../contract/words.ts';
import type { Host } from '../../lab/host.ts';
import { type Lab, openLab } from '../../lab/lab.ts';
import { until } from '../../lab/until.ts';

/** Addresses of services by NAT, and of services by DR, which the servers have on `lo`. */
export const vip = { nat: '10.11.0.100', direct: '10.11.0.101' } as const;
export const vip6 = { nat: 'fd00:11::100', direct: 'fd00:11::101' } as const;
/** The client's addresses for services by DR. */
export const afar = { ipv4: '10.11.0.201', ipv6: 'fd00:11::201' } as const;
const serverNames = ['a', 'b', 'c'] as const;

export const plain: ServiceSettings = {
  scheduler: 'rr',
  flags: [],
  persistence: undefined,
  onePacket: false,
};
export const nat: ServerSettings = { forwarding: { kind: 'nat' }, weight: 1, upper: 0, lower: 0 };
export const direct: ServerSettings = { ...nat, forwarding: { kind: 'direct' } };

export interface Scene {
  readonly lab: Lab;
  readonly plane: NftablesPlane;
  readonly director: Host;
  readonly client: Host;
  readonly servers: readonly Host[];
  /** Another plane of the same director, as after a restart. */
  readonly again: () => NftablesPlane;
  readonly close: () => Promise<void>;
}

export async function openScene(): Promise<Scene> {
  const lab = await openLab(['client', 'director', ...serverNames]);
  const [client, director] = [lab.host('client'), lab.host('director')];
  const servers = serverNames.map(lab.host);
  await client.ip(`addr add ${afar.ipv4}/24 dev eth0`, `addr add ${afar.ipv6}/64 dev eth0 nodad`);
  inside(director, () => {
    sysctl('net/ipv4/ip_forward', '1');
    sysctl('net/ipv6/conf/all/forwarding', '1');
    for (const place of ['all', 'eth0']) {
      sysctl(`net/ipv4/conf/${place}/send_redirects`, '0');
      sysctl(`net/ipv4/conf/${place}/rp_filter`, '0');
    }
  });
  await director.ip(
    ...Object.values(vip).map((one) => `addr add ${one}/32 dev eth0`),
    // As a daemon has them: not to be chosen as the source of what masquerade sends.
    ...Object.values(vip6).map((one) => `addr add ${one}/128 dev eth0 nodad preferred_lft 0`),
  );
  for (const server of servers) await settleServer(server, client, director);
  const again = (): NftablesPlane =>
    inside(director, () => {
      const opened = openNftables();
      assert.ok(opened.ok, 'this kernel has nf_tables');
      return opened.value;
    });
  const plane = again();
  return {
    lab,
    plane,
    director,
    client,
    servers,
    again,
    close: async () => {
      plane.close();
      await lab.close();
    },
  };
}

async function settleServer(server: Host, client: Host, director: Host): Promise<void> {
  inside(server, () => {
    for (const place of ['all', 'eth0']) {
      sysctl(`net/ipv4/conf/${place}/arp_ignore`, '1');
      sysctl(`net/ipv4/conf/${place}/arp_announce`, '2');
      sysctl(`net/ipv4/conf/${place}/rp_filter`, '0');
    }
    sysctl('net/ipv4/icmp_ratelimit', '0');
  });
  await server.ip(
    `addr add ${vip.direct}/32 dev lo`,
    `addr add ${vip6.direct}/128 dev lo nodad`,
    `route add ${client.ipv4}/32 via ${director.ipv4}`,
    `route add ${client.ipv6}/128 via ${director.ipv6}`,
  );
}

function sysctl(name: string, value: string): void {
  writeFileSync(`/proc/sys/${name}`, value);
}

/** Runs with the main thread inside the host's namespace; what is opened there stays there. */
export function inside<Value>(host: Host, action: () => Value): Value {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  const there = openSync(host.space.path, 'r');
  assert.equal(setNamespace(there, 0), 0);
  try {
    return action();
  } finally {
    assert.equal(setNamespace(home, 0), 0);
    closeSync(home);
    closeSync(there);
  }
}

export function serviceAt(
  text: string,
  port: number,
  protocol: ServiceProtocol = 'tcp',
): ServiceKey & { readonly kind: 'address' } {
  return { kind: 'address', protocol, address: address(text), port };
}

/** One server for each host, in order; a weight of its own for each where `weights` says so. */
export function serversAt(
  places: readonly string[],
  port: number,
  options: { readonly settings?: ServerSettings; readonly weights?: readonly number[] } = {},
): readonly Server[] {
  const settings = options.settings ?? nat;
  return places.map((text, index) => ({
    address: address(text),
    port,
    ...settings,
    weight: options.weights?.[index] ?? settings.weight,
  }));
}

/** Makes a service with its servers, and sees it done. */
export function serve(
  { plane }: Pick<Scene, 'plane'>,
  key: ServiceKey,
  servers: readonly Server[],
  settings: ServiceSettings = plain,
): Service {
  perform(plane, [
    { kind: 'add-service', key, settings },
    ...servers.map((server) => ({ kind: 'add-server' as const, service: key, server })),
  ]);
  return { key, ...settings, servers };
}

export function perform(plane: NftablesPlane, operations: readonly PlaneOperation[]): void {
  const refused = plane.apply(operations).filter((result) => !result.done);
  assert.deepEqual(refused, []);
}

/** How many datagrams came to a port of the host that nobody listens on: UDP of IPv4, or of IPv6. */
function unheard(host: Host): { readonly ipv4: number; readonly ipv6: number } {
  return inside(host, () => {
    const lines = readFileSync('/proc/thread-self/net/snmp', 'utf8').split('\n');
    const [names, values] = lines.filter((line) => line.startsWith('Udp: '));
    const at = names?.split(' ').indexOf('NoPorts') ?? -1;
    const six = /^Udp6NoPorts\s+(\d+)$/m.exec(readFileSync('/proc/thread-self/net/snmp6', 'utf8'));
    return { ipv4: Number(values?.split(' ')[at]), ipv6: Number(six?.[1]) };
  });
}

/** How many datagrams of a volley each server gets, once all that were sent have come. */
export async function shares(
  scene: Scene,
  count: number,
  send: () => void,
): Promise<readonly number[]> {
  const sum = (one: { readonly ipv4: number; readonly ipv6: number }) => one.ipv4 + one.ipv6;
  const before = scene.servers.map((server) => sum(unheard(server)));
  send();
  const arrived = () => scene.servers.map((server, at) => sum(unheard(server)) - (before[at] ?? 0));
  return until(`${count} datagrams at the servers`, 5_000, () => {
    const now = arrived();
    return now.reduce((all, one) => all + one, 0) >= count ? now : undefined;
  });
}
