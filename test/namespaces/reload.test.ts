/** SIGHUP: what changed changes, and the others do not notice. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { capture } from '../lab/capture.ts';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { crash, signal, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { watchAddress } from './address-watch.ts';
import * as pair from './pair.ts';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
after(() => lab.close());

const pace = pair.tenASecond;
let tasks: Task[] = [];
afterEach(async () => {
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
});

const untouched = pair.instance({ ...pace, priority: 150 });
const other = (index: number, priority: number): string =>
  pair.instance({
    ...pace,
    priority,
    name: `other${index}`,
    routerId: 60 + index,
    address: `10.11.0.${110 + index}`,
  });

/** How far each is from the grid of the interval that suits most of them, in milliseconds. */
function strayed(sent: readonly { readonly at: number }[]): readonly number[] {
  const grids = sent.map(({ at: origin }) =>
    sent.map(({ at }) => {
      const past = (at - origin) / 1_000;
      return Math.abs(past - Math.round(past / pace.interval) * pace.interval);
    }),
  );
  return grids.reduce((best, grid) => (median(grid) < median(best) ? grid : best));
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? 0;
}

async function reloaded(task: Task, count: number): Promise<void> {
  await until(`reload ${count} is done`, 20_000, async () => {
    if (task.ended()) throw new Error(`it ended: ${task.log()}`);
    const status = await pair.statusOf(a);
    return status?.reloads === count || undefined;
  });
}

test('instances are changed, removed and added; an unrelated one keeps its grid', async () => {
  const task = startHoldfast(a, untouched + other(1, 150) + other(2, 150));
  tasks.push(task);
  for (const name of ['web', 'other1', 'other2']) {
    await pair.settled(a, task, { state: 'master', name });
  }
  const peer = startKeepalived(b, pair.instance({ ...pace, priority: 100 }) + other(2, 100));
  tasks.push(peer);
  await pair.peerIs(peer, 'BACKUP');
  const [tape, watch] = await Promise.all([capture(lab), watchAddress(a, pair.virtualAddress)]);
  await delay(5 * pace.interval);

  pair.rewrite(a, untouched + other(1, 160) + other(3, 150));
  signal(task.pid, 'SIGHUP');
  await reloaded(task, 1);
  await pair.settled(a, task, { state: 'master', name: 'other3' });
  await until('the removed one has withdrawn', 5_000, async () => {
    return !(await a.holds('10.11.0.112')) || undefined;
  });
  await until('the changed one tells its new priority', 5_000, () => {
    return pair.sentBy(tape, a, 61).at(-1)?.priority === 160 || undefined;
  });
  assert.equal(pair.sentBy(tape, a, 62).at(-1)?.priority, 0, 'the removed one did not resign');
  await until('the peer takes what was removed', 5_000, async () => {
    return (await b.holds('10.11.0.112')) || undefined;
  });

  // The same again, with nothing changed: many reloads at once become few.
  for (let time = 0; time < 8; time += 1) signal(task.pid, 'SIGHUP');
  await until('the reloads are done', 20_000, async () => {
    return ((await pair.statusOf(a))?.reloads ?? 0) >= 2 || undefined;
  });
  await delay(5 * pace.interval);
  const off = strayed(pair.sentBy(tape, a));
  process.stdout.write(
    `an unrelated instance over ${off.length} advertisements and several reloads: off its grid by ${median(off).toFixed(2)} ms typically, ${Math.max(...off).toFixed(1)} ms at worst\n`,
  );
  // Late ones happen on a busy machine; a grid that moved would show in all that follow.
  const tail = off.slice(-Math.ceil(off.length / 3));
  assert.ok(median(off) < 10 && median(tail) < 10, `the grid moved: ${off.join(' ')}`);
  assert.ok(Math.max(...pair.gaps(pair.sentBy(tape, a))) < 250);
  assert.equal(watch.went().length, 0, 'its address was touched');
  assert.equal(pair.sentBy(tape, b).length, 0, 'the peer took over');
  const status = await pair.settled(a, task, { state: 'master' });
  const own = status.snapshot?.instances.find(({ name }) => name === 'web');
  assert.equal(own?.statistics.becameMaster, 1);
  assert.equal(await stop(task), 0);
});

test('a changed instance moves its address and keeps what stays', async () => {
  const task = startHoldfast(a, untouched);
  tasks.push(task);
  await pair.settled(a, task, { state: 'master' });
  const [tape, kept] = await Promise.all([capture(lab), watchAddress(a, pair.virtualAddress)]);
  const more = untouched.replace('10.11.0.100/24', '10.11.0.100/24\n        10.11.0.120/24');
  pair.rewrite(a, more);
  assert.match(await holdfast(a, 'reload'), /read again/);
  await until('the new address is there', 5_000, async () => {
    return (await a.holds('10.11.0.120')) || undefined;
  });
  await until('the new address is announced', 5_000, () => {
    return tape.announcements().find(({ address }) => address === '10.11.0.120');
  });
  pair.rewrite(a, untouched);
  assert.match(await holdfast(a, 'reload'), /read again/);
  await until('the address is gone', 5_000, async () => {
    return !(await a.holds('10.11.0.120')) || undefined;
  });
  assert.equal(kept.went().length, 0, 'the address that stayed was touched');
  assert.ok(pair.sentBy(tape, a).every(({ priority }) => priority === 150));
});

test('a file with errors is refused, and the next good one is taken', async () => {
  const task = startHoldfast(a, untouched);
  tasks.push(task);
  await pair.settled(a, task, { state: 'master' });
  const tape = await capture(lab);
  pair.rewrite(a, untouched.replace('priority 150', 'priority') + other(1, 150));
  await assert.rejects(holdfast(a, 'reload'), (refusal: Error) => {
    assert.match(refusal.message, /ended with 2/);
    assert.match(refusal.message, /holdfast\.conf:6:\d+/);
    assert.match(refusal.message, /not loaded; what runs goes on unchanged/);
    return true;
  });
  signal(task.pid, 'SIGHUP');
  await until('the log tells why', 10_000, () => {
    return /not loaded; what runs goes on unchanged/.test(task.log()) || undefined;
  });
  const status = await pair.settled(a, task, { state: 'master' });
  assert.equal(status.reloads, 0);
  assert.ok(status.refusedReload !== undefined, 'status does not tell of the refused file');
  assert.equal(status.snapshot?.instances.length, 1, 'half of the file was taken');
  pair.rewrite(a, untouched + other(1, 150));
  await holdfast(a, 'reload');
  const good = await pair.settled(a, task, { state: 'master', name: 'other1' });
  assert.equal(good.refusedReload, undefined);
  assert.ok(Math.max(...pair.gaps(pair.sentBy(tape, a))) < 250);
});
