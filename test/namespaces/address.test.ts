/** Addresses that somebody takes away, and addresses that a crash left behind. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { capture } from '../lab/capture.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { crash, type Task } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
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
  for (const host of [a, b]) {
    await host.ip(`addr flush dev eth0 to ${pair.virtualAddress}`);
  }
});

test('an address that somebody removes is back at once, and the log names who it was', async () => {
  const master = startHoldfast(a, pair.instance({ ...pace, priority: 150 }));
  tasks.push(master);
  await pair.settled(a, master, { state: 'master' });
  const peer = startKeepalived(b, pair.instance({ ...pace, priority: 100 }));
  tasks.push(peer);
  await pair.peerIs(peer, 'BACKUP');
  const [watch, tape] = await Promise.all([watchAddress(a, pair.virtualAddress), capture(lab)]);
  const took: number[] = [];
  for (let round = 1; round <= 10; round += 1) {
    const removal = a.start('ip', ['addr', 'del', `${pair.virtualAddress}/24`, 'dev', 'eth0'], {
      name: 'ip addr del',
    });
    await removal.exit;
    const gone = await until('the removal is seen', 5_000, () => watch.went()[round - 1]);
    const back = await until('it is back', 5_000, () => {
      return watch.events().find(({ kind, at }) => kind === 'came' && at >= gone.at);
    });
    took.push((back.at - gone.at) / 1_000);
    await until('the log names the remover', 5_000, () => {
      return new RegExp(`10\\.11\\.0\\.100.*\\b${removal.pid}\\b`).test(master.log()) || undefined;
    }).catch(() => assert.fail(`process ${removal.pid} is not named:\n${master.log()}`));
  }
  took.sort((left, right) => left - right);
  process.stdout.write(
    `back after ${took[5]?.toFixed(2)} ms typically, ${took.at(-1)?.toFixed(2)} ms at worst\n`,
  );
  onTime((took[5] ?? 0) < 20, `typically it took ${took[5]} ms`);
  assert.ok((took.at(-1) ?? 0) < 200);
  const again = tape.announcements().filter(({ mac }) => mac === a.mac);
  assert.ok(again.length >= 10, 'an address that came back was not announced');
  assert.equal(pair.sentBy(tape, b).length, 0, 'the peer took over');
});

test('what a crash left behind is removed at the start, while the peer is master', async () => {
  const peer = startKeepalived(b, pair.instance({ ...pace, priority: 200 }));
  tasks.push(peer);
  await pair.peerIs(peer, 'MASTER');
  await a.ip(`addr add ${pair.virtualAddress}/24 dev eth0`);
  const tape = await capture(lab);
  const backup = startHoldfast(a, pair.instance({ ...pace, priority: 150 }));
  tasks.push(backup);
  await pair.settled(a, backup, { state: 'backup' });
  await until('the address is gone', 5_000, async () => {
    return !(await a.holds(pair.virtualAddress)) || undefined;
  });
  assert.match(backup.log(), /10\.11\.0\.100/, 'nothing was said about it');
  assert.equal(pair.sentBy(tape, a).length, 0);
});

test('everything is killed and started again at once: the address of the dead does not stay', async () => {
  const first = startHoldfast(a, pair.instance({ ...pace, priority: 150 }));
  await pair.settled(a, first, { state: 'master' });
  const peer = startKeepalived(b, pair.instance({ ...pace, priority: 100 }));
  tasks.push(peer);
  await pair.peerIs(peer, 'BACKUP');
  const watch = await watchAddress(a, pair.virtualAddress);
  await crash(first);
  const second = startHoldfast(a, pair.instance({ ...pace, priority: 150 }));
  tasks.push(second);
  const gone = await until('the address of the dead is removed', 5_000, () => watch.went()[0]);
  const status = await pair.settled(a, second, { state: 'master' });
  assert.equal(status.snapshot?.instances[0]?.statistics.becameMaster, 1);
  const back = watch.events().find(({ kind, at }) => kind === 'came' && at > gone.at);
  assert.ok(back !== undefined);
  await until('the peer has stepped back', 5_000, async () => {
    return !(await b.holds(pair.virtualAddress)) || undefined;
  });
});
