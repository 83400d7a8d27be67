/** Opens a connected socket: TCP on its way, UDP and ICMP at once; from where and how it is told. */
import { type Address, familyOf, writeAddress } from '../../base/address.ts';
import { failure, type Outcome, success } from '../../base/outcome.ts';
import type { PortError } from '../../ports.ts';
import {
  allocate,
  bind,
  close,
  connect,
  errnoOf,
  getsockopt,
  lastErrno,
  type Memory,
  portError,
  socket,
} from '../ffi.ts';
import {
  AF_INET,
  AF_INET6,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  setOption,
  setOptionBytes,
} from '../socket.ts';

export type Carrier = 'stream' | 'datagram' | 'echo';

export interface DialTarget {
  readonly address: Address;
  /** Of no meaning for ICMP. */
  readonly port: number;
  readonly bindAddress: Address | undefined;
  readonly bindPort: number | undefined;
  readonly bindInterface: string | undefined;
  readonly mark: number | undefined;
}

const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOCK_NONBLOCK_CLOEXEC = 0o2004000;
const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;
const SO_REUSEADDR = 2;
const SO_ERROR = 4;
const SO_BINDTODEVICE = 25;
const SO_MARK = 36;
const IP_RECVERR = 11;
const IP_BIND_ADDRESS_NO_PORT = 24;
const IPV6_RECVERR = 25;
const SOCKADDR_IN = 16;
const SOCKADDR_IN6 = 28;

const name: Memory = allocate(SOCKADDR_IN6);
const word: Memory = allocate(64);
const inProgress = errnoOf('EINPROGRESS');

/** The descriptor is the caller's to close. A TCP connection may still be on its way. */
export function dial(target: DialTarget, carrier: Carrier): Outcome<number, PortError> {
  const isIpv4 = familyOf(target.address) === 'ipv4';
  const fd = open(carrier, isIpv4);
  if (fd < 0) return failure(portError(lastErrno()));
  const error = prepare(fd, target, carrier) ?? reach(fd, target, carrier);
  if (error === undefined) return success(fd);
  close(fd);
  return failure(error);
}

function open(carrier: Carrier, isIpv4: boolean): number {
  const domain = isIpv4 ? AF_INET : AF_INET6;
  switch (carrier) {
    case 'stream':
      return socket(domain, SOCK_STREAM | SOCK_NONBLOCK_CLOEXEC, 0);
    case 'datagram':
      return socket(domain, SOCK_DGRAM | SOCK_NONBLOCK_CLOEXEC, 0);
    case 'echo':
      return socket(
        domain,
        SOCK_RAW | SOCK_NONBLOCK_CLOEXEC,
        isIpv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6,
      );
  }
}

function prepare(fd: number, target: DialTarget, carrier: Carrier): PortError | undefined {
  const { address, bindAddress, bindPort, bindInterface, mark } = target;
  if (mark !== undefined && mark !== 0) {
    const error = setOption(fd, SOL_SOCKET, SO_MARK, mark | 0);
    if (error !== undefined) return error;
  }
  if (bindInterface !== undefined) {
    const error = bindToDevice(fd, bindInterface);
    if (error !== undefined) return error;
  }
  // Unconnected errors too, such as an unreachable host, and not those of the port alone.
  if (carrier !== 'stream') {
    const isIpv4 = familyOf(address) === 'ipv4';
    setOption(fd, isIpv4 ? SOL_IP : SOL_IPV6, isIpv4 ? IP_RECVERR : IPV6_RECVERR, 1);
  }
  if (bindAddress === undefined && bindPort === undefined) return undefined;
  return bindTo(fd, bindAddress ?? anyOf(address), carrier === 'echo' ? 0 : (bindPort ?? 0));
}

function bindToDevice(fd: number, device: string): PortError | undefined {
  const length = Math.min(device.length, 15);
  for (let at = 0; at < length; at += 1) word.bytes[at] = device.charCodeAt(at);
  return setOptionBytes(fd, [SOL_SOCKET, SO_BINDTODEVICE], word, length);
}

/** The port is chosen when the destination is known, so that each destination has all of them. */
function bindTo(fd: number, address: Address, port: number): PortError | undefined {
  if (port === 0) setOption(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  else setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  return bind(fd, name.address, writeName(address, port)) < 0 ? portError(lastErrno()) : undefined;
}

function anyOf(address: Address): Address {
  return (familyOf(address) === 'ipv4' ? '0.0.0.0' : '::') as Address;
}

function reach(fd: number, target: DialTarget, carrier: Carrier): PortError | undefined {
  const length = writeName(target.address, carrier === 'echo' ? 0 : target.port);
  if (connect(fd, name.address, length) === 0) return undefined;
  const errno = lastErrno();
  return errno === inProgress ? undefined : portError(errno);
}

/** Writes a socket address into `name`; its length. */
function writeName(address: Address, port: number): number {
  const isIpv4 = familyOf(address) === 'ipv4';
  name.words.fill(0);
  name.view.setUint16(0, isIpv4 ? AF_INET : AF_INET6, true);
  name.view.setUint16(2, port);
  writeAddress(name.bytes, isIpv4 ? 4 : 8, address);
  return isIpv4 ? SOCKADDR_IN : SOCKADDR_IN6;
}

/** What has become of connecting: 0, or an errno, which is told once. */
export function socketError(fd: number): number {
  word.view.setInt32(0, 0, true);
  word.view.setUint32(8, 4, true);
  const result = getsockopt(fd, SOL_SOCKET, SO_ERROR, word.address, word.address + 8);
  return result < 0 ? lastErrno() : word.view.getInt32(0, true);
}
