/** Damaged, forged and random BFD packets against a session that is up: nobody is moved, each is counted once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, parseAddress } from '../../src/base/address.ts';
import { createRandom, type Random } from '../../src/base/random.ts';
import {
  type Instant,
  microseconds,
  milliseconds,
  seconds,
  wallTime,
} from '../../src/base/units.ts';
import { type BfdDriver, createBfdDriver } from '../../src/engine/bfd/driver.ts';
import type { BfdModel } from '../../src/engine/bfd/model.ts';
import type { LinkIndex } from '../../src/ports.ts';
import type { ReceivedUdpDatagram, UdpDatagram } from '../../src/udp-port.ts';
import { type BfdPacket, decodeBfdPacket, encodeBfdPacket } from '../../src/wire/bfd.ts';

const PACKETS = 100_000;
const OWN = addressOf('10.0.0.1');
const NEIGHBOUR = addressOf('10.0.0.2');
const THEIRS = 4711;

const model: BfdModel = {
  name: 'a',
  neighbour: NEIGHBOUR,
  source: OWN,
  multihop: false,
  minTransmit: milliseconds(50),
  minReceive: milliseconds(50),
  idleTransmit: seconds(1),
  multiplier: 3,
  passive: false,
  hopLimit: 255,
  hopLimitLeast: 255,
  forFailover: true,
  forChecks: true,
  tracked: true,
};

function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert.ok(address !== undefined);
  return address;
}

class Site {
  readonly driver: BfdDriver;
  readonly #arrived: ReceivedUdpDatagram[] = [];
  sent: UdpDatagram[] = [];
  told = 0;
  now = 0 as Instant;

  constructor() {
    this.driver = createBfdDriver({
      models: [model],
      resume: undefined,
      seed: 7,
      ports: {
        clock: { now: () => this.now, wall: () => wallTime(0) },
        timer: { arm: () => undefined },
        network: {
          listen: () => [],
          transmit: (datagrams) => {
            this.sent.push(...datagrams);
            return [];
          },
          receive: (limit) => {
            const datagrams = this.#arrived.splice(0, limit);
            return { datagrams, readUntil: this.now, lost: 0 };
          },
        },
        report: (reports) => {
          this.told += reports.length;
        },
        tell: () => undefined,
      },
    });
    this.driver.start();
    this.driver.timerDue();
    this.hear({ state: 'down', yourDiscriminator: 0 });
    this.hear({ state: 'init' });
    this.hear({ state: 'up', final: true });
    assert.equal(this.state().state, 'up');
  }

  state() {
    const [session] = this.driver.snapshot().sessions;
    assert.ok(session !== undefined);
    return session.state;
  }

  received(): number {
    return this.driver.snapshot().sessions[0]?.statistics.received ?? 0;
  }

  refused(): number {
    const { rejected, sessions } = this.driver.snapshot();
    const counts = [rejected, ...sessions.map(({ statistics }) => statistics.rejected)];
    return counts.flatMap((each) => Object.values(each)).reduce((sum, one) => sum + (one ?? 0), 0);
  }

  hear(packet: Partial<BfdPacket>): void {
    this.take(datagramOf(encodeBfdPacket({ ...this.right(), ...packet })));
  }

  take(datagram: ReceivedUdpDatagram): void {
    this.#arrived.push(datagram);
    this.driver.networkReady();
  }

  /** What the neighbour would say. */
  right(): BfdPacket {
    return {
      state: 'up',
      diagnostic: 0,
      poll: false,
      final: false,
      controlPlaneIndependent: false,
      demand: false,
      detectMultiplier: 3,
      myDiscriminator: THEIRS,
      yourDiscriminator: this.state().discriminator,
      desiredTransmitInterval: milliseconds(50),
      requiredReceiveInterval: milliseconds(50),
      requiredEchoInterval: microseconds(0),
    };
  }
}

function datagramOf(
  payload: Uint8Array,
  more: Partial<ReceivedUdpDatagram> = {},
): ReceivedUdpDatagram {
  return {
    source: NEIGHBOUR,
    destination: OWN,
    destinationPort: 3784,
    link: 2 as LinkIndex,
    hopLimit: 255,
    payload,
    receivedAt: 0 as Instant,
    ...more,
  };
}

/** One thing at least is wrong with each. */
const forgeries: readonly ((random: Random, right: BfdPacket) => ReceivedUdpDatagram)[] = [
  (random) => datagramOf(Uint8Array.from({ length: random.below(60) }, () => random.below(256))),
  (random, right) => datagramOf(encodeBfdPacket(right).slice(0, random.below(24))),
  (random, right) =>
    datagramOf(
      encodeBfdPacket({ ...right, yourDiscriminator: other(random, right.yourDiscriminator) }),
    ),
  (random, right) =>
    datagramOf(encodeBfdPacket({ ...right, state: random.pick(['down', 'admin-down']) }), {
      hopLimit: random.below(255),
    }),
  (random, right) => turned(right, 1, random.pick([0x04, 0x01, 0x05])),
  (random, right) => turned(right, 0, 0x20 * random.within(1, 7)),
  (_, right) => turned(right, 2, 3),
  (random, right) => turned(right, 3, 24 ^ random.pick([0, 23, 25, 255])),
  (_, right) => datagramOf(encodeBfdPacket({ ...right, myDiscriminator: right.yourDiscriminator })),
  (_, right) => datagramOf(encodeBfdPacket(right), { source: OWN }),
  (_, right) => datagramOf(encodeBfdPacket(right), { destinationPort: 4784 }),
  (random, right) =>
    datagramOf(encodeBfdPacket({ ...right, state: 'down', yourDiscriminator: 0 }), {
      source: addressOf(`10.0.${random.below(256)}.${random.within(3, 254)}`),
    }),
];

function turned(right: BfdPacket, at: number, bits: number): ReceivedUdpDatagram {
  const bytes = encodeBfdPacket(right);
  bytes[at] = (bytes[at] ?? 0) ^ bits;
  return datagramOf(bytes);
}

function other(random: Random, than: number): number {
  const drawn = random.within(1, 0xffff_ffff);
  return drawn === than ? drawn - 1 : drawn;
}

test('forged packets move nobody, are counted one by one, and told a few times', () => {
  const site = new Site();
  const random = createRandom(3);
  const before = site.state();
  const heeded = site.received();
  const told = site.told;
  site.sent = [];
  for (let count = 0; count < PACKETS; count += 1) {
    site.take(random.pick(forgeries)(random, site.right()));
  }
  assert.deepEqual(site.state(), before);
  assert.equal(site.received(), heeded);
  assert.equal(site.refused(), PACKETS);
  assert.equal(site.sent.length, 0, 'nobody is answered');
  assert.ok(site.told - told <= 64, `${site.told - told} reports`);
});

test('any packet with the right discriminators is taken in without harm', () => {
  const site = new Site();
  const random = createRandom(4);
  for (let count = 0; count < PACKETS; count += 1) {
    const bytes = encodeBfdPacket(site.right());
    for (let turns = random.within(1, 12); turns > 0; turns -= 1) {
      // All but the discriminators.
      const at = random.pick([0, 1, 2, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
      bytes[at] = random.below(256);
    }
    site.take(datagramOf(bytes));
    site.now = (site.now + random.below(20_000)) as Instant;
    if (random.chance(0.2)) site.driver.timerDue();
  }
  for (const { payload } of site.sent) assert.ok(decodeBfdPacket(payload).ok);
  const { transmitAt, detectAt } = site.state();
  for (const at of [transmitAt, detectAt]) {
    assert.ok(at === undefined || Number.isSafeInteger(at), `${at} is an instant`);
  }
});
