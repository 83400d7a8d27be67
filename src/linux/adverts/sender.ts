/**
 * Sends datagrams of protocol 112 with IP headers of our own, on one raw socket for each interface and family.
 *
 * With a header of our own (IP_HDRINCL, which IPPROTO_RAW implies) the source needs not to be there yet, and no
 * control message is parsed for a burst. One socket for all interfaces would save little, and an interface whose queue
 * is stuck would fill the send buffer that the others need.
 */
import { addressLength, type Family, familyOf } from '../../base/address.ts';
import type { Outcome } from '../../base/outcome.ts';
import type { Datagram, LinkIndex, PortError } from '../../ports.ts';
import { PROTOCOL_AH, PROTOCOL_VRRP } from '../../wire/ip.ts';
import { HEADER_LENGTH, NAME_LENGTH, writeIpHeader } from '../datagrams/ip-header.ts';
import { type SendFailure, SendVector } from '../datagrams/send-vector.ts';
import { allocate, bind, close, errnoOf, portError } from '../ffi.ts';
import {
  AF_INET,
  AF_INET6,
  bindToLink,
  openRaw,
  prepare,
  prioritise,
  SOL_IP,
  SOL_IPV6,
  setOption,
  sizeSendBuffer,
} from '../socket.ts';

const IPPROTO_RAW = 255;
const IP_MULTICAST_LOOP = 34;
const IPV6_MULTICAST_LOOP = 19;
const IPV6_FREEBIND = 78;
/** Room for some thousand advertisements of 768 bytes, which is what a small one counts as. */
const SEND_BUFFER = 2 * 1024 * 1024;

interface Outlet {
  readonly link: LinkIndex;
  readonly family: Family;
  readonly fd: number;
}

type Burst = { readonly outlet: Outlet; readonly indices: number[] };

export class AdvertSender {
  readonly #outlets = new Map<number, Outlet>();
  readonly #vector: SendVector;

  constructor(isRehearsal = false) {
    this.#vector = new SendVector(isRehearsal);
  }

  /** In order on each interface. The failed ones by index, in ascending order. */
  transmit(datagrams: readonly Datagram[]): readonly SendFailure[] {
    const failures: SendFailure[] = [];
    for (const burst of this.#bursts(datagrams, failures)) {
      this.#send(burst, datagrams, failures);
    }
    return failures.sort((one, other) => one.index - other.index);
  }

  /**
   * Keeps a socket for each of these interfaces and families, opened now, so that a take-over has not to open it, and
   * closes the others. One that cannot be had is tried again when it is needed.
   */
  retain(places: Iterable<{ readonly link: LinkIndex; readonly family: Family }>): void {
    const wanted = new Set<number>();
    for (const { link, family } of places) {
      const key = outletKey(link, family);
      wanted.add(key);
      this.#outlet(key, link, family);
    }
    for (const [key, outlet] of this.#outlets) {
      if (wanted.has(key)) continue;
      close(outlet.fd);
      this.#outlets.delete(key);
    }
  }

  close(): void {
    this.retain([]);
  }

  #bursts(datagrams: readonly Datagram[], failures: SendFailure[]): Iterable<Burst> {
    const bursts = new Map<number, Burst>();
    for (const [index, datagram] of datagrams.entries()) {
      const family = familyOf(datagram.destination);
      const key = outletKey(datagram.link, family);
      const burst = bursts.get(key);
      if (burst !== undefined) {
        burst.indices.push(index);
        continue;
      }
      const outlet = this.#outlet(key, datagram.link, family);
      if (outlet.ok) bursts.set(key, { outlet: outlet.value, indices: [index] });
      else failures.push({ index, error: outlet.error });
    }
    return bursts.values();
  }

  #outlet(key: number, link: LinkIndex, family: Family): Outcome<Outlet, PortError> {
    const known = this.#outlets.get(key);
    if (known !== undefined) return { ok: true, value: known };
    const opened = openOutlet(link, family);
    if (!opened.ok) return opened;
    const outlet = { link, family, fd: opened.value };
    this.#outlets.set(key, outlet);
    return { ok: true, value: outlet };
  }

  #send(burst: Burst, datagrams: readonly Datagram[], failures: SendFailure[]): void {
    const { fd, family } = burst.outlet;
    const headerLength = HEADER_LENGTH[family];
    for (const index of burst.indices) {
      const datagram = datagrams[index];
      if (datagram === undefined) continue;
      const length = headerLength + datagram.payload.length;
      if (length > 0xffff || addressLength(familyOf(datagram.source)) !== addressLength(family)) {
        failures.push({ index, error: length > 0xffff ? TOO_LONG : WRONG_FAMILY });
        continue;
      }
      if (!this.#vector.fits(length)) this.#vector.flush(fd, failures);
      const at = this.#vector.add(index, length, NAME_LENGTH[family]);
      const protocol = datagram.ah === undefined ? PROTOCOL_VRRP : PROTOCOL_AH;
      writeIpHeader(this.#vector, { at, length, protocol }, datagram);
      this.#vector.bytes.set(datagram.payload, at + headerLength);
    }
    this.#vector.flush(fd, failures);
  }
}

function outletKey(link: LinkIndex, family: Family): number {
  return link * 2 + (family === 'ipv6' ? 1 : 0);
}

const TOO_LONG = portError(errnoOf('EMSGSIZE'));
const WRONG_FAMILY = portError(
  errnoOf('EAFNOSUPPORT'),
  'source and destination are of different families',
);

/** Our own advertisements must not come back: whether they loop is decided by the sending socket. */
function openOutlet(link: LinkIndex, family: Family): Outcome<number, PortError> {
  const opened = openRaw(family === 'ipv4' ? AF_INET : AF_INET6, IPPROTO_RAW);
  if (!opened.ok) return opened;
  const fd = opened.value;
  prioritise(fd);
  sizeSendBuffer(fd, SEND_BUFFER);
  return prepare(fd, [
    () => (link === 0 ? undefined : bindToLink(fd, link)),
    () =>
      family === 'ipv4'
        ? setOption(fd, SOL_IP, IP_MULTICAST_LOOP, 0)
        : setOption(fd, SOL_IPV6, IPV6_MULTICAST_LOOP, 0),
    () => {
      if (family === 'ipv6' && link !== 0) feignSource(fd, link);
      return undefined;
    },
  ]);
}

const name = allocate(NAME_LENGTH.ipv6);

/**
 * The kernel looks for a source even when the header has one, and a device that holds no address while it is not master has
 * none to offer. Kernels before 4.15 cannot be told; there only such a device is the worse for it.
 */
function feignSource(fd: number, link: LinkIndex): void {
  const { bytes, view } = name;
  bytes.fill(0);
  view.setUint32(0, AF_INET6, true);
  bytes.set([0xfe, 0x80], 8);
  bytes[23] = 1;
  view.setUint32(24, link, true);
  if (setOption(fd, SOL_IPV6, IPV6_FREEBIND, 1) === undefined) {
    bind(fd, name.address, NAME_LENGTH.ipv6);
  }
}
