/** Runs one command as its own process group, away from the daemon's files and without a shell of our own making. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setNice } from '../nice.ts';
import type { Command } from './command.ts';

export interface RunningScript {
  readonly pid: number | undefined;
  /** Signals the whole process group. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export interface Ending {
  readonly succeeded: boolean;
  readonly detail: string;
  /** How a program that ran ended: one of the two. */
  readonly status?: number;
  readonly signal?: string;
}

/** `ended` is called exactly once, never before this function has returned. */
export function startScript(command: Command, ended: (ending: Ending) => void): RunningScript {
  const [program = ''] = command.argv;
  let over = false;
  const finish = (ending: Ending): void => {
    if (over) return;
    over = true;
    ended(ending);
  };
  let child: ChildProcess;
  try {
    child = spawnAs(command, { stdio: 'ignore', detached: true, env: scriptEnvironment() });
  } catch (thrown) {
    // Bad words (a NUL byte) throw at once instead of raising an event.
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    setImmediate(finish, { succeeded: false, detail: `cannot be run: ${detail}` });
    return { pid: undefined, signal: () => undefined };
  }
  // The supervisor's own priority is not for scripts.
  if (child.pid !== undefined) setNice(child.pid, constants.priority.PRIORITY_NORMAL);
  child.on('error', (error: NodeJS.ErrnoException) => {
    finish({ succeeded: false, detail: `cannot be run: ${whySpawnFailed(error, program)}` });
  });
  child.on('exit', (code, signal) => {
    if (signal !== null) finish({ succeeded: false, detail: `killed by ${signal}`, signal });
    else finish({ succeeded: code === 0, detail: `exit status ${code ?? 0}`, status: code ?? 0 });
  });
  return {
    pid: child.pid,
    signal: (signal) => signalGroup(child.pid, signal),
  };
}

/** Node gives a process one group; all the groups of its user are setpriv's to give. */
function spawnAs({ argv, file, user }: Command, options: SpawnOptions): ChildProcess {
  const [program = '', ...words] = argv;
  if (user === undefined) return spawn(file ?? program, words, { ...options, argv0: program });
  const { uid, gid, allGroups } = user;
  if (allGroups !== true) {
    return spawn(file ?? program, words, { ...options, argv0: program, uid, gid });
  }
  const become = [`--reuid=${uid}`, `--regid=${gid}`, '--init-groups', '--'];
  return spawn('setpriv', [...become, file ?? program, ...words], options);
}

function signalGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

/** What keepalived takes away: these change how a shell or the loader reads what it is given. */
function scriptEnvironment(): NodeJS.ProcessEnv {
  const {
    IFS,
    LD_PRELOAD,
    LD_LIBRARY_PATH,
    NODE_COMPILE_CACHE,
    NOTIFY_SOCKET,
    HOLDFAST_WARMED_UP,
    ...rest
  } = process.env;
  return rest;
}

function whySpawnFailed(error: NodeJS.ErrnoException, program: string): string {
  switch (error.code) {
    case 'ENOENT':
      return `${program} does not exist, or the interpreter in its first line does not`;
    case 'EACCES':
      return `${program} is not executable for the user it runs as`;
    case 'EAGAIN':
      return 'the host has no process to spare (EAGAIN)';
    case 'EPERM':
      return `the daemon may not become the user that ${program} is to run as (EPERM)`;
    default:
      return error.message;
  }
}
