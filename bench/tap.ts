/**
 * What passed a laboratory's bridge, with the kernel's own receive timestamps. It is written to a file while something
 * is measured and read when nothing is, so that the watcher does not wake up beside the watched.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../test/lab/lab.ts';
import { readPacket } from '../test/lab/packet.ts';
import { stop } from '../test/lab/task.ts';
import { until } from '../test/lab/until.ts';

export interface Sighting {
  /** Microseconds since 1970. */
  readonly at: number;
  /** The sender's link-layer address. */
  readonly mac: string;
  /** `mark` is a UDP datagram, which the bench itself sends to mark a moment. */
  readonly kind: 'advertisement' | 'announcement' | 'reply' | 'mark';
  /** Of an advertisement; 0 else. */
  readonly priority: number;
  /** Of an announcement; empty else. */
  readonly address: string;
}

export interface Tap {
  /** Ends the recording and reads it. */
  readonly close: () => Promise<readonly Sighting[]>;
}

const FILTER = 'vrrp or arp or (icmp and icmp[0] = 0) or udp';
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ICMP = 1;
const UDP = 17;

export async function openTap(lab: Lab): Promise<Tap> {
  const directory = lab.hosts[0]?.directory ?? '';
  const file = join(directory, 'bridge.pcap');
  const words = ['-i', 'br0', '-n', '-s', '128', '-B', '8192', '-Z', 'root', '-w', file, FILTER];
  const task = lab.startOnWire('tcpdump', words, { name: 'tcpdump' });
  await until('tcpdump listens on the bridge', 10_000, () => {
    if (task.ended()) throw new Error(`tcpdump ended: ${task.log()}`);
    return task.log().includes('listening on') ? true : undefined;
  });
  return {
    close: async () => {
      await stop(task);
      const lost = /(\d+) packets? dropped by kernel/.exec(task.log())?.[1];
      if (lost !== '0') throw new Error(`the recording has holes: ${task.log()}`);
      return readRecording(readFileSync(file));
    },
  };
}

function readRecording(bytes: Buffer): readonly Sighting[] {
  const sightings: Sighting[] = [];
  let at = FILE_HEADER;
  while (at + RECORD_HEADER <= bytes.length) {
    const end = at + RECORD_HEADER + bytes.readUInt32LE(at + 8);
    if (end > bytes.length) break;
    const time = bytes.readUInt32LE(at) * 1_000_000 + bytes.readUInt32LE(at + 4);
    const sighting = readFrame(bytes.subarray(at + RECORD_HEADER, end), time);
    if (sighting !== undefined) sightings.push(sighting);
    at = end;
  }
  return sightings.sort((one, other) => one.at - other.at);
}

function readFrame(frame: Buffer, at: number): Sighting | undefined {
  const mac = frame.toString('hex', 6, 12).replace(/(..)(?=.)/g, '$1:');
  const packet = readPacket(frame);
  if (packet?.kind === 'advertisement') {
    return { at, mac, kind: 'advertisement', priority: packet.priority, address: '' };
  }
  if (packet?.kind === 'announcement') {
    return { at, mac, kind: 'announcement', priority: 0, address: packet.address };
  }
  if (frame.length < 34 || frame.readUInt16BE(12) !== 0x0800) return undefined;
  const protocol = frame.readUInt8(23);
  if (protocol === ICMP) return { at, mac, kind: 'reply', priority: 0, address: '' };
  if (protocol === UDP) return { at, mac, kind: 'mark', priority: 0, address: '' };
  return undefined;
}
