/** A tracked file and the notification pipes, beside keepalived: the same life tells the same lines. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, afterEach, test } from 'node:test';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { crash, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import * as pair from './pair.ts';
import { linesOf, scriptOn } from './scripts.ts';

const lab = await openLab(['a']);
const a = lab.host('a');
after(() => lab.close());

let tasks: Task[] = [];
afterEach(async () => {
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
});

type Start = (host: Host, configuration: string) => Task;

/** Each step writes this into the file and waits for the line. */
const steps = [
  ['0x10', 'INSTANCE "web" MASTER_PRIORITY 182'],
  ['010', 'INSTANCE "web" MASTER_PRIORITY 166'],
  ['-127', 'INSTANCE "web" FAULT 166'],
  ['none', 'INSTANCE "web" MASTER 150'],
] as const;

async function lifeOf(daemon: Start): Promise<readonly string[]> {
  const path = (name: string) => `${a.directory}/${name}-${daemon.name}`;
  const told = path('told');
  writeFileSync(path('number'), '0\n');
  const reader = scriptOn(a, `reader-${daemon.name}`, `exec cat "$2" >> ${told}`);
  const global = `global_defs {
    script_user root
    vrrp_notify_fifo ${path('pipe')}
    vrrp_notify_fifo_script "${reader} own"
    vrrp_notify_priority_changes true
}
vrrp_track_file number {
    file ${path('number')}
    weight 2
}
`;
  const inside = '    track_file {\n        number\n    }';
  const task = daemon(a, global + pair.instance({ ...pair.tenASecond, priority: 150, inside }));
  tasks.push(task);
  const sees = (line: string, from: number) =>
    until(`${line} is told`, 10_000, () => {
      return linesOf(told).slice(from).includes(line) || undefined;
    }).catch((error: unknown) => {
      throw new Error(`${error}\n${linesOf(told).join('\n')}\n${task.log()}`);
    });
  await sees('INSTANCE "web" MASTER 150', 0);
  for (const [number, line] of steps) {
    const before = linesOf(told).length;
    writeFileSync(path('number'), `${number}\n`);
    await sees(line, before);
  }
  assert.equal(await stop(task), 0);
  return linesOf(told).filter((line) => !line.includes(' STOP '));
}

test('the same life tells the same lines as with keepalived', async () => {
  const ours = await lifeOf(startHoldfast);
  assert.deepEqual(ours, await lifeOf(startKeepalived));
});
