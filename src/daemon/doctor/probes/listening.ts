/**
 * Advertisements that come in while a host is examined, heard twice: by a socket like the daemon's, and on the wire before any
 * packet filter has seen them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Address, addressAt, type Family } from '../../../base/address.ts';
import { byteAt, uint16At } from '../../../base/bytes.ts';
import type { InstanceModel } from '../../../engine/model.ts';
import { linuxClock } from '../../../linux/clock.ts';
import { allocate, bind, close, receive, watchReadable } from '../../../linux/ffi.ts';
import { LinuxNetwork } from '../../../linux/network.ts';
import { AF_PACKET, openRaw } from '../../../linux/socket.ts';
import type { Endpoint, Link, LinkAddress, LinkIndex } from '../../../ports.ts';
import { type HeardAdvertisement, readAdvertisement } from '../heard.ts';

const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd } as const;
const PROTOCOL_VRRP = 112;
const FRAME = 2_048;
const limit = 256;
/** Of a flood; what is wrong with a pair shows in the first few. */
const enough = 4_096;

export interface Listening {
  readonly instances: readonly InstanceModel[];
  readonly links: readonly Link[];
  readonly addresses: readonly LinkAddress[];
  readonly milliseconds: number;
}

export async function listening(options: Listening): Promise<readonly HeardAdvertisement[]> {
  const { links, addresses } = options;
  const own = new Set(addresses.map(({ address }) => address));
  const heard: HeardAdvertisement[] = [];
  const note = (by: 'wire' | 'host', packet: Packet): void => {
    if (own.has(packet.source) || heard.length >= enough) return;
    const wall = linuxClock.wall() / 1_000_000;
    const read = readAdvertisement(packet.payload, packet.family, wall);
    if (read === undefined) return;
    heard.push({ link: packet.link, source: packet.source, by, ...read });
  };
  const endpoints = options.instances.flatMap((each) => endpointOf(each, links));
  const network = new LinuxNetwork({
    clock: linuxClock,
    onReadable: () => {
      for (const { link, source, payload } of network.receive(limit)) {
        const family = source.includes(':') ? 'ipv6' : 'ipv4';
        note('host', { link, source, payload, family });
      }
    },
  });
  network.listen(endpoints);
  const taps = endpoints.flatMap(({ link, family }) => openTap(link, family, note));
  await delay(options.milliseconds);
  for (const closeTap of taps) closeTap();
  network.close();
  return heard;
}

interface Packet {
  readonly link: LinkIndex;
  readonly source: Address;
  readonly family: Family;
  readonly payload: Uint8Array;
}

/** Authentication headers are not read here. */
function endpointOf(instance: InstanceModel, links: readonly Link[]): readonly Endpoint[] {
  const { transport, family, authentication } = instance;
  const link = links.find(({ name }) => name === instance.interface);
  if (link === undefined || authentication.kind === 'ah') return [];
  const group = transport.kind === 'multicast' ? transport.group : undefined;
  return [{ link: link.index, family, group, receiveBuffer: undefined }];
}

type Note = (by: 'wire', packet: Packet) => void;

/** A packet socket sees what comes in before the packet filter does; what goes out it is not shown. */
function openTap(link: LinkIndex, family: Family, note: Note): readonly (() => void)[] {
  const opened = openRaw(AF_PACKET, 0);
  if (!opened.ok) return [];
  const fd = opened.value;
  const name = allocate(20);
  name.view.setUint16(0, AF_PACKET, true);
  name.view.setUint16(2, ETHERTYPE[family], false);
  name.view.setInt32(4, link, true);
  if (bind(fd, name.address, 20) < 0) {
    close(fd);
    return [];
  }
  const frame = allocate(FRAME);
  const watch = watchReadable(fd, () => {
    const length = receive(fd, frame.address, FRAME, 0);
    if (length < 0) return;
    const packet = unwrap(frame.bytes.slice(14, length), family);
    if (packet !== undefined) note('wire', { link, ...packet });
  });
  return [
    () => {
      watch.close();
      close(fd);
    },
  ];
}

function unwrap(packet: Uint8Array, family: Family): Omit<Packet, 'link'> | undefined {
  if (packet.length < (family === 'ipv4' ? 20 : 40)) return undefined;
  if (family === 'ipv6') {
    if (byteAt(packet, 6) !== PROTOCOL_VRRP) return undefined;
    const payload = packet.subarray(40, 40 + uint16At(packet, 4));
    return { source: addressAt(packet, 8, family), family, payload };
  }
  if (byteAt(packet, 9) !== PROTOCOL_VRRP) return undefined;
  const payload = packet.subarray((byteAt(packet, 0) & 15) * 4, uint16At(packet, 2));
  return { source: addressAt(packet, 12, family), family, payload };
}
