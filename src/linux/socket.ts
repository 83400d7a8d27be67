/** Opening sockets and setting their options; every failure is a value. */
import { failure, type Outcome, success } from '../base/outcome.ts';
import type { PortError } from '../ports.ts';
import {
  allocate,
  close,
  errnoOf,
  getsockopt,
  interfaceName,
  lastErrno,
  type Memory,
  portError,
  setsockopt,
  socket,
} from './ffi.ts';

export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOCK_NONBLOCK_CLOEXEC = 0o2004000;

export const SOL_IP = 0;
export const SOL_SOCKET = 1;
export const SOL_IPV6 = 41;
export const SOL_NETLINK = 270;

const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_PRIORITY = 12;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SO_BINDTOIFINDEX = 62;
/** TC_PRIO_CONTROL: the first band of the default queueing discipline. */
const CONTROL_PRIORITY = 7;

const value = allocate(64);

/** A non-blocking raw socket that children do not inherit. */
export function openRaw(domain: number, protocol: number): Outcome<number, PortError> {
  const fd = socket(domain, SOCK_RAW | SOCK_NONBLOCK_CLOEXEC, protocol);
  return fd < 0 ? failure(portError(lastErrno())) : success(fd);
}

/** For ioctls alone. */
export function openDatagram(domain: number): Outcome<number, PortError> {
  const fd = socket(domain, SOCK_DGRAM | SOCK_NONBLOCK_CLOEXEC, 0);
  return fd < 0 ? failure(portError(lastErrno())) : success(fd);
}

/** Sets an integer option; the error, or undefined. */
export function setOption(
  fd: number,
  level: number,
  option: number,
  number: number,
): PortError | undefined {
  value.view.setInt32(0, number, true);
  return setOptionBytes(fd, [level, option], value, 4);
}

/** Sets a structured option from the first `length` bytes of `memory`. */
export function setOptionBytes(
  fd: number,
  [level, option]: readonly [level: number, option: number],
  memory: Memory,
  length: number,
): PortError | undefined {
  const result = setsockopt(fd, level, option, memory.address, length);
  return result < 0 ? portError(lastErrno()) : undefined;
}

/**
 * Everything in and out passes this interface alone. By index, so a rename in between does no harm. The kernel takes an
 * index that no interface has, and the socket would stay silent: ENODEV says so at once.
 */
export function bindToLink(fd: number, link: number): PortError | undefined {
  const error = setOption(fd, SOL_SOCKET, SO_BINDTOIFINDEX, link);
  if (error !== undefined) return error;
  return interfaceName(link, value.address) === 0 ? portError(errnoOf('ENODEV')) : undefined;
}

export function prioritise(fd: number): void {
  setOption(fd, SOL_SOCKET, SO_PRIORITY, CONTROL_PRIORITY);
}

/** A size that somebody configured: as much of it as net.core.rmem_max allows, or all of it where it is forced. */
export interface BufferOrder {
  readonly bytes: number;
  readonly isForced: boolean;
}

/** Of the netlink sockets of one process; what is absent is as large as the process needs. */
export interface NetlinkBuffers {
  readonly commands?: BufferOrder;
  readonly monitor?: BufferOrder;
}

/** Asks for more than net.core.rmem_max where the process may, else for as much as there is to be had. */
export function sizeReceiveBuffer(fd: number, size: number | BufferOrder): void {
  if (typeof size !== 'number') {
    setOption(fd, SOL_SOCKET, size.isForced ? SO_RCVBUFFORCE : SO_RCVBUF, size.bytes);
    return;
  }
  if (setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, size) !== undefined) {
    setOption(fd, SOL_SOCKET, SO_RCVBUF, size);
  }
}

/** Makes room for `bytes` as the kernel counts them, unless there is as much already. */
export function growReceiveBuffer(fd: number, bytes: number): void {
  value.view.setInt32(0, 4, true);
  const result = getsockopt(fd, SOL_SOCKET, SO_RCVBUF, value.address + 4, value.address);
  if (result === 0 && value.view.getInt32(4, true) >= bytes) return;
  // It doubles what it is told.
  sizeReceiveBuffer(fd, Math.ceil(bytes / 2));
}

export function sizeSendBuffer(fd: number, size: number): void {
  if (setOption(fd, SOL_SOCKET, SO_SNDBUFFORCE, size) !== undefined) {
    setOption(fd, SOL_SOCKET, SO_SNDBUF, size);
  }
}

/** Runs the steps of setting a socket up; the first that fails closes it and is the failure. */
export function prepare(
  fd: number,
  steps: readonly (() => PortError | undefined)[],
): Outcome<number, PortError> {
  for (const step of steps) {
    const error = step();
    if (error !== undefined) {
      close(fd);
      return failure(error);
    }
  }
  return success(fd);
}
