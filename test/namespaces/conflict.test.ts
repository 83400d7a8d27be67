/** Addresses that somebody else has too: a second master, a foreign host, this host itself, a master that died. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { crash, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import * as pair from './pair.ts';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
after(() => lab.close());

const pace = pair.tenASecond;
let tasks: Task[] = [];
afterEach(async () => {
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
  for (const host of [a, b]) await host.ip(`addr flush dev eth0 to ${pair.virtualAddress}`);
});

function run(task: Task): Task {
  tasks.push(task);
  return task;
}

async function says(task: Task, words: RegExp): Promise<void> {
  await until(String(words), 10_000, () => words.test(task.log()) || undefined).catch(() =>
    assert.fail(`${words} is not in\n${task.log()}`),
  );
}

test('two masters that do not hear each other tell of one another', async () => {
  const one = run(startHoldfast(a, pair.instance({ ...pace, priority: 150 })));
  await pair.settled(a, one, { state: 'master' });
  const other = run(startHoldfast(b, pair.instance({ ...pace, priority: 100, routerId: 52 })));
  await pair.settled(b, other, { state: 'master' });
  await says(
    one,
    new RegExp(`10\\.11\\.0\\.100 is also claimed by ${b.mac} on eth0: .*second master`),
  );
  await says(other, new RegExp(`10\\.11\\.0\\.100 is also claimed by ${a.mac} on eth0`));
  const status = await holdfast(a, 'status');
  assert.match(
    status,
    new RegExp(`conflict +10\\.11\\.0\\.100 is also claimed by ${b.mac} on eth0 since`),
  );
  assert.match(await holdfast(a, 'explain', 'web'), new RegExp(`also claimed by ${b.mac}`));
});

test('a foreign host that has the address is told, once', async () => {
  await b.ip(`addr add ${pair.virtualAddress}/24 dev eth0`);
  const master = run(startHoldfast(a, pair.instance({ ...pace, priority: 150 })));
  await pair.settled(a, master, { state: 'master' });
  await says(master, new RegExp(`is also claimed by ${b.mac}`));
  assert.equal(master.log().match(/also claimed/g)?.length, 1);
});

test('a keepalived that was killed still has the address: no alarm at first, one when it stays', async () => {
  const former = run(startKeepalived(b, pair.instance({ ...pace, priority: 150 })));
  await pair.peerIs(former, 'MASTER');
  const heir = run(startHoldfast(a, pair.instance({ ...pace, priority: 100 })));
  await pair.settled(a, heir, { state: 'backup' });
  await until('it has heard the master', 10_000, async () => {
    return /master +10\.11\.0\.\d+, priority 150/.test(await holdfast(a, 'status')) || undefined;
  });
  await crash(former);
  await says(heir, new RegExp(`is still claimed by ${b.mac} on eth0: the former master`));
  assert.doesNotMatch(heir.log(), /also claimed/);
  await says(heir, new RegExp(`is also claimed by ${b.mac} on eth0`));
});

test('an address that this host has by itself is told before it matters', async () => {
  await a.ip(`addr add ${pair.virtualAddress}/32 dev eth0`);
  run(startKeepalived(b, pair.instance({ ...pace, priority: 150 })));
  const backup = run(startHoldfast(a, pair.instance({ ...pace, priority: 100 })));
  await says(
    backup,
    /has 10\.11\.0\.100\/32 on eth0 from another hand .*ip address del 10\.11\.0\.100\/32 dev eth0/,
  );
});
