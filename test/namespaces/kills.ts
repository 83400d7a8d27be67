/**
 * The failover process of a master is killed again and again, at instants that a seed gives, while a client asks the
 * virtual address and a keepalived waits for its chance. The judges are others: the wire, netlink, keepalived's own log
 * and the client.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '../../src/base/random.ts';
import type { Status } from '../../src/daemon/control.ts';
import { capture } from '../lab/capture.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { signal, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { watchAddress } from './address-watch.ts';
import type { EchoCount } from './echo.ts';
import * as pair from './pair.ts';
import { linesOf, notes } from './scripts.ts';
import { serve, visit } from './traffic.ts';

/**
 * `ready`: all who are to stand by do. `twice`: the successor is killed too, before it has been replaced.
 * `standby`: the standby is killed first, and the master soon after it.
 */
export const manners = ['ready', 'twice', 'standby'] as const;
export type Manner = (typeof manners)[number];

export interface Campaign extends pair.Pace {
  readonly count: number;
  readonly seed: number;
  readonly progress?: (line: string) => void;
}

/** One time that the daemon was struck, and had recovered before it was struck again. */
export interface Round {
  readonly manner: Manner;
  /** How many failover processes the daemon says it has replaced. */
  readonly replaced: number;
}

export interface CampaignResult {
  /** Processes killed that were active, or whose turn was next after one that was (`twice`). */
  readonly kills: number;
  readonly rounds: readonly Round[];
  /** Milliseconds between the advertisements before and after each kill, sorted. */
  readonly silences: Readonly<Record<Manner, readonly number[]>>;
  /** Advertisements of the peer: there should be none. */
  readonly peerSpoke: number;
  readonly peerSaidMaster: boolean;
  /** Advertisements of ours with a priority that is not ours. */
  readonly strangePriorities: number;
  /** How often the address was removed. */
  readonly removals: number;
  readonly client: EchoCount;
  /** The states that the notify script was told. */
  readonly notified: readonly string[];
  readonly last: Status | undefined;
  readonly log: string;
}

const priority = 150;
/** Two kills come so close, in milliseconds: a replacement has not even been started, or is not ready yet. */
const closest = 20;
const farthest = 300;

export async function runCampaign(campaign: Campaign): Promise<CampaignResult> {
  const lab = await openLab(['a', 'b', 'client']);
  try {
    const [a, b, client] = [lab.host('a'), lab.host('b'), lab.host('client')];
    const notify = notes(a, 'notify');
    const inside = `    notify "${notify.script}"`;
    const master = startHoldfast(a, pair.instance({ ...campaign, priority, inside }));
    await pair.settled(a, master, { state: 'master', standby: true });
    const peer = startKeepalived(b, pair.instance({ ...campaign, priority: 100 }));
    await pair.peerIs(peer, 'BACKUP');
    await Promise.all([serve(a, pair.virtualAddress), serve(b, pair.virtualAddress)]);
    const [tape, watch] = await Promise.all([capture(lab), watchAddress(a, pair.virtualAddress)]);
    const traffic = await visit(client, pair.virtualAddress);
    const killed = await killMany(campaign, a, master);
    await delay(pair.patienceOf(campaign, 100));
    const count = await traffic.count();
    const last = await pair.statusOf(a);
    const ours = pair.sentBy(tape, a);
    return {
      kills: killed.length + killed.filter(({ manner }) => manner === 'twice').length,
      rounds: roundsOf(killed, last),
      silences: silencesOf(killed, ours),
      peerSpoke: pair.sentBy(tape, b).length,
      peerSaidMaster: peer.log().includes('MASTER STATE'),
      strangePriorities: ours.filter((seen) => seen.priority !== priority).length,
      removals: watch.went().length,
      client: count,
      notified: linesOf(notify.file),
      last,
      log: master.log(),
    };
  } finally {
    await lab.close();
  }
}

interface Killed {
  readonly manner: Manner;
  /** Microseconds since 1970: just before the first signal, and when a successor had answered. */
  readonly from: number;
  readonly to: number;
  /** How many had been replaced before. */
  readonly replacedBefore: number;
}

function roundsOf(killed: readonly Killed[], last: Status | undefined): readonly Round[] {
  const total = last?.failover.replaced ?? 0;
  return killed.map(({ manner, replacedBefore }, index) => {
    const replaced = (killed[index + 1]?.replacedBefore ?? total) - replacedBefore;
    return { manner, replaced };
  });
}

async function killMany(campaign: Campaign, host: Host, task: Task): Promise<readonly Killed[]> {
  const random = createRandom(campaign.seed);
  const killed: Killed[] = [];
  let kills = 0;
  while (kills < campaign.count) {
    const manner: Manner = killed.length % 3 === 2 ? random.pick(manners) : 'ready';
    const before = await pair.settled(host, task, { state: 'master', standby: true });
    await delay(random.unit() * campaign.interval * 1.1);
    const from = pair.wallNow();
    const gap = closest + random.unit() * (farthest - closest);
    kills += await killOnce(manner, before, gap);
    await until(`another process runs after ${manner}`, 30_000, async () => {
      if (task.ended()) throw new Error(`it ended: ${task.log()}`);
      const now = await pair.statusOf(host);
      const isNew = now?.failover.pid !== before.failover.pid;
      return (isNew && now?.snapshot?.instances[0]?.state === 'master') || undefined;
    });
    const { replaced: replacedBefore } = before.failover;
    killed.push({ manner, from, to: pair.wallNow(), replacedBefore });
    if (killed.length % 20 === 0) campaign.progress?.(`${kills} kills`);
  }
  return killed;
}

function silencesOf(
  killed: readonly Killed[],
  sent: readonly { readonly at: number }[],
): CampaignResult['silences'] {
  const of = (manner: Manner): readonly number[] =>
    killed
      .filter((kill) => kill.manner === manner)
      .map(({ from, to }) => {
        const before = sent.findLastIndex(({ at }) => at <= from);
        const after = sent.findIndex(({ at }) => at > to);
        return Math.max(...pair.gaps(sent.slice(Math.max(0, before), after + 1)));
      })
      .sort((left, right) => left - right);
  return { ready: of('ready'), twice: of('twice'), standby: of('standby') };
}

/** Returns how many active processes it killed. */
async function killOnce(manner: Manner, { failover }: Status, gap: number): Promise<number> {
  const { pid = 0, standbyPid = 0 } = failover;
  switch (manner) {
    case 'ready':
      signal(pid, 'SIGKILL');
      return 1;
    case 'twice':
      signal(pid, 'SIGKILL');
      await delay(gap);
      signal(standbyPid, 'SIGKILL');
      return 2;
    case 'standby':
      signal(standbyPid, 'SIGKILL');
      await delay(gap);
      signal(pid, 'SIGKILL');
      return 1;
  }
}
