/** keepalived's checker process, told to make so many checks a second. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Cost, configuration, type DaemonLoad, measureDaemon } from './checks-load.ts';

export async function measureKeepalived(load: DaemonLoad): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), `hfbench-${process.pid}-`));
  const own = (name: string) => join(folder, name);
  writeFileSync(own('conf'), configuration(load));
  const daemon = spawn(
    'keepalived',
    [
      ...['--use-file', own('conf'), '--check', '--dont-fork', '--no-syslog'],
      ...['--pid', own('k.pid'), '--vrrp_pid', own('v.pid'), '--checkers_pid', own('c.pid')],
    ],
    { stdio: 'ignore', env: { ...process.env, ...withoutIpvs(own('shim.so')) } },
  );
  try {
    return await measureDaemon(load, () => Number(readFileSync(own('c.pid'), 'latin1')));
  } finally {
    daemon.kill('SIGTERM');
    await pause(1_500);
    daemon.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the kernel has no IPVS, keepalived is made to believe that it has. */
function withoutIpvs(shim: string): { readonly LD_PRELOAD?: string } {
  if (existsSync('/proc/net/ip_vs')) return {};
  const source = join(import.meta.dirname, 'ipvs-shim.c');
  execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', shim, source]);
  return { LD_PRELOAD: shim };
}
