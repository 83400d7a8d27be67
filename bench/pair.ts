/** Two hosts that run the same daemon as equals, and what can befall them. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from '../test/lab/host.ts';
import { type Lab, openLab } from '../test/lab/lab.ts';
import { crash, stop, type Task } from '../test/lab/task.ts';
import { until } from '../test/lab/until.ts';
import { configuration, type Options } from './configuration.ts';
import type { Contender } from './contender.ts';

export const VIRTUAL = '10.11.0.100';
export const PRIORITY = 100;

/** 224.0.0.18 as /proc/net/igmp writes it. */
const VRRP_GROUP = '120000E0';

export interface Pair {
  readonly contender: Contender;
  readonly lab: Lab;
  /** Looks who is master now. Resolves to false when that has changed without anybody's doing. */
  readonly refresh: () => Promise<boolean>;
  readonly master: () => Host;
  readonly backup: () => Host;
  /** Ends the master, whose place the backup then takes. Resolves when its processes are gone. */
  readonly end: (how: 'kill' | 'stop') => Promise<void>;
  /** After `end`: brings the former master back as the backup. Throws when nobody took over. */
  readonly restore: () => Promise<void>;
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

export interface PairOptions extends Options {
  readonly contender: Contender;
  /** Milliseconds. */
  readonly interval: number;
}

export async function openPair(options: PairOptions): Promise<Pair> {
  const { contender, interval } = options;
  const lab = await openLab(['a', 'b', 'client']);
  const addresses = [`${VIRTUAL}/24`];
  const text = configuration([{ priority: PRIORITY, interval, addresses }], options);
  const tasks = new Map<string, Task>();
  const launch = async (host: Host) => {
    const task = contender.start(host, text);
    tasks.set(host.name, task);
    await until(`${task.name} listens`, 20_000, () => listens(task) || undefined, 10);
  };
  let [master, backup] = [lab.host('a'), lab.host('b')];
  await launch(master);
  await until('there is a master', 20_000, async () => (await master.holds(VIRTUAL)) || undefined);
  await launch(backup);
  await delay(settling(interval));
  return {
    contender,
    lab,
    refresh: async () => {
      if (await master.holds(VIRTUAL)) return true;
      await until(`there is a master: ${logOf(tasks)}`, 5_000, async () =>
        (await backup.holds(VIRTUAL)) || (await master.holds(VIRTUAL)) ? true : undefined,
      );
      if (await master.holds(VIRTUAL)) return false;
      [master, backup] = [backup, master];
      return false;
    },
    master: () => master,
    backup: () => backup,
    end: async (how) => {
      const task = taskOf(tasks, master);
      await (how === 'kill' ? crash(task) : stop(task));
    },
    restore: async () => {
      await until(
        `the backup takes over: ${logOf(tasks)}`,
        5_000,
        async () => (await backup.holds(VIRTUAL)) || undefined,
      );
      [master, backup] = [backup, master];
      // What a dead host keeps would go with the host. Its lifetime may end in the same moment.
      if (await backup.holds(VIRTUAL))
        await backup.ip(`addr del ${VIRTUAL}/24 dev eth0`).catch(() => undefined);
      await launch(backup);
      await delay(settling(interval));
    },
    log: () => logOf(tasks),
    close: () => lab.close(),
  };
}

/** Time for a backup to hear the master, and for all that a start brings with it to be over. */
function settling(interval: number): number {
  return Math.max(1_500, interval * 2.2);
}

function taskOf(tasks: ReadonlyMap<string, Task>, host: Host): Task {
  const task = tasks.get(host.name);
  if (task === undefined) throw new Error(`nothing runs on ${host.name}`);
  return task;
}

function logOf(tasks: ReadonlyMap<string, Task>): string {
  return [...tasks.values()].map((task) => `--- ${task.name}\n${task.log()}`).join('\n');
}

function listens(task: Task): boolean {
  if (task.ended()) throw new Error(`${task.name} ended: ${task.log()}`);
  try {
    return readFileSync(`/proc/${task.pid}/net/igmp`, 'latin1').includes(VRRP_GROUP);
  } catch {
    return false;
  }
}
