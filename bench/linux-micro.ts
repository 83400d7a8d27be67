/**
 * What the ports of Linux cost: `node bench/linux-micro.ts`, as root, in namespaces of its own. The time of a machine
 * with other work to do says little; the CPU time says more.
 */
import { milliseconds } from '../src/base/units.ts';
import { LinuxNetwork } from '../src/linux/adverts/network.ts';
import { linuxClock } from '../src/linux/clock.ts';
import type { Datagram, Frame, KernelOperation } from '../src/ports.ts';
import {
  enterLaboratory,
  openLinuxKernelHost,
  openLinuxSegment,
  waitFor,
} from '../test/contract/linux-world.ts';

enterLaboratory(import.meta.filename);

const ROUNDS = 40;
const BURST = 250;
const GROUP = '224.0.0.18' as Datagram['destination'];

/** Median and least of the microseconds, and the CPU microseconds, that one of `count` things takes. */
function measure(name: string, count: number, action: () => void): void {
  const walls: number[] = [];
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    action();
    walls.push(((performance.now() - start) * 1_000) / count);
  }
  const { user, system } = process.cpuUsage(before);
  const sorted = walls.toSorted((one, other) => one - other);
  const cpu = (user + system) / ROUNDS / count;
  const figures = [sorted[0], sorted[ROUNDS >> 1], cpu].map((value) => (value ?? 0).toFixed(2));
  console.log(`${name.padEnd(44)} ${figures.join(' / ')} us: least / median / CPU`);
}

async function network(): Promise<void> {
  const segment = await openLinuxSegment();
  const { near, far } = segment;
  const adverts = Array.from({ length: BURST }, () => ({
    link: near.link,
    source: near.ipv4,
    destination: GROUP,
    hopLimit: 255,
    payload: new Uint8Array(20),
  }));
  const frames = adverts.map((advert): Frame => {
    const bytes = new Uint8Array(42).fill(0xff, 0, 6);
    bytes.set([2, 0, 0, 0, 0, 1, 8, 6], 6);
    return { link: advert.link, bytes };
  });
  measure('send, nobody listening, of 250', BURST, () => near.network.transmit(adverts));
  measure('announce, of 250', BURST, () => near.network.announce(frames));
  const group = { link: far.link, family: 'ipv4', group: GROUP, receiveBuffer: 8_000_000 } as const;
  far.network.listen([group]);
  measure('send and receive, of 250', BURST, () => {
    near.network.transmit(adverts);
    let received = 0;
    while (received < BURST) received += far.network.receive(1_000).length;
  });
  measure('receive with nothing there', 1, () => far.network.receive(1_000));
  far.network.listen([]);
  await trickle(segment);
  await segment.close();
}

/** A thousand datagrams a second, one at a time: what the wake-ups cost. */
async function trickle({ near, far, farSpace }: Awaited<ReturnType<typeof openLinuxSegment>>) {
  const advert = { link: near.link, source: near.ipv4, destination: GROUP, hopLimit: 255 };
  for (const window of [0, 4, 10]) {
    let wakeUps = 0;
    let heard = 0;
    const heardBy = new LinuxNetwork({
      clock: linuxClock,
      onReadable() {
        wakeUps += 1;
        heard += heardBy.receive(1_000).length;
      },
    });
    heardBy.gather(milliseconds(window));
    farSpace.inside(() => heardBy.listen([{ ...group(far.link), receiveBuffer: 1_000_000 }]));
    const start = performance.now();
    let sent = 0;
    await waitFor(() => {
      if (performance.now() - start >= sent) {
        near.network.transmit([{ ...advert, payload: new Uint8Array(20) }]);
        sent += 1;
      }
      return sent === 1_000;
    });
    await waitFor(() => heard === sent);
    console.log(`window of ${window} ms: ${wakeUps} wake-ups for ${heard} datagrams in 1 s`);
    heardBy.close();
  }
}

function group(link: Datagram['link']) {
  return { link, family: 'ipv4', group: GROUP } as const;
}

async function kernel(): Promise<void> {
  const host = await openLinuxKernelHost();
  const operations = (kind: 'add-address' | 'remove-address'): readonly KernelOperation[] =>
    Array.from({ length: 1_000 }, (_, index) => {
      const address = `10.1.${index >> 8}.${index & 255}` as Datagram['source'];
      const place = { link: host.link, address, prefix: 32 };
      const rest = { label: undefined, broadcast: undefined, peer: undefined, flags: [] };
      const ends = { lifetime: undefined, preferred: undefined };
      return kind === 'remove-address'
        ? { kind, ...place }
        : { kind, address: { ...place, ...rest, ...ends, scope: 'global' } };
    });
  const [adding, removing] = [operations('add-address'), operations('remove-address')];
  measure('add and remove an address, of 1,000', 1_000, () => {
    host.kernel.apply(adding);
    host.kernel.apply(removing);
  });
  host.kernel.changes();
  measure('add an address and read the echo, of 1,000', 1_000, () => {
    host.kernel.apply(adding);
    host.kernel.changes();
    host.kernel.apply(removing);
    host.kernel.changes();
  });
  await host.close();
}

await network();
await kernel();
