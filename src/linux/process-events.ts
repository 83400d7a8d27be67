/**
 * The kernel's process connector: every fork, exec, change of name and exit of the host, as netlink messages
 * (linux/cn_proc.h). It exists in the first network namespace alone and wants CAP_NET_ADMIN there.
 */
import { type Outcome, success } from '../base/outcome.ts';
import type { PortError } from '../ports.ts';
import {
  allocate,
  bind,
  close,
  errnoOf,
  lastErrno,
  type Memory,
  portError,
  receive,
  send,
  type Watch,
  watchReadable,
} from './ffi.ts';
import { inNamespace } from './process.ts';
import { AF_NETLINK, type BufferOrder, openRaw, prepare, sizeReceiveBuffer } from './socket.ts';

const NETLINK_CONNECTOR = 11;
const CN_IDX_PROC = 1;
const CN_VAL_PROC = 1;
const PROC_CN_MCAST_LISTEN = 1;
const NLMSG_DONE = 3;
const SOCKADDR_NL = 12;
const MSG_DONTWAIT = 0x40;

const NETLINK_HEADER = 16;
const CONNECTOR_HEADER = 20;
/** Where struct proc_event begins, and its data after what, cpu and time. */
const EVENT_AT = NETLINK_HEADER + CONNECTOR_HEADER;
const DATA_AT = EVENT_AT + 16;

const PROC_EVENT_FORK = 0x1;
const PROC_EVENT_EXEC = 0x2;
const PROC_EVENT_COMM = 0x200;
const PROC_EVENT_EXIT = 0x8000_0000;

/** A storm of some 20,000 events fits, should nobody read meanwhile. */
const RECEIVE_BUFFER = 16 * 1024 * 1024;
/** Datagrams read in one turn of the loop. */
const BATCH = 2_048;
const READ_BYTES = 4_096;

const AGAIN = errnoOf('EAGAIN');
const OVERRUN = errnoOf('ENOBUFS');

export type ProcessEvent =
  | { readonly kind: 'fork'; readonly parent: number; readonly child: number }
  /** Another program, or another name. */
  | { readonly kind: 'changed'; readonly pid: number }
  | { readonly kind: 'exit'; readonly pid: number };

export interface ProcessEventsHandler {
  /** What has happened, in order; threads are left out. */
  events(events: readonly ProcessEvent[]): void;
  /** Events were lost: whoever counts has to count anew. */
  overrun(): void;
}

export class ProcessEvents {
  readonly #fd: number;
  readonly #handler: ProcessEventsHandler;
  readonly #incoming: Memory = allocate(READ_BYTES);
  readonly #watch: Watch;

  private constructor(fd: number, handler: ProcessEventsHandler) {
    this.#fd = fd;
    this.#handler = handler;
    this.#watch = watchReadable(fd, () => this.read());
  }

  /** From here, else from the first process's network namespace, which a privileged process may visit. */
  static open(
    handler: ProcessEventsHandler,
    buffer: BufferOrder | undefined,
  ): Outcome<ProcessEvents, PortError> {
    const here = openConnector(buffer);
    const opened = here.ok ? here : openVisiting(buffer);
    return opened.ok ? success(new ProcessEvents(opened.value, handler)) : opened;
  }

  /** Takes in what has arrived. */
  read(): void {
    const events: ProcessEvent[] = [];
    let isOverrun = false;
    for (let count = 0; count < BATCH; count += 1) {
      const length = receive(this.#fd, this.#incoming.address, READ_BYTES, MSG_DONTWAIT);
      if (length < 0) {
        const errno = lastErrno();
        if (errno === AGAIN) break;
        if (errno === OVERRUN) isOverrun = true;
      } else {
        const event = decode(this.#incoming.view, length);
        if (event !== undefined) events.push(event);
      }
    }
    if (events.length > 0) this.#handler.events(events);
    if (isOverrun) this.#handler.overrun();
  }

  close(): void {
    this.#watch.close();
    close(this.#fd);
  }
}

/** undefined for what is about a thread, or of no interest. */
function decode(view: DataView, length: number): ProcessEvent | undefined {
  if (length < DATA_AT + 16) return undefined;
  const data = (index: number): number => view.getUint32(DATA_AT + 4 * index, true);
  switch (view.getUint32(EVENT_AT, true)) {
    case PROC_EVENT_FORK:
      // Parent, its process, child, its process.
      return data(2) === data(3) ? { kind: 'fork', parent: data(1), child: data(3) } : undefined;
    case PROC_EVENT_EXEC:
      return { kind: 'changed', pid: data(1) };
    case PROC_EVENT_COMM:
      return data(0) === data(1) ? { kind: 'changed', pid: data(1) } : undefined;
    case PROC_EVENT_EXIT:
      return data(0) === data(1) ? { kind: 'exit', pid: data(1) } : undefined;
    default:
      return undefined;
  }
}

function openVisiting(buffer: BufferOrder | undefined): Outcome<number, PortError> {
  const visited = inNamespace('/proc/1/ns/net', () => openConnector(buffer));
  return visited.ok ? visited.value : visited;
}

function openConnector(buffer: BufferOrder | undefined): Outcome<number, PortError> {
  const opened = openRaw(AF_NETLINK, NETLINK_CONNECTOR);
  if (!opened.ok) return opened;
  const fd = opened.value;
  sizeReceiveBuffer(fd, buffer ?? RECEIVE_BUFFER);
  return prepare(fd, [() => join(fd), () => subscribe(fd)]);
}

function join(fd: number): PortError | undefined {
  const name = allocate(SOCKADDR_NL);
  name.view.setUint16(0, AF_NETLINK, true);
  name.view.setUint32(8, 1 << (CN_IDX_PROC - 1), true);
  return bind(fd, name.address, SOCKADDR_NL) < 0 ? portError(lastErrno()) : undefined;
}

/** The kernel refuses at once where there is no connector. */
function subscribe(fd: number): PortError | undefined {
  const length = NETLINK_HEADER + CONNECTOR_HEADER + 4;
  const message = allocate(length);
  const { view } = message;
  view.setUint32(0, length, true);
  view.setUint16(4, NLMSG_DONE, true);
  view.setUint32(NETLINK_HEADER, CN_IDX_PROC, true);
  view.setUint32(NETLINK_HEADER + 4, CN_VAL_PROC, true);
  view.setUint16(NETLINK_HEADER + 16, 4, true);
  view.setUint32(EVENT_AT, PROC_CN_MCAST_LISTEN, true);
  return send(fd, message.address, length, MSG_DONTWAIT) < 0 ? portError(lastErrno()) : undefined;
}
