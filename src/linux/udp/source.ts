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
  lastErrno,
  portError,
  socket,
} from '../ffi.ts';
import { AF_INET, AF_INET6 } from '../socket.ts';

const SOCK_DGRAM_CLOEXEC = 0o2000002;
/** Any port will do: nothing is sent. */
const DISCARD = 9;

const name = allocate(64);
const LENGTH_AT = 32;

/** Where an address stands in struct sockaddr_in and sockaddr_in6. */
const ADDRESS_AT = { ipv4: 4, ipv6: 8 } as const;
const NAME_LENGTH = { ipv4: 16, ipv6: 28 } as const;

/** Asks the kernel: whether `source` is an address of this host, or which one routing chooses. */
export function sourceTowards(
  destination: Address,
  source: Address | undefined,
): Outcome<Address, PortError> {
  const family = familyOf(destination);
  const fd = socket(family === 'ipv4' ? AF_INET : AF_INET6, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) return failure(portError(lastErrno()));
  try {
    const length = NAME_LENGTH[family];
    if (source !== undefined && bind(fd, writeName(source, 0), length) < 0) {
      return failure(portError(lastErrno()));
    }
    if (connect(fd, writeName(destination, DISCARD), length) < 0) {
      return failure(portError(lastErrno()));
    }
    name.view.setUint32(LENGTH_AT, length, true);
    if (getsockname(fd, name.address, name.address + LENGTH_AT) < 0) {
      return failure(portError(lastErrno()));
    }
    return success(addressAt(name.bytes, ADDRESS_AT[family], family));
  } finally {
    close(fd);
  }
}

function writeName(address: Address, port: number): number {
  const family = familyOf(address);
  name.bytes.fill(0);
  name.view.setUint16(0, family === 'ipv4' ? AF_INET : AF_INET6, true);
  name.view.setUint16(2, port);
  writeAddress(name.bytes, ADDRESS_AT[family], address);
  return name.address;
}
