/** A swarm of troubles: a run has some kinds and not others, so that each kind meets quiet and company alike. */
import type { Random } from '../base/random.ts';
import type { Duration, Instant } from '../base/units.ts';
import type { HostPlan } from './scenario.ts';

interface Span {
  readonly at: Instant;
  /** undefined: it never ends. */
  readonly until: Instant | undefined;
}

export type Trouble = Span &
  (
    | { readonly kind: 'loss'; readonly segment: number; readonly chance: number }
    | { readonly kind: 'duplication'; readonly segment: number; readonly chance: number }
    /** Some datagrams are held back, and later ones overtake them. */
    | {
        readonly kind: 'delay';
        readonly segment: number;
        readonly chance: number;
        readonly delayMax: Duration;
      }
    /** Senders hear themselves. */
    | { readonly kind: 'echo'; readonly segment: number; readonly chance: number }
    | {
        readonly kind: 'partition';
        readonly segment: number;
        /** Nothing passes from these to the others. */
        readonly side: readonly number[];
        readonly oneWay: boolean;
      }
    /** Datagrams that nobody meant: random bytes, or genuine ones with a bit turned or a wrong hop limit. */
    | { readonly kind: 'noise'; readonly segment: number; readonly count: number }
    | { readonly kind: 'carrier'; readonly host: number; readonly interface: string }
    | { readonly kind: 'admin-down'; readonly host: number; readonly interface: string }
    /** The interface is deleted, and made again with another index. */
    | { readonly kind: 'replug'; readonly host: number; readonly interface: string }
    /** The process is not scheduled; its kernel goes on. */
    | { readonly kind: 'freeze'; readonly host: number }
    | { readonly kind: 'slow'; readonly host: number; readonly wait: Duration }
    /** The failover process is killed and comes back as what it was: at once, or after some more uses of a port. */
    | { readonly kind: 'kill'; readonly host: number; readonly uses: number | undefined }
    /** All of the daemon is killed; at the end it starts anew. */
    | { readonly kind: 'crash'; readonly host: number }
    /** The host loses its power; at the end it boots. */
    | { readonly kind: 'power'; readonly host: number }
    | { readonly kind: 'stop'; readonly host: number }
    | { readonly kind: 'tracker'; readonly host: number; readonly tracker: string }
    /** Somebody takes a virtual address away by hand. */
    | { readonly kind: 'operator'; readonly host: number; readonly draw: number }
    | { readonly kind: 'operations-fail'; readonly host: number; readonly chance: number }
    | { readonly kind: 'transmits-fail'; readonly host: number; readonly chance: number }
    /** Every change of the kernel is one too many for the socket that tells of it. */
    | { readonly kind: 'overrun'; readonly host: number }
    /** The same configuration once more. */
    | { readonly kind: 'reload'; readonly host: number }
  );

export type TroubleKind = Trouble['kind'];

export interface SwarmOptions {
  readonly hosts: readonly HostPlan[];
  readonly segments: number;
  readonly pace: Duration;
  /** No trouble begins after this. */
  readonly until: Instant;
}

const KINDS: readonly TroubleKind[] = [
  'loss',
  'duplication',
  'delay',
  'echo',
  'partition',
  'partition',
  'noise',
  'noise',
  'carrier',
  'admin-down',
  'replug',
  'freeze',
  'slow',
  'kill',
  'crash',
  'power',
  'stop',
  'tracker',
  'operator',
  'operations-fail',
  'transmits-fail',
  'overrun',
  'reload',
];

export function drawTroubles(random: Random, options: SwarmOptions): Trouble[] {
  const share = random.pick([0, 0.1, 0.2, 0.35, 0.6]);
  const troubles: Trouble[] = [];
  for (const kind of KINDS) {
    if (!random.chance(share)) continue;
    const count = random.within(1, 3);
    for (let each = 0; each < count; each += 1) troubles.push(drawTrouble(random, kind, options));
  }
  return withoutLastHost(troubles, options.hosts.length).sort((one, other) => one.at - other.at);
}

/** Hosts may be lost for good, but not the last one. */
function withoutLastHost(troubles: readonly Trouble[], hosts: number): Trouble[] {
  const lost = new Set<number>();
  return troubles.filter((trouble) => {
    if (trouble.until !== undefined || !('host' in trouble)) return true;
    lost.add(trouble.host);
    if (lost.size < hosts) return true;
    lost.delete(trouble.host);
    return false;
  });
}

function drawTrouble(random: Random, kind: TroubleKind, options: SwarmOptions): Trouble {
  const at = random.below(options.until) as Instant;
  const length = Math.round(options.pace * 0.3 * 50 ** random.unit());
  const until = (at + length) as Instant;
  const host = random.below(options.hosts.length);
  const segment = random.below(options.segments);
  const link = `eth${random.below(options.segments)}`;
  switch (kind) {
    case 'loss':
    case 'duplication':
    case 'echo':
      return { kind, at, until, segment, chance: random.pick([0.05, 0.3, 0.7]) };
    case 'delay': {
      const delayMax = Math.round(options.pace * random.pick([0.1, 1, 3])) as Duration;
      return { kind, at, until, segment, chance: random.pick([0.1, 0.5]), delayMax };
    }
    case 'partition':
      return { kind, at, until, segment, ...drawSides(random, options.hosts.length) };
    case 'noise':
      return { kind, at, until: at, segment, count: random.within(1, 20) };
    case 'carrier':
    case 'admin-down':
    case 'replug':
      return { kind, at, until, host, interface: link };
    case 'slow':
      return { kind, at, until, host, wait: Math.round(options.pace * random.unit()) as Duration };
    case 'kill':
      return killAt(random, at, host, options.pace);
    case 'crash':
    case 'power':
    case 'stop':
      return { kind, at, host, until: random.chance(0.2) ? undefined : until };
    case 'tracker':
      return { kind, at, until, host, tracker: pickTracker(random, options.hosts[host]) };
    case 'operator':
      return { kind, at, until: at, host, draw: random.below(1_000) };
    case 'operations-fail':
    case 'transmits-fail':
      return { kind, at, until, host, chance: random.pick([0.1, 0.5, 1]) };
    case 'freeze':
    case 'overrun':
      return { kind, at, until, host };
    case 'reload':
      return { kind, at, until: at, host };
  }
}

/** The supervisor starts the next one at once: within a fraction of an interval, or a few when the host is busy. */
function killAt(random: Random, at: Instant, host: number, pace: Duration): Trouble {
  const gap = Math.round(pace * random.pick([0.05, 0.5, 2.5]));
  const uses = random.chance(0.5) ? random.below(12) : undefined;
  return { kind: 'kill', at, until: (at + gap) as Instant, host, uses };
}

function drawSides(random: Random, hosts: number): { side: number[]; oneWay: boolean } {
  const all = random.shuffled(Array.from({ length: hosts }, (_, host) => host));
  return { side: all.slice(0, random.within(1, hosts - 1)), oneWay: random.chance(0.4) };
}

function pickTracker(random: Random, host: HostPlan | undefined): string {
  const trackers = [
    ...(host?.model.instances ?? []).flatMap((instance) => instance.trackers),
    ...(host?.model.groups ?? []).flatMap((group) => group.trackers),
  ];
  return trackers.length === 0 ? 'script:unused' : random.pick(trackers).tracker;
}
