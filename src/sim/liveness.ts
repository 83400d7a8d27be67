/** What must happen in the end: somebody owns every address, and it is the right one. */
import type { Instant } from '../base/units.ts';
import { downInterval, longestDownInterval } from './bounds.ts';
import { effectivePriority, isFit } from './fitness.ts';
import { SCHEDULING } from './host.ts';
import type { Judge } from './judge.ts';
import { countAddresses } from './safety.ts';
import type { Seat } from './seat.ts';
import type { World } from './world.ts';

/** More than the longest way of a datagram and the wake-ups at both its ends. */
const OVERLAP = 2_000;

export interface Watchman {
  /** Looks at everything now; to be called often. */
  look(now: Instant): void;
  /** Everything must have found its place. */
  conclude(now: Instant): void;
}

export function createWatchman(world: World, judge: Judge): Watchman {
  const doubles = new Map<string, Double>();
  const fitSince = new Map<Seat, Instant>();
  return {
    look: (now) => {
      for (const seat of judge.seats) {
        if (isFit(seat.host, seat.instance) && seat.host.frozen === 0) {
          if (!fitSince.has(seat)) fitSince.set(seat, now);
        } else {
          fitSince.delete(seat);
        }
        judgeWait(judge, seat, fitSince.get(seat), now);
        judgeUnfit(judge, seat);
      }
      for (const [name, seats] of byRouter(judge.seats)) {
        judgeDouble(world, judge, { name, seats, doubles, now });
      }
    },
    conclude: (now) => {
      for (const [, seats] of byRouter(judge.seats)) concludeRouter(world, judge, seats);
      const first = judge.seats[0];
      if (first !== undefined && judge.lastMove() >= world.scenario.settledAt) {
        judge.accuse(
          'safety',
          first,
          `something moved at ${judge.lastMove()}, after all was settled`,
        );
      }
      void now;
    },
  };
}

function byRouter(seats: readonly Seat[]): Map<string, Seat[]> {
  const routers = new Map<string, Seat[]>();
  for (const seat of seats) {
    const known = routers.get(seat.instance.name);
    if (known === undefined) routers.set(seat.instance.name, [seat]);
    else known.push(seat);
  }
  return routers;
}

/**
 * A fit backup that hears nobody takes over within its master down interval. Members of a group wait for the others,
 * so for them only the end counts.
 */
function judgeWait(judge: Judge, seat: Seat, fitSince: Instant | undefined, now: Instant): void {
  const { host, instance } = seat;
  if (seat.state !== 'backup' || seat.grouped || fitSince === undefined) return;
  if (host.slowness > 0) return;
  const peers = judge.seats.filter((each) => each.instance.name === instance.name);
  const slowest = Math.max(...peers.map((each) => each.instance.advertInterval));
  const from = Math.max(seat.since, seat.signOfLifeAt, seat.priorityAt, fitSince);
  // A process that stood still listens for an interval more before it believes that the master is dead.
  const grace = host.thawedAt > from ? 2 * slowest : 0;
  const wait = downInterval(instance, seat.priority, slowest) + 2 * SCHEDULING + ROUNDING;
  const silent = now - Math.max(from, host.thawedAt);
  if (silent > wait + grace) {
    judge.accuse('liveness', seat, `is still backup after ${silent} us of silence, not ${wait} us`);
  }
}

/** Whoever cannot take part is in fault as soon as its process has heard of it. */
function judgeUnfit(judge: Judge, seat: Seat): void {
  const { host, instance, state } = seat;
  const { process } = host;
  if (process === undefined || (state !== 'backup' && state !== 'master')) return;
  if (process.kernelPort.pending() || process.inputs.length > 0 || host.frozen > 0) return;
  if (!isFit(host, instance)) judge.accuse('safety', seat, `is ${state} and not fit to be`);
}

const ROUNDING = 10;

/** Who is master beside others, without a pause as far as one looks at it. */
interface Double {
  readonly masters: readonly Seat[];
  readonly since: Instant;
}

interface DoubleCheck {
  readonly name: string;
  readonly seats: readonly Seat[];
  readonly doubles: Map<string, Double>;
  readonly now: Instant;
}

/** At most one master once the network has been whole for the longest down interval. */
function judgeDouble(world: World, judge: Judge, check: DoubleCheck): void {
  const { name, seats, doubles, now } = check;
  const instances = seats.map((seat) => seat.instance);
  const whole = world.scenario.calmAt + longestDownInterval(instances) + OVERLAP;
  const masters = seats.filter((seat) => seat.state === 'master');
  const first = masters[0];
  if (masters.length < 2 || now < whole || first === undefined) {
    doubles.delete(name);
    return;
  }
  const known = doubles.get(name);
  // Of two who followed a third, one after the other, no two were masters all the time.
  const isSame = masters.filter((seat) => known?.masters.includes(seat)).length > 1;
  const since = isSame && known !== undefined ? known.since : now;
  doubles.set(name, { masters, since });
  if (now - since <= OVERLAP) return;
  const others = masters.slice(1).map((seat) => seat.host.name);
  judge.accuse('safety', first, `is master for ${now - since} us beside ${others.join(', ')}`);
}

function concludeRouter(world: World, judge: Judge, seats: readonly Seat[]): void {
  const { accuse } = judge;
  const [master, ...more] = seats.filter((seat) => seat.state === 'master');
  const fit = seats.filter((seat) => isFit(seat.host, seat.instance));
  const first = fit[0];
  if (more.length > 0 && master !== undefined) {
    accuse('safety', master, `is master beside ${more.map((seat) => seat.host.name).join(', ')}`);
  }
  if (master === undefined) {
    if (first !== undefined) accuse('liveness', first, 'is fit, and nobody is master');
    return;
  }
  if (!fit.includes(master)) accuse('safety', master, 'is master and is not fit to be');
  for (const seat of seats) concludeSeat(judge, seat, seat === master);
  const priority = effectivePriority(master.host, master.instance);
  for (const seat of fit) {
    const own = effectivePriority(seat.host, seat.instance);
    if (seat !== master && seat.instance.preempt && own > priority) {
      accuse('liveness', seat, `has priority ${own} and did not preempt ${priority}`);
    }
  }
  concludeNeighbours(world, judge, master);
}

function concludeSeat(judge: Judge, seat: Seat, isMaster: boolean): void {
  if (seat.host.process === undefined) return;
  const told = effectivePriority(seat.host, seat.instance);
  if (isFit(seat.host, seat.instance) && seat.priority !== told) {
    judge.accuse('safety', seat, `says its priority is ${seat.priority}, and it is ${told}`);
  }
  const [present, missing] = countAddresses(seat);
  if (isMaster && missing > 0)
    judge.accuse('liveness', seat, `lacks ${missing} addresses at the end`);
  if (!isMaster && present > 0)
    judge.accuse('safety', seat, `holds ${present} addresses at the end`);
  const snapshot = seat.host.process.driver.snapshot();
  const own = snapshot.instances.find((each) => each.name === seat.instance.name);
  if (own?.state !== seat.state) {
    judge.accuse('safety', seat, `is ${own?.state}, and the last transition told of ${seat.state}`);
  }
}

/** Traffic goes where the address is, when the last announcement cannot have been lost. */
function concludeNeighbours(world: World, judge: Judge, master: Seat): void {
  const { instance, host } = master;
  const segment = world.fabric.segments.find((each) =>
    each.attachments.some((own) => own.host === host.id && own.interface === instance.interface),
  );
  if (instance.garp.masterRefresh === 0 && master.since < world.scenario.calmAt) return;
  for (const { address } of [...instance.addresses, ...instance.excludedAddresses]) {
    const goesTo = segment?.neighbours.hostFor(address);
    if (goesTo === host.id) continue;
    const name = goesTo === undefined ? 'nobody' : world.hosts[goesTo]?.name;
    judge.accuse('liveness', master, `owns ${address}, and its traffic goes to ${name}`);
  }
}
