/** Who else holds an address, on real sockets: answers to questions, a flood of claims, and a whole take-over. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Address, Ipv4, Ipv6, Mac } from '../../src/base/address.ts';
import { milliseconds } from '../../src/base/units.ts';
import { createDriver, type Driver } from '../../src/engine/driver.ts';
import type { Report } from '../../src/engine/report.ts';
import { LinuxNeighbours } from '../../src/linux/adverts/neighbours.ts';
import { LinuxNetwork } from '../../src/linux/adverts/network.ts';
import { linuxClock } from '../../src/linux/clock.ts';
import { LinuxKernel } from '../../src/linux/kernel/kernel.ts';
import { LinuxTimer } from '../../src/linux/timer.ts';
import type { NeighbourClaim, Neighbours } from '../../src/ports.ts';
import { arpProbe, neighborSolicitation } from '../../src/wire/claim.ts';
import { gratuitousArp } from '../../src/wire/neighbor.ts';
import { modelOf } from '../conformance/engine-model.ts';
import {
  enterLaboratory,
  ip,
  type LinuxSegment,
  openLinuxSegment,
  type Space,
  waitFor,
} from './linux-world.ts';

enterLaboratory(import.meta.filename);

const IPV4 = '10.77.0.100' as Ipv4;
const IPV6 = 'fd77::100' as Ipv6;

let cleanup: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
  cleanup = [];
});

async function open(): Promise<LinuxSegment> {
  const segment = await openLinuxSegment();
  cleanup.push(() => segment.close());
  return segment;
}

/** Sockets are opened when something is to be listened to. */
function neighboursInside(space: Space, onReadable: () => void): Neighbours {
  const neighbours = new LinuxNeighbours({ clock: linuxClock, onReadable });
  cleanup.push(() => neighbours.close());
  return {
    watch: (watches) => space.inside(() => neighbours.watch(watches)),
    claims: (limit) => neighbours.claims(limit),
  };
}

function linkFacts(space: Space): { readonly mac: Mac; readonly linkLocal: Ipv6 } {
  const mac = / link\/ether (\S+)/.exec(ip(`-n ${space.name} -o link show dev seg`))?.[1];
  const listing = ip(`-n ${space.name} -o -6 addr show dev seg scope link`);
  const linkLocal = / inet6 ([^/]+)\//.exec(listing)?.[1];
  assert.ok(mac !== undefined && linkLocal !== undefined);
  return { mac: mac as Mac, linkLocal: linkLocal as Ipv6 };
}

describe('questions and claims', () => {
  it('is answered by a host that holds the address, and hears nothing else of it', async () => {
    const { near, nearSpace, farSpace } = await open();
    ip(`-n ${farSpace.name} addr add ${IPV4}/24 dev seg`);
    ip(`-n ${farSpace.name} addr add ${IPV6}/64 dev seg nodad`);
    const { mac, linkLocal: source } = linkFacts(nearSpace);
    const claims: NeighbourClaim[] = [];
    const neighbours = neighboursInside(nearSpace, () => claims.push(...neighbours.claims(32)));
    neighbours.watch([
      { link: near.link, family: 'ipv4', addresses: [IPV4] },
      { link: near.link, family: 'ipv6', addresses: [IPV6] },
    ]);
    const questions = [
      arpProbe({ mac, address: '10.77.0.2' as Ipv4 }),
      neighborSolicitation({ mac, source, address: 'fd77::2' as Ipv6 }),
      arpProbe({ mac, address: IPV4 }),
      neighborSolicitation({ mac, source, address: IPV6 }),
    ];
    near.network.announce(questions.map((bytes) => ({ link: near.link, bytes })));
    await waitFor(() => claims.length >= 2);
    const theirs = linkFacts(farSpace).mac;
    assert.deepEqual(
      claims.map(({ link, address, mac: by }) => ({ link, address, by })).sort(byAddress),
      [
        { link: near.link, address: IPV4, by: theirs },
        { link: near.link, address: IPV6, by: theirs },
      ],
    );
    neighbours.watch([]);
    near.network.announce(questions.map((bytes) => ({ link: near.link, bytes })));
    assert.deepEqual(neighbours.claims(32), []);
  });

  it('reads little of a flood, and hears again afterwards', async () => {
    const { near, far, nearSpace } = await open();
    let wakeUps = 0;
    const claims: NeighbourClaim[] = [];
    const neighbours = neighboursInside(nearSpace, () => {
      wakeUps += 1;
      claims.push(...neighbours.claims(32));
    });
    neighbours.watch([{ link: near.link, family: 'ipv4', addresses: [IPV4] }]);
    const claim = (last: number) => {
      const mac = `02:00:00:00:00:${last.toString(16).padStart(2, '0')}` as Mac;
      return { link: far.link, bytes: gratuitousArp({ mac, address: IPV4, form: 'reply' }) };
    };
    const start = linuxClock.now();
    let sent = 0;
    await waitFor(() => {
      far.network.announce(Array.from({ length: 20 }, () => claim(1)));
      sent += 20;
      return sent >= 2_000 && linuxClock.now() - start > milliseconds(350);
    });
    const pauses = (linuxClock.now() - start) / milliseconds(100);
    assert.ok(
      claims.length > 0 && claims.length < sent / 4,
      `${claims.length} of ${sent} were read`,
    );
    // Until the first portion is full each frame may wake it up; from then on it is once for each pause.
    assert.ok(wakeUps <= 20 + 2 * pauses, `${wakeUps} wake-ups in ${pauses} pauses`);
    await waitFor(() => {
      far.network.announce([claim(2)]);
      return claims.some(({ mac }) => mac.endsWith(':02'));
    });
    assert.ok(claims.some(({ mac }) => mac.endsWith(':02')));
  });
});

describe('a take-over', () => {
  for (const [family, vip] of [
    ['ipv4', `${IPV4}/24`],
    ['ipv6', `${IPV6}/64`],
  ] as const) {
    it(`tells within 100 ms that a host has the address already, over ${family}`, async () => {
      const { nearSpace, farSpace } = await open();
      ip(`-n ${farSpace.name} addr add ${vip} dev seg ${family === 'ipv6' ? 'nodad' : ''}`.trim());
      const reports: Report[] = [];
      run(
        nearSpace,
        new Map([
          ['if', 'seg'],
          ['interval', '20ms'],
          ['vip', vip],
          [family, 'yes'],
        ]),
        reports,
      );
      const conflict = () => reports.find(({ kind }) => kind === 'address-conflict');
      await waitFor(() => conflict() !== undefined);
      const told = conflict();
      const taken = reports.find((one) => one.kind === 'transition' && one.to === 'master');
      assert.ok(told?.kind === 'address-conflict' && taken !== undefined);
      assert.equal(told.address, vip.split('/')[0] as Address);
      assert.equal(told.mac, linkFacts(farSpace).mac);
      assert.equal(told.still, false);
      const wait = told.at - taken.at;
      assert.ok(wait < milliseconds(100), `it took ${wait} us`);
    });
  }
});

/** The shipped driver on the ports of a namespace. */
function run(space: Space, options: ReadonlyMap<string, string>, reports: Report[]): void {
  let driver: Driver | undefined;
  const act = (what: 'networkReady' | 'kernelReady' | 'timerDue' | 'neighboursReady') => () =>
    space.inside(() => driver?.[what]());
  const ports = space.inside(() => {
    const network = new LinuxNetwork({ clock: linuxClock, onReadable: act('networkReady') });
    const kernel = new LinuxKernel({ onReadable: act('kernelReady') });
    const timer = new LinuxTimer(act('timerDue'));
    cleanup.push(() => {
      timer.close();
      network.close();
      kernel.close();
    });
    return { network, kernel, timer };
  });
  const neighbours = neighboursInside(space, act('neighboursReady'));
  const model = modelOf({
    instances: new Map([['VI_1', options]]),
    groups: new Map(),
    host: new Map(),
  });
  const report = (more: readonly Report[]) => void reports.push(...more);
  space.inside(() => {
    driver = createDriver({
      model,
      resume: undefined,
      ports: { ...ports, neighbours, clock: linuxClock, report },
    });
    driver.start();
  });
}

function byAddress(one: { readonly address: string }, other: { readonly address: string }): number {
  return one.address.localeCompare(other.address);
}
