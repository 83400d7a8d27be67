/** A whole run, drawn from one seed: the hosts, what they are configured to do, and what will go wrong. */
import { parseIpv4, parseIpv6, parseMac } from '../base/address.ts';
import { createRandom, type Random } from '../base/random.ts';
import { type Duration, type Instant, microseconds, milliseconds } from '../base/units.ts';
import type { FailoverModel } from '../engine/model.ts';
import { settlingTime } from './bounds.ts';
import { drawModels, type InterfacePlan } from './configuration.ts';
import { drawTroubles, type Trouble } from './faults.ts';

/** How soon what the kernel refused must have been tried again. */
const RETRY = milliseconds(1_050);

export interface Scenario {
  readonly seed: number;
  readonly hosts: readonly HostPlan[];
  readonly segments: number;
  readonly latency: Duration;
  readonly jitter: Duration;
  readonly troubles: readonly Trouble[];
  /** From here on nothing goes wrong any more. */
  readonly calmAt: Instant;
  /** By then everything must have found its place, and nothing may move until the end. */
  readonly settledAt: Instant;
  readonly endAt: Instant;
}

export interface HostPlan {
  readonly name: string;
  /** Its monotonic clock minus the world's. */
  readonly offset: Duration;
  readonly startAt: Instant;
  /** Whether its kernel is new enough to keep who manages an address. */
  readonly keepsProtocol: boolean;
  /** An interface is on the segment of the same place in the list. */
  readonly interfaces: readonly InterfacePlan[];
  readonly model: FailoverModel;
}

export function drawScenario(seed: number): Scenario {
  const random = createRandom(seed);
  const shape = random.fork('shape');
  const count = shape.pick([2, 2, 2, 3, 3, 4, 5]);
  const segments = shape.pick([1, 1, 2]);
  const places = shape.shuffled([11, 12, 13, 14, 15]).slice(0, count);
  const interfaces = places.map((place) =>
    Array.from({ length: segments }, (_, index) => planInterface(index, place)),
  );
  const { pace, models } = drawModels(random.fork('configuration'), interfaces);
  const hosts = models.map((model, id) => drawHost(shape, { id, pace, model, interfaces }));
  const until = (pace * 50) as Instant;
  const troubles = drawTroubles(random.fork('troubles'), { hosts, segments, pace, until });
  const ends = troubles.map((each) => (each.until ?? each.at) + lingering(each));
  const calmAt = Math.max(...hosts.map((host) => host.startAt), ...ends) as Instant;
  const settledAt = (calmAt + settlingTime(models)) as Instant;
  return {
    seed,
    hosts,
    segments,
    latency: microseconds(shape.within(20, 200)),
    jitter: microseconds(shape.below(shape.pick([1, 50, 300]))),
    troubles,
    calmAt,
    settledAt,
    endAt: (settledAt + pace * 8 + milliseconds(20)) as Instant,
  };
}

/** How long a trouble has an effect after its end: what is under way, and what is tried again after a second. */
function lingering(trouble: Trouble): number {
  if (trouble.kind === 'delay') return trouble.delayMax;
  return trouble.kind === 'operations-fail' ? RETRY : 0;
}

interface HostDraw {
  readonly id: number;
  readonly pace: Duration;
  readonly model: FailoverModel;
  readonly interfaces: readonly (readonly InterfacePlan[])[];
}

function drawHost(random: Random, draw: HostDraw): HostPlan {
  return {
    name: `h${draw.id + 1}`,
    offset: microseconds(random.below(4_000_000_000)),
    // An owner on an older kernel cannot tell an address that was left behind from one that was always there.
    keepsProtocol: random.chance(0.5) || draw.model.instances.some((each) => each.priority === 255),
    startAt: random.below(draw.pace * 4) as Instant,
    interfaces: draw.interfaces[draw.id] ?? [],
    model: draw.model,
  };
}

function planInterface(index: number, place: number): InterfacePlan {
  const mac = parseMac(`02:00:00:00:0${index}:${place}`);
  const ipv4 = parseIpv4(`10.0.${index}.${place}`);
  const linkLocal = parseIpv6(`fe80::${index}:${place}`);
  const ipv6 = parseIpv6(`fd00:0:0:${index}::${place}`);
  if (!mac || !ipv4 || !linkLocal || !ipv6)
    throw new Error('broken invariant: a plan of addresses');
  return { name: `eth${index}`, mac, ipv4, linkLocal, ipv6 };
}
