/** The contracts of the ports against the simulated world. */
import {
  type Address,
  type Ipv4,
  type Ipv6,
  parseAddress,
  parseMac,
} from '../../src/base/address.ts';
import { createRandom } from '../../src/base/random.ts';
import { type Instant, microseconds } from '../../src/base/units.ts';
import type { Link, LinkIndex, WantedAddress } from '../../src/ports.ts';
import { createClock } from '../../src/sim/clock.ts';
import { createKernel, type HostKernel } from '../../src/sim/kernel.ts';
import { createKernelPort } from '../../src/sim/kernel-port.ts';
import { createFabric, type Fabric } from '../../src/sim/network.ts';
import { createQueue, type Queue } from '../../src/sim/queue.ts';
import { createSocket } from '../../src/sim/socket.ts';
import { type KernelHost, kernelContract, type Meddling } from './kernel.ts';
import { networkContract, type Segment, type SegmentHost } from './network.ts';

const LINK = 2 as LinkIndex;
const SOMEBODY = { portId: 4_242, protocol: 0 };

networkContract('simulated', async () => openSegment());
kernelContract('simulated', async () => openHost());

/** Runs the world on until `isEnough` says so, at most for five virtual seconds. */
function waiting(queue: Queue): (isEnough: () => boolean) => Promise<void> {
  return async (isEnough) => {
    const until = (queue.now() + 5_000_000) as Instant;
    while (!isEnough() && queue.step(until));
  };
}

function openSegment(): Segment {
  const queue = createQueue();
  const fabric = createFabric({
    queue,
    random: createRandom(1),
    segments: 1,
    latency: microseconds(50),
    jitter: microseconds(0),
  });
  const near = openSegmentHost(queue, fabric, 1);
  const far = openSegmentHost(queue, fabric, 2);
  return { near, far, waitFor: waiting(queue), close: async () => {} };
}

function openSegmentHost(queue: Queue, fabric: Fabric, number: number): SegmentHost {
  const kernel = createKernel(queue);
  kernel.setLink(link('seg', { up: true, cable: true }));
  const ipv4 = known(`10.77.0.${number}`) as Ipv4;
  const ipv6 = known(`fd77::${number}`) as Ipv6;
  kernel.addAddress(wanted(ipv4, 24), SOMEBODY);
  kernel.addAddress(wanted(ipv6, 64), SOMEBODY);
  const offset = microseconds(0);
  const network = createSocket({
    host: number,
    fabric,
    kernel,
    offset,
    random: createRandom(1),
    ready: () => {},
    sent: () => {},
    announced: () => {},
    heard: () => {},
    failing: () => 0,
  });
  const sockets = new Set([network]);
  fabric.segments[0]?.attachments.push({ host: number, interface: 'seg', kernel, sockets });
  return { network, clock: createClock(queue, offset), link: LINK, ipv4, ipv6 };
}

function openHost(): KernelHost {
  const queue = createQueue();
  const kernel = createKernel(queue);
  const state = { up: true, cable: true };
  kernel.setLink(link('eth9', state));
  const port = createKernelPort({
    kernel,
    portId: 77,
    keepsProtocol: true,
    ready: () => {},
    applied: () => {},
    failing: () => 0,
    overrunning: () => false,
    random: createRandom(1),
  });
  return {
    kernel: port,
    link: LINK,
    name: 'eth9',
    meddle: (meddling) => meddle(kernel, state, meddling),
    waitFor: waiting(queue),
    close: async () => port.close(),
  };
}

function meddle(
  kernel: HostKernel,
  state: { up: boolean; cable: boolean },
  meddling: Meddling,
): void {
  switch (meddling.kind) {
    case 'add-address':
      kernel.addAddress(wanted(meddling.address, meddling.prefix), SOMEBODY);
      return;
    case 'remove-address':
      kernel.removeAddress({ link: LINK, ...meddling }, SOMEBODY.portId);
      return;
    case 'routing':
      kernel.route(meddling.operation, SOMEBODY.portId);
      return;
    case 'remove-link':
      kernel.removeLink(LINK);
      return;
    case 'link-down':
    case 'link-up':
      state.up = meddling.kind === 'link-up';
      break;
    case 'cable-out':
    case 'cable-in':
      state.cable = meddling.kind === 'cable-in';
  }
  kernel.setLink(link('eth9', state));
}

function link(name: string, state: { readonly up: boolean; readonly cable: boolean }): Link {
  const mac = parseMac('02:00:00:00:00:01');
  const flags = { noArp: false, multicast: true, loopback: false };
  const running = state.up && state.cable;
  return { index: LINK, name, up: state.up, running, ...flags, mtu: 1500, mac, parent: undefined };
}

function wanted(address: Address, prefix: number): WantedAddress {
  const none = { label: undefined, broadcast: undefined, peer: undefined, flags: [] };
  const forEver = { lifetime: undefined, preferred: undefined };
  return { link: LINK, address, prefix, scope: 'global', ...none, ...forEver };
}

function known(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
}
