/**
 * A machine of its own, whose kernel has IPVS: user-mode Linux, a kernel that is a process of this machine. It sees this
 * machine's files, read-only under a file system in memory; it has loopback and whatever namespaces are made in it, and
 * no way out.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { kernelProgram, kernelWords, moduleFolder } from './kernel.ts';
import { claimProcessor } from './processor.ts';

export interface Errand {
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** MiB; taken from this machine only as far as they are touched. */
  readonly memory: number;
  /** After so many seconds it is broken off. */
  readonly limit: number;
}

export type Ending =
  | { readonly kind: 'ended'; readonly status: number }
  | { readonly kind: 'late' }
  /** With the end of what its kernel said. */
  | { readonly kind: 'died'; readonly log: string };

export interface Machine {
  readonly output: Readable;
  readonly errors: Readable;
  readonly ending: Promise<Ending>;
  readonly stop: () => boolean;
}

const LOG_LINES = 25;
/**
 * Each address space of the guest is a process here, and some threads of its kernel are. All of them go when the first
 * one does, and that goes when this process does, however it ends.
 */
const unshared = ['unshare', '--pid', '--fork', '--kill-child=KILL', '--'];
/** The first process is a shell, since a kernel that panics aborts, which a first process cannot. */
const first = ['sh', '-c', 'ulimit -c 0; "$@"; exit', 'sh'];
const dyingTogether = ['--pdeathsig', 'KILL', '--', ...unshared, ...first];

/** Boots a machine that runs one command as root and is gone afterwards. */
export function boot(errand: Errand): Machine {
  const modules = moduleFolder();
  if (modules === undefined)
    throw new Error(`${kernelProgram} is missing: install user-mode-linux`);
  sweep();
  const job = mkdtempSync(join(tmpdir(), `hfvm-${process.pid}-`));
  const log = join(job, 'log');
  writeJob(job, errand);
  const logged = openSync(log, 'a');
  const processor = claimProcessor();
  const pinned = ['taskset', '-c', `${processor.number}`];
  const child = spawn(
    'setpriv',
    [...dyingTogether, ...pinned, ...kernelWords(job, modules, errand.memory)],
    {
      stdio: ['ignore', logged, logged, 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        LD_PRELOAD: join(job, 'shim.so'),
        TMPDIR: memoryFolder(errand.memory),
      },
    },
  );
  closeSync(logged);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, errand.limit * 1000);
  const ending = new Promise<Ending>((resolve) => {
    child.on('close', () => {
      clearTimeout(timer);
      processor.release();
      resolve(endingOf(job, isLate));
      rmSync(job, { recursive: true, force: true });
    });
  });
  return {
    output: child.stdio[3] as Readable,
    errors: child.stdio[4] as Readable,
    ending,
    stop: () => child.kill('SIGKILL'),
  };
}

/** Folders of machines whose owner was killed. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = /^hfvm-(\d+)-/.exec(name)?.[1];
    if (owner === undefined || existsSync(`/proc/${owner}`)) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function endingOf(job: string, isLate: boolean): Ending {
  const status = join(job, 'status');
  if (existsSync(status)) return { kind: 'ended', status: Number(readFileSync(status, 'utf8')) };
  if (isLate) return { kind: 'late' };
  const log = readFileSync(join(job, 'log'), 'utf8').trim().split('\n').slice(-LOG_LINES);
  return { kind: 'died', log: log.join('\n') };
}

function writeJob(job: string, errand: Errand): void {
  const here = (name: string) => join(import.meta.dirname, name);
  const shim = ['-O1', '-shared', '-fPIC', '-o', join(job, 'shim.so'), here('trace-shim.c')];
  execFileSync('cc', shim, { stdio: ['ignore', 'ignore', 'inherit'] });
  for (const script of ['root.sh', 'init.sh']) copyFileSync(here(script), join(job, script));
  const settings = Object.entries(errand.environment)
    .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
    .map(([name, value]) => `export ${name}=${quote(value ?? '')}\n`);
  const words = errand.command.map(quote).join(' ');
  const text = `${settings.join('')}cd ${quote(errand.folder)}\nexec ${words}\n`;
  writeFileSync(join(job, 'command.sh'), text);
  mkdirSync(join(job, 'uml'));
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The guest's memory is a sparse file that has no name any more, with code in it: in memory, unless a container's shared
 * memory is too small or forbids to run what is in it.
 */
function memoryFolder(mebibytes: number): string {
  const shared = '/dev/shm';
  if (!existsSync(shared)) return tmpdir();
  const { bavail, bsize } = statfsSync(shared);
  const mount = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .findLast((line) => line.split(' ')[1] === shared);
  const isFit = bavail * bsize > mebibytes * 2 ** 20 && !/\bnoexec\b/.test(mount ?? '');
  return isFit ? shared : tmpdir();
}
