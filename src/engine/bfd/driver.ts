/** The drain loop of BFD over its ports, identical live and simulated. It stands beside the failover driver and its timer. */
import { after, type Instant, milliseconds } from '../../base/units.ts';
import type { Clock, Timer } from '../../ports.ts';
import type { UdpNetwork } from '../../udp-port.ts';
import { BfdEngine } from './engine.ts';
import type { BfdInput, BfdOutput, Verdict } from './exchange.ts';
import type { BfdModel } from './model.ts';
import type { BfdReport } from './report.ts';
import type { BfdSnapshot } from './snapshot.ts';

/** Packets taken in before deadlines are looked at again. */
const RECEIVE_BATCH = 256;
/** How many batches one wake-up reads before the rest must wait for the next, so that a flood cannot starve it. */
const RECEIVE_ROUNDS = 16;
/** A timer served later than this means that the process stood still, and that much may wait to be read. */
const STANDSTILL = milliseconds(5);

export interface BfdPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly network: UdpNetwork;
  /** Takes reports away. Must return at once and never throw. */
  report(reports: readonly BfdReport[]): void;
  /** Hands a verdict to the failover driver. */
  tell(verdict: Verdict): void;
}

export interface BfdDriverOptions {
  readonly models: readonly BfdModel[];
  /** What an earlier failover process of this daemon was, when this one takes its place. */
  readonly resume: BfdSnapshot | undefined;
  /** For discriminators, source ports and jitter. */
  readonly seed: number;
  readonly ports: BfdPorts;
}

export interface BfdDriver {
  start(): void;
  /** A socket has something to read. */
  networkReady(): void;
  timerDue(): void;
  configure(models: readonly BfdModel[]): void;
  /** Tells every neighbour that its session is over. */
  stop(): void;
  snapshot(): BfdSnapshot;
}

export function createBfdDriver({ models, resume, seed, ports }: BfdDriverOptions): BfdDriver {
  const { clock, timer, network } = ports;
  const engine = new BfdEngine({ resume, seed });
  let wakeAt: Instant | undefined;
  const feed = (input: BfdInput): void => {
    const output = engine.step(input, clock.now());
    wakeAt = output.wakeAt;
    for (const answer of carryOut(output, ports)) {
      const further = engine.step(answer, clock.now());
      carryOut(further, ports);
      wakeAt = further.wakeAt;
    }
  };
  const turn = (act: () => void): void => {
    act();
    timer.arm(wakeAt);
  };
  /** Reads what has arrived, or as much of it as one wake-up may. Returns by when all of it had arrived. */
  const readNetwork = (): Instant | undefined => {
    let until: Instant | undefined;
    for (let round = 0; round < RECEIVE_ROUNDS; round += 1) {
      const { datagrams, readUntil, lost } = network.receive(RECEIVE_BATCH);
      until = readUntil;
      if (datagrams.length > 0) feed({ kind: 'datagrams', datagrams });
      if (lost > 0) feed({ kind: 'deaf', lost });
      if (datagrams.length < RECEIVE_BATCH) break;
    }
    return until;
  };
  const isLate = (): boolean => wakeAt !== undefined && after(wakeAt, STANDSTILL) < clock.now();
  return {
    start: () => turn(() => feed({ kind: 'configure', models })),
    networkReady: () => turn(readNetwork),
    timerDue: () =>
      turn(() => {
        // Reading may take long then, and the neighbours wait for a word.
        if (isLate()) feed({ kind: 'wake', readUntil: undefined });
        // What had arrived must count before anybody is declared lost, and the processor may be taken away in between: so
        // silence is judged as of the instant up to which everything is known.
        feed({ kind: 'wake', readUntil: readNetwork() });
      }),
    configure: (next) => turn(() => feed({ kind: 'configure', models: next })),
    stop: () => turn(() => feed({ kind: 'stop' })),
    snapshot: () => engine.snapshot(clock.now()),
  };
}

/** What the world answers to an output; the answers to those ask for nothing of the network. */
function carryOut(output: BfdOutput, { network, tell, report }: BfdPorts): readonly BfdInput[] {
  const answers: BfdInput[] = [];
  if (output.listen !== undefined) {
    answers.push({ kind: 'listening', failures: network.listen(output.listen) });
  }
  const { transmit } = output;
  if (transmit.length > 0) {
    for (const { index, error } of network.transmit(transmit)) {
      const session = transmit[index]?.session ?? '';
      answers.push({ kind: 'transmit-failed', session, error });
    }
  }
  for (const verdict of output.verdicts) tell(verdict);
  if (output.reports.length > 0) report(output.reports);
  return answers;
}
