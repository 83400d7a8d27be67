/**
 * What a failover process does before it is needed: it plays take-overs before ports that do everything but send and
 * change, so that the code of a take-over is compiled, and its types are known, when the take-over comes. The first one
 * of a process costs it two milliseconds otherwise.
 */
import { parseAddress, parseMac } from '../base/address.ts';
import { after, between, type Duration, type Instant, milliseconds } from '../base/units.ts';
import { createDriver, type Driver } from '../engine/driver.ts';
import type { FailoverModel, InstanceModel } from '../engine/model.ts';
import type { KernelState, Link, LinkAddress, LinkIndex } from '../ports.ts';
import { linuxClock, openPorts } from './ports.ts';

const rounds = 10;
/** Wake-ups in a round: the take-over, its advertisements, the second burst of announcements. */
const steps = 12;
/** As many instances are enough to walk every path, and a thousand would take the processor from others. */
const castMost = 4;

/** Ends by itself, or when it is told to; then it calls `over`, once. */
export interface Rehearsal {
  stop(): void;
}

/** Without a model it plays one of its own. */
export function rehearse(model: FailoverModel | undefined, over: () => void): Rehearsal {
  const play = new Play(model, over);
  play.begin();
  return { stop: () => play.end() };
}

class Play {
  readonly #model: FailoverModel;
  readonly #over: () => void;
  readonly #state: KernelState;
  readonly #ports = openPorts(
    {
      networkReady: () => undefined,
      neighboursReady: () => undefined,
      // What happens meanwhile is of no interest, but it must not stay readable.
      kernelReady: () => void this.#ports.kernel.changes(),
      timerDue: () => this.#dueOrOver(),
    },
    true,
  );
  #driver: Driver | undefined;
  /** How far the clock of the play runs ahead: nobody waits for its deadlines. */
  #ahead = 0 as Duration;
  #wakeAt: Instant | undefined;
  #round = 0;
  #step = 0;
  #isOver = false;

  constructor(model: FailoverModel | undefined, over: () => void) {
    this.#over = over;
    this.#model =
      model === undefined
        ? { instances: [part], groups: [], host, staticEntries: [] }
        : { ...model, instances: model.instances.slice(0, castMost), groups: [] };
    this.#state = model === undefined ? stage : this.#ports.kernel.observe();
  }

  begin(): void {
    const { timer, network, kernel } = this.#ports;
    this.#driver = createDriver({
      model: this.#model,
      resume: this.#round % 2 === 0 ? undefined : this.#driver?.snapshot(),
      ports: {
        clock: { now: () => this.#now(), wall: () => linuxClock.wall() },
        timer: {
          arm: (at) => {
            this.#wakeAt = at;
          },
        },
        network: {
          listen: () => [],
          transmit: (datagrams) => network.transmit(datagrams),
          announce: (frames) => network.announce(frames),
          receive: (limit) => network.receive(limit),
        },
        kernel: {
          watch: () => undefined,
          observe: () => this.#state,
          apply: (operations) => kernel.apply(operations),
          changes: () => kernel.changes(),
        },
        neighbours: { watch: () => undefined, claims: () => [] },
        report: () => undefined,
      },
    });
    this.#driver.start();
    timer.arm(linuxClock.now());
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ports.close();
    this.#over();
  }

  #now(): Instant {
    return after(linuxClock.now(), this.#ahead);
  }

  /** Whatever goes wrong here will be told by the process that runs in earnest. */
  #dueOrOver(): void {
    try {
      this.#due();
    } catch {
      this.end();
    }
  }

  #due(): void {
    const driver = this.#driver;
    if (driver === undefined || this.#isOver) return;
    const wait = this.#wakeAt === undefined ? 0 : between(this.#now(), this.#wakeAt);
    if (wait > 0) this.#ahead = (this.#ahead + wait) as Duration;
    driver.timerDue();
    this.#step += 1;
    if (this.#step < steps && this.#wakeAt !== undefined) {
      this.#ports.timer.arm(linuxClock.now());
      return;
    }
    driver.tell({ kind: 'stop' });
    this.#step = 0;
    this.#round += 1;
    if (this.#round < rounds) this.begin();
    else this.end();
  }
}

const loopback = 1 as LinkIndex;

function address(text: string) {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`broken invariant: ${text} is an address`);
  return parsed;
}

const link: Link = {
  index: loopback,
  name: 'stage',
  up: true,
  running: true,
  noArp: false,
  multicast: true,
  loopback: false,
  mtu: 1_500,
  mac: parseMac('02:00:00:00:00:01'),
  parent: undefined,
};

const held: LinkAddress = {
  link: loopback,
  address: address('192.0.2.1'),
  prefix: 24,
  scope: 'global',
  label: undefined,
  broadcast: undefined,
  peer: undefined,
  tentative: false,
  duplicate: false,
  protocol: 0,
};

/** A link that is not there, under the number of one that always is. */
const stage: KernelState = { links: [link], addresses: [held], routes: [], rules: [] };

const host: FailoverModel['host'] = {
  startupDelay: 0 as Duration,
  garpInterval: 0 as Duration,
  gnaInterval: 0 as Duration,
  logUnknownVrids: false,
  addressLifetimes: true,
};

const part: InstanceModel = {
  name: 'rehearsal',
  interface: 'stage',
  virtualRouterId: 1,
  version: 3,
  family: 'ipv4',
  priority: 100,
  advertInterval: milliseconds(10),
  initialState: 'backup',
  preempt: true,
  preemptDelay: 0 as Duration,
  downTimerAdverts: 3,
  strict: false,
  accept: true,
  skipCheckAdvertAddresses: false,
  higherPrioritySendAdvert: false,
  lowerPriorityNoAdvert: false,
  ownerIgnoreAdverts: false,
  timerExpiredBackup: undefined,
  authentication: { kind: 'none' },
  checksumWithoutPseudoHeader: false,
  transport: { kind: 'multicast', group: address('224.0.0.18'), source: undefined },
  addresses: [
    {
      address: address('192.0.2.2'),
      prefix: 24,
      interface: undefined,
      scope: 'global',
      label: undefined,
      broadcast: undefined,
      peer: undefined,
      flags: [],
      preferred: undefined,
      track: true,
    },
  ],
  excludedAddresses: [],
  entries: [],
  promoteSecondaries: false,
  trackPrimary: true,
  trackSource: false,
  trackedInterfaces: [],
  trackers: [],
  garp: {
    masterRepeat: 5,
    masterDelay: milliseconds(50),
    masterRefresh: 0 as Duration,
    masterRefreshRepeat: 1,
    lowerPriorityRepeat: 5,
    lowerPriorityDelay: milliseconds(50),
  },
  receiveBuffer: undefined,
};
