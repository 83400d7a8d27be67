/** A new master with a thousand addresses: how long until the last one is there, and until it is announced. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openLab } from '../test/lab/lab.ts';
import { stop } from '../test/lab/task.ts';
import { until } from '../test/lab/until.ts';
import { configuration } from './configuration.ts';
import type { Contender } from './contender.ts';
import { openTap, type Sighting } from './tap.ts';

export interface AddressesResult {
  /** From the first advertisement, in microseconds. */
  readonly firstAnnounced: number;
  readonly lastPresent: number;
  readonly lastAnnounced: number;
}

const COUNT = 1_000;
const ADDRESSES = [...Array(COUNT).keys()].map(
  (number) => `10.40.${Math.floor(number / 250)}.${(number % 250) + 1}`,
);

/** One advertised address and 999 that are excluded from the packet, which holds 255 at most. */
function text(): string {
  const [first = '', ...others] = ADDRESSES.map((address) => `${address}/32`);
  return configuration([{ priority: 100, interval: 100, addresses: [first], excluded: others }], {
    version: 3,
  });
}

export async function measureAddresses(contender: Contender): Promise<AddressesResult> {
  const lab = await openLab(['a']);
  try {
    const host = lab.host('a');
    const tap = await openTap(lab);
    // It stamps what it reads when it reads it, so it must wait neither for those that it watches nor for who reads it.
    const file = join(host.directory, 'monitor.txt');
    const line = `exec chrt --rr 20 ip -ts -4 -o monitor address >${file}`;
    const monitor = host.start('sh', ['-c', line], { name: 'ip monitor' });
    await delay(200);
    const task = contender.start(host, text());
    const held = async () =>
      (await host.addresses()).filter(({ address }) => address.startsWith('10.40.')).length;
    await until(
      'all addresses are there',
      20_000,
      async () => (await held()) === COUNT || undefined,
      300,
    );
    await delay(300);
    await stop(monitor);
    const added = readFileSync(file, 'latin1');
    await stop(task);
    return judge(await tap.close(), added);
  } finally {
    await lab.close();
  }
}

function judge(sightings: readonly Sighting[], log: string): AddressesResult {
  const start = sightings.find(({ kind }) => kind === 'advertisement')?.at ?? Number.NaN;
  const announced = new Map<string, number>();
  for (const { kind, address, at } of sightings) {
    if (kind === 'announcement' && !announced.has(address)) announced.set(address, at);
  }
  const times = ADDRESSES.map((address) => announced.get(address) ?? Number.NaN);
  return {
    firstAnnounced: Math.min(...times) - start,
    lastPresent: lastAddition(log) - start,
    lastAnnounced: Math.max(...times) - start,
  };
}

/** `[2025-11-20T22:46:00.123456] 2: eth0    inet 10.40.0.1/32 …`, in local time. */
function lastAddition(log: string): number {
  const seen = new Map<string, number>();
  for (const line of log.split('\n')) {
    const parts = /^\[([\d\-T:]+)\.(\d{6})\] (?!.*Deleted)\d+: eth0\s+inet (10\.40\.[\d.]+)/.exec(
      line,
    );
    const [, second = '', fraction = '', address = ''] = parts ?? [];
    if (parts === null || seen.has(address)) continue;
    seen.set(address, Date.parse(second) * 1_000 + Number(fraction));
  }
  return seen.size < COUNT ? Number.NaN : Math.max(...seen.values());
}
