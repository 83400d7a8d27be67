/**
 * One raw socket of protocol 112, or 51 for authentication headers, for each interface and family: what it has joined and
 * what it lets through.
 */
import { type Address, type Family, writeAddress } from '../../base/address.ts';
import type { Instant } from '../../base/units.ts';
import type { Endpoint, LinkIndex, PortError } from '../../ports.ts';
import { PROTOCOL_AH, PROTOCOL_VRRP } from '../../wire/ip.ts';
import { allocate, close, receive } from '../ffi.ts';
import {
  AF_INET,
  AF_INET6,
  bindToLink,
  growReceiveBuffer,
  openRaw,
  prepare,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  setOption,
  setOptionBytes,
  sizeReceiveBuffer,
} from '../socket.ts';
import { admit } from './packet-filter.ts';

const SO_TIMESTAMPNS = 35;
const IP_PKTINFO = 8;
const IP_ADD_MEMBERSHIP = 35;
const IP_DROP_MEMBERSHIP = 36;
const IP_MULTICAST_ALL = 49;
const IPV6_JOIN_GROUP = 20;
const IPV6_LEAVE_GROUP = 21;
const IPV6_MULTICAST_ALL = 29;
const IPV6_RECVPKTINFO = 49;
const IPV6_RECVHOPLIMIT = 51;

export interface ReceiveSocket {
  readonly link: LinkIndex;
  readonly family: Family;
  /** It hears authentication headers instead. */
  readonly ah: boolean;
  readonly fd: number;
  readonly groups: Set<Address>;
  /** Whether datagrams addressed to the host itself are wanted here. */
  unicast: boolean;
  receiveBuffer: number | undefined;
  receiveRoom: number;
  /** What the socket holds has arrived since: it was seen empty then, or gave its last datagram of then. */
  quietUntil: Instant;
}

/** The socket without any membership; multicast of groups that others joined does not reach it. */
export function openReceiveSocket(
  { link, family, ah = false }: Pick<Endpoint, 'link' | 'family' | 'ah'>,
  now: Instant,
): ReceiveSocket | PortError {
  const protocol = ah ? PROTOCOL_AH : PROTOCOL_VRRP;
  const opened = openRaw(family === 'ipv4' ? AF_INET : AF_INET6, protocol);
  if (!opened.ok) return opened.error;
  const fd = opened.value;
  const prepared = prepare(fd, [
    // Until it is bound, a raw socket hears every interface.
    () => admit(fd, family, { multicast: false, unicast: false }),
    () => (link === 0 ? undefined : bindToLink(fd, link)),
    () => setOption(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1),
    ...(family === 'ipv4'
      ? [
          () => setOption(fd, SOL_IP, IP_MULTICAST_ALL, 0),
          () => setOption(fd, SOL_IP, IP_PKTINFO, 1),
        ]
      : [
          () => setOption(fd, SOL_IPV6, IPV6_MULTICAST_ALL, 0),
          () => setOption(fd, SOL_IPV6, IPV6_RECVPKTINFO, 1),
          () => setOption(fd, SOL_IPV6, IPV6_RECVHOPLIMIT, 1),
        ]),
  ]);
  if (!prepared.ok) return prepared.error;
  discardEarly(fd);
  return {
    link,
    family,
    ah,
    fd,
    groups: new Set(),
    unicast: false,
    receiveBuffer: undefined,
    receiveRoom: 0,
    quietUntil: now,
  };
}

const scratch = allocate(64);
const MSG_DONTWAIT = 0x40;
/** More than a socket can have got between two system calls. */
const EARLY = 1_000;

/** What came in between the making of the socket and its filter may be of any interface. */
function discardEarly(fd: number): void {
  for (let count = 0; count < EARLY; count += 1) {
    if (receive(fd, scratch.address, 64, MSG_DONTWAIT) < 0) return;
  }
}

/** What the kernel counts a small datagram as, with all that it keeps about it, at most. */
const CHARGE = 1_280;

/** Makes the socket serve one more endpoint of its interface and family. */
export function serve(socket: ReceiveSocket, endpoint: Endpoint): PortError | undefined {
  const { receiveBuffer, receiveRoom = 0, group } = endpoint;
  if (receiveBuffer !== undefined && receiveBuffer > (socket.receiveBuffer ?? 0)) {
    sizeReceiveBuffer(socket.fd, receiveBuffer);
    socket.receiveBuffer = receiveBuffer;
  }
  if (socket.receiveBuffer === undefined && receiveRoom > socket.receiveRoom) {
    growReceiveBuffer(socket.fd, receiveRoom * CHARGE);
    socket.receiveRoom = receiveRoom;
  }
  if (group === undefined) {
    if (socket.unicast) return undefined;
    socket.unicast = true;
    return filter(socket);
  }
  if (socket.groups.has(group)) return undefined;
  const error = changeMembership(socket, group, 'join');
  if (error !== undefined) return error;
  socket.groups.add(group);
  return filter(socket);
}

/** Leaves what the endpoints do not want any more. */
export function release(socket: ReceiveSocket, wanted: readonly Endpoint[]): void {
  const unicast = wanted.some((endpoint) => endpoint.group === undefined);
  const left = [...socket.groups].filter(
    (group) => !wanted.some((endpoint) => endpoint.group === group),
  );
  if (unicast === socket.unicast && left.length === 0) return;
  socket.unicast = unicast;
  for (const group of left) {
    changeMembership(socket, group, 'leave');
    socket.groups.delete(group);
  }
  filter(socket);
}

function filter(socket: ReceiveSocket): PortError | undefined {
  const { fd, family, groups, unicast } = socket;
  return admit(fd, family, { multicast: groups.size > 0, unicast });
}

export function closeReceiveSocket(socket: ReceiveSocket): void {
  close(socket.fd);
}

const request = allocate(24);

function changeMembership(
  socket: ReceiveSocket,
  group: Address,
  change: 'join' | 'leave',
): PortError | undefined {
  const { bytes, view } = request;
  bytes.fill(0);
  writeAddress(bytes, 0, group);
  if (socket.family === 'ipv4') {
    // struct ip_mreqn: group, local address, interface.
    view.setInt32(8, socket.link, true);
    const option = change === 'join' ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP;
    return setOptionBytes(socket.fd, [SOL_IP, option], request, 12);
  }
  // struct ipv6_mreq: group, interface.
  view.setInt32(16, socket.link, true);
  const option = change === 'join' ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP;
  return setOptionBytes(socket.fd, [SOL_IPV6, option], request, 20);
}
