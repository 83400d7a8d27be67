/** One host of a laboratory: a namespace with `eth0`, `lo` and three addresses. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type HostAddress, readAddresses } from './addresses.ts';
import { configure, type Namespace } from './namespace.ts';
import type { Task, TaskOptions } from './task.ts';

export interface Host {
  readonly name: string;
  readonly space: Namespace;
  /** 10.11.0.n/24 and fd00:11::n/64 for the n-th host of its laboratory. */
  readonly ipv4: string;
  readonly ipv6: string;
  readonly linkLocal: string;
  readonly mac: string;
  /** Where this host's daemons may write; gone with the laboratory. */
  readonly directory: string;
  readonly start: (program: string, words: readonly string[], options: TaskOptions) => Task;
  readonly addresses: () => Promise<readonly HostAddress[]>;
  readonly holds: (address: string) => Promise<boolean>;
  /** `ip` in this host, one command a line. */
  readonly ip: (...lines: readonly string[]) => Promise<void>;
}

export interface HostOptions {
  readonly name: string;
  readonly number: number;
  readonly space: Namespace;
  /** A folder for the whole laboratory. */
  readonly directory: string;
  readonly start: Host['start'];
}

export function macOf(number: number): string {
  return `02:00:00:00:11:${number.toString(16).padStart(2, '0')}`;
}

/** Its `eth0` must exist. No duplicate address detection: addresses are there from the first moment. */
export async function settleHost(options: HostOptions): Promise<Host> {
  const { name, number, space } = options;
  const directory = join(options.directory, name);
  mkdirSync(directory);
  const linkLocal = `fe80::${number.toString(16)}`;
  const host: Host = {
    name,
    space,
    ipv4: `10.11.0.${number}`,
    ipv6: `fd00:11::${number.toString(16)}`,
    linkLocal,
    mac: macOf(number),
    directory,
    start: options.start,
    addresses: () => readAddresses(space),
    holds: async (address) => (await readAddresses(space)).some((one) => one.address === address),
    ip: (...lines) => configure(space, lines),
  };
  await host.ip(
    'link set dev lo up',
    'link set dev eth0 addrgenmode none',
    'link set dev eth0 up',
    `addr add ${host.ipv4}/24 brd + dev eth0`,
    `addr add ${linkLocal}/64 dev eth0 nodad`,
    `addr add ${host.ipv6}/64 dev eth0 nodad`,
  );
  return host;
}
