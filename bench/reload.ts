/**
 * What a reload of 1,000 masters costs in which nothing has changed: processor time of all processes of each daemon, those
 * that it starts for the purpose included, beyond what it uses at rest.
 *
 *   node bench/reload.ts [--reloads 5]
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openLab } from '../test/lab/lab.ts';
import { family, signal, type Task } from '../test/lab/task.ts';
import { until } from '../test/lab/until.ts';
import { configuration } from './configuration.ts';
import { type Contender, contenders } from './contender.ts';

const COUNT = 1_000;
const LINKS = 4;
const PAUSE = 4_000;
/** The grain of /proc/PID/stat. */
const TICK = 10;

const { values } = parseArgs({ options: { reloads: { type: 'string', default: '5' } } });
const reloads = Number(values.reloads);

/** Milliseconds so far, of living processes and of those that they have waited for. */
function used(task: Task): number {
  const ticks = family(task.pid).map((pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
  });
  return ticks.reduce((sum, each) => sum + each, 0) * TICK;
}

function instances(): string {
  const each = COUNT / LINKS;
  const list = Array.from({ length: COUNT }, (_, number) => ({
    name: `V${number}`,
    interface: `v${Math.floor(number / each)}`,
    routerId: (number % each) + 1,
    state: 'MASTER' as const,
    priority: 200,
    interval: 1_000,
    addresses: [`10.30.${Math.floor(number / each)}.${(number % each) + 1}/32`],
  }));
  return configuration(list, { version: 2 });
}

async function measure(contender: Contender): Promise<void> {
  const lab = await openLab(['a']);
  const host = lab.host('a');
  try {
    await host.ip(
      ...Array.from({ length: LINKS }, (_, index) => [
        `link add name v${index} type veth peer name w${index}`,
        `link set dev w${index} up`,
        `link set dev v${index} up`,
        `addr add 10.20.${index}.1/24 dev v${index}`,
      ]).flat(),
    );
    const task = contender.start(host, instances());
    await until(
      `${contender.name} is master of ${COUNT}`,
      60_000,
      async () => {
        const held = (await host.addresses()).filter(({ address }) => address.startsWith('10.30.'));
        return held.length === COUNT || undefined;
      },
      500,
    );
    await delay(10_000);
    const start = used(task);
    await delay(reloads * PAUSE);
    const rest = used(task) - start;
    const before = used(task);
    for (let time = 0; time < reloads; time += 1) {
      signal(task.pid, 'SIGHUP');
      await delay(PAUSE);
    }
    const cost = (used(task) - before - rest) / reloads;
    console.log(
      `${contender.name}: ${cost.toFixed(0)} ms of processor time a reload beyond the ${(rest / reloads).toFixed(0)} ms that the same ${PAUSE / 1_000} s take at rest`,
    );
  } finally {
    await lab.close();
  }
}

for (const contender of contenders(false)) await measure(contender);
