/** The supervisor's handle on one failover process, from its start to its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Answer, lifelineDescriptor, type Order } from '../channel.ts';
import { setNice } from '../nice.ts';

export interface ChildEvents {
  answer(answer: Answer): void;
  /** It executes nothing any more; how it ended is told a moment later. */
  lost(): void;
  /** It has ended, for whatever reason. Told once. */
  ended(how: string): void;
}

export interface ChildOptions {
  /** Where Node keeps compiled code; undefined goes without. */
  readonly compileCache: string | undefined;
}

/**
 * One thread for garbage collection: with real-time priority on the main thread alone, waiting for an ordinary helper
 * thread would be a priority inversion. A small young generation keeps each collection short; with half as much a thousand
 * backups, whose states live for one interval each, would be promoted and cost a fifth more. The rest saves memory:
 * one helper thread for compiling, and no optimising compilers, which many instances switch on again.
 */
export const failoverFlags: readonly string[] = [
  '--disable-sigusr1',
  '--single-threaded-gc',
  '--min-semi-space-size=1',
  '--max-semi-space-size=2',
  '--v8-pool-size=1',
  '--no-opt',
  '--no-maglev',
  '--expose-gc',
];
export const failoverProgram = fileURLToPath(new URL('../failover.ts', import.meta.url));
const complaintMost = 4_096;

export class Child {
  readonly #process: ChildProcess;
  readonly #events: ChildEvents;
  #complaint = '';
  #over = false;
  #isLost = false;
  #wasKilled = false;

  constructor(options: ChildOptions, events: ChildEvents) {
    this.#events = events;
    this.#process = spawn(process.execPath, [...failoverFlags, failoverProgram], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
      // A session of its own, which can have a place of its own.
      detached: true,
      env: childEnvironment(options.compileCache),
    });
    this.#process.on('message', (message) => {
      if (!this.#over) events.answer(message as Answer);
    });
    this.#process.stderr?.on('data', (bytes: Buffer) => {
      this.#complaint = (this.#complaint + bytes.toString()).slice(-complaintMost);
    });
    this.#process.stderr?.on('error', () => undefined);
    const lifeline = this.#process.stdio[lifelineDescriptor];
    lifeline?.on('end', () => this.#lose());
    lifeline?.on('error', () => undefined);
    if (lifeline instanceof Socket) lifeline.resume();
    this.#process.on('disconnect', () => this.#lose());
    this.#process.on('error', (error) => this.#end(`cannot be started: ${error.message}`));
    this.#process.on('exit', (code, signal) => {
      this.#wasKilled = signal === 'SIGKILL' || signal === 'SIGTERM';
      this.#end(signal === null ? `ended with status ${code ?? 0}` : `was killed by ${signal}`);
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Somebody ended it, as opposed to a fault of its own. Known once it is over. */
  get wasKilled(): boolean {
    return this.#wasKilled;
  }

  setNice(priority: number): void {
    if (this.#process.pid !== undefined && !this.#over) setNice(this.#process.pid, priority);
  }

  order(order: Order): void {
    if (this.#over || !this.#process.connected) return;
    // A channel that breaks meanwhile is told by `exit`.
    this.#process.send(order, () => undefined);
  }

  /** Without ceremony: for a standby, which holds nothing, and for what does not answer. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** A process never closes these ends while it lives. Should it, it executes nothing more after this. */
  #lose(): void {
    if (this.#over || this.#isLost) return;
    this.#isLost = true;
    this.#process.kill('SIGKILL');
    this.#events.lost();
  }

  #end(how: string): void {
    if (this.#over) return;
    this.#over = true;
    const complaint = this.#complaint.trim();
    this.#events.ended(complaint === '' ? how : `${how}: ${complaint}`);
  }
}

/** Only what it needs: nothing that changes how Node runs, and not systemd's socket. */
export function childEnvironment(compileCache: string | undefined): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, NOTIFY_SOCKET, NODE_COMPILE_CACHE, ...rest } = process.env;
  return compileCache === undefined ? rest : { ...rest, NODE_COMPILE_CACHE: compileCache };
}
