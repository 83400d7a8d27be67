import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import { invariant } from '../../base/outcome.ts';
import { after, type Instant, milliseconds, seconds, wallTime } from '../../base/units.ts';
import type { LinkIndex } from '../../ports.ts';
import type { ReceivedUdpDatagram, UdpDatagram } from '../../udp-port.ts';
import { type BfdState, decodeBfdPacket, encodeBfdPacket } from '../../wire/bfd.ts';
import { type BfdDriver, createBfdDriver } from './driver.ts';
import type { BfdModel } from './model.ts';
import type { BfdReport } from './report.ts';
import type { BfdSnapshot } from './snapshot.ts';

const COUNT = 1_000;

function address(text: string) {
  const parsed = parseAddress(text);
  invariant(parsed !== undefined, `${text} is an address`);
  return parsed;
}

const OWN = address('10.0.0.1');

function modelOf(number: number): BfdModel {
  return {
    name: `s${number}`,
    neighbour: address(`10.1.${number >> 8}.${number & 0xff}`),
    source: OWN,
    multihop: false,
    minTransmit: milliseconds(100),
    minReceive: milliseconds(100),
    idleTransmit: seconds(1),
    multiplier: 3,
    passive: false,
    hopLimit: 255,
    hopLimitLeast: 255,
    forFailover: true,
    forChecks: true,
    tracked: false,
  };
}

/** A host with very many neighbours, who say what they are told to say. */
class Site {
  driver: BfdDriver;
  now = seconds(1) as number as Instant;
  sent: UdpDatagram[] = [];
  /** At each look at the network. */
  sentBeforeReading: number[] = [];
  readonly reports: BfdReport[] = [];
  /** The last packet to each neighbour. */
  readonly #last = new Map<string, UdpDatagram>();
  #arrived: ReceivedUdpDatagram[] = [];

  constructor(models: readonly BfdModel[]) {
    this.driver = this.start(models, undefined);
  }

  start(models: readonly BfdModel[], resume: BfdSnapshot | undefined): BfdDriver {
    this.driver = createBfdDriver({
      ...{ models, resume, seed: 7 },
      ports: {
        clock: { now: () => this.now, wall: () => wallTime(0) },
        timer: { arm: () => undefined },
        network: {
          listen: () => [],
          transmit: (datagrams) => {
            this.sent.push(...datagrams);
            for (const one of datagrams) this.#last.set(one.destination, one);
            return [];
          },
          receive: (limit) => {
            this.sentBeforeReading.push(this.sent.length);
            const datagrams = this.#arrived.splice(0, limit);
            return { datagrams, readUntil: this.now, lost: 0 };
          },
        },
        report: (reports) => void this.reports.push(...reports),
        tell: () => undefined,
      },
    });
    this.driver.start();
    return this.driver;
  }

  /** All neighbours at once. */
  hear(state: BfdState): void {
    for (const [index, { destination, payload }] of [...this.#last.values()].entries()) {
      const ours = decodeBfdPacket(payload);
      invariant(ours.ok, 'we send what we understand');
      this.#arrived.push({
        ...{ source: destination, destination: OWN, destinationPort: 3784, link: 2 as LinkIndex },
        ...{ hopLimit: 255, receivedAt: this.now },
        payload: encodeBfdPacket({
          ...ours.value,
          ...{ state, poll: false, final: ours.value.poll },
          ...{ myDiscriminator: index + 1, yourDiscriminator: ours.value.myDiscriminator },
        }),
      });
    }
    this.driver.networkReady();
  }

  comeUp(): void {
    this.driver.timerDue();
    for (const state of ['down', 'init', 'up'] as const) this.hear(state);
    assert.equal(this.up(), COUNT);
    this.sent = [];
  }

  up(): number {
    return this.sessions().filter(({ state }) => state.state === 'up').length;
  }

  sessions() {
    return this.driver.snapshot().sessions;
  }
}

const models = Array.from({ length: COUNT }, (_, number) => modelOf(number));

test('a reload that adds and removes one of a thousand sessions touches no other', () => {
  const site = new Site(models);
  site.comeUp();
  site.now = after(site.now, milliseconds(20));
  const before = site.sessions();
  site.driver.configure([...models.filter(({ name }) => name !== 's500'), modelOf(COUNT)]);
  assert.deepEqual(
    site.sent.map(({ destination }) => destination),
    [modelOf(500).neighbour],
    'only who is gone is told so',
  );
  const others = site.sessions().filter(({ model }) => model.name !== `s${COUNT}`);
  assert.deepEqual(
    others,
    before.filter(({ model }) => model.name !== 's500'),
  );
});

test('a thousand sessions go on in another process', () => {
  const site = new Site(models);
  site.comeUp();
  const before = site.sessions();
  site.start(models, site.driver.snapshot());
  assert.equal(site.up(), COUNT);
  site.driver.timerDue();
  assert.equal(site.sent.length, COUNT, 'each neighbour is told at once');
  for (const [index, { sourcePort, state }] of site.sessions().entries()) {
    assert.equal(sourcePort, before[index]?.sourcePort);
    assert.equal(state.discriminator, before[index]?.state.discriminator);
  }
  assert.equal(site.reports.filter(({ kind }) => kind === 'bfd-transition').length, 2 * COUNT);
});

test('after a standstill every neighbour gets its packet before anything is read', () => {
  const site = new Site(models);
  site.comeUp();
  site.now = after(site.now, milliseconds(250));
  site.sentBeforeReading = [];
  site.driver.timerDue();
  assert.equal(site.sentBeforeReading[0], COUNT);
});
