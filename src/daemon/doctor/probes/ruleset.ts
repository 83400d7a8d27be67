/** The packet filter of this namespace, as the program nft tells it. */
import { execFile } from 'node:child_process';
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
