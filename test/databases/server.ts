/** A database server of this host's packages, run in a folder of its own for as long as it is asked questions. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Checker } from '../../src/health/checker.ts';
import { targetAt, verdictOn } from '../checkers/ask.ts';

export interface Place {
  /** Empty, and the server's. */
  readonly folder: string;
  readonly key: string;
  /** Of www.example.org, by itself; also whom to trust. */
  readonly certificate: string;
}

/** What a server is asked, and what of the verdict must be there. */
export interface Question {
  readonly what: string;
  readonly checker: Checker;
  readonly port: number;
  readonly wanted: RegExp;
}

export interface Answered extends Question {
  readonly verdict: string;
}

export async function answersTo(questions: readonly Question[]): Promise<readonly Answered[]> {
  return Promise.all(
    questions.map(async (question) => ({
      ...question,
      verdict: await verdictOn(question.checker, targetAt(question.port)),
    })),
  );
}

/** The path of a program; undefined where it is not installed. Some are in folders that no shell looks into. */
export function programOf(name: string): string | undefined {
  const versions = [17, 16, 15, 14].map((version) => `/usr/lib/postgresql/${version}/bin`);
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', ...versions];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  server.close();
  await once(server, 'close');
  if (typeof place !== 'object' || place === null) throw new Error('no port was given');
  return place.port;
}

/** Numbers of the user that a server runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Launch {
  readonly program: string;
  readonly words: readonly string[];
  readonly folder: string;
  readonly account?: Account;
}

export interface Running {
  stop(): Promise<void>;
}

const DEADLINE_MILLISECONDS = 30_000;
const GLANCE_MILLISECONDS = 50;

/** Started, and asked until it answers as it should. */
export async function launch(
  { program, words, folder, account }: Launch,
  isReady: () => Promise<boolean>,
): Promise<Running> {
  const log = join(folder, 'log');
  const output = openSync(log, 'a');
  const child = spawn(program, words, {
    cwd: folder,
    stdio: ['ignore', output, output],
    ...account,
  });
  closeSync(output);
  const running = { stop: () => stop(child) };
  const begun = performance.now();
  while (!(await isReady())) {
    const isLate = performance.now() - begun > DEADLINE_MILLISECONDS;
    if (isLate || child.exitCode !== null) {
      await running.stop();
      throw new Error(`${program} does not answer:\n${readFileSync(log, 'utf8').slice(-2_000)}`);
    }
    await pause(GLANCE_MILLISECONDS);
  }
  return running;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MILLISECONDS);
  await ended;
  clearTimeout(timer);
}

export function isUp(checker: Checker, port: number): Promise<boolean> {
  return verdictOn(checker, targetAt(port)).then((verdict) => verdict.startsWith('up'));
}

export function run(program: string, words: readonly string[], account?: Account): void {
  const { status, stdout } = spawnSync(program, words, {
    ...{ stdio: ['ignore', 'pipe', 'inherit'], cwd: '/', encoding: 'utf8' },
    ...account,
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}:\n${stdout}`);
}
