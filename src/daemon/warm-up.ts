/**
 * The first start on a state directory: Node has compiled nothing yet, and each process would strip the types of its
 * sources by itself, which costs it 10 MB for life. So everything is loaded once, the cache is written, and the process
 * starts over in its own place.
 */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { failoverFlags, failoverProgram } from './pair/child.ts';
import { readingFlags, readingProgram } from './reading/reader.ts';

const mark = 'HOLDFAST_WARMED_UP';
const patience = 5_000;
/** Bytes. */
const largeFile = 256 * 1_024;

/** Node's own library that strips types; nothing loads it while the cache has every source as it is now. */
const stripper = 'NativeModule internal/deps/amaro/dist/index';

/** Whether this process has been through it, or cannot: then nothing is to be done. */
export function isWarm(): boolean {
  const cache = getCompileCacheDir();
  // A bundle has no types to strip.
  if (!import.meta.url.endsWith('.ts')) return true;
  if (cache === undefined || process.env[mark] !== undefined) return true;
  const { moduleLoadList } = process as { readonly moduleLoadList?: readonly string[] };
  return moduleLoadList?.includes(stripper) === false && isFilled(cache);
}

function isFilled(cache: string): boolean {
  try {
    return readdirSync(cache).length > 0;
  } catch {
    return true;
  }
}

/** What only some daemons ever load, so that the cache holds it when one does. */
export async function loadRarities(): Promise<void> {
  await Promise.all([
    import('./alerts/alerts.ts'),
    import('./journal/syslog.ts'),
    import('./scripts/once.ts'),
    import('./reload/timed-reload.ts'),
    import('../linux/notify-socket.ts'),
  ]);
}

/** Never returns, unless the kernel refuses. The caller has loaded all that it will need. */
export async function startOver(file: string): Promise<void> {
  await Promise.all([
    ended([...failoverFlags, failoverProgram]),
    ended([...readingFlags, readingProgram, ...(isLarge(file) ? [] : [file])]),
  ]);
  flushCompileCache();
  const [, program = '', ...words] = process.argv;
  const environment = { ...process.env, [mark]: '1' };
  process.execve?.(
    process.execPath,
    [process.execPath, ...process.execArgv, program, ...words],
    environment,
  );
}

/** To read it twice would take longer than compiling what reads it. */
function isLarge(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > largeFile;
}

/** Without a channel both programs do nothing but load, write the cache and end. */
function ended(words: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, { stdio: 'ignore', timeout: patience });
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
}
