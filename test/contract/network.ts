/** What every implementation of the network port keeps. Run it by handing over how to open a segment. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type Address,
  type Family,
  type Ipv4,
  type Ipv6,
  parseAddress,
} from '../../src/base/address.ts';
import type {
  Clock,
  Datagram,
  Endpoint,
  LinkIndex,
  Network,
  ReceivedDatagram,
} from '../../src/ports.ts';

export interface SegmentHost {
  readonly network: Network;
  readonly clock: Clock;
  /** The host's interface on the segment. */
  readonly link: LinkIndex;
  readonly ipv4: Ipv4;
  readonly ipv6: Ipv6;
}

/** Two hosts on one segment that loses nothing, with an MTU of 1500. */
export interface Segment {
  readonly near: SegmentHost;
  readonly far: SegmentHost;
  /** Lets time pass until `isEnough` says so, at most for some seconds. */
  waitFor(isEnough: () => boolean): Promise<void>;
  close(): Promise<void>;
}

const GROUPS = { ipv4: address('224.0.0.18'), ipv6: address('ff02::12') } as const;
const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
/** An index that no host has. */
const NOWHERE = 4_000 as LinkIndex;
const LONG = new Uint8Array(1_600);

export function networkContract(name: string, open: () => Promise<Segment>): void {
  describe(`network port: ${name}`, () => {
    let segment: Segment;
    before(async () => {
      segment = await open();
    });
    after(() => segment.close());
    for (const family of FAMILIES) {
      describe(family, () => {
        delivers(() => segment, family);
        selects(() => segment, family);
        endures(() => segment, family);
      });
    }
  });
}

function delivers(segmentOf: () => Segment, family: Family): void {
  it('carries multicast with its source, hop limit and bytes', async () => {
    const { near, far, ...segment } = segmentOf();
    far.network.listen([endpoint(far, family, GROUPS[family])]);
    const sent = datagram(near, family, { hopLimit: 255, payload: bytes(1, 2, 3) });
    assert.deepEqual(near.network.transmit([sent]), []);
    const [received, ...others] = await arrivals(segment, far, 1);
    assert.deepEqual(others, []);
    assert.deepEqual(withoutTime(received), { ...sent, link: far.link });
  });

  it('carries unicast with its source, hop limit and bytes', async () => {
    const { near, far, ...segment } = segmentOf();
    far.network.listen([endpoint(far, family, undefined)]);
    const sent = datagram(near, family, { destination: far[family], hopLimit: 254 });
    assert.deepEqual(near.network.transmit([sent]), []);
    const [received] = await arrivals(segment, far, 1);
    assert.deepEqual(withoutTime(received), { ...sent, link: far.link });
  });

  it('carries unicast where routing decides, and tells where it came in', async () => {
    const { near, far, ...segment } = segmentOf();
    const anywhere = { ...endpoint(far, family, undefined), link: 0 as LinkIndex };
    assert.deepEqual(far.network.listen([anywhere]), []);
    const sent = datagram(near, family, { destination: far[family], link: 0 as LinkIndex });
    assert.deepEqual(near.network.transmit([sent]), []);
    const [received] = await arrivals(segment, far, 1);
    assert.deepEqual(withoutTime(received), { ...sent, link: far.link });
  });

  it('sends from a source that the host does not have yet', async () => {
    const { near, far, ...segment } = segmentOf();
    far.network.listen([endpoint(far, family, GROUPS[family])]);
    const source = family === 'ipv4' ? address('10.77.0.99') : address('fe80::99');
    near.network.transmit([datagram(near, family, { source })]);
    const [received] = await arrivals(segment, far, 1);
    assert.equal(received?.source, source);
  });

  it('stamps each datagram between its sending and its reading, in order', async () => {
    const { near, far, ...segment } = segmentOf();
    far.network.listen([endpoint(far, family, GROUPS[family])]);
    const start = near.clock.now();
    near.network.transmit(burst(near, family, 50));
    const received = await arrivals(segment, far, 50);
    const end = far.clock.now();
    const stamps = received.map((one) => one.receivedAt);
    assert.equal(stamps.length, 50);
    assert.deepEqual(
      stamps,
      stamps.toSorted((one, other) => one - other),
    );
    // The kernel's two clocks are read one after the other, so a stamp may be a hair off.
    for (const stamp of stamps) assert.ok(stamp >= start - 200 && stamp <= end);
  });
}

function selects(segmentOf: () => Segment, family: Family): void {
  it('delivers a datagram once to a host with every kind of endpoint', async () => {
    const { near, far, ...segment } = segmentOf();
    const own = endpoint(far, family, undefined);
    const anywhere = { ...own, link: 0 as LinkIndex };
    far.network.listen([endpoint(far, family, GROUPS[family]), own, anywhere]);
    near.network.transmit([
      datagram(near, family, { payload: bytes(1) }),
      datagram(near, family, { payload: bytes(2), destination: far[family] }),
      datagram(near, family, { payload: bytes(3) }),
    ]);
    const received = await arrivals(segment, far, 3);
    assert.deepEqual(received.map(firstByte), [1, 2, 3]);
    await silence(segmentOf(), family);
  });

  it('keeps unicast from a multicast endpoint and multicast from a unicast one', async () => {
    const { near, far, ...segment } = segmentOf();
    const both = [
      datagram(near, family, { payload: bytes(1) }),
      datagram(near, family, { payload: bytes(2), destination: far[family] }),
    ];
    far.network.listen([endpoint(far, family, GROUPS[family])]);
    near.network.transmit(both.toReversed());
    assert.deepEqual((await arrivals(segment, far, 1)).map(firstByte), [1]);
    far.network.listen([endpoint(far, family, undefined)]);
    near.network.transmit(both);
    assert.deepEqual((await arrivals(segment, far, 1)).map(firstByte), [2]);
  });

  it('does not hear itself', async () => {
    const { near, far, ...segment } = segmentOf();
    near.network.listen([endpoint(near, family, GROUPS[family])]);
    near.network.transmit([datagram(near, family, { payload: bytes(1) })]);
    far.network.transmit([datagram(far, family, { payload: bytes(2) })]);
    assert.deepEqual((await arrivals(segment, near, 1)).map(firstByte), [2]);
    near.network.listen([]);
  });

  it('hears nothing of what it has stopped to listen to', async () => {
    const { near, far, ...segment } = segmentOf();
    const own = endpoint(far, family, undefined);
    far.network.listen([endpoint(far, family, GROUPS[family]), own]);
    far.network.listen([own]);
    near.network.transmit([
      datagram(near, family, { payload: bytes(1) }),
      datagram(near, family, { payload: bytes(2), destination: far[family] }),
    ]);
    assert.deepEqual((await arrivals(segment, far, 1)).map(firstByte), [2]);
  });
}

function endures(segmentOf: () => Segment, family: Family): void {
  it('names the datagrams that failed by index and sends the others', async () => {
    const { near, far, ...segment } = segmentOf();
    far.network.listen([endpoint(far, family, GROUPS[family])]);
    const failures = near.network.transmit([
      datagram(near, family, { payload: LONG }),
      datagram(near, family, { payload: bytes(1) }),
      datagram(near, family, { link: NOWHERE }),
      datagram(near, family, { payload: LONG }),
      datagram(near, family, { payload: bytes(2) }),
    ]);
    assert.deepEqual(
      failures.map(({ index, error }) => [index, error.code]),
      [
        [0, 'EMSGSIZE'],
        [2, 'ENODEV'],
        [3, 'EMSGSIZE'],
      ],
    );
    assert.deepEqual((await arrivals(segment, far, 2)).map(firstByte), [1, 2]);
  });

  it('names the endpoints that cannot be had and listens to the others', async () => {
    const { near, far, ...segment } = segmentOf();
    const missing = { ...endpoint(far, family, GROUPS[family]), link: NOWHERE };
    const failures = far.network.listen([missing, endpoint(far, family, GROUPS[family])]);
    assert.deepEqual(
      failures.map((failure) => [failure.endpoint, failure.error.code]),
      [[missing, 'ENODEV']],
    );
    near.network.transmit([datagram(near, family, {})]);
    assert.equal((await arrivals(segment, far, 1)).length, 1);
  });

  it('carries a burst of a thousand in order and reads no more at once than asked', async () => {
    const { near, far, ...segment } = segmentOf();
    const roomy = { ...endpoint(far, family, GROUPS[family]), receiveRoom: 1_000 };
    far.network.listen([roomy]);
    assert.deepEqual(near.network.transmit(burst(near, family, 1_000)), []);
    const received: ReceivedDatagram[] = [];
    await segment.waitFor(() => {
      const some = far.network.receive(100);
      assert.ok(some.length <= 100);
      received.push(...some);
      return received.length === 1_000;
    });
    assert.deepEqual(received.map(serial), [...Array(1_000).keys()]);
  });
}

/** Says that nothing more is on its way: what is sent now is what is heard next. */
async function silence({ near, far, ...segment }: Segment, family: Family): Promise<void> {
  near.network.transmit([datagram(near, family, { payload: bytes(99) })]);
  assert.deepEqual((await arrivals(segment, far, 1)).map(firstByte), [99]);
}

async function arrivals(
  segment: Pick<Segment, 'waitFor'>,
  host: SegmentHost,
  count: number,
): Promise<readonly ReceivedDatagram[]> {
  const received: ReceivedDatagram[] = [];
  await segment.waitFor(() => {
    received.push(...host.network.receive(1_000));
    return received.length >= count;
  });
  return received;
}

function endpoint(host: SegmentHost, family: Family, group: Address | undefined): Endpoint {
  return { link: host.link, family, group, receiveBuffer: undefined };
}

function datagram(host: SegmentHost, family: Family, differences: Partial<Datagram>): Datagram {
  return {
    link: host.link,
    source: host[family],
    destination: GROUPS[family],
    hopLimit: 255,
    payload: bytes(0x31, 1, 100),
    ...differences,
  };
}

function burst(host: SegmentHost, family: Family, count: number): readonly Datagram[] {
  return Array.from({ length: count }, (_, index) =>
    datagram(host, family, { payload: bytes(index >> 8, index & 0xff) }),
  );
}

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined);
  return parsed;
}

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

function firstByte(one: Datagram): number {
  return one.payload[0] ?? -1;
}

function serial(one: Datagram): number {
  return (one.payload[0] ?? 0) * 256 + (one.payload[1] ?? 0);
}

function withoutTime(received: ReceivedDatagram | undefined): Datagram | undefined {
  if (received === undefined) return undefined;
  const { receivedAt: _, ...rest } = received;
  return rest;
}
