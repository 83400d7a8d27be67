/**
 * Advertisements that come in while a host is examined, heard twice: by a socket like the daemon's, and on the wire before any
 * packet filter has seen them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Address, addressAt, type Family } from '../../../base/address.ts';
import { byteAt, uint16At } from '../../../base/bytes.ts';
import type { InstanceModel } from '../../../engine/model.ts';
import { type FrameTap, ofProtocol, openFrameTap } from '../../../linux/adverts/frame-tap.ts';
import { LinuxNetwork } from '../../../linux/adverts/network.ts';
import { linuxClock } from '../../../linux/clock.ts';
import type { Endpoint, Link, LinkAddress, LinkIndex } from '../../../ports.ts';
import { type HeardAdvertisement, readAdvertisement } from '../heard.ts';

const PROTOCOL_VRRP = 112;
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
  for (const tap of taps) tap.close();
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

/** What goes out it is not shown. */
function openTap(link: LinkIndex, family: Family, note: Note): readonly FrameTap[] {
  const tap = openFrameTap({
    ...{ link, family, admitted: ofProtocol(family, PROTOCOL_VRRP) },
    onFrame: (frame) => {
      const packet = unwrap(frame.slice(14), family);
      if (packet !== undefined) note('wire', { link, ...packet });
    },
  });
  return tap === undefined ? [] : [tap];
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
