/** Very many BFD sessions between two hosts that run the same daemon: does one go down that should not, and what does it cost? */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startHoldfast } from '../test/lab/holdfast.ts';
import type { Host } from '../test/lab/host.ts';
import { openLab } from '../test/lab/lab.ts';
import { family, type Task } from '../test/lab/task.ts';
import { until } from '../test/lab/until.ts';
import { sessionsOf } from '../test/peers/bfd-site.ts';
import { withBurners } from './burner.ts';

export interface CrowdPlan {
  readonly sessions: number;
  /** Milliseconds, both ways. */
  readonly interval: number;
  readonly multiplier: number;
  readonly seconds: number;
  readonly loaded: boolean;
}

export interface CrowdResult {
  /** How often a session left up though nothing was wrong, on both hosts. */
  readonly losses: number;
  /** Per cent of a core, both daemons' processes together. */
  readonly processor: number;
  readonly log: string;
}

const BLOCK = 250;

export async function measureCrowd(plan: CrowdPlan): Promise<CrowdResult> {
  const lab = await openLab(['a', 'b']);
  const [a, b] = [lab.host('a'), lab.host('b')];
  try {
    await number(a, b, plan.sessions);
    const tasks = [start(a, b, plan), start(b, a, plan)];
    const log = () => tasks.map((task) => task.log()).join('\n');
    await until(`all are up: ${log().slice(-400)}`, 60_000, async () =>
      (await areUp(a, plan)) && (await areUp(b, plan)) ? true : undefined,
    );
    const watch = async (): Promise<CrowdResult> => {
      const before = tasks.reduce((sum, task) => sum + usedBy(task), 0);
      await delay(plan.seconds * 1_000);
      const after = tasks.reduce((sum, task) => sum + usedBy(task), 0);
      const losses = (await lossesOf(a)) + (await lossesOf(b));
      return { losses, processor: ((after - before) / plan.seconds) * 100, log: log() };
    };
    return plan.loaded ? await withBurners(lab, plan.seconds + 5, watch) : await watch();
  } finally {
    await lab.close();
  }
}

/** One address for each session; all of them are one neighbour of the link. */
async function number(a: Host, b: Host, sessions: number): Promise<void> {
  for (const [own, other] of [
    [a, b],
    [b, a],
  ] as const) {
    await own.ip(
      ...Array.from({ length: sessions }, (_, index) => `addr add ${at(own, index)}/32 dev lo`),
      `route add ${at(other, 0)}/16 via ${other.ipv4}`,
    );
  }
}

function at(host: Host, index: number): string {
  const block = host.name === 'a' ? 100 : 101;
  return `10.${block}.${Math.floor(index / BLOCK)}.${index % BLOCK}`;
}

function start(own: Host, other: Host, plan: CrowdPlan): Task {
  const { sessions, interval, multiplier } = plan;
  const instances = Array.from(
    { length: sessions },
    (_, index) => `bfd_instance s${index} {
  neighbor_ip ${at(other, index)}
  source_ip ${at(own, index)}
  min_rx ${interval}
  min_tx ${interval}
  multiplier ${multiplier}
}
`,
  );
  return startHoldfast(own, instances.join(''));
}

async function areUp(host: Host, { sessions, interval, multiplier }: CrowdPlan): Promise<boolean> {
  const found = [...(await sessionsOf(host).catch(() => new Map())).values()];
  return (
    found.length === sessions &&
    found.every(
      ({ state }) =>
        state.state === 'up' && !state.polling && state.used.receive === interval * 1_000,
    ) &&
    multiplier > 0
  );
}

async function lossesOf(host: Host): Promise<number> {
  const sessions = [...(await sessionsOf(host)).values()];
  return sessions.reduce((sum, { statistics }) => sum + statistics.wentDown, 0);
}

/** Seconds of processor time so far. */
function usedBy(task: Task): number {
  return family(task.pid).reduce((sum, pid) => {
    const [used = '0'] = readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ');
    return sum + Number(used) / 1e9;
  }, 0);
}
