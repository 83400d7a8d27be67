/** Leaves the daemon running in the background, its log in syslog or a file, and tells how it began. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../../api/client.ts';
import type { Status } from '../../daemon/control.ts';
import { stateDirectoryFrom } from '../surroundings.ts';
import type { ClassicLine } from './getopt.ts';

/** Tells the second process that it is the one in the background. */
export const backgroundMark = 'HOLDFAST_CLASSIC_BACKGROUND';

const patience = 30_000;
const step = 50;

/** 0 when the daemon runs, else its own exit code. */
export async function goToBackground({ options }: ClassicLine): Promise<number> {
  const [, program = '', ...words] = process.argv;
  const log = options.has('log-file') ? logFile(options.get('log-file') ?? '') : undefined;
  const logger = log === undefined && !options.has('no-syslog') ? startLogger(options) : undefined;
  const out = log ?? logger?.stdin ?? 'ignore';
  const daemon = spawn(process.execPath, [...process.execArgv, program, ...words], {
    detached: true,
    stdio: ['ignore', out, out],
    env: { ...process.env, [backgroundMark]: '1' },
  });
  const ended = once(daemon, 'exit');
  const begun = await Promise.race([
    ended.then(([code]) => Number(code ?? 1)),
    running(daemon.pid),
  ]);
  daemon.unref();
  logger?.unref();
  logger?.stdin?.destroy();
  if (begun !== 0) {
    process.stderr.write('keepalived: the daemon did not start; its log says why\n');
  }
  return begun;
}

/** Resolves when the daemon of this process id answers, or after a while. */
async function running(pid: number | undefined): Promise<number> {
  const stateDirectory = stateDirectoryFrom(undefined);
  for (let waited = 0; waited < patience; waited += step) {
    const answer = await ask<Status>('status', { stateDirectory, patience: 1_000 });
    if (answer.ok && answer.value.pid === pid && answer.value.snapshot !== undefined) return 0;
    await pause(step, undefined, { ref: false });
  }
  return 1;
}

function logFile(name: string): number {
  return openSync(name === '' ? join(tmpdir(), 'keepalived.log') : name, 'a', 0o600);
}

function startLogger(options: ClassicLine['options']) {
  const written = options.get('log-facility') ?? 'daemon';
  const facility = /^[0-7]$/.test(written) ? `local${written}` : written;
  const words = ['-t', 'Keepalived', '-p', `${facility}.notice`];
  const logger = spawn('logger', words, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // Without a logger the daemon runs all the same.
  logger.on('error', () => undefined);
  logger.stdin.on('error', () => undefined);
  return logger;
}
