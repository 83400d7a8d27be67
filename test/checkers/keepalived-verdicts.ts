/** What keepalived thinks of each server: whether it is in the kernel's table, and with what weight. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How long keepalived may take: its rounds are slow on a busy machine. */
export interface Patience {
  /** Milliseconds. */
  readonly least: number;
  readonly most: number;
  readonly isEnough: (verdicts: Verdicts) => boolean;
}

const TABLE = '/proc/net/ip_vs';
/** Milliseconds from one look at the table to the next. */
const GLANCE = 500;

/** By the address of the service: the weight, undefined where the server is out. */
export type Verdicts = ReadonlyMap<string, number | undefined>;

export async function keepalivedVerdicts(
  folder: string,
  file: string,
  { least, most, isEnough }: Patience,
): Promise<Verdicts> {
  const own = (name: string) => join(folder, name);
  const daemon = spawn(
    'keepalived',
    [
      ...[
        '--use-file',
        file,
        '--check',
        '--dont-fork',
        '--log-console',
        '--log-detail',
        '--no-syslog',
      ],
      ...['--pid', own('k.pid'), '--vrrp_pid', own('v.pid'), '--checkers_pid', own('c.pid')],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log = createWriteStream(own('keepalived.log'));
  daemon.stdout.pipe(log);
  daemon.stderr.pipe(log);
  const ended = once(daemon, 'exit');
  const verdicts = new Map<string, number | undefined>();
  for (let waited = 0; waited < most; waited += GLANCE) {
    if (waited >= least && isEnough(verdicts)) break;
    await pause(GLANCE);
    // keepalived has the kernel load what this shows.
    if (existsSync(TABLE)) addVerdicts(verdicts, readFileSync(TABLE, 'latin1'));
  }
  daemon.kill('SIGTERM');
  await Promise.race([ended, pause(3_000)]);
  daemon.kill('SIGKILL');
  return verdicts;
}

/** Servers start down: one that was ever up has been found good, one that is good may also once have been late. */
function addVerdicts(verdicts: Map<string, number | undefined>, table: string): void {
  let service = '';
  for (const line of table.split('\n')) {
    const address = /^TCP +([0-9A-F]{8}):/.exec(line)?.[1];
    if (address !== undefined) {
      service = Buffer.from(address, 'hex').join('.');
      if (!verdicts.has(service)) verdicts.set(service, undefined);
    }
    const weight = /^ {2}-> \S+ +\w+ +(-?\d+)/.exec(line)?.[1];
    if (weight !== undefined && service !== '') verdicts.set(service, Number(weight));
  }
}
