/**
 * Where the lines of the journal go: standard output, without ever waiting for whoever reads it. A reader that stalls
 * or a disk that is full costs lines, which are counted and told when it goes on, and nothing else.
 */
import { constants, fstatSync, openSync, write } from 'node:fs';
import { Socket } from 'node:net';

export interface Outlet {
  /** `taken` is told whether the whole text went out. */
  write(text: string, taken: (done: boolean) => void): void;
}

const waitingMost = 512 * 1024;

export class LineSink {
  readonly #outlet: Outlet;
  #waiting: string[] = [];
  #waitingLength = 0;
  #writing = false;
  /** Lines that are missing: before those that wait, and after them. */
  #failed = 0;
  #overflown = 0;
  #idle: (() => void)[] = [];

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /** Lines that never reached the reader, over the daemon's life. */
  droppedTotal = 0;

  /** `text` without its newline. */
  line(text: string): void {
    if (this.#waitingLength + text.length > waitingMost) {
      this.#overflown += 1;
      this.droppedTotal += 1;
      return;
    }
    this.#waiting.push(text);
    this.#waitingLength += text.length + 1;
    this.#pump();
  }

  /** Calls `done` when everything has gone out or `milliseconds` have passed. */
  drain(milliseconds: number, done: () => void): void {
    if (!this.#writing && this.#waiting.length === 0) {
      setImmediate(done);
      return;
    }
    const timer = setTimeout(done, milliseconds);
    this.#idle.push(() => {
      clearTimeout(timer);
      done();
    });
  }

  #pump(): void {
    if (this.#writing) return;
    if (this.#waiting.length === 0) {
      for (const idle of this.#idle.splice(0)) idle();
      return;
    }
    const lines = this.#waiting;
    const [failed, overflown] = [this.#failed, this.#overflown];
    this.#failed = 0;
    this.#overflown = 0;
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#writing = true;
    // Each note stands where the lines would have stood.
    const text = [
      ...note(failed, 'they could not be written'),
      ...lines,
      ...note(overflown, 'the reader of this log did not keep up'),
    ];
    this.#outlet.write(`${text.join('\n')}\n`, (done) => {
      this.#writing = false;
      if (!done) {
        this.#failed += failed + lines.length + overflown;
        this.droppedTotal += lines.length;
      }
      this.#pump();
    });
  }
}

function note(count: number, why: string): readonly string[] {
  return count === 0 ? [] : [`${count} lines are missing here: ${why}`];
}

/** An outlet for a file descriptor of any kind. */
export function outletFor(descriptor: number): Outlet {
  const facts = fstatSync(descriptor);
  if (facts.isFIFO()) return streamOutlet(reopened(descriptor));
  if (facts.isSocket()) return streamOutlet(descriptor);
  return fileOutlet(descriptor);
}

/**
 * The same pipe under a file description of our own, so that making it non-blocking does not change it for a shell
 * that writes to the same pipe.
 */
function reopened(descriptor: number): number {
  try {
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return descriptor;
  }
}

function streamOutlet(descriptor: number): Outlet {
  const socket = new Socket({ fd: descriptor, readable: false, writable: true });
  let broken = false;
  socket.on('error', () => {
    broken = true;
  });
  socket.unref();
  return {
    write: (text, taken) => {
      if (broken) setImmediate(taken, false);
      else socket.write(text, (error) => taken(error === undefined || error === null));
    },
  };
}

/** Regular files, terminals, /dev/null: written by a thread of the pool, one text at a time. */
function fileOutlet(descriptor: number): Outlet {
  // A disk that is full takes a part of a line.
  let isTorn = false;
  const attempt = (bytes: Uint8Array, taken: (done: boolean) => void): void => {
    write(descriptor, bytes, (error, count) => {
      if (error !== null) return taken(false);
      isTorn = count < bytes.length;
      if (count < bytes.length) attempt(bytes.subarray(count), taken);
      else taken(true);
    });
  };
  return {
    write: (text, taken) => attempt(new TextEncoder().encode(isTorn ? `\n${text}` : text), taken),
  };
}
