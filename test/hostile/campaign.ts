/**
 * Hostile datagrams by the million through the decoder and the engine. Nothing may throw; nobody's state or deadline may
 * move without a right advertisement; whatever is refused is counted, and for the right reason where only one thing is
 * wrong.
 */
import assert from 'node:assert/strict';
import { familyOf } from '../../src/base/address.ts';
import { createRandom, type Random } from '../../src/base/random.ts';
import type { Instant } from '../../src/base/units.ts';
import type { RejectReason } from '../../src/engine/report.ts';
import type { EngineSnapshot, InstanceSnapshot } from '../../src/engine/snapshot.ts';
import { decodeAdvertisement } from '../../src/wire/vrrp.ts';
import { damaged, type Forgery, flawed, noisy, rightful } from './forgery.ts';
import { rightfulHearer } from './oracle.ts';
import { createStation, type Station } from './station.ts';

export interface CampaignOptions {
  readonly packets: number;
  readonly seed: number;
}

export interface CampaignResult {
  readonly packets: number;
  readonly heeded: number;
  readonly transitions: number;
  readonly refused: Readonly<Partial<Record<RejectReason, number>>>;
}

const VOLLEY = 64;
/** Microseconds between two volleys; masters advertise and backups may take over meanwhile. */
const PAUSE = 20_000;
/** Every so many volleys one may hold right advertisements, which keep the backups backups. */
const RIGHTFUL_EVERY = 8;
const PEERS_MAX = 32;
/** Microseconds by which an advertisement may leave early, at the most. */
const SLACK_MAX = 10_000;

export function runCampaign({ packets, seed }: CampaignOptions): CampaignResult {
  const random = createRandom(seed);
  const station = createStation();
  station.pass(10_000_000);
  let heeded = 0;
  for (let sent = 0, volley = 0; sent < packets; sent += VOLLEY, volley += 1) {
    const forgeries = draw(random, station, volley % RIGHTFUL_EVERY === 0);
    heeded += fire(station, forgeries, `seed ${seed}, volley ${volley}`);
    station.pass(PAUSE);
  }
  const { instances, rejected } = station.driver.snapshot();
  const refused = [rejected, ...instances.map(({ statistics }) => statistics.rejected)];
  return {
    packets: Math.ceil(packets / VOLLEY) * VOLLEY,
    heeded,
    transitions: sum(instances.map(({ statistics }) => statistics.becameMaster)),
    refused: refused.reduce(add, {}),
  };
}

function draw(random: Random, station: Station, mayBeRight: boolean): readonly Forgery[] {
  const { now } = station;
  return Array.from({ length: VOLLEY }, () => {
    const instance = random.pick(station.instances);
    const kind = random.unit();
    if (mayBeRight && kind < 0.3) return rightful(random, instance, now);
    if (kind < 0.5) return flawed(random, instance, now);
    return kind < 0.85 ? damaged(random, instance, now) : noisy(random, instance, now);
  });
}

/** Returns how many were right. */
function fire(station: Station, forgeries: readonly Forgery[], place: string): number {
  const datagrams = forgeries.map(({ datagram }) => datagram);
  const hearers = datagrams.map((datagram) => rightfulHearer(station.instances, datagram));
  const expected = hearers.filter((hearer) => hearer !== undefined).length;
  for (const { source, destination, payload } of datagrams) {
    const family = familyOf(source);
    decodeAdvertisement(payload, { family, source, destination, checksum: 'standard' });
  }
  const before = station.driver.snapshot();
  station.receive(datagrams);
  const after = station.driver.snapshot();
  const heeded = received(after) - received(before);
  assert.equal(heeded, expected, `${place}: ${heeded} heeded, ${expected} were right`);
  for (const [index, was] of before.instances.entries()) {
    const is = after.instances[index];
    assert.ok(is !== undefined && is.peers.length <= PEERS_MAX, `${place}: ${was.name}`);
    const isAddressed = hearers.some((hearer) => hearer?.name === was.name);
    if (isAddressed) continue;
    const words = `${place}: ${was.name} moved without a right advertisement`;
    assert.equal(is.state, was.state, words);
    assert.deepEqual(is.master, was.master, words);
    assert.equal(is.priority.effective, was.priority.effective, words);
    if (!isPoised(was, station.now)) assert.equal(is.deadline, was.deadline, words);
  }
  checkCounters({ before, after, forgeries, heeded }, place);
  return heeded;
}

/** An advertisement that is due within its slack leaves with any step. */
function isPoised({ state, deadline }: InstanceSnapshot, now: Instant): boolean {
  return state === 'master' && deadline !== undefined && deadline - now <= SLACK_MAX;
}

function checkCounters(
  volley: {
    readonly before: EngineSnapshot;
    readonly after: EngineSnapshot;
    readonly forgeries: readonly Forgery[];
    readonly heeded: number;
  },
  place: string,
): void {
  const was = refusedBy(volley.before);
  const is = refusedBy(volley.after);
  const wanted: Partial<Record<RejectReason, number>> = {};
  for (const { reason } of volley.forgeries) {
    if (reason !== undefined) wanted[reason] = (wanted[reason] ?? 0) + 1;
  }
  for (const [reason, count] of Object.entries(wanted) as [RejectReason, number][]) {
    const counted = (is[reason] ?? 0) - (was[reason] ?? 0);
    assert.ok(counted >= count, `${place}: ${reason} counted ${counted} times, expected ${count}`);
  }
  // A different address list is counted and heeded none the less, so it may be counted on top.
  const lists = (is['address-list'] ?? 0) - (was['address-list'] ?? 0);
  const refused = sum(Object.values(is)) - sum(Object.values(was));
  const missing = volley.forgeries.length - volley.heeded - refused;
  assert.ok(missing <= 0 && -missing <= lists, `${place}: ${missing} neither heeded nor counted`);
}

function received({ instances }: EngineSnapshot): number {
  return sum(instances.map(({ statistics }) => statistics.received));
}

function refusedBy({ instances, rejected }: EngineSnapshot): Partial<Record<RejectReason, number>> {
  return [rejected, ...instances.map(({ statistics }) => statistics.rejected)].reduce(add, {});
}

function add(
  one: Partial<Record<RejectReason, number>>,
  other: Partial<Record<RejectReason, number>>,
): Partial<Record<RejectReason, number>> {
  const total = { ...one };
  for (const [reason, count] of Object.entries(other) as [RejectReason, number][]) {
    total[reason] = (total[reason] ?? 0) + count;
  }
  return total;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
