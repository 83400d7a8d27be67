/** A set of descriptors behind one descriptor, so that the main loop watches, and pauses, all of them at once. */
import { invariant } from '../base/outcome.ts';
import {
  allocate,
  close,
  epollControl,
  epollCreate,
  epollWait,
  lastErrno,
  portError,
} from './ffi.ts';

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
export const EPOLLIN = 1;
export const EPOLLOUT = 4;
export const EPOLLRDHUP = 0x2000;
export const EPOLLET = 0x8000_0000;
/** struct epoll_event is packed on x86-64 alone. */
const EVENT = process.arch === 'x64' ? 12 : 16;
const DATA_AT = EVENT - 8;
/** How many descriptors one look tells of at most. */
export const READY_MOST = 64;

export class Epoll {
  readonly fd: number;
  readonly #events = allocate(EVENT * READY_MOST);
  readonly #ready: number[] = [];
  /** What has happened to each of the descriptors that `ready` has just returned. */
  readonly happened: number[] = [];

  constructor() {
    this.fd = epollCreate(EPOLL_CLOEXEC);
    invariant(this.fd >= 0, `epoll_create1 failed with ${portError(lastErrno()).code}`);
  }

  add(fd: number, wanted = EPOLLIN): void {
    this.#control(EPOLL_CTL_ADD, fd, wanted);
  }

  /** Something else is wanted of one that is in the set. What is so already is told again. */
  change(fd: number, wanted: number): void {
    this.#control(EPOLL_CTL_MOD, fd, wanted);
  }

  #control(operation: number, fd: number, wanted: number): void {
    this.#events.view.setUint32(0, wanted, true);
    this.#events.view.setInt32(DATA_AT, fd, true);
    const result = epollControl(this.fd, operation, fd, this.#events.address);
    invariant(result === 0, `epoll_ctl failed with ${portError(lastErrno()).code}`);
  }

  delete(fd: number): void {
    epollControl(this.fd, EPOLL_CTL_DEL, fd, this.#events.address);
  }

  /**
   * The descriptors for which something wanted has happened, at most 64; the kernel turns them round, so that none is left out for ever.
   * The array is used again by the next call.
   */
  ready(): readonly number[] {
    const count = epollWait(this.fd, this.#events.address, READY_MOST, 0);
    this.#ready.length = 0;
    this.happened.length = 0;
    for (let index = 0; index < count; index += 1) {
      this.happened.push(this.#events.view.getUint32(index * EVENT, true));
      this.#ready.push(this.#events.view.getInt32(index * EVENT + DATA_AT, true));
    }
    return this.#ready;
  }

  close(): void {
    close(this.fd);
  }
}
