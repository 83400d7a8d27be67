/** One ICMP echo request and its reply, over a raw socket of its own. */
import { type Address, familyOf, writeAddress } from '../../base/address.ts';
import { decodeEchoReply, encodeEchoRequest } from '../../wire/icmp.ts';
import {
  allocate,
  close,
  connect,
  lastErrno,
  portError,
  receive,
  send,
  watchReadable,
} from '../ffi.ts';
import { AF_INET, AF_INET6, openRaw } from '../socket.ts';

const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;
const MSG_DONTWAIT = 0x40;
const SOCKADDR_IN = 16;
const SOCKADDR_IN6 = 28;
const READ_BYTES = 2_048;

let sequence = 0;

/**
 * Calls `done` once when `address` has answered, or at once with the error code when it cannot be asked. The result
 * gives up; who never gives up waits for ever.
 */
export function ping(address: Address, done: (error: string | undefined) => void): () => void {
  const family = familyOf(address);
  const isIpv4 = family === 'ipv4';
  const opened = openRaw(isIpv4 ? AF_INET : AF_INET6, isIpv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
  if (!opened.ok) {
    setImmediate(done, opened.error.code);
    return () => undefined;
  }
  const fd = opened.value;
  sequence = (sequence + 1) & 0xffff;
  const echo = { identifier: process.pid & 0xffff, sequence };
  const failed = sendTo(fd, address, encodeEchoRequest(family, echo));
  if (failed !== undefined) {
    close(fd);
    setImmediate(done, failed);
    return () => undefined;
  }
  const incoming = allocate(READ_BYTES);
  const watch = watchReadable(fd, () => {
    const length = receive(fd, incoming.address, READ_BYTES, MSG_DONTWAIT);
    if (length < 0) return;
    const reply = decodeEchoReply(family, incoming.bytes.subarray(0, length));
    if (reply?.identifier !== echo.identifier || reply.sequence !== echo.sequence) return;
    end();
    done(undefined);
  });
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    watch.close();
    close(fd);
  };
  return end;
}

/** A connected raw socket hears its peer alone. */
function sendTo(fd: number, address: Address, message: Uint8Array): string | undefined {
  const isIpv4 = familyOf(address) === 'ipv4';
  const name = allocate(SOCKADDR_IN6);
  name.view.setUint16(0, isIpv4 ? AF_INET : AF_INET6, true);
  writeAddress(name.bytes, isIpv4 ? 4 : 8, address);
  const outgoing = allocate(message.length);
  outgoing.bytes.set(message);
  const isSent =
    connect(fd, name.address, isIpv4 ? SOCKADDR_IN : SOCKADDR_IN6) === 0 &&
    send(fd, outgoing.address, message.length, MSG_DONTWAIT) >= 0;
  return isSent ? undefined : portError(lastErrno()).code;
}
