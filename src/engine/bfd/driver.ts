/** The drain loop of BFD over its ports, identical live and simulated. It stands beside the failover driver and its timer. */
import type { Clock, Timer } from '../../ports.ts';
import type { ReceivedUdpDatagram, UdpNetwork } from '../../udp-port.ts';
import { BfdEngine } from './engine.ts';
import type { BfdInput, BfdOutput, Verdict } from './exchange.ts';
import type { BfdModel } from './model.ts';
import type { BfdReport } from './report.ts';
import type { BfdSnapshot } from './snapshot.ts';

/** Packets taken in before deadlines are looked at again. */
const RECEIVE_BATCH = 256;
/** How many batches one wake-up reads before the rest must wait for the next, so that a flood cannot starve it. */
const RECEIVE_ROUNDS = 16;

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
  const feed = (input: BfdInput): void => {
    const output = engine.step(input, clock.now());
    const answers = carryOut(output, ports);
    let { wakeAt } = output;
    for (const answer of answers) {
      const further = engine.step(answer, clock.now());
      carryOut(further, ports);
      wakeAt = further.wakeAt;
    }
    timer.arm(wakeAt);
  };
  /** Reads what has arrived; false when more is waiting than one wake-up may take in. */
  const readNetwork = (): boolean => {
    for (let round = 0; round < RECEIVE_ROUNDS; round += 1) {
      const datagrams: readonly ReceivedUdpDatagram[] = network.receive(RECEIVE_BATCH);
      if (datagrams.length > 0) feed({ kind: 'datagrams', datagrams });
      if (datagrams.length < RECEIVE_BATCH) return true;
    }
    return false;
  };
  return {
    start: () => feed({ kind: 'configure', models }),
    networkReady: () => void readNetwork(),
    timerDue() {
      // What has been received must count before anybody is declared lost.
      if (readNetwork()) feed({ kind: 'wake' });
      else timer.arm(clock.now());
    },
    configure: (next) => feed({ kind: 'configure', models: next }),
    stop: () => feed({ kind: 'stop' }),
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
