/** UDP as BFD needs it, on real sockets: source, TTL, receive times, ports that others hold. */
import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { linuxClock } from '../../src/linux/clock.ts';
import { LinuxUdpNetwork } from '../../src/linux/udp/network.ts';
import type { ReceivedUdpDatagram, UdpDatagram, UdpEndpoint } from '../../src/udp-port.ts';
import { onTime } from '../lab/timeliness.ts';
import { enterLaboratory, ip, openLinuxSegment, type Space, waitFor } from './linux-world.ts';
import { address } from './words.ts';

enterLaboratory(import.meta.filename);

let cleanup: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
  cleanup = [];
});

const PORTS: readonly UdpEndpoint[] = [
  { family: 'ipv4', port: 3784 },
  { family: 'ipv6', port: 3784 },
  { family: 'ipv4', port: 4784 },
];
const near4 = address('10.78.0.1');
const near6 = address('fd78::1');
const far4 = address('10.78.0.2');
const far6 = address('fd78::2');

interface Place {
  readonly network: LinuxUdpNetwork;
  readonly heard: ReceivedUdpDatagram[];
  readonly inside: Space['inside'];
}

function open(space: Space): Place {
  const heard: ReceivedUdpDatagram[] = [];
  const network = space.inside(
    () =>
      new LinuxUdpNetwork({
        clock: linuxClock,
        onReadable: () => heard.push(...network.receive(64).datagrams),
      }),
  );
  cleanup.push(() => network.close());
  return { network, heard, inside: space.inside };
}

async function pair(): Promise<{
  readonly near: Place;
  readonly far: Place;
  readonly space: Space;
}> {
  const segment = await openLinuxSegment();
  cleanup.push(() => segment.close());
  const { nearSpace, farSpace } = segment;
  ip(`-n ${nearSpace.name} addr add ${near4}/24 dev seg`);
  ip(`-n ${nearSpace.name} addr add ${near6}/64 dev seg nodad`);
  ip(`-n ${farSpace.name} addr add ${far4}/24 dev seg`);
  ip(`-n ${farSpace.name} addr add ${far6}/64 dev seg nodad`);
  // Until then IPv6 has no neighbours there.
  const isUp = ({ name }: Space) => ip(`-n ${name} -o link show seg`).includes('state UP');
  await waitFor(() => isUp(nearSpace) && isUp(farSpace));
  return { near: open(nearSpace), far: open(farSpace), space: nearSpace };
}

function datagram(more: Partial<UdpDatagram> = {}): UdpDatagram {
  return {
    source: undefined,
    sourcePort: 50_000,
    destination: far4,
    destinationPort: 3784,
    hopLimit: 255,
    payload: Uint8Array.of(1, 2, 3),
    settled: false,
    ...more,
  };
}

it('carries a burst over both families: ports, TTL, payload, and when it came', async () => {
  const { near, far } = await pair();
  assert.deepEqual(
    far.inside(() => far.network.listen(PORTS)),
    [],
  );
  const before = linuxClock.now();
  const failed = near.inside(() =>
    near.network.transmit([
      datagram(),
      datagram({ source: near4, hopLimit: 7, payload: new Uint8Array(24).fill(9) }),
      datagram({ destination: far6, hopLimit: 64 }),
      datagram({ destinationPort: 4784, settled: true }),
      datagram({ destinationPort: 9 }),
    ]),
  );
  assert.deepEqual(failed, []);
  await waitFor(() => far.heard.length >= 4);
  const after = linuxClock.now();
  const told = far.heard
    .map(({ source, destination, destinationPort, hopLimit, payload }) =>
      [source, destination, destinationPort, hopLimit, payload.length].join(' '),
    )
    .sort();
  assert.deepEqual(told, [
    `${near4} ${far4} 3784 255 3`,
    `${near4} ${far4} 3784 7 24`,
    `${near4} ${far4} 4784 255 3`,
    `${near6} ${far6} 3784 64 3`,
  ]);
  for (const { receivedAt, link } of far.heard) {
    assert.ok(receivedAt >= before && receivedAt <= after, `${receivedAt} lies in between`);
    assert.ok(link > 0);
  }
});

it('says which datagram cannot leave, and sends the others', async () => {
  const { near, far } = await pair();
  far.inside(() => far.network.listen(PORTS));
  const failed = near.inside(() =>
    near.network.transmit([
      datagram({ source: address('10.78.0.99') }),
      datagram(),
      datagram({ destination: address('198.51.100.1') }),
      datagram({ destination: far6, source: address('fd78::99') }),
    ]),
  );
  assert.deepEqual(
    failed.map(({ index, error }) => `${index} ${error.code}`),
    ['0 EADDRNOTAVAIL', '2 ENETUNREACH', '3 EADDRNOTAVAIL'],
  );
  await waitFor(() => far.heard.length === 1);
});

it('shares a port with nobody, and gets it when it is free', async () => {
  const { near, space } = await pair();
  assert.deepEqual(
    near.inside(() => near.network.listen(PORTS)),
    [],
  );
  const second = open(space);
  const refused = second.inside(() => second.network.listen(PORTS.slice(0, 1)));
  assert.deepEqual(
    refused.map(({ error }) => error.code),
    ['EADDRINUSE'],
  );
  near.inside(() => near.network.listen(PORTS.slice(1)));
  assert.deepEqual(
    second.inside(() => second.network.listen(PORTS.slice(0, 1))),
    [],
  );
});

it('tells how many it had no room for, and by when all that it gave had arrived', async () => {
  const { near, far } = await pair();
  far.inside(() => far.network.listen(PORTS.slice(0, 1)));
  const many = Array.from({ length: 1_000 }, () => datagram({ settled: true }));
  near.inside(() => {
    // More than eight megabytes hold, of which each datagram takes 768 bytes at least.
    for (let burst = 0; burst < 16; burst += 1) near.network.transmit(many);
  });
  const sentAt = linuxClock.now();
  let [given, lost] = [0, 0];
  for (;;) {
    const reception = far.network.receive(256);
    given += reception.datagrams.length;
    lost += reception.lost;
    if (reception.datagrams.length < 256) {
      assert.ok(reception.readUntil >= sentAt, 'nothing of before is left');
      break;
    }
    const last = reception.datagrams.at(-1)?.receivedAt ?? 0;
    assert.ok(reception.readUntil <= Math.max(last, sentAt), 'more is waiting');
  }
  onTime(given > 0 && lost > 0, `${given} read, ${lost} lost`);
  assert.ok(given + lost <= 16_000, `${given} read, ${lost} lost`);
  assert.equal(far.network.receive(256).lost, 0);
});

it('makes room for as many as may come', async () => {
  const { near, far } = await pair();
  far.inside(() => far.network.listen(PORTS.slice(0, 1)));
  far.network.expect(13_000);
  const many = Array.from({ length: 1_000 }, () => datagram({ settled: true }));
  near.inside(() => {
    for (let burst = 0; burst < 16; burst += 1) near.network.transmit(many);
  });
  let [given, lost] = [0, 0];
  for (let count = 256; count === 256; ) {
    const reception = far.network.receive(256);
    count = reception.datagrams.length;
    given += count;
    lost += reception.lost;
  }
  assert.equal(lost, 0);
  onTime(given > 12_000, `only ${given} have come through the link`);
});
