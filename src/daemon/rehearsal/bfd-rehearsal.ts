/**
 * The end of a BFD session comes as seldom as a take-over, and what follows from it must be as quick: a master that tracks it
 * resigns. So it is played before it happens, on the stage of `rehearsal.ts`, and again in long intervals, since V8 gives up
 * the code of what has not run for long.
 */
import { after, type Instant, instant, milliseconds, seconds } from '../../base/units.ts';
import { type BfdDriver, createBfdDriver } from '../../engine/bfd/driver.ts';
import type { Verdict } from '../../engine/bfd/exchange.ts';
import { type BfdModel, trackerOf } from '../../engine/bfd/model.ts';
import type { LinkIndex } from '../../ports.ts';
import type { ReceivedUdpDatagram, UdpDatagram } from '../../udp-port.ts';
import { type BfdState, decodeBfdPacket, encodeBfdPacket } from '../../wire/bfd.ts';
import { linuxClock, openPorts, type PortEvents, type Ports } from '../failover/ports.ts';
import { address, type Play, shortPlay } from './play.ts';
import { Stage } from './stage.ts';

/** Milliseconds from the start to the first play: a session needs a second to come up. */
const firstPause = 300;
/** Between the plays of a beginning, each of which may take some milliseconds. */
const shortPause = 30;
const beginning = 8;
const longPause = 15_000;

const name = 'rehearsal';
/** Take-over, announcements, what comes after. */
const steps = 3;

const model: BfdModel = {
  name,
  neighbour: address('192.0.2.1'),
  source: undefined,
  multihop: false,
  minTransmit: milliseconds(10),
  minReceive: milliseconds(10),
  idleTransmit: seconds(1),
  multiplier: 3,
  passive: false,
  hopLimit: 255,
  hopLimitLeast: 255,
  forFailover: true,
  forChecks: false,
  tracked: true,
};
const own = address('192.0.2.2');
/** Longer than its detection time. */
const patience = milliseconds(100);

const nothing = (): void => undefined;
const quiet: PortEvents = {
  networkReady: nothing,
  neighboursReady: nothing,
  kernelReady: nothing,
  timerDue: nothing,
  timerSoon: () => nothing,
};

const play: Play = {
  ...shortPlay,
  model: {
    ...shortPlay.model,
    instances: shortPlay.model.instances.map((instance) => ({
      ...instance,
      trackers: [{ tracker: trackerOf(name), weight: 0, reverse: false }],
    })),
  },
};

export class BfdRehearsal {
  #ports: Ports | undefined;
  #round = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#next(firstPause);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#ports?.close();
  }

  #next(pause: number): void {
    this.#timer = setTimeout(() => this.#play(), pause);
  }

  #play(): void {
    this.#round += 1;
    this.#ports ??= openPorts(quiet, true);
    playLoss(new Stage(this.#ports));
    this.#next(this.#round < beginning ? shortPause : longPause);
  }
}

/** A session comes up, whoever tracks it takes over, the neighbour falls silent, and the master resigns. */
export function playLoss(stage: Stage): void {
  stage.open(play);
  const session = new Session((verdict) => stage.tell(verdict));
  session.comeUp();
  for (let step = 0; step < steps; step += 1) stage.advance();
  session.fallSilent();
  stage.clear();
}

/** A session whose neighbour says what it should, until it says nothing. */
class Session {
  readonly #driver: BfdDriver;
  #heard: ReceivedUdpDatagram[] = [];
  #last: UdpDatagram | undefined;
  #now: Instant = linuxClock.now();
  #wakeAt: Instant | undefined;

  constructor(tell: (verdict: Verdict) => void) {
    this.#driver = createBfdDriver({
      models: [model],
      resume: undefined,
      seed: 1,
      ports: {
        clock: { now: () => this.#now, wall: () => linuxClock.wall() },
        timer: {
          arm: (at) => {
            this.#wakeAt = at;
          },
        },
        network: {
          listen: () => [],
          transmit: (datagrams) => {
            this.#last = datagrams.at(-1);
            return [];
          },
          receive: () => {
            const datagrams = this.#heard;
            this.#heard = [];
            return { datagrams, readUntil: this.#now, lost: 0 };
          },
        },
        report: () => undefined,
        tell,
      },
    });
    this.#driver.start();
    this.#driver.timerDue();
  }

  comeUp(): void {
    this.#hear('down');
    this.#hear('init');
    this.#hear('up');
  }

  /** Serves every deadline until the session is lost. */
  fallSilent(): void {
    const end = after(this.#now, patience);
    while (this.#wakeAt !== undefined && this.#wakeAt < end) {
      this.#now = instant(Math.max(this.#now, this.#wakeAt));
      this.#driver.timerDue();
    }
  }

  #hear(state: BfdState): void {
    const decoded = decodeBfdPacket(this.#last?.payload ?? new Uint8Array());
    if (!decoded.ok) return;
    const { value: ours } = decoded;
    this.#heard.push({
      source: model.neighbour,
      destination: own,
      destinationPort: 3784,
      link: 1 as LinkIndex,
      hopLimit: 255,
      payload: encodeBfdPacket({
        ...ours,
        ...{ state, poll: false, final: ours.poll },
        ...{ myDiscriminator: ours.myDiscriminator === 1 ? 2 : 1 },
        yourDiscriminator: ours.myDiscriminator,
      }),
      receivedAt: this.#now,
    });
    this.#driver.networkReady();
  }
}
