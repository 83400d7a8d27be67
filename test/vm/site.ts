/**
 * A balanced site, made of namespaces on one link: a client, directors that may hold a virtual address, and real servers
 * that answer every connection with their name.
 *
 * The client is in a network of its own, 10.12.0.0/24 and fd00:12::/64, which hosts reach as a method of forwarding wants it:
 * real servers over the director (NAT), or on the link (DR and tunnels).
 */
import { join } from 'node:path';
import { command } from '../lab/command.ts';
import type { Host } from '../lab/host.ts';
import { type Lab, openLab } from '../lab/lab.ts';
import { signal, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { type Method, preparation } from './server-setup.ts';
import type { Visits } from './visits.ts';

/** Of TCP, where it does not say. */
export type Port = number | `${number}/sctp`;

export interface Site {
  readonly lab: Lab;
  readonly client: Host;
  readonly directors: readonly Host[];
  readonly servers: readonly Host[];
  /** The virtual addresses; no director holds them by itself. */
  readonly vip: string;
  readonly vip6: string;
  /** Makes the real servers fit for a method. For NAT `gateway` is the director's address on their side. */
  readonly forward: (
    method: Method,
    gateway: { readonly ipv4: string; readonly ipv6: string },
  ) => Promise<void>;
  /** Starts a real server's work, by default on ports 80 and 8080; kill the task, and the server refuses connections. */
  readonly serve: (server: Host, ports?: readonly Port[]) => Promise<Task>;
  /** So many connections, one after the other. */
  readonly visit: (count: number, address?: string, port?: Port) => Promise<Visits>;
  /** A connection every so many milliseconds from now on, until it is counted. */
  readonly stream: (every: number, address?: string, port?: Port) => Promise<Stream>;
  readonly close: () => Promise<void>;
}

export interface Stream {
  /** Ends it and tells. */
  readonly count: () => Promise<Visits>;
}

const VIP = '10.11.0.100';
const VIP6 = 'fd00:11::100';
const PATIENCE = 20_000;
/** Milliseconds between two connections of a visit. */
const STEP = 5;

export async function openSite(numbers: {
  readonly directors: number;
  readonly servers: number;
}): Promise<Site> {
  const named = (role: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${role}${index + 1}`);
  const roles = { directors: named('d', numbers.directors), servers: named('s', numbers.servers) };
  const lab = await openLab(['c', ...roles.directors, ...roles.servers]);
  const [client, directors, servers] = [
    lab.host('c'),
    roles.directors.map(lab.host),
    roles.servers.map(lab.host),
  ];
  await settle(client, directors, servers);
  const begin = (every: number, count: number, address = VIP, port: Port = 80) =>
    started(client, 'visitor.ts', [address, `${port}`, `${count}`, `${every}`]);
  return {
    ...{ lab, client, directors, servers, vip: VIP, vip6: VIP6 },
    forward: async (method, gateway) => {
      const lines = preparation(method, { ipv4: VIP, ipv6: VIP6 }, gateway);
      await Promise.all(servers.map((server) => shell(server, lines)));
    },
    serve: (server, ports = [80, 8080]) =>
      started(server, 'answerer.ts', [server.name, ...ports.map(String)]),
    visit: async (count, address, port) => told(await begin(STEP, count, address, port)),
    stream: async (every, address, port) => {
      const task = await begin(every, 0, address, port);
      return {
        count: () => {
          signal(task.pid, 'SIGTERM');
          return told(task);
        },
      };
    },
    close: () => lab.close(),
  };
}

async function settle(
  client: Host,
  directors: readonly Host[],
  servers: readonly Host[],
): Promise<void> {
  await client.ip(
    'addr add 10.12.0.1/24 dev eth0',
    'addr add fd00:12::1/64 dev eth0 nodad',
    // So that it never asks from the network of the servers.
    `addr del ${client.ipv4}/24 dev eth0`,
    `addr del ${client.ipv6}/64 dev eth0`,
    'route add 10.11.0.0/24 dev eth0',
    'route add fd00:11::/64 dev eth0',
  );
  for (const host of [...directors, ...servers]) {
    await host.ip('route add 10.12.0.0/24 dev eth0', 'route add fd00:12::/64 dev eth0');
  }
  const settings = ['net/ipv4/ip_forward=1', 'net/ipv6/conf/all/forwarding=1'];
  const silent = ['net/ipv4/conf/all/send_redirects=0', 'net/ipv4/conf/eth0/send_redirects=0'];
  for (const director of directors) await setAll(director, [...settings, ...silent]);
}

async function setAll(host: Host, settings: readonly string[]): Promise<void> {
  const lines = settings.map((line) => {
    const [name = '', value = ''] = line.split('=');
    return `echo ${value} >/proc/sys/${name}`;
  });
  await shell(host, lines);
}

async function shell(host: Host, lines: readonly string[]): Promise<void> {
  const script = lines.join('\n');
  await command('nsenter', [`--net=${host.space.path}`, '--', 'sh', '-ec', script]);
}

async function started(host: Host, file: string, words: readonly string[]): Promise<Task> {
  const name = `${file} on ${host.name}`;
  const task = host.start(process.execPath, [join(import.meta.dirname, file), ...words], { name });
  await until(`${name} runs`, PATIENCE, () => {
    if (task.ended() && !task.log().includes('{')) throw new Error(`it ended: ${task.log()}`);
    return task.log().includes('ing\n') || undefined;
  });
  return task;
}

async function told(task: Task): Promise<Visits> {
  await task.exit;
  // What it wrote last may come after its end.
  const last = () => /^\{.*\}$/m.exec(task.log())?.[0];
  return JSON.parse(await until(`${task.name} has told`, PATIENCE, last)) as Visits;
}
