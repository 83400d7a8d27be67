/** A second opinion on our frames: Wireshark's. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../lab/command.ts';

export interface Opinion {
  /** VRRP messages it understood, of all senders. */
  readonly messages: number;
  /** One line for each frame of `senders` that it finds fault with. */
  readonly complaints: readonly string[];
}

const pcapHeader = 24;

/** Checks every checksum it knows. Malformed frames, wrong checksums and all expert remarks count. */
export async function dissect(
  recordings: readonly Buffer[],
  senders: readonly string[],
): Promise<Opinion> {
  const folder = mkdtempSync(join(tmpdir(), 'hflab-dissect-'));
  try {
    const file = join(folder, 'all.pcap');
    const [first, ...rest] = recordings;
    if (first === undefined) return { messages: 0, complaints: [] };
    writeFileSync(file, Buffer.concat([first, ...rest.map((one) => one.subarray(pcapHeader))]));
    const ours = senders.map((mac) => `eth.src == ${mac}`).join(' || ');
    const faults = [
      '_ws.malformed',
      '_ws.expert.severity >= 0x400000',
      'ip.checksum.status == "Bad"',
      'icmpv6.checksum.status == "Bad"',
      'vrrp.checksum.status == "Bad"',
    ];
    const all = await tshark(file, `vrrp && (${ours})`);
    const bad = await tshark(
      file,
      `(${ours}) && (vrrp || arp || icmpv6) && (${faults.join(' || ')})`,
    );
    return { messages: all.length, complaints: bad };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tshark(file: string, filter: string): Promise<readonly string[]> {
  // An address that moves looks like two hosts with one address, which is what it is for.
  const preferences = ['-o', 'ip.check_checksum:TRUE', '-o', 'arp.detect_duplicate_ips:FALSE'];
  return (await command('tshark', ['-n', '-r', file, ...preferences, '-Y', filter]))
    .split('\n')
    .filter((line) => line !== '');
}
