/** Which addresses a host has, as the kernel tells. */
import { command } from './command.ts';
import type { Namespace } from './namespace.ts';

export interface HostAddress {
  readonly address: string;
  readonly prefix: number;
  readonly interface: string;
  readonly label: string | undefined;
  /** Seconds; undefined for ever. */
  readonly validFor: number | undefined;
}

interface LinkEntry {
  readonly ifname: string;
  readonly addr_info?: readonly {
    readonly local: string;
    readonly prefixlen: number;
    readonly label?: string;
    readonly valid_life_time?: number;
  }[];
}

const forEver = 0xffffffff;

export async function readAddresses(space: Namespace): Promise<readonly HostAddress[]> {
  const links = JSON.parse(await command('ip', ['-n', space.name, '-j', 'addr'])) as LinkEntry[];
  return links.flatMap((link) =>
    (link.addr_info ?? []).map((entry) => ({
      address: entry.local,
      prefix: entry.prefixlen,
      interface: link.ifname,
      label: entry.label,
      validFor: entry.valid_life_time === forEver ? undefined : entry.valid_life_time,
    })),
  );
}
