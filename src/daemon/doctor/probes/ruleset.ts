/** The packet filter of this namespace, as the program nft tells it. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Ruleset } from '../filter.ts';

const patience = 10_000;
const sizeMost = 256 * 1024 * 1024;

/** The rules, or why they are not known. */
export async function readRuleset(): Promise<
  { readonly rules: Ruleset } | { readonly unseen: string }
> {
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  try {
    const { stdout } = await promisify(execFile)('nft', ['-j', 'list', 'ruleset'], {
      ...{ timeout: patience, maxBuffer: sizeMost },
      env: { ...process.env, PATH: path },
    });
    return { rules: (JSON.parse(stdout) as { readonly nftables: Ruleset }).nftables };
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    return {
      unseen:
        code === 'ENOENT'
          ? 'the packet filter was not looked at: the program nft is missing (package nftables)'
          : `the packet filter was not looked at: ${message.trim().split('\n').at(-1) ?? ''}`,
    };
  }
}

/** Rules of the older kind, which nft does not show; undefined where there are none. */
export function legacyTables(): string | undefined {
  const found = ['ip', 'ip6'].filter((family) => {
    try {
      return readFileSync(`/proc/thread-self/net/${family}_tables_names`, 'utf8').trim() !== '';
    } catch {
      return false;
    }
  });
  if (found.length === 0) return undefined;
  const programs = found.map((family) => `${family}tables-legacy -S`);
  return `rules of iptables-legacy were not looked at: see ${programs.join(' and ')}`;
}
