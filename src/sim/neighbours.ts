/**
 * What the others on a segment believe after having heard gratuitous ARP and neighbour advertisements: which
 * hardware address an address has, and (the switch) behind which host a hardware address is. An address that
 * moved without its traffic shows here.
 */
import { type Address, addressFromBytes, type Mac, macFromBytes } from '../base/address.ts';

export interface Neighbours {
  hear(from: number, frame: Uint8Array): void;
  /** The host to which traffic for this address goes; undefined as long as nobody announced it. */
  hostFor(address: Address): number | undefined;
  /** How many announcements were heard that could not be read. */
  readonly unreadable: () => number;
}

export interface Announcement {
  readonly address: Address;
  readonly mac: Mac;
  /** The frame's own source: what a switch learns from. */
  readonly sender: Mac;
}

export function createNeighbours(): Neighbours {
  const cache = new Map<Address, Mac>();
  const ports = new Map<Mac, number>();
  let unreadable = 0;
  return {
    hear: (from, frame) => {
      const heard = readAnnouncement(frame);
      if (heard === undefined) {
        unreadable += 1;
        return;
      }
      ports.set(heard.sender, from);
      cache.set(heard.address, heard.mac);
    },
    hostFor: (address) => {
      const mac = cache.get(address);
      return mac === undefined ? undefined : ports.get(mac);
    },
    unreadable: () => unreadable,
  };
}

const ETHERNET = 14;

/** Reads a gratuitous ARP (RFC 826, RFC 5227) or an unsolicited neighbour advertisement (RFC 4861 4.4). */
export function readAnnouncement(frame: Uint8Array): Announcement | undefined {
  const sender = macFromBytes(frame.subarray(6, 12));
  const type = (frame[12] ?? 0) * 256 + (frame[13] ?? 0);
  const read = type === 0x0806 ? readArp(frame.subarray(ETHERNET)) : undefined;
  const found = type === 0x86dd ? readAdvertisement(frame.subarray(ETHERNET)) : read;
  return sender === undefined || found === undefined ? undefined : { ...found, sender };
}

function readArp(arp: Uint8Array): { address: Address; mac: Mac } | undefined {
  const address = addressFromBytes(arp.subarray(14, 18));
  const target = addressFromBytes(arp.subarray(24, 28));
  const mac = macFromBytes(arp.subarray(8, 14));
  if (address === undefined || mac === undefined || target !== address) return undefined;
  return { address, mac };
}

/** The override flag must be set, or nobody replaces what they had. */
function readAdvertisement(packet: Uint8Array): { address: Address; mac: Mac } | undefined {
  const icmp = packet.subarray(40);
  const overrides = ((icmp[4] ?? 0) & 0x20) !== 0;
  if (packet[6] !== 58 || packet[7] !== 255 || icmp[0] !== 136 || !overrides) return undefined;
  const address = addressFromBytes(icmp.subarray(8, 24));
  if (address === undefined || icmp[24] !== 2 || icmp[25] !== 1) return undefined;
  const mac = macFromBytes(icmp.subarray(26, 32));
  return mac === undefined ? undefined : { address, mac };
}
