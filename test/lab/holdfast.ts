/** Holdfast from this checkout as a host's daemon. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';
import type { Host } from './host.ts';
import type { Task } from './task.ts';

export const program = join(import.meta.dirname, '../../bin/holdfast');

/**
 * Starts `holdfast run` on this configuration; everything it writes stays in the host's folder. The program is this
 * checkout's unless another is given.
 */
export function startHoldfast(host: Host, configuration: string, installed = program): Task {
  const file = join(host.directory, 'holdfast.conf');
  writeFileSync(file, configuration);
  return host.start(installed, ['run', '-f', file, '--state-dir', stateDirectory(host)], {
    name: `holdfast on ${host.name}`,
  });
}

/** Asks the running daemon, for instance `holdfast(host, 'status', '--json')`. */
export async function holdfast(host: Host, ...words: readonly string[]): Promise<string> {
  const inside = [`--net=${host.space.path}`, '--', program, ...words];
  return command('nsenter', [...inside, '--state-dir', stateDirectory(host)]);
}

function stateDirectory(host: Host): string {
  return join(host.directory, 'state');
}
