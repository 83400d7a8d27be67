/**
 * The one directory that a daemon writes to. It holds the control socket, the pid file, which is also the lock that
 * keeps a second daemon out, and Node's cache of compiled code.
 */
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { failure, type Outcome, success } from '../base/outcome.ts';
import { forgetTexts } from './reload/kept-text.ts';

export const defaultStateDirectory = '/run/holdfast';

/** The kernel's limit on the path of a Unix socket (unix(7)). */
const longestSocketPath = 107;

export interface StateDirectory {
  readonly path: string;
  readonly controlSocket: string;
  readonly pidFile: string;
  /** Removes what this daemon put there. */
  release(): void;
}

export function controlSocketIn(path: string): string {
  return join(path, 'control.sock');
}

export function compileCacheIn(path: string): string {
  return join(path, 'cache');
}

/** The directory as this daemon's own, or a sentence that says why not and what to do. */
export function claimStateDirectory(path: string): Outcome<StateDirectory, string> {
  const controlSocket = controlSocketIn(path);
  if (Buffer.byteLength(controlSocket) > longestSocketPath) {
    return failure(
      `the state directory ${path} has too long a path for a Unix socket (${longestSocketPath} bytes with /control.sock): choose a shorter one with --state-dir`,
    );
  }
  const pidFile = join(path, 'holdfast.pid');
  try {
    makeDirectory(path);
    const holder = claim(pidFile);
    if (holder !== undefined) {
      return failure(
        `holdfast is running already with the state directory ${path} (process ${holder}): stop that one first, or give this one its own with --state-dir`,
      );
    }
    rmSync(controlSocket, { force: true });
  } catch (thrown) {
    return failure(whyNot(path, thrown));
  }
  const release = (): void => {
    rmSync(controlSocket, { force: true });
    forgetTexts(path);
    if (holderOf(pidFile) === process.pid) rmSync(pidFile, { force: true });
  };
  return success({ path, controlSocket, pidFile, release });
}

/** With its parents. Node's own recursive form never ends below /proc, and calls a read-only disk ENOENT. */
function makeDirectory(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    return;
  }
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o755 });
  } catch (thrown) {
    // Somebody else made it in the meantime.
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
}

function whyNot(path: string, thrown: unknown): string {
  const error = thrown as NodeJS.ErrnoException;
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return `the state directory ${path} may not be written to by user ${process.getuid?.() ?? '?'}: run as root, or choose another with --state-dir`;
    case 'EROFS':
      return `the state directory ${path} is on a read-only file system: choose another with --state-dir`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `the state directory ${path} is not a directory: remove the file in its place, or choose another with --state-dir`;
    case 'ENOSPC':
      return `no space is left for the state directory ${path}: free some, or choose another with --state-dir`;
    default:
      return `the state directory ${path} cannot be used: ${error.message}; choose another with --state-dir`;
  }
}

/**
 * Takes the pid file, whole from its first moment since it comes by link(2). Returns the living process that holds it,
 * or undefined when it is ours now.
 */
function claim(pidFile: string): number | undefined {
  const own = `${pidFile}.${process.pid}`;
  writeFileSync(own, `${process.pid}\n${startTime(process.pid) ?? ''}\n`, { mode: 0o644 });
  try {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if (linked(own, pidFile)) return undefined;
      const holder = holderOf(pidFile);
      if (holder !== undefined) return holder;
      // Left behind by the dead. Taken away by rename, so that of several who see this only one succeeds.
      const aside = `${own}.stale`;
      if (!existsSync(pidFile)) continue;
      renameSync(pidFile, aside);
      const after = holderOf(aside);
      // Somebody else had been quicker, and this is their living file: give it back.
      if (after !== undefined) linked(aside, pidFile);
      rmSync(aside, { force: true });
      if (after !== undefined) return after;
    }
    throw new Error(`the pid file ${pidFile} changes hands all the time`);
  } finally {
    rmSync(own, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

/** The process that a pid file names, if it is the very one that wrote it and lives. */
function holderOf(pidFile: string): number | undefined {
  let lines: string[];
  try {
    lines = readFileSync(pidFile, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const started = startTime(pid);
  return started !== undefined && started === lines[1] ? pid : undefined;
}

/** In clock ticks since boot: tells a process from a later one with the same id. A zombie counts as dead. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; state is the first field after it, start time the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
