/** The supervisor's handle on one balancer process, from its start to its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../pair/child.ts';
import type { BalancerAnswer, BalancerOrder } from './channel.ts';

export interface BalancerChildEvents {
  answer(answer: BalancerAnswer): void;
  /** It has ended, for whatever reason. Told once. */
  ended(how: string): void;
}

const balancerProgram = fileURLToPath(new URL('../balancer.ts', import.meta.url));
const flags: readonly string[] = [
  '--disable-sigusr1',
  '--max-semi-space-size=8',
  // What lives long in a start does not afterwards: V8 would go on to make each check among what is old.
  '--no-allocation-site-pretenuring',
  '--expose-gc',
];
const complaintMost = 4_096;

export class BalancerChild {
  readonly #process: ChildProcess;
  readonly #events: BalancerChildEvents;
  #complaint = '';
  #over = false;

  constructor(compileCache: string | undefined, events: BalancerChildEvents) {
    this.#events = events;
    this.#process = spawn(process.execPath, [...flags, balancerProgram], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: childEnvironment(compileCache),
      serialization: 'advanced',
    });
    this.#process.on('message', (message) => {
      if (!this.#over) events.answer(message as BalancerAnswer);
    });
    this.#process.stderr?.on('data', (bytes: Buffer) => {
      this.#complaint = (this.#complaint + bytes.toString()).slice(-complaintMost);
    });
    this.#process.stderr?.on('error', () => undefined);
    this.#process.on('error', (error) => this.#end(`cannot be started: ${error.message}`));
    this.#process.on('exit', (code, signal) => {
      this.#end(signal === null ? `ended with status ${code ?? 0}` : `was killed by ${signal}`);
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  order(order: BalancerOrder): void {
    if (this.#over || !this.#process.connected) return;
    // A channel that breaks meanwhile is told by `exit`.
    this.#process.send(order, () => undefined);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #end(how: string): void {
    if (this.#over) return;
    this.#over = true;
    const complaint = this.#complaint.trim();
    this.#events.ended(complaint === '' ? how : `${how}: ${complaint}`);
  }
}
