/**
 * Thousands of connections from as many addresses and ports, each one datagram or one SYN, as frames from the client's
 * interface: a socket for each would cost more than what is measured.
 */
import { readFileSync } from 'node:fs';
import { addressBytes } from '../../../src/base/address.ts';
import { allocate, bind, close, send } from '../../../src/linux/ffi.ts';
import { AF_PACKET, openRaw } from '../../../src/linux/socket.ts';
import { address } from '../../contract/words.ts';
import type { Host } from '../../lab/host.ts';
import { inside } from './scene.ts';

export interface Volley {
  readonly from: Host;
  /** Whose link-layer address the frames go to. */
  readonly to: Host;
  readonly destination: string;
  readonly port: number;
  readonly count: number;
  /** Clients: each sends `count / clients` datagrams, from a port of its own each. */
  readonly clients: number;
  /** Of a client's first datagram; each further one has the next. */
  readonly firstPort: number;
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const UDP = 17;
const ETHERNET = 14;

const BURST = 64;
/** Of 1,000 that a processor's queue holds by default. */
const FEW_WAITING = 200;
const clock = new Int32Array(new SharedArrayBuffer(4));

/** On a busy machine the kernel puts frames off, and drops them when too many wait. */
function waitForKernel(): void {
  const isBehind = () =>
    readFileSync('/proc/net/softnet_stat', 'utf8')
      .trim()
      .split('\n')
      .some((line) => Number.parseInt(line.split(' ')[11] ?? '0', 16) > FEW_WAITING);
  while (isBehind()) Atomics.wait(clock, 0, 0, 1);
}

/** One UDP datagram for each connection; returns when the kernel has taken all of them. */
export function fire(volley: Volley): void {
  inside(volley.from, () => {
    const fd = openPacket();
    const frame = frameOf(volley);
    const six = volley.destination.includes(':');
    for (let index = 0; index < volley.count; index += 1) {
      const port = volley.firstPort + Math.floor(index / volley.clients);
      aim(frame, { six, client: index % volley.clients, port });
      if (index % BURST === 0) waitForKernel();
      while (send(fd, frame.address, frame.length, 0) < 0);
    }
    close(fd);
  });
}

interface Shot {
  readonly view: DataView;
  readonly address: number;
  readonly length: number;
}

function frameOf({ from, to, destination, port }: Volley): Shot {
  const target = addressBytes(address(destination));
  const six = target.length === 16;
  const header = six ? 40 : 20;
  const memory = allocate(ETHERNET + header + 8);
  const { view, bytes } = memory;
  const macs = [to.mac, from.mac].flatMap((mac) =>
    mac.split(':').map((part) => Number(`0x${part}`)),
  );
  bytes.set(macs);
  view.setUint16(12, six ? IPV6 : IPV4);
  if (six) {
    view.setUint32(ETHERNET, 0x6000_0000);
    view.setUint16(ETHERNET + 4, 8);
    view.setUint16(ETHERNET + 6, (UDP << 8) | 64);
    bytes.set(addressBytes(address('fd00:12::')), ETHERNET + 8);
    bytes.set(target, ETHERNET + 24);
  } else {
    view.setUint16(ETHERNET, 0x4500);
    view.setUint16(ETHERNET + 2, 28);
    view.setUint16(ETHERNET + 8, (64 << 8) | UDP);
    bytes.set(addressBytes(address('10.64.0.0')), ETHERNET + 12);
    bytes.set(target, ETHERNET + 16);
  }
  view.setUint16(ETHERNET + header + 2, port);
  view.setUint16(ETHERNET + header + 4, 8);
  return { view, address: memory.address, length: ETHERNET + header + 8 };
}

/** The source: 10.64.0.0/10 or fd00:12::/64, and its port. IPv4 takes a UDP checksum of 0 for none. */
function aim(
  { view }: Shot,
  { six, client, port }: { readonly six: boolean; readonly client: number; readonly port: number },
): void {
  const header = six ? 40 : 20;
  const transport = ETHERNET + header;
  view.setUint16(transport, port);
  if (six) {
    view.setUint32(ETHERNET + 20, client + 1);
    view.setUint16(transport + 6, 0);
    // Both addresses, the length, the protocol, and the datagram itself.
    view.setUint16(transport + 6, sum(view, ETHERNET + 8, 40, 8 + UDP));
  } else {
    view.setUint32(ETHERNET + 12, 0x0a40_0000 + client + 1);
    view.setUint16(ETHERNET + 10, 0);
    view.setUint16(ETHERNET + 10, sum(view, ETHERNET, 20, 0));
  }
}

/** The Internet checksum. */
function sum(view: DataView, at: number, length: number, start: number): number {
  let total = start;
  for (let offset = 0; offset < length; offset += 2) total += view.getUint16(at + offset);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total ^ 0xffff;
}

function openPacket(): number {
  const opened = openRaw(AF_PACKET, 0);
  if (!opened.ok) throw new Error(`no packet socket: ${opened.error.code}`);
  const name = allocate(20);
  name.view.setUint16(0, AF_PACKET, true);
  name.view.setInt32(4, linkOf(), true);
  if (bind(opened.value, name.address, 20) < 0) throw new Error('eth0 cannot be bound to');
  return opened.value;
}

/** From /proc, which shows the namespace of the thread; /sys shows the one that it was mounted in. */
function linkOf(): number {
  const lines = readFileSync('/proc/thread-self/net/if_inet6', 'utf8').split('\n');
  const [, index] = lines.find((line) => line.endsWith(' eth0'))?.split(/\s+/) ?? [];
  return Number.parseInt(index ?? '0', 16);
}
