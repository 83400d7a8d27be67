/**
 * Reads a configuration in a process of its own, which ends with its answer. The language and its tables are large, a
 * big file takes a while, and looking up users may block: none of that may hold up the supervisor, which has a
 * failover process to watch.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setNice } from '../nice.ts';
import type { ReadConfiguration, Reading } from './plan.ts';

/** With room for what a large file becomes, so that nothing of it is collected while it is read. */
export const readingFlags: readonly string[] = [
  '--disable-sigusr1',
  '--min-semi-space-size=8',
  '--max-semi-space-size=8',
];
export const readingProgram = fileURLToPath(new URL('./reading.ts', import.meta.url));
const patience = 30_000;

/**
 * Each call of the result reads anew: `path`, where no other file is named. What the daemon's own file said is kept in
 * its directory.
 */
export function readerOf(
  path: string,
  directory: string,
  compileCache: string | undefined,
): ReadConfiguration {
  return (other) =>
    new Promise((resolve) => {
      const environment = { ...process.env, NODE_COMPILE_CACHE: compileCache };
      const words = other === undefined ? [path, directory] : [other];
      const child: ChildProcess = fork(readingProgram, words, {
        execArgv: [...readingFlags],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        // JSON knows no maps and no bytes.
        serialization: 'advanced',
        env: environment,
      });
      if (child.pid !== undefined) setNice(child.pid, constants.priority.PRIORITY_NORMAL);
      let complaint = '';
      child.stderr?.on('data', (bytes: Buffer) => {
        complaint = (complaint + bytes.toString()).slice(-4_096);
      });
      const timer = setTimeout(() => child.kill('SIGKILL'), patience);
      child.on('message', (message) => resolve(message as Reading));
      child.on('error', (error) => resolve(broken(error.message)));
      // After a message this resolves nothing any more.
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        resolve(broken(complaint.trim() || `it ended with ${signal ?? code}`));
      });
    });
}

function broken(why: string): Reading {
  return {
    ok: false,
    errors: 1,
    text: `the process that reads the configuration broke: ${why}`,
  };
}
