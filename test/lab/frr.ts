/** FRR's zebra and vrrpd as a host's daemons. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';
import type { Host } from './host.ts';
import type { Task } from './task.ts';
import { until } from './until.ts';

export const frrFolder = '/usr/lib/frr';

export interface FrrRouter {
  readonly routerId: number;
  readonly family: 4 | 6;
  readonly priority: number;
  /** Milliseconds. */
  readonly interval: number;
  readonly preempt: boolean;
  /** Without prefix. */
  readonly address: string;
}

export interface FrrPlace {
  readonly device: string;
  readonly mac: string;
}

/** FRR keeps the address on a macvlan with the virtual MAC, which the operator provides. */
export function frrPlace(router: Pick<FrrRouter, 'routerId' | 'family'>): FrrPlace {
  const id = router.routerId.toString(16).padStart(2, '0');
  const family = router.family === 4 ? '01' : '02';
  return { device: `vrrp${router.family}-${router.routerId}`, mac: `00:00:5e:00:${family}:${id}` };
}

export async function prepareFrr(host: Host, router: FrrRouter): Promise<void> {
  const { device, mac } = frrPlace(router);
  const prefix = router.family === 4 ? '24' : '64 nodad';
  await host.ip(
    `link add ${device} link eth0 address ${mac} type macvlan mode bridge`,
    `link set dev ${device} addrgenmode none`,
    ...(router.family === 6 ? [`addr add ${frrSource(router)}/64 dev ${device} nodad`] : []),
    `addr add ${router.address}/${prefix} dev ${device}`,
    `link set dev ${device} up`,
  );
}

/** The link-local address that IPv6 advertisements of FRR come from. */
export function frrSource(router: Pick<FrrRouter, 'routerId'>): string {
  return `fe80::5e:${router.routerId.toString(16)}`;
}

/** Both daemons; vrrpd's is the second. */
export async function startFrr(host: Host, router: FrrRouter): Promise<readonly [Task, Task]> {
  const folder = join(host.directory, 'frr');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  await command('chown', ['frr:frr', folder]);
  chmodSync(folder, 0o755);
  chmodSync(host.directory, 0o755);
  chmodSync(join(host.directory, '..'), 0o755);
  const start = (daemon: string, configuration: string) => {
    const file = join(folder, `${daemon}.conf`);
    writeFileSync(file, configuration);
    const socket = join(folder, 'zserv');
    const places = ['-f', file, '-i', join(folder, `${daemon}.pid`), '-z', socket];
    const words = [...places, '--vty_socket', folder, '-P', '0', '--log', 'stdout'];
    return host.start(join(frrFolder, daemon), words, { name: `${daemon} on ${host.name}` });
  };
  const zebra = start('zebra', 'hostname zebra\n');
  await until('zebra runs', 10_000, () => zebra.log().includes('starting') || undefined);
  return [zebra, start('vrrpd', configuration(router))];
}

/** Whether the macvlan is held up, which is how FRR says to be master. */
export async function frrHolds(host: Host, router: FrrRouter): Promise<boolean> {
  const show = ['-n', host.space.name, '-j', 'link', 'show', 'dev', frrPlace(router).device];
  const [link] = JSON.parse(await command('ip', show)) as { readonly flags: readonly string[] }[];
  return link?.flags.includes('LOWER_UP') ?? false;
}

function configuration(router: FrrRouter): string {
  const vrrp = `vrrp ${router.routerId}`;
  const lines = [
    'debug vrrp protocol',
    'interface eth0',
    ` ${vrrp} version 3`,
    ` ${vrrp} priority ${router.priority}`,
    ` ${vrrp} advertisement-interval ${router.interval}`,
    ...(router.preempt ? [] : [` no ${vrrp} preempt`]),
    ` ${vrrp} ${router.family === 4 ? 'ip' : 'ipv6'} ${router.address}`,
  ];
  return `${lines.join('\n')}\n`;
}
