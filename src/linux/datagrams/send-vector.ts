/** The struct mmsghdr array of sendmmsg(2), built once and filled anew for each burst. */
import type { PortError } from '../../ports.ts';
import { allocate, errnoOf, lastErrno, portError, sendMany, writePointer } from '../ffi.ts';

/*
 * struct mmsghdr on 64-bit machines, 64 bytes:
 *
 *    0 msg_name        8 msg_namelen   16 msg_iov       24 msg_iovlen
 *   32 msg_control    40 msg_controllen 48 msg_flags    56 msg_len
 */
const HEADER = 64;
const IOVEC = 16;
/** Room for the largest address used, struct sockaddr_in6. */
const NAME = 32;

/** What one sendmmsg takes; the kernel itself stops at 1,024. */
const CAPACITY = 256;
const ARENA = 256 * 1024;

const MSG_DONTWAIT = 0x40;

export interface SendFailure {
  readonly index: number;
  readonly error: PortError;
}

export class SendVector {
  readonly #memory = allocate(CAPACITY * (HEADER + IOVEC + NAME) + ARENA);
  readonly #iovecs = CAPACITY * HEADER;
  readonly #names = CAPACITY * (HEADER + IOVEC);
  readonly #arena = CAPACITY * (HEADER + IOVEC + NAME);
  /** For each message the caller's own index. */
  readonly #indices = new Int32Array(CAPACITY);
  readonly #interrupted = errnoOf('EINTR');
  readonly #isRehearsal: boolean;
  #count = 0;
  #used = 0;

  /** All of the memory: what `add` returns are offsets into these. */
  readonly bytes = this.#memory.bytes;
  readonly view = this.#memory.view;

  /** In a rehearsal everything is done but the sending: each call asks the kernel to send no message at all. */
  constructor(isRehearsal: boolean) {
    this.#isRehearsal = isRehearsal;
    const { words, address } = this.#memory;
    for (let slot = 0; slot < CAPACITY; slot += 1) {
      const header = slot * HEADER;
      writePointer(words, header, address + this.#names + slot * NAME);
      writePointer(words, header + 16, address + this.#iovecs + slot * IOVEC);
      writePointer(words, header + 24, 1);
    }
  }

  /** The longest message there can be. */
  static readonly longest = ARENA;

  fits(length: number): boolean {
    return this.#count < CAPACITY && this.#used + length <= ARENA;
  }

  /**
   * Room for one more message of `length` bytes, to be written at the offset returned. The socket address goes to
   * `nameAt()`. The caller has asked `fits` before.
   */
  add(index: number, length: number, nameLength: number): number {
    const { words, address } = this.#memory;
    const at = this.#arena + this.#used;
    const slot = this.#count;
    words[(slot * HEADER + 8) >> 2] = nameLength;
    writePointer(words, this.#iovecs + slot * IOVEC, address + at);
    writePointer(words, this.#iovecs + slot * IOVEC + 8, length);
    this.#indices[slot] = index;
    this.#count += 1;
    this.#used += (length + 7) & ~7;
    return at;
  }

  /** Where the socket address of the message added last is to be written: 32 bytes, of unknown content. */
  nameAt(): number {
    return this.#names + (this.#count - 1) * NAME;
  }

  /**
   * Sends everything added and empties the vector. sendmmsg stops at the first message that fails and tells why only
   * when that message comes first in a call: so each failure costs a call, is noted, and the rest goes out.
   */
  flush(fd: number, failures: SendFailure[]): void {
    let done = 0;
    while (done < this.#count) {
      const at = this.#memory.address + done * HEADER;
      const left = this.#count - done;
      const sent = sendMany(fd, at, this.#isRehearsal ? 0 : left, MSG_DONTWAIT);
      if (sent > 0 || (this.#isRehearsal && sent === 0)) {
        done += this.#isRehearsal ? left : sent;
        continue;
      }
      const errno = lastErrno();
      if (errno === this.#interrupted) continue;
      failures.push({ index: this.#indices[done] ?? 0, error: portError(errno) });
      done += 1;
    }
    this.#count = 0;
    this.#used = 0;
  }
}
