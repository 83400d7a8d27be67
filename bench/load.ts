/** What it costs to run many instances, as their master and as their backup: processor time and memory. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { command } from '../test/lab/command.ts';
import type { Host } from '../test/lab/host.ts';
import { openLab } from '../test/lab/lab.ts';
import { family, type Task } from '../test/lab/task.ts';
import { until } from '../test/lab/until.ts';
import { configuration, type Instance } from './configuration.ts';
import type { Contender } from './contender.ts';

export interface LoadPlan {
  readonly instances: number;
  readonly seconds: number;
  /** Seconds before that: a daemon that runs for months is not judged by what it compiles in its first minute. */
  readonly settle: number;
}

export interface Cost {
  /** Per cent of one core: user and system time of all processes of the daemon. */
  readonly cpu: number;
  /** Mebibytes of proportional set size, of all processes of the daemon. */
  readonly memory: number;
}

export interface LoadResult {
  readonly master: Cost;
  readonly backup: Cost;
}

const INTERFACES = 4;
const PER_INTERFACE = 255;

interface Side {
  readonly hosts: readonly [Host, Host];
  readonly tasks: readonly [Task, Task];
  readonly close: () => Promise<void>;
}

/** Both contenders at once, each with all masters on one host and all backups on another. */
export async function measureLoad(
  pair: readonly [Contender, Contender],
  plan: LoadPlan,
): Promise<readonly LoadResult[]> {
  const sides: Side[] = [];
  try {
    for (const contender of pair) sides.push(await openSide(contender, plan.instances));
    await delay(plan.settle * 1_000);
    const before = sides.map(readings);
    const sentBefore = await Promise.all(sides.map(sent));
    const start = performance.now();
    await delay(plan.seconds * 1_000);
    const after = sides.map(readings);
    const elapsed = (performance.now() - start) / 1_000;
    const sentAfter = await Promise.all(sides.map(sent));
    for (const [index, count] of sentAfter.entries()) {
      const sentNow = count - (sentBefore[index] ?? 0);
      const expected = elapsed * plan.instances;
      // ARP and neighbour discovery have a word now and then.
      if (Math.abs(sentNow - expected) > 0.05 * expected + 30)
        throw new Error(`${pair[index]?.name} sent ${sentNow} packets, not ${expected.toFixed(0)}`);
    }
    return sides.map((side, index) => {
      const cost = (role: 0 | 1): Cost => ({
        cpu: (((after[index]?.[role] ?? 0) - (before[index]?.[role] ?? 0)) / elapsed) * 100,
        memory: memoryOf(side.tasks[role]),
      });
      return { master: cost(0), backup: cost(1) };
    });
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

async function openSide(contender: Contender, count: number): Promise<Side> {
  const lab = await openLab(['a', 'b']);
  const [a, b] = [lab.host('a'), lab.host('b')];
  await command('ip', ['-batch', '-'], cables(a, b).join('\n'));
  for (const [number, host] of [a, b].entries()) {
    const lines = [...Array(INTERFACES).keys()].flatMap((index) => [
      `link set dev v${index} up`,
      `addr add 10.20.${index}.${number + 1}/24 dev v${index}`,
    ]);
    await host.ip(...lines);
  }
  const text = (priority: number) => configuration(instances(count, priority), { version: 2 });
  const backup = contender.start(b, text(100));
  const master = contender.start(a, text(200));
  const tasks = [master, backup] as const;
  await until(
    `${contender.name} is master of ${count}`,
    60_000,
    async () => ((await owned(a)) === count && (await owned(b)) === 0 ? true : undefined),
    500,
  );
  return { hosts: [a, b], tasks, close: () => lab.close() };
}

function cables(a: Host, b: Host): readonly string[] {
  return [...Array(INTERFACES).keys()].map(
    (index) =>
      `link add name v${index} netns ${a.space.name} type veth peer name v${index} netns ${b.space.name}`,
  );
}

/** Evenly over the four interfaces, or all on the first when they fit there. */
function instances(count: number, priority: number): readonly Instance[] {
  const each = count <= PER_INTERFACE ? count : Math.ceil(count / INTERFACES);
  return [...Array(count).keys()].map((number) => {
    const [link, routerId] = [Math.floor(number / each), (number % each) + 1];
    return {
      name: `V${link}_${routerId}`,
      interface: `v${link}`,
      routerId,
      state: priority === 200 ? 'MASTER' : 'BACKUP',
      priority,
      interval: 1_000,
      addresses: [`10.30.${link}.${routerId}/32`],
    };
  });
}

async function owned(host: Host): Promise<number> {
  return (await host.addresses()).filter(({ address }) => address.startsWith('10.30.')).length;
}

/** Packets that left the master's four interfaces. */
async function sent({ hosts: [a] }: Side): Promise<number> {
  const links = JSON.parse(
    await command('ip', ['-n', a.space.name, '-j', '-s', 'link']),
  ) as readonly { readonly ifname: string; readonly stats64: { tx: { packets: number } } }[];
  return links
    .filter(({ ifname }) => /^v\d$/.test(ifname))
    .reduce((sum, link) => sum + link.stats64.tx.packets, 0);
}

function readings({ tasks: [master, backup] }: Side): readonly [number, number] {
  return [cpuOf(master), cpuOf(backup)];
}

/** Seconds of processor time so far, from the scheduler's own count in nanoseconds. */
function cpuOf(task: Task): number {
  let nanoseconds = 0;
  for (const pid of family(task.pid)) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const words = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
      nanoseconds += Number(words[0]);
    }
  }
  return nanoseconds / 1e9;
}

function memoryOf(task: Task): number {
  const kibibytes = family(task.pid).map((pid) => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? Number.NaN);
  });
  return kibibytes.reduce((sum, value) => sum + value, 0) / 1_024;
}
