/**
 * Thousands of short connections at once: non-blocking sockets behind one descriptor that the main loop watches. A socket
 * of Node's costs tens of microseconds and an object of many kilobytes; here it is the system calls and a small object.
 *
 * A TCP connection is glanced at before it is watched: all that were opened in one turn of the loop are asked about in one
 * call. Near servers have answered by then, and what is over with that has never been watched at all.
 */
import type { Outcome } from '../../base/outcome.ts';
import { success } from '../../base/outcome.ts';
import type { PortError } from '../../ports.ts';
import { EPOLLET, EPOLLIN, EPOLLOUT, EPOLLRDHUP, Epoll } from '../epoll.ts';
import {
  allocate,
  close,
  errnoOf,
  lastErrno,
  type Memory,
  portError,
  receive,
  send,
  type Watch,
  watchReadable,
} from '../ffi.ts';
import { type Carrier, type DialTarget, dial, socketError } from './dial.ts';
import { PollList } from './poll-list.ts';

/** What is told of one connection; after `broken` nothing more. Nothing is told before `open` has returned. */
export interface Listener {
  /** TCP only: the connection is there. */
  connected(): void;
  /** `bytes` are overwritten after this has returned. */
  data(bytes: Uint8Array): void;
  /** TCP only: the peer has ended its side. */
  ended(): void;
  broken(error: PortError): void;
  /**
   * ICMP echo only: a router or this host complains of a packet of that kind to the peer, whoever has sent it. `about` is
   * that packet behind its IP header, as far as it came back; overwritten after this has returned.
   */
  complained?(error: PortError, about: Uint8Array): void;
}

const MSG_DONTWAIT = 0x40;
const MSG_ERRQUEUE = 0x2000;
const MSG_NOSIGNAL = 0x4000;
const BYTES = 65_536;
/** Rounds of one visit: a peer that floods waits its turn like the others. */
const READS = 8;
/** Bytes; who has said more is visited once in so many milliseconds, half a megabyte each, and the kernel slows it down. */
const PLENTY = 16 * 2 ** 20;
const SLOWLY_MILLISECONDS = 50;
/** EPOLLERR and EPOLLHUP. */
const FAILED = 0x18;
const BATCHES = 32;
const BATCH = 64;
const wouldBlock = errnoOf('EAGAIN');
const reset = errnoOf('ECONNRESET');

const buffer: Memory = allocate(BYTES);

interface Line {
  readonly listener: Listener;
  readonly isStream: boolean;
  /** Its socket is told of the errors of all that is like it. */
  readonly isEcho: boolean;
  isConnected: boolean;
  unsent: Uint8Array | undefined;
  heard: number;
  /** What the kernel tells of it; 0: it is not watched yet. */
  wanted: number;
}

/** Opened since the last glance, by the same number in both. */
interface Fresh {
  readonly sockets: PollList;
  readonly lines: Line[];
}

export class Connections {
  readonly #epoll = new Epoll();
  /** By descriptor: small numbers, used again and again. */
  readonly #lines: (Line | undefined)[] = [];
  readonly #afterwards: () => void;
  readonly #watch: Watch;
  /** Connections with more to read than one visit reads. */
  #more: number[] = [];
  #flooding: { readonly fd: number; readonly line: Line }[] = [];
  #fresh: Fresh = { sockets: new PollList(), lines: [] };
  #glanced: Fresh = { sockets: new PollList(), lines: [] };
  #soon: NodeJS.Immediate | undefined;
  #later: NodeJS.Timeout | undefined;
  #isOver = false;

  /** `afterwards` is called when everything that had happened has been told. */
  constructor(afterwards: () => void) {
    this.#afterwards = afterwards;
    this.#watch = watchReadable(this.#epoll.fd, () => this.#visit());
  }

  /** A number that stands for the connection: its descriptor. */
  open(target: DialTarget, carrier: Carrier, listener: Listener): Outcome<number, PortError> {
    const dialled = dial(target, carrier);
    if (!dialled.ok) return dialled;
    const fd = dialled.value;
    const isStream = carrier === 'stream';
    const isEcho = carrier === 'echo';
    const line: Line = {
      ...{ listener, isStream, isEcho, isConnected: !isStream },
      ...{ unsent: undefined, heard: 0, wanted: 0 },
    };
    this.#lines[fd] = line;
    if (!isStream) this.#watchLine(fd, line);
    else this.#addFresh(fd, line);
    return success(fd);
  }

  /** The error, or undefined. What a stream does not take at once follows when it can. */
  send(fd: number, bytes: Uint8Array): PortError | undefined {
    const line = this.#lines[fd];
    if (line === undefined) return undefined;
    const memory = bytes.length <= BYTES ? buffer : allocate(bytes.length);
    memory.bytes.set(bytes);
    const write = () => send(fd, memory.address, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL);
    let sent = write();
    // It may be the error of a packet of somebody else, which is told once.
    if (sent < 0 && line.isEcho) sent = write();
    if (sent < 0 && lastErrno() !== wouldBlock) return portError(lastErrno());
    if (line.isStream && sent < bytes.length) {
      line.unsent = bytes.slice(Math.max(0, sent));
      if (line.wanted !== 0 && (line.wanted & EPOLLOUT) === 0) {
        line.wanted |= EPOLLOUT;
        this.#epoll.change(fd, line.wanted);
      }
    }
    return undefined;
  }

  close(fd: number): void {
    // The kernel takes a closed descriptor out of the set by itself.
    if (this.#take(fd) !== undefined) close(fd);
  }

  /** Gives the descriptor away, still open: from now on it is the caller's. */
  release(fd: number): void {
    const line = this.#take(fd);
    if (line !== undefined && line.wanted !== 0) this.#epoll.delete(fd);
  }

  #take(fd: number): Line | undefined {
    const line = this.#lines[fd];
    this.#lines[fd] = undefined;
    return line;
  }

  /** Closes everything. Nothing is told any more. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#later);
    clearImmediate(this.#soon);
    this.#watch.close();
    for (const [fd, line] of this.#lines.entries()) if (line !== undefined) close(fd);
    this.#lines.length = 0;
    this.#epoll.close();
  }

  #addFresh(fd: number, line: Line): void {
    this.#fresh.sockets.add(fd, EPOLLOUT);
    this.#fresh.lines.push(line);
    this.#soon ??= setImmediate(() => this.#glance());
  }

  /** What has become of those that were opened in this turn; those that live on are watched. */
  #glance(): void {
    this.#soon = undefined;
    const fresh = this.#fresh;
    this.#fresh = this.#glanced;
    this.#glanced = fresh;
    const { sockets, lines } = fresh;
    sockets.ask();
    for (let index = 0; index < lines.length; index += 1) {
      const fd = sockets.descriptor(index);
      const line = lines[index];
      // It may have been closed, and its number be that of another by now.
      if (line === undefined || this.#lines[fd] !== line) continue;
      const events = sockets.happened(index);
      if (events !== 0) this.#happen(fd, events);
      if (this.#lines[fd] === line) this.#watchLine(fd, line);
    }
    sockets.clear();
    lines.length = 0;
    this.#afterwards();
  }

  #watchLine(fd: number, line: Line): void {
    line.wanted = wantedOf(line);
    this.#epoll.add(fd, line.wanted);
  }

  #visit(): void {
    if (this.#isOver) return;
    const again = this.#more;
    this.#more = [];
    for (const fd of again) this.#read(fd, undefined);
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const ready = this.#epoll.ready();
      const { happened } = this.#epoll;
      for (let index = 0; index < ready.length; index += 1) {
        this.#happen(ready[index] ?? -1, happened[index] ?? 0);
      }
      if (ready.length < BATCH) break;
    }
    this.#afterwards();
    if (this.#more.length > 0) setImmediate(() => this.#visit());
  }

  #happen(fd: number, events: number): void {
    const line = this.#lines[fd];
    if (line === undefined) return;
    if (!line.isConnected) {
      const errno = (events & FAILED) === 0 ? 0 : socketError(fd);
      // A SYN is refused, only a connection that was there is reset: whoever comes late must see it both ways alike.
      if (errno !== 0 && errno !== reset) {
        this.#break(fd, errno);
        return;
      }
      line.isConnected = true;
      line.listener.connected();
      if (errno !== 0) {
        this.#break(fd, errno);
        return;
      }
    } else if (line.unsent !== undefined && (events & EPOLLOUT) !== 0) {
      const rest = line.unsent;
      line.unsent = undefined;
      const error = this.send(fd, rest);
      if (error !== undefined) {
        this.#break(fd, error.errno);
        return;
      }
    }
    if (line.isEcho && (events & FAILED) !== 0) this.#complain(fd, line, socketError(fd));
    if ((events & ~EPOLLOUT) !== 0) this.#read(fd, events);
  }

  /**
   * Tells what waits in the queue of errors. Each is taken out by reading it, which makes the next one the socket's. An
   * error that is not in the queue is the socket's own.
   */
  #complain(fd: number, line: Line, errno: number): void {
    let current = errno;
    for (let round = 0; round < READS && this.#lines[fd] === line; round += 1) {
      const length = receive(fd, buffer.address, BYTES, MSG_ERRQUEUE | MSG_DONTWAIT);
      if (length < 0) {
        if (round === 0 && errno !== 0) this.#break(fd, errno);
        return;
      }
      line.listener.complained?.(portError(current), buffer.bytes.subarray(0, length));
      if (this.#lines[fd] === line) current = socketError(fd) || current;
    }
  }

  /** Without `events` it is read until nothing is left. */
  #read(fd: number, events: number | undefined): void {
    const line = this.#lines[fd];
    if (line === undefined) return;
    if (events !== undefined && line.heard > PLENTY) {
      this.#readLater(fd, line);
      return;
    }
    for (let round = 0; round < READS; round += 1) {
      const length = receive(fd, buffer.address, BYTES, MSG_DONTWAIT);
      if (length < 0) {
        const errno = lastErrno();
        if (errno === wouldBlock) return;
        if (!line.isEcho) {
          this.#break(fd, errno);
          return;
        }
        this.#complain(fd, line, errno);
        if (this.#lines[fd] !== line) return;
        continue;
      }
      if (length === 0 && line.isStream) {
        line.listener.ended();
        return;
      }
      line.heard += length;
      line.listener.data(buffer.bytes.subarray(0, length));
      if (this.#lines[fd] !== line) return;
      if (!line.isStream || length === BYTES || events === undefined) continue;
      // A reset is behind what came before it.
      if ((events & FAILED) !== 0) continue;
      // All that was there has been read. What comes later is told anew, and an end that was there is behind it.
      if ((events & EPOLLRDHUP) !== 0) line.listener.ended();
      return;
    }
    if (line.heard > PLENTY) this.#readLater(fd, line);
    else this.#more.push(fd);
  }

  #readLater(fd: number, line: Line): void {
    if (this.#flooding.some((each) => each.line === line)) return;
    this.#flooding.push({ fd, line });
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      // The number may be that of another connection by now.
      const still = this.#flooding.filter((each) => this.#lines[each.fd] === each.line);
      this.#more.push(...still.map((each) => each.fd));
      this.#flooding = [];
      this.#visit();
    }, SLOWLY_MILLISECONDS);
  }

  #break(fd: number, errno: number): void {
    const listener = this.#lines[fd]?.listener;
    this.close(fd);
    listener?.broken(portError(errno));
  }
}

/** Told once when it becomes so. What is connected and has nothing to say is not asked whether it may say it. */
function wantedOf({ isStream, isConnected, unsent }: Line): number {
  if (!isStream) return EPOLLIN | EPOLLET;
  const always = EPOLLIN | EPOLLRDHUP | EPOLLET;
  return isConnected && unsent === undefined ? always : always | EPOLLOUT;
}
