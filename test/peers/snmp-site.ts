/** A host with a real SNMP agent that takes sub-agents, and somebody who receives its notifications. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../lab/host.ts';
import type { Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';

const agent = '127.0.0.1:1161';
const receiver = '127.0.0.1:1162';

export const mibs = {
  keepalived: '.1.3.6.1.4.1.9586.100.5',
  vrrp: '.1.3.6.1.2.1.68',
  vrrpv3: '.1.3.6.1.2.1.207',
} as const;

export function masterSocket(host: Host): string {
  return join(host.directory, 'agentx');
}

function environment(host: Host): Record<string, string> {
  const persistent = join(host.directory, 'snmp');
  mkdirSync(persistent, { recursive: true });
  return { MIBS: '', SNMP_PERSISTENT_DIR: persistent };
}

/** Of a storm no notification may be lost on the way from the agent: UDP would drop some. */
export const reliableReceiver = `tcp:${receiver}`;

/** Listens when this returns. A receiver over TCP must be there before. */
export async function startAgent(host: Host, sink = receiver): Promise<Task> {
  const socket = masterSocket(host);
  rmSync(socket, { force: true });
  const file = join(host.directory, 'snmpd.conf');
  const lines = [
    'rwcommunity secret',
    'dontLogTCPWrappersConnects yes',
    'master agentx',
    `agentXSocket ${socket}`,
    `trap2sink ${sink} secret`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const words = ['-f', '-C', '-c', file, '-Lo', '-I', '-systemstats_linux', `udp:${agent}`];
  const task = host.start('snmpd', words, { name: 'snmpd', environment: environment(host) });
  await until('the agent listens', 5_000, () => existsSync(socket) || undefined);
  return task;
}

export async function startReceiver(host: Host, place = receiver): Promise<Task> {
  const file = join(host.directory, 'snmptrapd.conf');
  writeFileSync(file, 'disableAuthorization yes\n');
  const words = ['-f', '-C', '-c', file, '-Lo', '-m', '', '-On', '-Oe', '-Ox', place];
  const task = host.start('snmptrapd', words, {
    name: 'snmptrapd',
    environment: environment(host),
  });
  await until('somebody receives', 5_000, () => task.log().includes('NET-SNMP') || undefined);
  return task;
}

/** What follows the time in each notification of ours, in the order of arrival. */
export function notifications(received: Task): readonly string[] {
  const told = joined(received.log()).matchAll(/\.1\.3\.6\.1\.6\.3\.1\.1\.4\.1\.0 = OID: (.*)/g);
  return [...told]
    .map(([, rest = '']) => rest.trim())
    .filter((rest) => Object.values(mibs).some((mib) => rest.startsWith(`${mib}.`)));
}

/** Value with its type, by name. */
export async function walk(host: Host, root: string): Promise<ReadonlyMap<string, string>> {
  const lines = joined(await ask(host, 'snmpwalk', root)).matchAll(/^(\.[\d.]+) = (.*)$/gm);
  return new Map([...lines].map(([, name = '', value = '']) => [name, value.trim()]));
}

/** What net-snmp's tool says, whether it succeeds or not. */
export function ask(host: Host, tool: string, ...words: readonly string[]): Promise<string> {
  const form = ['-v2c', '-c', 'secret', '-m', '', '-On', '-Oe', '-Ox', '-r', '0', '-t', '5'];
  const inside = [`--net=${host.space.path}`, '--', tool, ...form, agent, ...words];
  const env = { ...process.env, ...environment(host) };
  return new Promise((resolve) => {
    execFile('nsenter', inside, { encoding: 'utf8', env, maxBuffer: 1 << 24 }, (_, out, errors) =>
      resolve(`${out}${errors}`),
    );
  });
}

/** Long strings of bytes are broken into lines, each but the last with a blank at its end. */
function joined(text: string): string {
  return text.replace(/((?: [0-9A-F]{2})+) \n(?=[0-9A-F]{2} )/g, '$1 ');
}
