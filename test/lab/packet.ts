/**
 * What the judge of a laboratory reads from a frame. Written apart from `src/wire` on purpose: a mistake
 * there must not be able to agree with itself here.
 */

export interface Advertisement {
  readonly kind: 'advertisement';
  readonly version: number;
  readonly family: 4 | 6;
  readonly source: string;
  readonly destination: string;
  readonly hopLimit: number;
  readonly routerId: number;
  readonly priority: number;
  /** Milliseconds. */
  readonly interval: number;
}

/** A gratuitous ARP, or a neighbour advertisement that nobody asked for. */
export interface Announcement {
  readonly kind: 'announcement';
  readonly family: 4 | 6;
  readonly address: string;
  readonly mac: string;
}

/** A BFD control packet, to port 3784 or 4784. */
export interface Control {
  readonly kind: 'control';
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly hopLimit: number;
  /** 0 admin-down, 1 down, 2 init, 3 up. */
  readonly state: number;
  readonly poll: boolean;
  readonly mine: number;
  readonly yours: number;
  /** Microseconds. */
  readonly transmit: number;
}

export type Packet = Advertisement | Announcement | Control;

const ipv4Type = 0x0800;
const arpType = 0x0806;
const ipv6Type = 0x86dd;
const vrrpProtocol = 112;
const ahProtocol = 51;
const ahLength = 24;
const udpProtocol = 17;
const bfdPorts = [3784, 4784];
const icmp6Protocol = 58;
const neighbourAdvertisement = 136;

/** Undefined for whatever is of no interest here. */
export function readPacket(frame: Buffer): Packet | undefined {
  if (frame.length < 14) return undefined;
  const type = frame.readUInt16BE(12);
  const body = frame.subarray(14);
  if (type === arpType) return readArp(body);
  if (type === ipv4Type && body.length >= 20) return readIpv4(body);
  if (type === ipv6Type && body.length >= 40) return readIpv6(frame.subarray(6, 12), body);
  return undefined;
}

function readArp(body: Buffer): Announcement | undefined {
  if (body.length < 28) return undefined;
  const sender = ipv4(body.subarray(14, 18));
  if (sender !== ipv4(body.subarray(24, 28))) return undefined;
  return { kind: 'announcement', family: 4, address: sender, mac: mac(body.subarray(8, 14)) };
}

function readIpv4(body: Buffer): Packet | undefined {
  const protocol = body.readUInt8(9);
  const start = (body.readUInt8(0) & 15) * 4;
  const message = body.subarray(start, body.readUInt16BE(2));
  const from = {
    source: ipv4(body.subarray(12, 16)),
    destination: ipv4(body.subarray(16, 20)),
    hopLimit: body.readUInt8(8),
  };
  if (protocol === udpProtocol) return readBfd(message, from);
  if (protocol === ahProtocol) return readVrrp(message.subarray(ahLength), { family: 4, ...from });
  return protocol === vrrpProtocol ? readVrrp(message, { family: 4, ...from }) : undefined;
}

function readIpv6(sender: Buffer, body: Buffer): Packet | undefined {
  const payload = body.subarray(40);
  const next = body.readUInt8(6);
  const from = {
    source: ipv6(body.subarray(8, 24)),
    destination: ipv6(body.subarray(24, 40)),
    hopLimit: body.readUInt8(7),
  };
  if (next === udpProtocol) return readBfd(payload, from);
  if (next === vrrpProtocol) return readVrrp(payload, { family: 6, ...from });
  if (next !== icmp6Protocol || payload.length < 24) return undefined;
  if (payload.readUInt8(0) !== neighbourAdvertisement) return undefined;
  const solicited = (payload.readUInt8(4) & 0x40) !== 0;
  if (solicited) return undefined;
  const address = ipv6(payload.subarray(8, 24));
  return { kind: 'announcement', family: 6, address, mac: mac(sender) };
}

function readVrrp(
  message: Buffer,
  from: Pick<Advertisement, 'family' | 'source' | 'destination' | 'hopLimit'>,
): Advertisement | undefined {
  if (message.length < 8) return undefined;
  const version = message.readUInt8(0) >> 4;
  const interval =
    version === 2 ? message.readUInt8(5) * 1000 : (message.readUInt16BE(4) & 4095) * 10;
  return {
    kind: 'advertisement',
    ...from,
    version,
    routerId: message.readUInt8(1),
    priority: message.readUInt8(2),
    interval,
  };
}

function readBfd(
  datagram: Buffer,
  from: Pick<Control, 'source' | 'destination' | 'hopLimit'>,
): Control | undefined {
  if (datagram.length < 32) return undefined;
  const port = datagram.readUInt16BE(2);
  if (!bfdPorts.includes(port)) return undefined;
  const flags = datagram.readUInt8(9);
  return {
    kind: 'control',
    ...from,
    port,
    state: flags >> 6,
    poll: (flags & 0x20) !== 0,
    mine: datagram.readUInt32BE(12),
    yours: datagram.readUInt32BE(16),
    transmit: datagram.readUInt32BE(20),
  };
}

function ipv4(bytes: Buffer): string {
  return [...bytes].join('.');
}

function mac(bytes: Buffer): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** The form of RFC 5952: as short as it can be. */
function ipv6(bytes: Buffer): string {
  const groups = [0, 2, 4, 6, 8, 10, 12, 14].map((at) => bytes.readUInt16BE(at).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
