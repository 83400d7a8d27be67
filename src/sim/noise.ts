/**
 * Datagrams that must change nothing: random bytes, and advertisements of priority 254 that are right in everything but one
 * thing which must be looked at.
 */
import type { Random } from '../base/random.ts';
import type { Datagram } from '../ports.ts';
import type { World } from './world.ts';

export function makeNoise(world: World, segment: number, count: number): void {
  const random = world.random.fork(`noise ${segment} ${world.queue.now()}`);
  const place = world.fabric.segments[segment];
  const genuine = place?.lastSent;
  if (place === undefined || genuine === undefined) return;
  for (let each = 0; each < count; each += 1) {
    const forged = random.chance(0.3)
      ? { payload: randomBytes(random, genuine) }
      : forge(random, genuine);
    const from = random.pick(world.hosts);
    const link = world.sockets.get(`${from.id}/eth${segment}`)?.index ?? genuine.link;
    world.fabric.send(from.id, { ...genuine, ...forged, link });
  }
  place.lastSent = genuine;
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

/** Replaces two bytes at an even offset and corrects the checksum (RFC 1624). */
function alter(payload: Uint8Array, offset: number, bytes: readonly [number, number]): void {
  const before = (payload[offset] ?? 0) * 256 + (payload[offset + 1] ?? 0);
  const checksum = (payload[6] ?? 0) * 256 + (payload[7] ?? 0);
  let sum = (~checksum & 0xffff) + (~before & 0xffff) + bytes[0] * 256 + bytes[1];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  payload.set(bytes, offset);
  payload.set([(~sum & 0xffff) >> 8, ~sum & 0xff], 6);
}
