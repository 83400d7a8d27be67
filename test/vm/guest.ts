/** Test files that run in a machine whose kernel has IPVS. */
import { join } from 'node:path';

const MARK = 'HOLDFAST_GUEST';
const launcher = join(import.meta.dirname, 'launcher.ts');

/**
 * Makes the whole test file run as root in a machine of its own, which sees the files of this one: the process becomes
 * the launcher, and what it prints is what the file prints there. Whatever the file makes or writes is gone afterwards.
 * To be called before anything else happens.
 */
export function enterGuest(file: string): void {
  if (process.env[MARK] !== undefined) return;
  const command = [process.execPath, ...process.execArgv, file];
  process.execve?.(process.execPath, [process.execPath, launcher, '--', ...command], {
    ...process.env,
    [MARK]: '1',
  });
}
