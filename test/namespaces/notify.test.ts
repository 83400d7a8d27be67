/** Notify scripts: keepalived's arguments, one after the other, the latest state winning, and one that hangs. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { stop } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import * as pair from './pair.ts';
import { linesOf, notes, scriptOn } from './scripts.ts';

const [first, second] = [await openLab(['a']), await openLab(['a', 'b'])];
after(() => Promise.all([first.close(), second.close()]));

const pace = pair.tenASecond;

// Side by side, since one waits for half a minute until patience is over.
describe('notify scripts', { concurrency: 2 }, () => {
  test('tell the same life in the same words as with keepalived', sameLife);
  test('that hang are ended and named, and the latest state is told after them', hanging);
});

async function sameLife(): Promise<void> {
  const a = first.host('a');
  const stories: (readonly string[])[] = [];
  for (const daemon of [startHoldfast, startKeepalived]) {
    const every = notes(a, `every-${daemon.name}`);
    const inside = `    notify "${every.script}"
    notify_master "${every.script} own master"
    notify_backup "${every.script} own backup"
    notify_fault "${every.script} own fault"
    notify_stop "${every.script} own stop"`;
    const group = `vrrp_sync_group both {
    group {
        web
    }
    notify "${every.script}"
}
`;
    const global = 'global_defs {\n    script_user root\n}\n';
    const text = global + pair.instance({ ...pace, priority: 150, inside }) + group;
    const task = daemon(a, text);
    const sees = (state: string, times: number) =>
      until(`${times} times ${state}`, 30_000, () => {
        const told = linesOf(every.file).filter((line) => line.startsWith(`GROUP both ${state}`));
        return told.length >= times || undefined;
      }).catch((thrown: unknown) => {
        throw new Error(`${thrown}: ${linesOf(every.file).join('; ')}\n${task.log()}`);
      });
    await sees('MASTER', 1);
    await a.ip('link set dev eth0 down');
    await sees('FAULT', 1);
    await a.ip('link set dev eth0 up');
    await sees('MASTER', 2);
    await delay(200);
    assert.equal(await stop(task), 0);
    await delay(200);
    // An instance and its group are told at once, in no order between them.
    const lines = linesOf(every.file);
    const of = (what: string) => lines.filter((line) => line.startsWith(what));
    stories.push([...of('INSTANCE'), ...of('GROUP'), ...of('own')]);
  }
  assert.deepEqual(stories[0], stories[1]);
}

async function hanging(): Promise<void> {
  const [a, b] = [second.host('a'), second.host('b')];
  const peer = startKeepalived(b, pair.instance({ ...pace, priority: 100 }));
  await pair.peerIs(peer, 'BACKUP');
  const file = `${a.directory}/hang.notes`;
  const hang = scriptOn(a, 'hang', `echo "$3" >> ${file}; [ "$3" != FAULT ] || sleep 60`);
  const inside = `    notify "${hang}"`;
  const task = startHoldfast(a, pair.instance({ ...pace, priority: 150, inside }));
  await pair.settled(a, task, { state: 'master' });
  await until(
    'the scripts of the start have run',
    10_000,
    () => linesOf(file).includes('MASTER') || undefined,
  );
  await a.ip('link set dev eth0 down');
  await until(
    'the script for FAULT runs',
    10_000,
    () => linesOf(file).includes('FAULT') || undefined,
  );
  // While it hangs the instance goes on, several times through everything.
  for (let round = 0; round < 2; round += 1) {
    await a.ip('link set dev eth0 up');
    await pair.settled(a, task, { state: 'master' });
    await a.ip('link set dev eth0 down');
    await pair.settled(a, task, { state: 'fault' });
  }
  await a.ip('link set dev eth0 up');
  await pair.settled(a, task, { state: 'master' });
  const before = linesOf(file);
  assert.equal(before.at(-1), 'FAULT', 'two scripts of one instance ran at the same time');
  await until(
    'the latest state is told',
    60_000,
    () => linesOf(file).at(-1) === 'MASTER' || undefined,
  );
  const after = linesOf(file).slice(before.length);
  assert.deepEqual(after, ['MASTER'], 'states that were over were told too');
  assert.match(
    task.log(),
    new RegExp(`${hang} INSTANCE web FAULT 150 .*does not end: stopping it`),
  );
}
