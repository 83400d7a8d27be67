/** A daemon that goes to another network namespace by itself, and one with a name, on a host that runs another. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { command } from '../lab/command.ts';
import { program, startHoldfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { stop } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import * as pair from './pair.ts';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
after(() => lab.close());

test('net_namespace: started elsewhere, it runs there and nowhere else', async () => {
  const text = `net_namespace ${a.space.name}\n${pair.instance({ ...pair.tenASecond, priority: 150 })}`;
  const task = startHoldfast(b, text);
  await pair.settled(b, task, { state: 'master' });
  await until('the address is in the namespace', 5_000, async () => {
    return (await a.holds(pair.virtualAddress)) || undefined;
  });
  assert.equal(await b.holds(pair.virtualAddress), false);
  await stop(task);
  await until('the address is gone', 5_000, async () => {
    return !(await a.holds(pair.virtualAddress)) || undefined;
  });
});

test('net_namespace and instance may stand in a file that is included', async () => {
  const included = join(b.directory, 'place.conf');
  writeFileSync(included, `net_namespace ${a.space.name}\n`);
  const text = `include ${included}\n${pair.instance({ ...pair.tenASecond, priority: 150 })}`;
  const task = startHoldfast(b, text);
  await pair.settled(b, task, { state: 'master' });
  assert.equal(await a.holds(pair.virtualAddress), true);
  assert.equal(await b.holds(pair.virtualAddress), false);
  await stop(task);
});

test('net_namespace: one that is not there is named, with the cure', async () => {
  const task = startHoldfast(b, 'net_namespace nowhere-at-all\n');
  assert.notEqual(await task.exit, 0);
  assert.match(task.log(), /no network namespace nowhere-at-all: "ip netns add nowhere-at-all"/);
});

test('instance: it has a directory of its own, and its name in the configuration', async () => {
  const name = `place-${process.pid}`;
  const file = join(b.directory, 'named.conf');
  const lines = pair.instance({ ...pair.tenASecond, priority: 150, name: `in_\${_INSTANCE}` });
  writeFileSync(file, `instance ${name}\n${lines}`);
  const task = b.start(program, ['run', '-f', file], { name: 'a named holdfast' });
  const directory = `/run/holdfast/${name}`;
  try {
    await until('it has its directory', 10_000, () => {
      if (task.ended()) throw new Error(task.log());
      return existsSync(join(directory, 'holdfast.pid')) || undefined;
    });
    assert.equal(
      Number.parseInt(readFileSync(join(directory, 'holdfast.pid'), 'utf8'), 10),
      task.pid,
    );
    const said = new RegExp(`\\(in_${name}\\) Entering MASTER STATE`);
    await until('it is master', 10_000, () => said.test(task.log()) || undefined);
    const status = await command(program, ['status', '--state-dir', directory]);
    assert.match(status, new RegExp(`in_${name}`));
  } finally {
    await stop(task);
    rmSync(directory, { recursive: true, force: true });
  }
});
