/** keepalived's pid files. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Place } from '../namespace.ts';

/** The living process that a pid file names, if it is another keepalived or Holdfast. */
export function livingHolder(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8').trim());
    if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return /keepalived|holdfast/.test(command) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Where keepalived keeps the pid file of one of its processes. The directory of a namespace, which keepalived sees as
 * /run/keepalived from within, is where everybody else sees it.
 */
export function pidPath(process: 'keepalived' | 'vrrp' | 'checkers', place: Place): string {
  const { namespace, instance, pidDirectory } = place;
  if (!pidDirectory) return `/run/${process}.pid`;
  const directory = namespace === undefined ? '/run/keepalived' : `/run/keepalived/${namespace}`;
  return `${directory}/${process}${instance === undefined ? '' : `_${instance}`}.pid`;
}

/** Holds this process's id until it ends. Or a sentence about why not. */
export function holdPidFile(path: string): string | undefined {
  const own = `${process.pid}\n`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    // A link in its place must not lead the write elsewhere.
    rmSync(path, { force: true });
    writeFileSync(path, own, { mode: 0o644, flag: 'wx' });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return `cannot write the pid file ${path}: ${code ?? String(thrown)}; name another with -p or -r`;
  }
  process.on('exit', () => {
    try {
      if (readFileSync(path, 'utf8') === own) rmSync(path);
    } catch {
      // Somebody was quicker.
    }
  });
  return undefined;
}
