/**
 * How long after its bound the end of a BFD neighbour is noticed: Holdfast and the packaged keepalived watch the same FRR, BIRD
 * and keepalived, each of which falls silent for both in the same instant.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type BfdEnd, startBfdd, startBird } from '../test/lab/bfd.ts';
import { capture, type Seen } from '../test/lab/capture.ts';
import type { Host } from '../test/lab/host.ts';
import { startKeepalived } from '../test/lab/keepalived.ts';
import { type Lab, openLab } from '../test/lab/lab.ts';
import type { Control } from '../test/lab/packet.ts';
import { freeze, type Task, thaw } from '../test/lab/task.ts';
import { until } from '../test/lab/until.ts';
import { bfdInstance } from '../test/peers/bfd-site.ts';
import { withBurners } from './burner.ts';
import { type Contender, contenders } from './contender.ts';

export interface DetectionPlan {
  /** For each neighbour. */
  readonly trials: number;
  /** Milliseconds, both ways. */
  readonly interval: number;
  readonly multiplier: number;
  readonly loaded: boolean;
  /** `bfd_rt_priority`, which neither daemon sets by itself. */
  readonly realTime?: number | undefined;
}

export interface Detections {
  /** Microseconds from the bound to the first packet that says so. */
  readonly excesses: number[];
  /** Trials in which the session was not up any more when its end came: the watcher had lost it before its time. */
  early: number;
}

/** By contender, then by neighbour. */
export type DetectionResult = ReadonlyMap<string, ReadonlyMap<string, Readonly<Detections>>>;

interface Watcher {
  readonly contender: Contender;
  readonly host: Host;
}

interface Neighbour {
  readonly name: string;
  readonly host: Host;
  readonly task: Task;
}

const UP = 3;
const RECOVERY = 15_000;
/** Two clocks are never quite one. */
const EARLY = 1_000;

export async function measureDetection(plan: DetectionPlan): Promise<DetectionResult> {
  const lab = await openLab(['h', 'i', 'f', 'b', 'k']);
  try {
    const tape = await capture(lab, 'udp port 3784');
    const watchers = watchersOf(lab);
    const neighbours = await startNeighbours(lab, watchers, plan);
    for (const { contender, host } of watchers) {
      contender.start(host, configurationFor(host, neighbours, plan));
    }
    const heard: Seen<Control>[] = [];
    tape.onPacket((packet) => {
      if (packet.kind === 'control') heard.push(packet);
    });
    const work = () => watch({ plan, watchers, neighbours, heard });
    return plan.loaded ? await withBurners(lab, 3_600, work) : await work();
  } finally {
    await lab.close();
  }
}

function watchersOf(lab: Lab): readonly Watcher[] {
  const [incumbent, challenger] = contenders(false);
  return [
    { contender: incumbent, host: lab.host('i') },
    { contender: challenger, host: lab.host('h') },
  ];
}

async function startNeighbours(
  lab: Lab,
  watchers: readonly Watcher[],
  { interval, multiplier }: DetectionPlan,
): Promise<readonly Neighbour[]> {
  const timers = { interval, multiplier };
  const [f, b, k] = [lab.host('f'), lab.host('b'), lab.host('k')];
  const ends = (own: Host): readonly BfdEnd[] =>
    watchers.map(({ host }) => ({ to: host.ipv4, local: own.ipv4, multihop: false }));
  const frr = await startBfdd(f, ends(f), timers);
  const bird = await startBird(b, ends(b), timers);
  const sessions = watchers.map(({ host }) =>
    bfdInstance({ name: host.name, neighbour: host.ipv4, source: k.ipv4, ...timers }),
  );
  // Without an instance it would run nothing at all.
  const instance = `vrrp_instance V {\n  interface eth0\n  virtual_router_id 99\n  priority 1\n  virtual_ipaddress {\n    10.11.0.99/24\n  }\n}\n`;
  const keepalived = startKeepalived(k, `${sessions.join('')}${instance}`);
  const task = ({ tasks }: { readonly tasks: readonly Task[] }): Task => {
    const last = tasks.at(-1);
    if (last === undefined) throw new Error('it has not been started');
    return last;
  };
  return [
    { name: 'FRR', host: f, task: task(frr) },
    { name: 'BIRD', host: b, task: task(bird) },
    { name: 'keepalived', host: k, task: keepalived },
  ];
}

function configurationFor(
  own: Host,
  neighbours: readonly Neighbour[],
  { interval, multiplier, realTime }: DetectionPlan,
): string {
  const global = realTime === undefined ? '' : `global_defs {\n  bfd_rt_priority ${realTime}\n}\n`;
  const sessions = neighbours.map(({ host }) =>
    bfdInstance({
      ...{ name: host.name, neighbour: host.ipv4, source: own.ipv4 },
      ...{ interval, multiplier },
    }),
  );
  const instance = `vrrp_instance V {\n  interface eth0\n  virtual_router_id 98\n  priority 1\n  virtual_ipaddress {\n    10.11.0.98/24\n  }\n}\n`;
  return `${global}${sessions.join('')}${instance}`;
}

interface Watch {
  readonly plan: DetectionPlan;
  readonly watchers: readonly Watcher[];
  readonly neighbours: readonly Neighbour[];
  /** Every packet so far. */
  readonly heard: readonly Seen<Control>[];
}

async function watch(site: Watch): Promise<DetectionResult> {
  const { plan, watchers, neighbours } = site;
  const results = new Map(
    watchers.map(({ contender }) => [
      contender.name,
      new Map(
        neighbours.map(({ name }): [string, Detections] => [name, { excesses: [], early: 0 }]),
      ),
    ]),
  );
  for (const neighbour of neighbours) await allUp(site, neighbour);
  await delay(2_000);
  for (let trial = 0; trial < plan.trials; trial += 1) {
    for (const neighbour of neighbours) {
      for (const [name, excess] of await oneTrial(site, neighbour)) {
        const found = results.get(name)?.get(neighbour.name);
        if (found === undefined) continue;
        if (excess === undefined) found.early += 1;
        else found.excesses.push(excess);
      }
    }
  }
  return results;
}

async function oneTrial(
  site: Watch,
  neighbour: Neighbour,
): Promise<readonly (readonly [string, number | undefined])[]> {
  const { watchers, heard, plan } = site;
  const detection = plan.interval * plan.multiplier * 1_000;
  const since = Math.max(0, heard.length - 100);
  freeze(neighbour.task);
  const told = watchers.map(({ contender, host }) =>
    until(`${contender.name} notices the end of ${neighbour.name}`, 5_000, () => {
      const recent = heard.slice(since);
      const last = recent.filter((one) => isFrom(one, neighbour.host, host)).at(-1);
      const down = recent.find((one) => isFrom(one, host, neighbour.host) && one.state !== UP);
      if (down === undefined) return undefined;
      const excess = down.at - (last?.at ?? down.at) - detection;
      return [contender.name, excess < -EARLY ? undefined : excess] as const;
    }),
  );
  try {
    return await Promise.all(told);
  } finally {
    await delay(20);
    thaw(neighbour.task);
    await allUp(site, neighbour);
    await delay(Math.random() * 200);
  }
}

/** Up for a while, both ways, with the intervals agreed. */
async function allUp({ watchers, heard, plan }: Watch, neighbour: Neighbour): Promise<void> {
  const isGood = (from: Host, to: Host): boolean => {
    const recent = heard
      .slice(-600)
      .filter((one) => isFrom(one, from, to))
      .slice(-10);
    const first = recent[0]?.at ?? 0;
    const span = (recent.at(-1)?.at ?? 0) - first;
    return (
      recent.length === 10 &&
      recent.every(({ state }) => state === UP) &&
      span < plan.interval * 1_000 * 15
    );
  };
  const begin = heard.length;
  await until(`${neighbour.name} is up with all`, RECOVERY, () =>
    heard.length > begin + 60 &&
    watchers.every(({ host }) => isGood(host, neighbour.host) && isGood(neighbour.host, host))
      ? true
      : undefined,
  );
}

function isFrom(one: Control, from: Host, to: Host): boolean {
  return one.source === from.ipv4 && one.destination === to.ipv4;
}
