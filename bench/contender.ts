/** The two daemons that are compared, each started on the same configuration file with nothing extra asked of it. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHoldfast } from '../test/lab/holdfast.ts';
import type { Host } from '../test/lab/host.ts';
import type { Task } from '../test/lab/task.ts';

export interface Contender {
  readonly name: string;
  readonly start: (host: Host, configuration: string) => Task;
}

/** The packaged one, with its log on a pipe as Holdfast's is, and without `--log-detail`. */
export const keepalived: Contender = {
  name: 'keepalived',
  start(host, configuration) {
    const own = (name: string) => join(host.directory, name);
    writeFileSync(own('keepalived.conf'), configuration);
    // It refuses to start while the process that a file names has not been reaped, which a reboot would settle.
    for (const name of ['keepalived', 'vrrp', 'checkers', 'bfd'])
      rmSync(own(`${name}.pid`), { force: true });
    const words = [
      ...['--use-file', own('keepalived.conf'), '--dont-fork', '--log-console', '--no-syslog'],
      ...['--pid', own('keepalived.pid'), '--vrrp_pid', own('vrrp.pid')],
      ...['--checkers_pid', own('checkers.pid'), '--bfd_pid', own('bfd.pid')],
    ];
    const environment = { TMPDIR: host.directory };
    return host.start('keepalived', words, { name: `keepalived on ${host.name}`, environment });
  },
};

export const holdfast: Contender = { name: 'holdfast', start: startHoldfast };

/** The incumbent first. With `calibrate` it stands on both sides, which shows what the run itself adds. */
export function contenders(calibrate: boolean): readonly [Contender, Contender] {
  return [keepalived, calibrate ? { ...keepalived, name: 'keepalived, again' } : holdfast];
}
