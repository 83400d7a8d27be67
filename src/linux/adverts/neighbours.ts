/**
 * Claims of others, heard on packet sockets: one for each interface and family. Their buffers are small, and after a
 * burst nothing is read for a while: whoever floods the segment with claims loses claims, and costs next to nothing.
 */
import type { Clock, NeighbourClaim, Neighbours, NeighbourWatch, PortError } from '../../ports.ts';
import { decodeClaim } from '../../wire/claim.ts';
import { Epoll } from '../epoll.ts';
import {
  allocate,
  bind,
  close,
  errnoOf,
  getsockname,
  lastErrno,
  portError,
  receive,
  type Watch,
  watchReadable,
} from '../ffi.ts';
import { AF_PACKET, openRaw, prepare, sizeReceiveBuffer } from '../socket.ts';
import { admitClaims } from './claim-filter.ts';

export interface LinuxNeighboursOptions {
  readonly clock: Clock;
  /** Claims can be read. Synchronous. */
  readonly onReadable: () => void;
}

const ETHERTYPE = { ipv4: 0x0806, ipv6: 0x86dd } as const;
const MSG_DONTWAIT = 0x40;
const DOWN = errnoOf('ENETDOWN');
/** Some eighty frames, as the kernel charges them. */
const RECEIVE_BUFFER = 64 * 1024;
/** A solicited answer has 86 bytes; what is longer carries options that nobody needs here. */
const FRAME = 256;
/** So many claims in one reading are a flood; nothing is read then for so many milliseconds. */
const MANY = 16;
const PAUSE = 100;

interface ClaimSocket {
  readonly fd: number;
  watch: NeighbourWatch;
}

const frame = allocate(FRAME);
const name = allocate(20);
const nameLength = allocate(4);

export class LinuxNeighbours implements Neighbours {
  readonly #clock: Clock;
  readonly #epoll = new Epoll();
  readonly #readable: Watch;
  readonly #sockets = new Map<string, ClaimSocket>();
  readonly #byDescriptor = new Map<number, ClaimSocket>();
  #pause: NodeJS.Timeout | undefined;

  constructor({ clock, onReadable }: LinuxNeighboursOptions) {
    this.#clock = clock;
    this.#readable = watchReadable(this.#epoll.fd, onReadable);
  }

  watch(watches: readonly NeighbourWatch[]): void {
    const wanted = new Map(watches.map((watch) => [keyOf(watch), watch]));
    for (const [key, socket] of this.#sockets) if (!wanted.has(key)) this.#drop(key, socket);
    for (const [key, watch] of wanted) {
      const known = this.#sockets.get(key);
      if (known === undefined) this.#open(key, watch);
      else if (admitClaims(known.fd, watch) === undefined) known.watch = watch;
      else this.#drop(key, known);
    }
  }

  claims(limit: number): readonly NeighbourClaim[] {
    const claims: NeighbourClaim[] = [];
    const at = this.#clock.now();
    let reads = 0;
    for (const fd of this.#epoll.ready()) {
      const socket = this.#byDescriptor.get(fd);
      while (socket !== undefined && reads < limit) {
        const length = receive(fd, frame.address, FRAME, MSG_DONTWAIT);
        if (length < 0) {
          if (lastErrno() === DOWN && !isBound(fd)) this.#again(socket);
          break;
        }
        reads += 1;
        const claim = decodeClaim(frame.bytes.subarray(0, length));
        if (claim !== undefined) claims.push({ link: socket.watch.link, ...claim, at });
      }
    }
    if (reads >= Math.min(limit, MANY)) this.#rest();
    return claims;
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#readable.close();
    for (const [key, socket] of this.#sockets) this.#drop(key, socket);
    this.#epoll.close();
  }

  /** Bound last, so that nothing comes in before the filter stands. */
  #open(key: string, watch: NeighbourWatch): void {
    const opened = openRaw(AF_PACKET, 0);
    if (!opened.ok) return;
    const fd = opened.value;
    sizeReceiveBuffer(fd, RECEIVE_BUFFER);
    const prepared = prepare(fd, [() => admitClaims(fd, watch), () => bindTo(fd, watch)]);
    if (!prepared.ok) return;
    const socket = { fd, watch };
    this.#sockets.set(key, socket);
    this.#byDescriptor.set(fd, socket);
    this.#epoll.add(fd);
  }

  /** The link went, and the socket is of no link any more; another link may have come under the same index. */
  #again(socket: ClaimSocket): void {
    const key = keyOf(socket.watch);
    if (this.#sockets.get(key) !== socket) return;
    this.#drop(key, socket);
    this.#open(key, socket.watch);
  }

  #drop(key: string, socket: ClaimSocket): void {
    this.#epoll.delete(socket.fd);
    this.#sockets.delete(key);
    this.#byDescriptor.delete(socket.fd);
    close(socket.fd);
  }

  #rest(): void {
    if (this.#pause !== undefined) return;
    this.#readable.pause();
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#readable.resume();
    }, PAUSE);
  }
}

/** Whether it is of a link still: one that is merely down says the same, and is heard again when it is up. */
function isBound(fd: number): boolean {
  nameLength.view.setUint32(0, 20, true);
  return getsockname(fd, name.address, nameLength.address) === 0 && name.view.getInt32(4, true) > 0;
}

function keyOf({ link, family }: NeighbourWatch): string {
  return `${link}|${family}`;
}

/** struct sockaddr_ll: family, EtherType in network order, interface. */
function bindTo(fd: number, { link, family }: NeighbourWatch): PortError | undefined {
  name.bytes.fill(0);
  name.view.setUint16(0, AF_PACKET, true);
  name.view.setUint16(2, ETHERTYPE[family], false);
  name.view.setInt32(4, link, true);
  return bind(fd, name.address, 20) < 0 ? portError(lastErrno()) : undefined;
}
