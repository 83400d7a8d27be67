/**
 * Many descriptors that the kernel is asked about once, all in one call. For what is ready at once, as a connection over
 * loopback is, that is a fraction of what it costs to watch each and be told.
 */
import { allocate, type Memory, poll } from '../ffi.ts';

/** struct pollfd: the descriptor, what is wanted, what has happened. */
const ENTRY = 8;
const HAPPENED_AT = 6;
const INITIAL = 256;

export class PollList {
  #memory: Memory = allocate(INITIAL * ENTRY);
  #shorts = new Uint16Array(this.#memory.bytes.buffer);
  #room = INITIAL;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(fd: number, wanted: number): void {
    if (this.#size === this.#room) this.#grow();
    this.#memory.words[this.#size * 2] = fd;
    this.#memory.words[this.#size * 2 + 1] = wanted;
    this.#size += 1;
  }

  descriptor(index: number): number {
    return this.#memory.words[index * 2] ?? -1;
  }

  /** What had happened to it when `ask` was called last. */
  happened(index: number): number {
    return this.#shorts[index * 4 + HAPPENED_AT / 2] ?? 0;
  }

  /** Asks about all of them, without waiting. */
  ask(): void {
    poll(this.#memory.address, this.#size, 0);
  }

  clear(): void {
    this.#size = 0;
  }

  #grow(): void {
    const { bytes } = this.#memory;
    this.#room *= 2;
    this.#memory = allocate(this.#room * ENTRY);
    this.#memory.bytes.set(bytes);
    this.#shorts = new Uint16Array(this.#memory.bytes.buffer);
  }
}
