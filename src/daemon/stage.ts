/**
 * The stage of rehearsals: a driver of the shipped engine before ports that do everything but send and change, and a clock that
 * stands still between deadlines, so that nobody waits for them and none is ever missed.
 */
import { parseAddress, parseMac } from '../base/address.ts';
import { type Duration, type Instant, instant, latest, milliseconds } from '../base/units.ts';
import { createDriver, type Driver } from '../engine/driver.ts';
import type { Input } from '../engine/input.ts';
import type { FailoverModel, InstanceModel } from '../engine/model.ts';
import type { EngineSnapshot } from '../engine/snapshot.ts';
import type { KernelState, Link, LinkAddress, LinkIndex } from '../ports.ts';
import { linuxClock, type Ports } from './ports.ts';

export interface Play {
  readonly model: FailoverModel;
  /** What the kernel says of itself at the beginning. */
  readonly state: KernelState;
}

export class Stage {
  readonly #ports: Pick<Ports, 'network' | 'kernel'>;
  #driver: Driver | undefined;
  #now = instant(0);
  #wakeAt: Instant | undefined;

  /** `ports` are those of a rehearsal, and stay the caller's. */
  constructor(ports: Pick<Ports, 'network' | 'kernel'>) {
    this.#ports = ports;
  }

  /** Whether something is to come. */
  get isOpen(): boolean {
    return this.#wakeAt !== undefined;
  }

  /** Everybody is a backup, or what they were in `resume`. */
  open({ model, state }: Play, resume?: EngineSnapshot): void {
    const { network, kernel } = this.#ports;
    this.#now = linuxClock.now();
    this.#driver = createDriver({
      model,
      resume,
      ports: {
        clock: { now: () => this.#now, wall: () => linuxClock.wall() },
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
          observe: () => state,
          apply: (operations) => kernel.apply(operations),
          changes: () => kernel.changes(),
        },
        neighbours: { watch: () => undefined, claims: () => [] },
        report: () => undefined,
      },
    });
    this.#driver.start();
  }

  tell(input: Input): void {
    this.#driver?.tell(input);
  }

  /** Serves the next deadline now, whenever it is. */
  advance(): void {
    this.#now = latest(this.#now, this.#wakeAt ?? this.#now);
    this.#driver?.timerDue();
  }

  /** Everybody resigns. Returns what they were before. */
  clear(): EngineSnapshot | undefined {
    const was = this.#driver?.snapshot();
    this.#driver?.tell({ kind: 'stop' });
    return was;
  }
}

const loopback = 1 as LinkIndex;

export function address(text: string) {
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
const state: KernelState = { links: [link], addresses: [held], routes: [], rules: [] };

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

/** A take-over of one address, for who has no model yet, or no time. */
export const shortPlay: Play = {
  model: { instances: [part], groups: [], host, staticEntries: [] },
  state,
};
