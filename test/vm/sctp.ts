/** Sockets of SCTP. Node knows none, but takes them as descriptors: they accept, read and write as those of TCP do. */
import {
  allocate,
  bind,
  close,
  connect,
  lastErrno,
  type Memory,
  portError,
  setsockopt,
  socket,
} from '../../src/linux/ffi.ts';

const AF_INET = 2;
const SOCK_STREAM = 1;
const IPPROTO_SCTP = 132;
const SOL_SOCKET = 1;
const SO_SNDTIMEO = 21;
const SOCKADDR_IN = 16;
const PATIENCE_SECONDS = 2n;

/** A descriptor to listen on. */
export function boundSctp(port: number): number {
  const fd = open();
  if (bind(fd, placeOf('0.0.0.0', port).address, SOCKADDR_IN) < 0) throw refused(fd);
  return fd;
}

/** A descriptor whose association is there. */
export function connectedSctp(address: string, port: number): number {
  const fd = open();
  const patience = allocate(16);
  patience.view.setBigInt64(0, PATIENCE_SECONDS, true);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, patience.address, 16);
  if (connect(fd, placeOf(address, port).address, SOCKADDR_IN) < 0) throw refused(fd);
  return fd;
}

function open(): number {
  const fd = socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP);
  if (fd < 0) throw new Error(`no socket of SCTP: ${portError(lastErrno()).code}`);
  return fd;
}

function placeOf(address: string, port: number): Memory {
  const place = allocate(SOCKADDR_IN);
  place.view.setUint16(0, AF_INET, true);
  place.view.setUint16(2, port);
  place.bytes.set(address.split('.').map(Number), 4);
  return place;
}

function refused(fd: number): Error {
  const { code } = portError(lastErrno());
  close(fd);
  return new Error(code);
}
