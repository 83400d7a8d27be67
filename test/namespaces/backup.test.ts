/** A backup whose failover process is killed stays what it was: a backup that listens. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '../../src/base/random.ts';
import { capture } from '../lab/capture.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { crash, signal } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import { watchAddress } from './address-watch.ts';
import * as pair from './pair.ts';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
after(() => lab.close());

test('a backup is killed again and again and never takes over, until its master dies', async () => {
  const pace = pair.tenASecond;
  const master = startKeepalived(b, pair.instance({ ...pace, priority: 200 }));
  await pair.peerIs(master, 'MASTER');
  const backup = startHoldfast(a, pair.instance({ ...pace, priority: 150 }));
  await pair.settled(a, backup, { state: 'backup', standby: true });
  const [tape, watch] = await Promise.all([capture(lab), watchAddress(a, pair.virtualAddress)]);
  const random = createRandom(11);
  for (let kill = 0; kill < 5; kill += 1) {
    const before = await pair.settled(a, backup, { state: 'backup', standby: true });
    await delay(random.unit() * pace.interval);
    signal(before.failover.pid ?? 0, 'SIGKILL');
    await until('another process runs', 15_000, async () => {
      const now = await pair.statusOf(a);
      return now?.failover.replaced === kill + 1 || undefined;
    });
  }
  await pair.settled(a, backup, { state: 'backup' });
  await delay(pair.patienceOf(pace, 150));
  assert.deepEqual(pair.sentBy(tape, a), [], 'a backup advertised');
  assert.deepEqual(watch.events(), [], 'a backup touched the address');

  // That it listened all the while shows when the master is gone.
  await crash(master);
  const last = pair.sentBy(tape, b).at(-1)?.at ?? 0;
  const first = await until('the backup takes over', 10_000, () => pair.sentBy(tape, a)[0]);
  const bound = pair.patienceOf(pace, 150);
  const took = (first.at - last) / 1_000;
  process.stdout.write(`took over ${took.toFixed(1)} ms after the last word, bound ${bound} ms\n`);
  assert.ok(took >= bound - 5, `took over too early: ${took} ms`);
  onTime(took < bound + 250, `took over too late: ${took} ms`);
});
