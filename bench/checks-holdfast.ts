/**
 * Our whole balancer process, over nftables, told to make so many checks a second. keepalived has no data plane here, while our
 * table makes the kernel track every connection, those of checks too: `apart` puts it into a namespace of its own.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Cost,
  configuration,
  type DaemonLoad,
  descendant,
  measureDaemon,
} from './checks-load.ts';

const main = join(import.meta.dirname, '../src/cli/main.ts');

export async function measureHoldfast(load: DaemonLoad, where: 'here' | 'apart'): Promise<Cost> {
  if (where === 'here') return await measure(load, '');
  const space = `hfbench-${process.pid}`;
  execFileSync('ip', ['netns', 'add', space]);
  try {
    return await measure(load, `net_namespace_ipvs ${space}\n`);
  } finally {
    execFileSync('ip', ['netns', 'del', space]);
  }
}

async function measure(load: DaemonLoad, first: string): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), `hfbench-${process.pid}-`));
  const own = (name: string) => join(folder, name);
  const plane = 'global_defs {\n lvs_plane nftables\n}\n';
  writeFileSync(own('conf'), first + plane + configuration(load));
  const words = ['run', own('conf'), '--state-dir', own('state')];
  const daemon = spawn(process.execPath, [main, ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(daemon, 'exit');
  try {
    return await measureDaemon(load, () => descendant(daemon.pid ?? 0, 'balancer'));
  } finally {
    daemon.kill('SIGTERM');
    const timer = setTimeout(() => daemon.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}
