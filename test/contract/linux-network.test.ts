/** What is particular to real sockets: frames, failing devices, floods, and the gathering of reads. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { milliseconds } from '../../src/base/units.ts';
import { LinuxNetwork } from '../../src/linux/adverts/network.ts';
import { linuxClock } from '../../src/linux/clock.ts';
import { allocate, close, receive } from '../../src/linux/ffi.ts';
import { AF_PACKET, openRaw } from '../../src/linux/socket.ts';
import type { Datagram, Frame, LinkIndex } from '../../src/ports.ts';
import { onTime } from '../lab/timeliness.ts';
import {
  enterLaboratory,
  ip,
  type LinuxSegment,
  openLinuxSegment,
  waitFor,
} from './linux-world.ts';
import type { Segment } from './network.ts';

enterLaboratory(import.meta.filename);

/** ETH_P_ARP in network order, as socket(2) wants it. */
const ARP = 0x0608;
const GROUP = '224.0.0.18' as Datagram['destination'];

let opened: LinuxSegment | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open(): Promise<LinuxSegment> {
  opened = await openLinuxSegment();
  return opened;
}

describe('frames', () => {
  it('puts frames on the wire as they are, and names those that it cannot', async () => {
    const { near, farSpace } = await open();
    const frames = [frame(near.link, 1), frame(4_000 as LinkIndex, 2), frame(near.link, 3)];
    const wire = farSpace.inside(() => openRaw(AF_PACKET, ARP));
    assert.ok(wire.ok);
    const failures = near.network.announce([
      ...frames,
      { link: near.link, bytes: new Uint8Array(3) },
    ]);
    assert.deepEqual(
      failures.map(({ index, error }) => [index, error.code]),
      [
        [1, 'ENXIO'],
        [3, 'EMSGSIZE'],
      ],
    );
    const seen: Buffer[] = [];
    const buffer = allocate(2_048);
    await waitFor(() => {
      const length = receive(wire.value, buffer.address, 2_048, 0x40);
      if (length > 0) seen.push(Buffer.from(buffer.bytes.subarray(0, length)));
      return seen.length === 2;
    });
    close(wire.value);
    assert.deepEqual(seen, [Buffer.from(frame(0, 1).bytes), Buffer.from(frame(0, 3).bytes)]);
  });
});

describe('a failing device', () => {
  it('sends and hears on one interface while another is deleted', async () => {
    const { near, far, nearSpace } = await open();
    ip(`-n ${nearSpace.name} link add doomed type veth peer name doomed-peer`);
    ip(`-n ${nearSpace.name} link set doomed up`);
    const doomed = Number(
      ip(`-n ${nearSpace.name} -o link show dev doomed`).split(':')[0],
    ) as LinkIndex;
    const both = [multicast({ near, far }, 1), { ...multicast({ near, far }, 2), link: doomed }];
    assert.deepEqual(near.network.transmit(both), []);
    far.network.listen([listening(far.link)]);
    ip(`-n ${nearSpace.name} link delete doomed`);
    const failures = near.network.transmit([...both.toReversed(), multicast({ near, far }, 3)]);
    assert.deepEqual(
      failures.map((failure) => failure.index),
      [0],
    );
    const heard: number[] = [];
    await waitFor(() => {
      for (const one of far.network.receive(10)) heard.push(one.payload[0] ?? -1);
      return heard.length >= 2;
    });
    assert.deepEqual(heard, [1, 3]);
  });

  it('fails while the interface is down and sends again when it is up', async () => {
    const { near, far, nearSpace } = await open();
    assert.deepEqual(near.network.transmit([multicast({ near, far }, 1)]), []);
    ip(`-n ${nearSpace.name} link set seg down`);
    assert.equal(near.network.transmit([multicast({ near, far }, 2)]).length, 1);
    ip(`-n ${nearSpace.name} link set seg up`);
    assert.deepEqual(near.network.transmit([multicast({ near, far }, 3)]), []);
  });
});

describe('many datagrams', () => {
  it('hears an advertisement behind a flood that nobody waits for', async () => {
    const { near, far } = await open();
    far.network.listen([listening(far.link)]);
    const flood = Array.from({ length: 3_000 }, () => ({
      ...multicast({ near, far }, 0),
      destination: far.ipv4,
    }));
    near.network.transmit(flood);
    near.network.transmit([multicast({ near, far }, 7)]);
    const heard: number[] = [];
    await waitFor(() => {
      for (const one of far.network.receive(10)) heard.push(one.payload[0] ?? -1);
      return heard.length >= 1;
    });
    assert.deepEqual(heard, [7]);
  });

  it('tells all that has arrived, or as much as it is asked for, whatever it leaves out', async (t) => {
    const { near, far, farSpace } = await open();
    const count = 5_000;
    const roomy = { ...listening(far.link), group: undefined, receiveRoom: count };
    // The second socket gets everything too, and leaves it to the first.
    far.network.listen([roomy, { ...roomy, link: 0 as LinkIndex }]);
    const witness = new LinuxNetwork({ clock: linuxClock, onReadable: () => undefined });
    t.after(() => witness.close());
    farSpace.inside(() => witness.listen([roomy]));
    const one = { ...multicast({ near, far }, 1), destination: far.ipv4 };
    near.network.transmit(Array.from({ length: count }, () => one));
    let seen = 0;
    await waitFor(() => {
      seen += witness.receive(count).length;
      return seen === count;
    });
    const heard = far.network.receive(2 * count).length;
    onTime(heard === count, `${heard} of ${count} datagrams were told`);
  });

  it('gathers reads at a high rate and tells the first datagram after a pause at once', async (t) => {
    const { near, far, farSpace } = await open();
    let wakeUps = 0;
    let heard = 0;
    const network = new LinuxNetwork({
      clock: linuxClock,
      onReadable: () => {
        wakeUps += 1;
        heard += network.receive(1_000).length;
      },
    });
    network.gather(milliseconds(20));
    t.after(() => network.close());
    farSpace.inside(() => network.listen([{ ...listening(far.link), receiveBuffer: 4_000_000 }]));
    let sent = 0;
    await waitFor(() => {
      near.network.transmit([multicast({ near, far }, 1)]);
      sent += 1;
      return sent === 500;
    });
    await waitFor(() => heard === sent);
    assert.equal(heard, 500);
    onTime(wakeUps < 100, `${wakeUps} wake-ups for 500 datagrams`);
    // A window in which nothing came ends the gathering.
    const quiet = wakeUps;
    await waitFor(() => wakeUps > quiet);
    const before = linuxClock.now();
    near.network.transmit([multicast({ near, far }, 2)]);
    await waitFor(() => heard === 501);
    assert.ok(linuxClock.now() - before < milliseconds(15));
  });
});

function listening(link: LinkIndex) {
  return { link, family: 'ipv4', group: GROUP, receiveBuffer: undefined } as const;
}

function multicast({ near }: Pick<Segment, 'near' | 'far'>, first: number): Datagram {
  return {
    link: near.link,
    source: near.ipv4,
    destination: GROUP,
    hopLimit: 255,
    payload: Uint8Array.of(first, 2, 3, 4),
  };
}

/** An ARP frame by its EtherType; what it says does not matter here. */
function frame(link: number, mark: number): Frame {
  const bytes = new Uint8Array(42).fill(mark);
  bytes.fill(0xff, 0, 6);
  bytes.set([2, 0, 0, 0, 0, 1, 8, 6], 6);
  return { link: link as LinkIndex, bytes };
}
