/** Files that somebody's rules of nftables are loaded from, as far as they concern our table. */
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TABLE } from '../../../wire/nftables/message.ts';

export interface SavedRules {
  readonly path: string;
  /** Our table was saved with the rest. */
  readonly holdsOurs: boolean;
  /** Loading it takes every table away first. */
  readonly flushes: boolean;
}

const files = ['etc/nftables.conf', 'etc/sysconfig/nftables.conf', 'etc/nftables.nft'];
const folders = ['etc/nftables.d', 'etc/nftables'];
const wanted = ['sysinit.target.wants', 'multi-user.target.wants'];
const largest = 4 * 1024 * 1024;
const ours = new RegExp(`^\\s*table\\s+ip6?\\s+${TABLE}\\b`, 'm');

/** `root` is / but for tests. */
export function savedRules(root = '/'): readonly SavedRules[] {
  // Another namespace has other rules, and files of its own if any.
  if (root === '/' && !isAtHome()) return [];
  const isLoaded = wanted.some((name) =>
    existsSync(join(root, 'etc/systemd/system', name, 'nftables.service')),
  );
  return [...files, ...folders.flatMap((folder) => filesIn(root, folder))].flatMap((name) => {
    const text = textOf(join(root, name));
    const holdsOurs = ours.test(text);
    const flushes = isLoaded && /^\s*flush\s+ruleset\b/m.test(text);
    return holdsOurs || flushes ? [{ path: `/${name}`, holdsOurs, flushes }] : [];
  });
}

function filesIn(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(join(root, folder)).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return statSync(path).size > largest ? '' : readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAtHome(): boolean {
  try {
    return readlinkSync('/proc/1/ns/net') === readlinkSync('/proc/self/ns/net');
  } catch {
    return false;
  }
}
