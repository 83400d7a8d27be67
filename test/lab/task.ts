/** A process inside a namespace: its words, its family, and its several ways to end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Namespace } from './namespace.ts';
import { until } from './until.ts';

export interface Task {
  readonly name: string;
  readonly pid: number;
  /** Everything it wrote so far, both streams in order of arrival. */
  readonly log: () => string;
  readonly ended: () => boolean;
  readonly child: ChildProcess;
  readonly exit: Promise<number | NodeJS.Signals>;
}

export interface TaskOptions {
  readonly name: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Keeps standard output as bytes for whoever listens to `child.stdout`. */
  readonly binary?: boolean;
}

/** Starts a program inside a namespace. It is killed by the kernel when this process dies. */
export function startTask(
  space: Namespace,
  program: string,
  words: readonly string[],
  options: TaskOptions,
): Task {
  const inside = [`--net=${space.path}`, '--', 'setpriv', '--pdeathsig', 'KILL', '--'];
  const child = spawn('nsenter', [...inside, program, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment },
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${program} could not be started: is nsenter installed?`);
  const written: string[] = [];
  const streams = options.binary === true ? [child.stderr] : [child.stdout, child.stderr];
  for (const stream of streams) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => written.push(chunk));
  }
  const exit = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal ?? 0));
    child.on('error', () => resolve(127));
  });
  return {
    name: options.name,
    pid,
    log: () => written.join(''),
    ended: () => child.exitCode !== null || child.signalCode !== null,
    child,
    exit,
  };
}

/** The process and all its descendants, parents first. */
export function family(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = parentOf(entry);
    if (parent !== undefined)
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found = [pid];
  for (const member of found) found.push(...(children.get(member) ?? []));
  return found;
}

function parentOf(pid: string): number | undefined {
  const fields = statOf(pid);
  return fields === undefined ? undefined : Number(fields[1]);
}

/** Fields of /proc/PID/stat from the state on. */
function statOf(pid: string): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command's name stands in parentheses and may itself hold blanks and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/**
 * Kills a whole family as if the machine had died. All are stopped first, so that no child learns of its
 * parent's death and resigns.
 */
export async function crash(task: Task): Promise<void> {
  if (task.ended()) return;
  freeze(task);
  const members = family(task.pid);
  for (const pid of members) signal(pid, 'SIGKILL');
  await task.exit;
  await until(`${task.name} is dead`, 5_000, () => members.every(dead) || undefined, 5);
}

/** Gone, or only waiting for its parent to take notice. */
function dead(pid: number): boolean {
  const fields = statOf(`${pid}`);
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X';
}

/** Stops every process of a family where it stands; `thaw` lets them go on. */
export function freeze(task: Task): void {
  for (const pid of family(task.pid)) signal(pid, 'SIGSTOP');
}

export function thaw(task: Task): void {
  for (const pid of [...family(task.pid)].reverse()) signal(pid, 'SIGCONT');
}

/** SIGTERM, then SIGKILL for the whole family when it has not ended after `patience` ms. */
export async function stop(task: Task, patience = 10_000): Promise<number | NodeJS.Signals> {
  signal(task.pid, 'SIGTERM');
  const patient = new AbortController();
  const late = delay(patience, 'late' as const, { signal: patient.signal }).catch(() => 'late');
  const result = await Promise.race([task.exit, late]);
  patient.abort();
  if (result === 'late') await crash(task);
  return task.exit;
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}
