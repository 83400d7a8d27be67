/** What a reload does to what runs, and the way back from one that nobody confirms. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { type Duration, type Instant, instant, seconds, wallTime } from '../../base/units.ts';
import { failoverModel } from '../../engine/translation/failover-model.ts';
import { readText } from '../../language/read-text.ts';
import type { DaemonPlan, Reading } from '../reading/plan.ts';
import { Reloader } from './reloader.ts';

mock.timers.enable({ apis: ['setTimeout', 'Date'] });

const orders = {
  nice: undefined,
  realTimePriority: undefined,
  lockMemory: false,
  cpus: undefined,
  realTimeLimit: undefined,
};

/** A configuration that is told apart by its priority. */
function configuration(priority: number): Reading {
  const text = `vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\npriority ${priority}\n}\n`;
  const plan = {
    failover: failoverModel(readText(text).model),
    process: orders,
    scripts: [],
    instanceNotify: new Map(),
    groupNotify: new Map(),
    services: [],
    remarks: [],
    slips: [],
  } as unknown as DaemonPlan;
  return { ok: true, plan };
}

function bench() {
  const waiting: ((reading: Reading) => void)[] = [];
  const said: string[] = [];
  let running: DaemonPlan | undefined;
  const reloader = new Reloader({
    read: () => new Promise((resolve) => waiting.push(resolve)),
    now: (): Instant => instant(Date.now() * 1_000),
    wall: () => wallTime(Date.now() * 1_000),
    say: (_, text) => said.push(text),
    tell: () => undefined,
    running: () => running,
    apply: (plan) => {
      running = plan;
    },
  });
  const first = configuration(1);
  if (first.ok) running = first.plan;
  const serve = (reading: Reading): void => waiting.shift()?.(reading);
  return {
    reloader,
    said,
    serve,
    reload(priority: number, within?: Duration) {
      const answer = reloader.reload(within);
      serve(configuration(priority));
      return answer;
    },
    priority: () => running?.failover.instances[0]?.priority,
    waiting,
  };
}

/** Lets promises that have been settled go on. */
async function breathe(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

const minute = seconds(60);
const broken: Reading = { ok: false, errors: 1, text: 'an error' };

test('the answer is what was done', async () => {
  const { reload, priority } = bench();
  const answer = await reload(2);
  assert.ok(answer.kind === 'reloaded');
  assert.deepEqual(answer.plan.instances[0]?.differences, [
    { what: 'priority', before: '1', after: '2' },
  ]);
  assert.equal(answer.unconfirmedFor, undefined);
  assert.equal(priority(), 2);
});

test('what nobody confirms is taken back, what somebody confirms stays', async () => {
  const one = bench();
  const answer = await one.reload(2, minute);
  assert.ok(answer.kind === 'reloaded' && answer.unconfirmedFor === minute);
  mock.timers.tick(59_999);
  await breathe();
  assert.equal(one.priority(), 2);
  mock.timers.tick(1);
  await breathe();
  assert.equal(one.priority(), 1);
  assert.match(one.reloader.status().rolledBack?.why ?? '', /not confirmed within 60s/);
  assert.equal(one.reloader.status().unconfirmedUntil, undefined);
  assert.deepEqual(one.reloader.confirm(), { kind: 'nothing-to-confirm' });

  const other = bench();
  await other.reload(2, minute);
  mock.timers.tick(30_000);
  assert.deepEqual(other.reloader.confirm(), { kind: 'confirmed' });
  mock.timers.tick(60_000);
  await breathe();
  assert.equal(other.priority(), 2);
  assert.equal(other.reloader.status().rolledBack, undefined);
});

test('a reload meanwhile confirms nothing: neither the deadline nor the way back changes', async () => {
  const { reload, priority } = bench();
  await reload(2, minute);
  mock.timers.tick(30_000);
  const answer = await reload(3);
  assert.ok(answer.kind === 'reloaded' && answer.unconfirmedFor === seconds(30));
  assert.equal(priority(), 3);
  mock.timers.tick(30_000);
  await breathe();
  assert.equal(priority(), 1);
});

test('a second one on probation moves the deadline, and goes back before the first', async () => {
  const { reload, priority } = bench();
  await reload(2, minute);
  mock.timers.tick(30_000);
  await reload(3, minute);
  mock.timers.tick(59_999);
  await breathe();
  assert.equal(priority(), 3);
  mock.timers.tick(1);
  await breathe();
  assert.equal(priority(), 1);
});

test('a file with errors changes nothing, nor does it confirm', async () => {
  const { reload, reloader, serve, priority } = bench();
  await reload(2, minute);
  const refused = reloader.reload(undefined);
  serve(broken);
  assert.deepEqual(await refused, { kind: 'refused', text: 'an error' });
  assert.equal(priority(), 2);
  assert.ok(reloader.status().unconfirmedUntil !== undefined);
  mock.timers.tick(60_000);
  await breathe();
  assert.equal(priority(), 1);
  const first = reloader.reload(minute);
  serve(broken);
  await first;
  assert.equal(reloader.status().unconfirmedUntil, undefined, 'nothing was loaded on probation');
});

test('the time is over while a file is being read: it is read, then taken back with the rest', async () => {
  const { reload, reloader, serve, priority } = bench();
  await reload(2, minute);
  const slow = reloader.reload(undefined);
  mock.timers.tick(60_000);
  await breathe();
  assert.equal(priority(), 2);
  serve(configuration(3));
  await slow;
  await breathe();
  assert.equal(priority(), 1);
});

test('the time is over while one with a later deadline is being read: that deadline holds', async () => {
  const { reload, reloader, serve, priority } = bench();
  await reload(2, minute);
  const slow = reloader.reload(minute);
  mock.timers.tick(60_000);
  serve(configuration(3));
  await slow;
  await breathe();
  assert.equal(priority(), 3);
  mock.timers.tick(60_000);
  await breathe();
  assert.equal(priority(), 1);
});

test('confirmed while a file is being read: what was asked for before stays asked for', async () => {
  const { reload, reloader, serve, priority } = bench();
  await reload(2, minute);
  const slow = reloader.reload(undefined);
  assert.deepEqual(reloader.confirm(), { kind: 'confirmed' });
  serve(configuration(3));
  await slow;
  mock.timers.tick(120_000);
  await breathe();
  assert.equal(priority(), 3);
});

test('requests during a reload are one more reload, with the time that one of them asked for', async () => {
  const { reloader, serve, priority, waiting } = bench();
  const first = reloader.reload(undefined);
  const second = reloader.reload(minute);
  const third = reloader.reload(undefined);
  serve(configuration(2));
  await breathe();
  assert.equal(waiting.length, 1);
  serve(configuration(3));
  const answers = await Promise.all([first, second, third]);
  assert.ok(answers.every((answer) => answer.kind === 'reloaded'));
  assert.equal(reloader.status().reloads, 2);
  mock.timers.tick(60_000);
  await breathe();
  assert.equal(priority(), 2, 'back to what ran before the one on probation');
});

test('taken back by command, once; a daemon that stops takes nothing back', async () => {
  const { reload, reloader, priority } = bench();
  await reload(2, minute);
  const answer = await reloader.rollBack();
  assert.equal(answer.kind, 'rolled-back');
  assert.equal(priority(), 1);
  assert.deepEqual(await reloader.rollBack(), { kind: 'nothing-to-confirm' });
  await reload(2, minute);
  reloader.close();
  mock.timers.tick(60_000);
  await breathe();
  assert.equal(priority(), 2);
  assert.deepEqual(await reloader.reload(undefined), { kind: 'stopping' });
});

test('a plan changes nothing', async () => {
  const { reloader, serve, priority } = bench();
  const asked = reloader.plan('/elsewhere');
  serve(configuration(9));
  const answer = await asked;
  assert.ok(answer.kind === 'planned');
  assert.equal(answer.plan.instances[0]?.kind, 'adjust');
  assert.equal(priority(), 1);
  assert.equal(reloader.status().reloads, 0);
});
