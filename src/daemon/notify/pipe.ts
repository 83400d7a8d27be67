/**
 * A named pipe that is told of changes, and the program that reads it. The pipe is held open for reading too, so that it
 * exists and keeps its lines while no reader does; nothing here ever waits for one.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { Counterpart } from '../counterpart.ts';
import type { Loudness } from '../journal/severity.ts';
import type { Account, Command } from '../scripts/command.ts';
import { renderCommand } from '../scripts/command.ts';
import { type RunningScript, startScript } from '../scripts/process.ts';
import { Backlog } from './backlog.ts';

export interface PipePlan {
  readonly path: string;
  /** undefined is whoever the daemon is. */
  readonly owner: Account | undefined;
  readonly reader: Command | undefined;
}

export type Say = (loudness: Loudness, text: string) => void;

const retryFirst = 100;
const retryMost = 5_000;
/** How long a reader may take to end before it is killed. */
const readerPatience = 1_000;

export class Pipe {
  readonly plan: PipePlan;
  readonly #say: Say;
  readonly #backlog = new Backlog();
  #fd: number | undefined;
  #isOurs = false;
  #reader: RunningScript | undefined;
  #readerEnded: Promise<void> = Promise.resolve();
  #isFull = false;
  /** Why nothing is written to it. */
  #complaint: string | undefined;
  /** How the program ended that reads it. */
  #readerEnd: string | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosing = false;

  constructor(plan: PipePlan, say: Say) {
    this.plan = plan;
    this.#say = say;
    this.#open();
    this.#startReader();
  }

  get counterpart(): Counterpart {
    const { size: waiting, lost } = this.#backlog;
    const full = this.#isFull ? 'full: its reader does not keep up, or there is none' : undefined;
    const trouble = this.#complaint ?? this.#readerEnd ?? full;
    return { what: `pipe ${this.plan.path}`, trouble, waiting, lost };
  }

  /** `subject`: of two lines of one subject that wait for a place, the newer one counts. */
  write(subject: string, line: string): void {
    if (this.#fd === undefined) return;
    if (this.#backlog.isEmpty && this.#put(line)) return;
    if (!this.#isFull) {
      this.#isFull = true;
      const text = `the pipe ${this.plan.path} is full: its reader does not keep up, or there is none; of what waits only the latest state of each is kept`;
      this.#say('warning', text);
    }
    this.#backlog.add(subject, line);
    if (this.#retry === undefined) this.#tryAgain(retryFirst);
  }

  /** Ends the reader and starts it again. */
  async restartReader(): Promise<void> {
    await this.#endReader();
    if (!this.#isClosing) this.#startReader();
  }

  /** Ends the reader, and removes the pipe if it was made here. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    clearTimeout(this.#retry);
    this.#backlog.drain((line) => this.#put(line));
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    if (this.#isOurs) {
      try {
        unlinkSync(this.plan.path);
      } catch {
        // Somebody else has removed it.
      }
    }
    await this.#endReader();
  }

  #open(): void {
    const { path, owner } = this.plan;
    try {
      this.#fd = openPipe(path) ?? this.#make();
      const { uid } = fstatSync(this.#fd);
      if (uid === process.geteuid?.() || uid === owner?.uid) return;
      this.#complain(`it belongs to user ${uid}: chown it, or remove it so that it is made anew`);
      closeSync(this.#fd);
      this.#fd = undefined;
    } catch (error) {
      this.#complain(error instanceof Error ? error.message : String(error));
    }
  }

  #make(): number {
    const { path, owner } = this.plan;
    execFileSync('mkfifo', ['--', path], { stdio: 'ignore', timeout: 2_000 });
    this.#isOurs = true;
    chmodSync(path, 0o644 & ~process.umask());
    if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
    const fd = openPipe(path);
    if (fd === undefined) throw new Error('it vanished while it was made');
    return fd;
  }

  #complain(why: string): void {
    this.#complaint = `not used: ${why}`;
    this.#say(
      'error',
      `the pipe ${this.plan.path} is not used: ${why}; put that right, then reload`,
    );
  }

  /** A line is shorter than PIPE_BUF, so the kernel takes it whole or not at all. */
  #put(line: string): boolean {
    if (this.#fd === undefined) return true;
    try {
      writeSync(this.#fd, line);
      return true;
    } catch {
      return false;
    }
  }

  #tryAgain(wait: number): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#backlog.drain((line) => this.#put(line));
      if (this.#backlog.isEmpty) this.#isFull = false;
      else this.#tryAgain(Math.min(2 * wait, retryMost));
    }, wait).unref();
  }

  #startReader(): void {
    const { reader, path } = this.plan;
    if (reader === undefined || this.#fd === undefined) return;
    this.#readerEnd = undefined;
    const command = { ...reader, argv: [...reader.argv, path] };
    this.#readerEnded = new Promise((resolve) => {
      const running = startScript(command, ({ detail }) => {
        resolve();
        if (this.#reader !== running) return;
        this.#reader = undefined;
        this.#readerEnd = `the program that reads it has ended (${detail})`;
        const text = `${renderCommand(command)}, which reads ${path}, has ended (${detail}): what is told waits in the pipe; a reload starts it again`;
        this.#say('warning', text);
      });
      this.#reader = running;
    });
  }

  async #endReader(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) return;
    reader.signal('SIGTERM');
    const timer = setTimeout(() => reader.signal('SIGKILL'), readerPatience);
    await this.#readerEnded;
    clearTimeout(timer);
  }
}

/** undefined when nothing is there. */
function openPipe(path: string): number | undefined {
  const { O_RDWR, O_NONBLOCK, O_NOFOLLOW } = constants;
  let fd: number;
  try {
    fd = openSync(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw new Error('it is a symbolic link');
    throw error;
  }
  if (fstatSync(fd).isFIFO()) return fd;
  closeSync(fd);
  throw new Error('it is not a pipe');
}
