/** Which address of this host datagrams to a destination leave from. */
import { type Address, addressAt, familyOf, writeAddress } from '../../base/address.ts';
import { failure, type Outcome, success } from '../../base/outcome.ts';
import type { PortError } from '../../ports.ts';
import {
  allocate,
  bind,
  close,
  connect,
  getsockname,
  ioctl,
  lastErrno,
  portError,
  socket,
} from '../ffi.ts';
import { AF_INET, AF_INET6 } from '../socket.ts';

const SOCK_DGRAM_CLOEXEC = 0o2000002;
/** Any port will do: nothing is sent. */
const DISCARD = 9;

const SIOCGIFINDEX = 0x8933;
/** struct ifreq: the name, then the index. */
const INDEX_AT = 16;
const request = allocate(40);

const name = allocate(64);
/** Of struct sockaddr_in6. */
const SCOPE_AT = 24;
const LENGTH_AT = 32;

/** Where an address stands in struct sockaddr_in and sockaddr_in6. */
const ADDRESS_AT = { ipv4: 4, ipv6: 8 } as const;
const NAME_LENGTH = { ipv4: 16, ipv6: 28 } as const;

export interface Route {
  readonly source: Address;
  /** The index of the interface that was named; 0 without one. */
  readonly link: number;
}

/** Asks the kernel: whether `source` is an address of this host, or which one routing chooses. */
export function routeTowards(
  destination: Address,
  source: Address | undefined,
  link: string | undefined,
): Outcome<Route, PortError> {
  const family = familyOf(destination);
  const fd = socket(family === 'ipv4' ? AF_INET : AF_INET6, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) return failure(portError(lastErrno()));
  try {
    const length = NAME_LENGTH[family];
    const scope = link === undefined ? 0 : indexOf(fd, link);
    if (scope < 0) return failure(portError(lastErrno()));
    if (source !== undefined && bind(fd, writeName(source, 0, scope), length) < 0) {
      return failure(portError(lastErrno()));
    }
    if (connect(fd, writeName(destination, DISCARD, scope), length) < 0) {
      return failure(portError(lastErrno()));
    }
    name.view.setUint32(LENGTH_AT, length, true);
    if (getsockname(fd, name.address, name.address + LENGTH_AT) < 0) {
      return failure(portError(lastErrno()));
    }
    return success({ source: addressAt(name.bytes, ADDRESS_AT[family], family), link: scope });
  } finally {
    close(fd);
  }
}

/** -1 where there is no such interface. */
function indexOf(fd: number, link: string): number {
  request.bytes.fill(0);
  for (let at = 0; at < Math.min(link.length, INDEX_AT - 1); at += 1) {
    request.bytes[at] = link.charCodeAt(at);
  }
  return ioctl(fd, SIOCGIFINDEX, request.address) < 0 ? -1 : request.view.getInt32(INDEX_AT, true);
}

/** `scope` is of link-local addresses; the kernel ignores it for others. */
function writeName(address: Address, port: number, scope: number): number {
  const family = familyOf(address);
  name.bytes.fill(0);
  name.view.setUint16(0, family === 'ipv4' ? AF_INET : AF_INET6, true);
  name.view.setUint16(2, port);
  writeAddress(name.bytes, ADDRESS_AT[family], address);
  if (family === 'ipv6') name.view.setUint32(SCOPE_AT, scope, true);
  return name.address;
}

/** The address alone. */
export function sourceTowards(destination: Address): Outcome<Address, PortError> {
  const found = routeTowards(destination, undefined, undefined);
  return found.ok ? success(found.value.source) : found;
}
