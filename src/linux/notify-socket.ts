/** One datagram to a Unix socket, which Node cannot send: what sd_notify(3) does. */
import type { PortError } from '../ports.ts';
import { allocate, close, connect, lastErrno, portError, send, socket } from './ffi.ts';

const AF_UNIX = 1;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 0o2004002;
const MSG_NOSIGNAL = 0x4000;
/** struct sockaddr_un: the family, then the path. */
const PATH_AT = 2;
const PATH_LENGTH = 108;

/** `path` as in NOTIFY_SOCKET: a leading @ stands for the abstract namespace. */
export function sendToUnixSocket(path: string, text: string): PortError | undefined {
  const name = new TextEncoder().encode(path.startsWith('@') ? `\0${path.slice(1)}` : path);
  if (name.length >= PATH_LENGTH) return portError(ENAMETOOLONG, path);
  const address = allocate(PATH_AT + PATH_LENGTH);
  address.view.setUint16(0, AF_UNIX, true);
  address.bytes.set(name, PATH_AT);
  const content = new TextEncoder().encode(text);
  const message = allocate(content.length);
  message.bytes.set(content);
  const fd = socket(AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
  if (fd < 0) return portError(lastErrno());
  const failed =
    connect(fd, address.address, PATH_AT + name.length) < 0 ||
    send(fd, message.address, content.length, MSG_NOSIGNAL) < 0;
  const error = failed ? portError(lastErrno(), path) : undefined;
  close(fd);
  return error;
}

const ENAMETOOLONG = 36;
