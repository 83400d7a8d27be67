/** The packaged keepalived as a host's daemon. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from './host.ts';
import type { Task } from './task.ts';

/** Starts keepalived in the foreground on this configuration; its files stay in the host's folder. */
export function startKeepalived(
  host: Host,
  configuration: string,
  environment: Readonly<Record<string, string>> = {},
): Task {
  const file = join(host.directory, 'keepalived.conf');
  writeFileSync(file, configuration);
  const own = (name: string) => join(host.directory, name);
  // It refuses to start while the process that a file names has not been reaped, which a reboot would settle.
  for (const name of ['keepalived', 'vrrp', 'checkers', 'bfd'])
    rmSync(own(`${name}.pid`), { force: true });
  return host.start(
    'keepalived',
    [
      ...['--use-file', file, '--dont-fork', '--log-console', '--log-detail', '--no-syslog'],
      ...['--pid', own('keepalived.pid'), '--vrrp_pid', own('vrrp.pid')],
      ...['--checkers_pid', own('checkers.pid'), '--bfd_pid', own('bfd.pid')],
    ],
    { name: `keepalived on ${host.name}`, environment: { TMPDIR: host.directory, ...environment } },
  );
}

/** With this environment it hears of processes, as it does outside of namespaces. Nothing else of it leaves its own. */
export function hearingOfProcesses(host: Host): Readonly<Record<string, string>> {
  const library = join(host.directory, 'first-network.so');
  const source = join(import.meta.dirname, 'first-network.c');
  execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl']);
  return { LD_PRELOAD: library, FIRST_NETWORK: `/proc/${process.pid}/ns/net` };
}
