/**
 * Interfaces of the network namespace that this process is in: their numbers and link addresses. /sys would show those
 * of whoever mounted it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

export interface Links {
  /** 0 where it is not known. */
  indexOf(name: string | undefined): number;
  /** Zeros where it is not known. */
  macOf(name: string | undefined): Uint8Array;
}

const ipv6 = '/proc/net/dev_snmp6';

export function readLinks(): Links {
  const indexes = new Map<string, number>();
  for (const [, index, name] of textOf('/proc/net/igmp').matchAll(/^(\d+)\s+([^\s:]+)/gm)) {
    indexes.set(name ?? '', Number(index));
  }
  for (const name of namesIn(ipv6)) {
    const index = /^ifIndex\s+(\d+)/.exec(textOf(`${ipv6}/${name}`))?.[1];
    if (index !== undefined) indexes.set(name, Number(index));
  }
  const found = networkInterfaces();
  return {
    indexOf: (name) => indexes.get(name ?? '') ?? 0,
    macOf: (name) => {
      const mac = found[name ?? '']?.[0]?.mac ?? '00:00:00:00:00:00';
      return Uint8Array.from(mac.split(':').map((byte) => Number.parseInt(byte, 16)));
    },
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
