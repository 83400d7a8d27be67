/** Whether this process may do what a failover daemon has to. */
import { readFileSync } from 'node:fs';

/** Bits of capabilities(7). */
const needed = [
  { bit: 12n, name: 'CAP_NET_ADMIN' },
  { bit: 13n, name: 'CAP_NET_RAW' },
] as const;

/** What is missing and what to do, or undefined when nothing is. */
export function missingPrivileges(status: string = ownStatus()): string | undefined {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  // A kernel that does not tell is asked by trying.
  if (mask === undefined) return undefined;
  const held = BigInt(`0x${mask}`);
  const missing = needed.filter(({ bit }) => (held & (1n << bit)) === 0n).map(({ name }) => name);
  if (missing.length === 0) return undefined;
  return `may not move addresses between hosts: run as root, or give it ${missing.join(' and ')}`;
}

function ownStatus(): string {
  return readFileSync('/proc/self/status', 'utf8');
}
