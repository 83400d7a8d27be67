/**
 * Datagrams that must change nothing: random bytes, and advertisements of priority 254 that are right in everything but one
 * thing which must be looked at.
 */
import { type Address, addressBytes, isMulticast } from '../base/address.ts';
import type { Random } from '../base/random.ts';
import type { Datagram } from '../ports.ts';
import type { World } from './world.ts';

export function makeNoise(world: World, segment: number, count: number): void {
  const random = world.random.fork(`noise ${segment} ${world.queue.now()}`);
  const place = world.fabric.segments[segment];
  const genuine = place?.lastSent;
  if (place === undefined || genuine === undefined) return;
  for (let each = 0; each < count; each += 1) {
    const from = random.pick(world.hosts);
    const plan = world.sockets.get(`${from.id}/eth${segment}`);
    if (plan === undefined) continue;
    const posed = pose(
      genuine,
      genuine.source.includes('.') ? plan.plan.ipv4 : plan.plan.linkLocal,
    );
    const payload = randomBytes(random, genuine);
    const forged = random.chance(0.3) ? { payload } : forge(random, posed);
    world.fabric.send(from.id, { ...posed, ...forged, link: plan.index });
  }
  place.lastSent = genuine;
}

/** The same advertisement as if another host had sent it: to whoever sent it where it went to one host alone. */
function pose(genuine: Datagram, source: Address): Datagram {
  const payload = genuine.payload.slice();
  if (!isMulticast(genuine.destination)) {
    return { ...genuine, payload, source: genuine.destination, destination: genuine.source };
  }
  if ((payload[0] ?? 0) >> 4 === 3) {
    const [before, after] = [addressBytes(genuine.source), addressBytes(source)];
    for (let at = 0; at < before.length; at += 2) {
      correct(payload, wordAt(before, at), wordAt(after, at));
    }
  }
  return { ...genuine, payload, source };
}

/** At times they begin as an advertisement does. */
function randomBytes(random: Random, genuine: Datagram): Uint8Array {
  const payload = Uint8Array.from({ length: random.within(0, 40) }, () => random.below(256));
  if (payload.length > 8 && random.chance(0.7)) payload.set(genuine.payload.subarray(0, 6));
  return payload;
}

const WRONG = ['hop-limit', 'checksum', 'truncated', 'version'] as const;
const VERSION_2 = ['interval', 'interval'] as const;
const SECRET = ['secret', 'secret', 'secret'] as const;

const PRIORITY = 2;
const INTERVAL = 4;

function forge(random: Random, genuine: Datagram): Partial<Datagram> {
  const payload = genuine.payload.slice();
  const isVersion2 = (payload[0] ?? 0) >> 4 === 2;
  alter(payload, PRIORITY, [254, payload[PRIORITY + 1] ?? 0]);
  const hasSecret = isVersion2 && payload[INTERVAL] === 1;
  const wrong = [...WRONG, ...(isVersion2 ? VERSION_2 : []), ...(hasSecret ? SECRET : [])];
  switch (random.pick(wrong)) {
    case 'hop-limit':
      return { payload, hopLimit: random.pick([0, 1, 64, 254]) };
    case 'checksum':
      payload[7] = (payload[7] ?? 0) ^ (1 << random.below(8));
      return { payload };
    case 'interval':
      alter(payload, INTERVAL, [payload[INTERVAL] ?? 0, ((payload[INTERVAL + 1] ?? 0) + 1) & 0xff]);
      return { payload };
    case 'secret':
      alter(payload, payload.length - 8, [120, 120]);
      return { payload };
    case 'truncated':
      return { payload: payload.subarray(0, random.below(payload.length)) };
    case 'version':
      alter(payload, 0, [(isVersion2 ? 3 : 2) * 16 + 1, payload[1] ?? 0]);
      return { payload };
  }
}

function alter(payload: Uint8Array, offset: number, bytes: readonly [number, number]): void {
  correct(payload, wordAt(payload, offset), bytes[0] * 256 + bytes[1]);
  payload.set(bytes, offset);
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) * 256 + (bytes[offset + 1] ?? 0);
}

/** Makes the checksum right again after one word of what it covers has changed (RFC 1624). */
function correct(payload: Uint8Array, before: number, after: number): void {
  let sum = (~wordAt(payload, 6) & 0xffff) + (~before & 0xffff) + after;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  payload.set([(~sum & 0xffff) >> 8, ~sum & 0xff], 6);
}
