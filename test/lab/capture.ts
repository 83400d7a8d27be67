/** Every frame of a laboratory's bridge, as it passes, with the kernel's own time stamps. */

import type { Lab } from './lab.ts';
import {
  type Advertisement,
  type Announcement,
  type Control,
  type Packet,
  readPacket,
} from './packet.ts';
import { stop, type Task } from './task.ts';
import { until } from './until.ts';

export type Seen<Kind extends Packet = Packet> = Kind & {
  /** Microseconds since 1970, from the kernel. */
  readonly at: number;
};

export interface Capture {
  /** In order of arrival. */
  readonly packets: () => readonly Seen[];
  readonly advertisements: () => readonly Seen<Advertisement>[];
  readonly announcements: () => readonly Seen<Announcement>[];
  readonly controls: () => readonly Seen<Control>[];
  /** Every frame, up to 512 bytes of it. */
  readonly frames: () => readonly Buffer[];
  /** The recording in pcap's format, for other readers. */
  readonly recording: () => Buffer;
  readonly onPacket: (listener: (packet: Seen) => void) => void;
  readonly close: () => Promise<void>;
}

const fileHeader = 24;
const recordHeader = 16;

/** Needs tcpdump. Resolves when frames are being recorded. */
export async function capture(
  lab: Lab,
  filter = 'vrrp or ah or arp or icmp6 or ip6 proto 112',
): Promise<Capture> {
  // Bursts of hundreds of small frames must fit.
  const room = ['-s', '512', '-B', '16384'];
  const words = ['-i', 'br0', '-n', '-U', '--immediate-mode', ...room, '-w', '-', filter];
  const task: Task = lab.startOnWire('tcpdump', words, { name: 'tcpdump', binary: true });
  const chunks: Buffer[] = [];
  const packets: Seen[] = [];
  const frames: Buffer[] = [];
  const listeners: ((packet: Seen) => void)[] = [];
  let pending = Buffer.alloc(0);
  let headed = false;
  task.child.stdout?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    pending = Buffer.concat([pending, chunk]);
    if (!headed && pending.length >= fileHeader) {
      headed = true;
      pending = pending.subarray(fileHeader);
    }
    while (headed && pending.length >= recordHeader) {
      const end = recordHeader + pending.readUInt32LE(8);
      if (pending.length < end) break;
      const at = pending.readUInt32LE(0) * 1_000_000 + pending.readUInt32LE(4);
      const frame = pending.subarray(recordHeader, end);
      const packet = readPacket(frame);
      frames.push(frame);
      pending = pending.subarray(end);
      if (packet === undefined) continue;
      const seen = { ...packet, at };
      packets.push(seen);
      for (const listener of listeners) listener(seen);
    }
  });
  await until('tcpdump listens on the bridge', 30_000, () => {
    if (task.ended()) throw new Error(`tcpdump ended: ${task.log()}`);
    return headed && task.log().includes('listening on') ? true : undefined;
  });
  return {
    packets: () => packets,
    advertisements: () => packets.filter((packet) => packet.kind === 'advertisement'),
    announcements: () => packets.filter((packet) => packet.kind === 'announcement'),
    controls: () => packets.filter((packet) => packet.kind === 'control'),
    frames: () => frames,
    recording: () => Buffer.concat(chunks),
    onPacket: (listener) => {
      listeners.push(listener);
    },
    close: async () => {
      await stop(task);
    },
  };
}
