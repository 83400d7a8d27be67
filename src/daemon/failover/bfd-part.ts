/** BFD in the failover process: its driver, its sockets, its place beside the failover driver. Loaded where it is used. */
import { randomInt } from 'node:crypto';
import { type Duration, milliseconds, toSeconds } from '../../base/units.ts';
import { createBfdDriver } from '../../engine/bfd/driver.ts';
import type { Verdict } from '../../engine/bfd/exchange.ts';
import type { BfdModel } from '../../engine/bfd/model.ts';
import type { BfdReport } from '../../engine/bfd/report.ts';
import type { BfdSnapshot } from '../../engine/bfd/snapshot.ts';
import { LinuxUdpNetwork } from '../../linux/udp/network.ts';
import type { Clock, Timer } from '../../ports.ts';
import { shortest } from '../../protocol/bfd/timing.ts';
import { BfdRehearsal } from '../rehearsal/bfd-rehearsal.ts';
import type { Haste } from './haste.ts';

export interface BfdPart {
  configure(models: readonly BfdModel[]): void;
  timerDue(): void;
  /** Tells every neighbour that its session is over. */
  stop(): void;
  snapshot(): BfdSnapshot;
  close(): void;
}

export interface BfdPartOptions {
  readonly models: readonly BfdModel[];
  readonly resume: BfdSnapshot | undefined;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly report: (reports: readonly BfdReport[]) => void;
  /** Hands a verdict to the failover driver. */
  readonly tell: (verdict: Verdict) => void;
  /** Every way in from the main loop goes through here. */
  readonly turn: (act: () => void) => void;
  readonly haste: Haste;
}

const seeds = 2 ** 47;

/**
 * Opens sockets and begins, or goes on as what `resume` was. From then on the process runs in real time: neighbours wait for a
 * few packets only, and on a busy host the turn of somebody else may take longer than all of them.
 */
export function openBfd({ models, resume, clock, timer, ...doors }: BfdPartOptions): BfdPart {
  const onReadable = (): void => doors.turn(() => driver.networkReady());
  const network = new LinuxUdpNetwork({ clock, onReadable });
  const { report, tell, haste } = doors;
  const release = haste.hold();
  const ports = { clock, timer, network, report, tell };
  const driver = createBfdDriver({ models, resume, seed: randomInt(seeds), ports });
  const suit = (next: readonly BfdModel[]): void => {
    network.gather(gatherWindow(next));
    network.expect(rateOf(next));
  };
  suit(models);
  driver.start();
  const rehearsal = new BfdRehearsal();
  return {
    configure(next) {
      suit(next);
      driver.configure(next);
    },
    timerDue: () => driver.timerDue(),
    stop: () => driver.stop(),
    snapshot: () => driver.snapshot(),
    close() {
      release();
      rehearsal.close();
      timer.arm(undefined);
      network.close();
    },
  };
}

const longestWindow = milliseconds(10);
/** A neighbour that says it is down is heard of within a small part of the time that its silence would take. */
const windowShare = 4;

/** How long received packets may lie unread: deadlines count from the kernel's timestamps. */
function gatherWindow(models: readonly BfdModel[]): Duration {
  const shortest = models.map(({ minReceive }) => minReceive / windowShare);
  return Math.floor(Math.min(longestWindow, ...shortest)) as Duration;
}

/** How many packets a second come from neighbours that all send as often as they may: jitter makes more of them. */
function rateOf(models: readonly BfdModel[]): number {
  return models.reduce((sum, { minReceive }) => sum + 1 / toSeconds(shortest(minReceive)), 0);
}
