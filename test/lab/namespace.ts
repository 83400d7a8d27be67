/**
 * Network namespaces with names of their own, and what is left of them by processes that died.
 *
 * A name carries the process that made it, `hflab-PID-COUNTER-ROLE`, so that whoever comes next can
 * tell a laboratory at work from one whose owner was killed.
 */
import { existsSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, commandNow } from './command.ts';

const registry = '/run/netns';
const namePattern = /^hflab-(\d+)-/;

export interface Namespace {
  readonly name: string;
  /** Hand it to `nsenter --net=PATH`. */
  readonly path: string;
}

export function namespaceNamed(name: string): Namespace {
  return { name, path: join(registry, name) };
}

/** `ip` inside a namespace, several commands in one process. */
export async function configure(space: Namespace, lines: readonly string[]): Promise<void> {
  await command('ip', ['-n', space.name, '-batch', '-'], `${lines.join('\n')}\n`);
}

export async function addNamespaces(spaces: readonly Namespace[]): Promise<void> {
  await command('ip', ['-batch', '-'], spaces.map((space) => `netns add ${space.name}\n`).join(''));
}

/** Kills by id what still runs inside, then removes the namespace; its interfaces go with it. */
export function removeNamespaceNow(space: Namespace): void {
  for (const pid of processesInside(space)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
  if (existsSync(space.path)) commandNow('ip', ['netns', 'delete', space.name]);
}

/** Ids of the processes whose network namespace this is. */
export function processesInside(space: Namespace): readonly number[] {
  const inode = inodeOf(space.path);
  if (inode === undefined) return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => namespaceOf(entry) === `net:[${inode}]`)
    .map(Number);
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}

function namespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

/** Removes the namespaces and folders of laboratories whose owner is dead. */
export function sweepLeftovers(): void {
  for (const name of abandoned(registry)) removeNamespaceNow(namespaceNamed(name));
  for (const name of abandoned(tmpdir())) {
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function abandoned(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => {
    const owner = namePattern.exec(name)?.[1];
    return owner !== undefined && !existsSync(`/proc/${owner}`);
  });
}
