/** A netlink socket: requests with their acknowledgements, questions, dumps, and notifications. */
import { failure, invariant, type Outcome, success } from '../base/outcome.ts';
import type { PortError } from '../ports.ts';
import {
  decodeAcknowledgement,
  decodeMessages,
  encodeMessage,
  NETLINK_HEADER,
  type NetlinkMessage,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  uint32Of,
} from '../wire/netlink.ts';
import {
  allocate,
  bind,
  close,
  errnoOf,
  getsockname,
  lastErrno,
  type Memory,
  portError,
  receive,
  send,
  sendAside,
} from './ffi.ts';
import {
  AF_NETLINK,
  type BufferOrder,
  openRaw,
  SOL_NETLINK,
  setOption,
  sizeReceiveBuffer,
  sizeSendBuffer,
} from './socket.ts';

const NETLINK_ROUTE = 0;
/** A message that means nothing, and is acknowledged all the same. */
const NLMSG_NOOP = 1;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_DROP_MEMBERSHIP = 2;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
/** Dumps heed what the request says beyond its family; kernels before 4.20 do not know it. */
const NETLINK_GET_STRICT_CHK = 12;
const MSG_DONTWAIT = 0x40;
const SOCKADDR_NL = 12;
const SEND_BUFFER = 256 * 1024;

/**
 * What one sendmsg carries. Should every request of it fail, its errors fill a small part of the receive buffer, so
 * that none is lost.
 */
const CHUNK_MESSAGES = 128;
const CHUNK_BYTES = 32 * 1024;
/** The kernel fills at most 32 KiB a read of a dump. */
const READ_BYTES = 64 * 1024;
/** Of a message: the low byte of its flags. */
const FLAGS_AT = 6;

export interface NetlinkRequest {
  readonly type: number;
  /** Beyond NLM_F_REQUEST and NLM_F_ACK. */
  readonly flags: number;
  readonly payload: Uint8Array;
}

interface Chunk {
  /** Of requests, and of bytes. */
  readonly count: number;
  readonly length: number;
}

export type Notifications = 'complete' | 'overrun';

const AGAIN = errnoOf('EAGAIN');
const INTERRUPTED = errnoOf('EINTR');
const OVERRUN = errnoOf('ENOBUFS');

export class NetlinkSocket {
  readonly fd: number;
  /** The kernel's name for this socket: the process id for the first one of a process, else arbitrary. */
  readonly portId: number;
  readonly #outgoing: Memory = allocate(CHUNK_BYTES);
  readonly #incoming: Memory = allocate(READ_BYTES);
  readonly #isRehearsal: boolean;
  #sequence = 0;

  constructor(options: {
    readonly groups: readonly number[];
    readonly receiveBuffer: number | BufferOrder;
    /** Requests are sent as messages that mean nothing, which the kernel acknowledges all the same. */
    readonly isRehearsal: boolean;
    /** NETLINK_ROUTE unless said otherwise. */
    readonly protocol?: number;
  }) {
    this.#isRehearsal = options.isRehearsal;
    const opened = openRaw(AF_NETLINK, options.protocol ?? NETLINK_ROUTE);
    invariant(opened.ok, 'every Linux kernel with networking has netlink');
    this.fd = opened.value;
    sizeReceiveBuffer(this.fd, options.receiveBuffer);
    sizeSendBuffer(this.fd, SEND_BUFFER);
    setOption(this.fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
    setOption(this.fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
    setOption(this.fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    this.portId = bindToFreePort(this.fd);
    for (const group of options.groups) this.join(group);
  }

  /** Without IPv6 in the kernel its groups have no members and no messages. */
  join(group: number): void {
    const error = setOption(this.fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    invariant(error === undefined, `netlink group ${group} cannot be joined: ${error?.code}`);
  }

  leave(group: number): void {
    setOption(this.fd, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, group);
  }

  /** One entry a request, in order: why it was not carried out, or undefined. */
  transact(requests: readonly NetlinkRequest[]): readonly (PortError | undefined)[] {
    const results = new Array<PortError | undefined>(requests.length).fill(undefined);
    for (let from = 0; from < requests.length; ) {
      const chunk = this.#load(requests, from);
      this.#exchange(chunk, from, results);
      from += chunk.count;
    }
    return results;
  }

  /**
   * Hands one datagram of requests over and returns at once: the kernel works through them on another thread. `done` is called
   * afterwards, whatever came of them; until then this socket is not to be used for anything else.
   */
  transactAside(requests: readonly NetlinkRequest[], done: () => void): void {
    const messages = requests.map(({ type, flags, payload }) => {
      this.#sequence = (this.#sequence + 1) >>> 0;
      const header = { type, flags: flags | NLM_F_REQUEST, sequence: this.#sequence, portId: 0 };
      return encodeMessage({ ...header, payload });
    });
    const memory = allocate(messages.reduce((sum, { length }) => sum + length, 0));
    let length = 0;
    for (const message of messages) {
      memory.bytes.set(message, length);
      length += message.length;
    }
    sendAside([this.fd, memory.address, length, 0], () => {
      // It refers to the memory until the kernel has read it.
      memory.bytes.fill(0);
      this.#discard();
      done();
    });
  }

  /**
   * Shows every message of a dump to `visit`, which must not keep its views. False when changes interrupted the dump:
   * it is from no single moment and is better asked for again.
   */
  dump(
    type: number,
    payload: Uint8Array,
    visit: (message: NetlinkMessage) => void,
  ): Outcome<boolean, PortError> {
    return this.#ask({ type, flags: NLM_F_DUMP, payload }, visit);
  }

  /** Shows what the kernel answers to a question that is no dump to `visit`, which must not keep its views. */
  ask(
    type: number,
    payload: Uint8Array,
    visit: (message: NetlinkMessage) => void,
  ): PortError | undefined {
    const asked = this.#ask({ type, flags: NLM_F_ACK, payload }, visit);
    return asked.ok ? undefined : asked.error;
  }

  /** An acknowledgement without an error ends an answer as NLMSG_DONE ends a dump. */
  #ask(
    request: NetlinkRequest,
    visit: (message: NetlinkMessage) => void,
  ): Outcome<boolean, PortError> {
    // What an earlier dump that failed half-way left behind would keep this one from starting.
    this.#discard();
    const sent = this.#send(this.#put(0, request));
    if (sent !== undefined) return failure(sent);
    let isWhole = true;
    while (true) {
      const bytes = this.#receive();
      if (typeof bytes === 'number') return failure(portError(bytes));
      for (const message of decodeMessages(bytes)) {
        if (message.sequence !== this.#sequence) continue;
        if ((message.flags & NLM_F_DUMP_INTR) !== 0) isWhole = false;
        if (message.type === NLMSG_ERROR) {
          const answer = decodeAcknowledgement(message);
          if (answer?.errno === 0) return success(isWhole);
          return failure(portError(answer?.errno ?? 0, answer?.detail));
        }
        if (message.type === NLMSG_DONE) {
          const errno = 0 - (uint32Of(message.payload) | 0);
          return errno > 0 ? failure(portError(errno)) : success(isWhole);
        }
        visit(message);
      }
    }
  }

  /**
   * Shows what has been notified to `visit`, which must not keep its views; at most `limit` datagrams. On an overrun
   * everything that is left is discarded, since it has to be asked for anew.
   */
  notifications(limit: number, visit: (message: NetlinkMessage) => void): Notifications {
    for (let count = 0; count < limit; count += 1) {
      const bytes = this.#receive();
      if (bytes === AGAIN) return 'complete';
      if (typeof bytes === 'number') {
        this.#discard();
        return 'overrun';
      }
      for (const message of decodeMessages(bytes)) visit(message);
    }
    return 'complete';
  }

  close(): void {
    close(this.fd);
  }

  /** Writes as many requests as one datagram carries, from the one at `from` on, and asks for an answer to the last. */
  #load(requests: readonly NetlinkRequest[], from: number): Chunk {
    const until = Math.min(from + CHUNK_MESSAGES, requests.length);
    let [count, length, last] = [0, 0, 0];
    for (let index = from; index < until; index += 1) {
      const request = requests[index];
      if (request === undefined) break;
      if (count > 0 && length + lengthOf(request.payload) > CHUNK_BYTES) break;
      last = length;
      length += this.#put(length, this.#isRehearsal ? { ...request, type: NLMSG_NOOP } : request);
      count += 1;
    }
    const { bytes } = this.#outgoing;
    bytes[last + FLAGS_AT] = (bytes[last + FLAGS_AT] ?? 0) | NLM_F_ACK;
    return { count, length };
  }

  /** Writes one request at `at`, a multiple of 4, of what is to be sent; its length with the padding behind it. */
  #put(at: number, { type, flags, payload }: NetlinkRequest): number {
    this.#sequence = (this.#sequence + 1) >>> 0;
    const { bytes, words } = this.#outgoing;
    const header = at >> 2;
    words[header] = NETLINK_HEADER + payload.length;
    words[header + 1] = ((flags | NLM_F_REQUEST) << 16) | type;
    words[header + 2] = this.#sequence;
    words[header + 3] = 0;
    bytes.set(payload, at + NETLINK_HEADER);
    return lengthOf(payload);
  }

  /**
   * The kernel works through a datagram in order before sendmsg returns, and answers each request that fails. So one
   * acknowledgement, of the last request, tells that all those without an answer were carried out. The results go into
   * `results` from `from` on.
   */
  #exchange({ count, length }: Chunk, from: number, results: (PortError | undefined)[]): void {
    const lastSequence = this.#sequence;
    const firstSequence = (lastSequence - count + 1) >>> 0;
    const sent = this.#send(length);
    if (sent !== undefined) {
      results.fill(sent, from, from + count);
      return;
    }
    while (true) {
      const bytes = this.#receive();
      // Nothing is known of those not answered, so each is said to have failed.
      if (typeof bytes === 'number') {
        const error = this.#lost(bytes);
        for (let index = from; index < from + count; index += 1) results[index] ??= error;
        return;
      }
      for (const message of decodeMessages(bytes)) {
        const answer = decodeAcknowledgement(message);
        const index = answer === undefined ? -1 : (answer.sequence - firstSequence) >>> 0;
        if (answer === undefined || index >= count) continue;
        if (answer.errno !== 0) results[from + index] = portError(answer.errno, answer.detail);
        if (answer.sequence === lastSequence) return;
      }
    }
  }

  /** The kernel has answered into a full buffer. What still lies in it would be in the way of the next answers. */
  #lost(errno: number): PortError {
    if (errno !== AGAIN && errno !== OVERRUN) return portError(errno);
    this.#discard();
    return portError(OVERRUN, 'the answer was lost: more has come than the socket holds');
  }

  /** Sends what was written, as one datagram. */
  #send(length: number): PortError | undefined {
    while (send(this.fd, this.#outgoing.address, length, MSG_DONTWAIT) < 0) {
      const errno = lastErrno();
      if (errno !== INTERRUPTED) return portError(errno);
    }
    return undefined;
  }

  /** One datagram, valid until the next call; or the errno. The kernel answers before sendmsg returns. */
  #receive(): Uint8Array | number {
    while (true) {
      const length = receive(this.fd, this.#incoming.address, READ_BYTES, MSG_DONTWAIT);
      if (length >= 0) return this.#incoming.bytes.subarray(0, length);
      const errno = lastErrno();
      if (errno !== INTERRUPTED) return errno;
    }
  }

  #discard(): void {
    for (let bytes = this.#receive(); bytes !== AGAIN; bytes = this.#receive()) {
      // An overrun can happen again meanwhile; the datagrams themselves do not matter any more.
      if (typeof bytes === 'number' && bytes !== OVERRUN) return;
    }
  }
}

function lengthOf(payload: Uint8Array): number {
  return (NETLINK_HEADER + payload.length + 3) & ~3;
}

function bindToFreePort(fd: number): number {
  const name = allocate(16);
  const length = allocate(4);
  name.view.setUint16(0, AF_NETLINK, true);
  const bound = bind(fd, name.address, SOCKADDR_NL);
  invariant(bound === 0, `a netlink socket cannot be bound: ${portError(lastErrno()).code}`);
  length.view.setUint32(0, SOCKADDR_NL, true);
  getsockname(fd, name.address, length.address);
  return name.view.getUint32(4, true);
}
