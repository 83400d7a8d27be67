/** More than one process dies, or all stand still: the peer takes over, and the kernel takes the address away. */
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Capture, capture } from '../lab/capture.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { type Lab, openLab } from '../lab/lab.ts';
import { processesInside } from '../lab/namespace.ts';
import { crash, family, freeze, signal, stop, type Task, thaw } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import { type AddressWatch, watchAddress } from './address-watch.ts';
import * as pair from './pair.ts';

interface Stage {
  readonly lab: Lab;
  readonly pace: pair.Pace;
  readonly master: Task;
  readonly peer: Task;
  readonly tape: Capture;
  readonly watch: AddressWatch;
}

const labs: Lab[] = [];
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
});

const pace = pair.tenASecond;
const peerPriority = 100;
/** Beyond the protocol's bound: a busy machine. */
const tolerance = 250;

async function stage(inside = '', pace = pair.tenASecond): Promise<Stage> {
  const lab = await openLab(['a', 'b']);
  labs.push(lab);
  const [a, b] = [lab.host('a'), lab.host('b')];
  const master = startHoldfast(a, pair.instance({ ...pace, priority: 150, inside }));
  await pair.settled(a, master, { state: 'master' });
  const peer = startKeepalived(b, pair.instance({ ...pace, priority: peerPriority }));
  await pair.peerIs(peer, 'BACKUP');
  const [tape, watch] = await Promise.all([capture(lab), watchAddress(a, pair.virtualAddress)]);
  await until('the master is heard', 5_000, () => pair.sentBy(tape, a)[0]);
  return { lab, pace, master, peer, tape, watch };
}

/** Milliseconds from the last word of the master to the first of the peer. */
async function takeover({ lab, tape }: Stage): Promise<number> {
  const first = await until('the peer takes over', 10_000, () =>
    pair.sentBy(tape, lab.host('b')).find((seen) => seen.priority > 0),
  );
  const last = pair.sentBy(tape, lab.host('a')).filter(({ at }) => at < first.at);
  return (first.at - (last.at(-1)?.at ?? 0)) / 1_000;
}

/** Milliseconds from the first word of the peer to the removal of the address here. */
async function kernelRemoves({ lab, tape, watch }: Stage): Promise<number> {
  const gone = await until('the kernel removes the address', 10_000, () => watch.went()[0]);
  assert.ok(!(await lab.host('a').holds(pair.virtualAddress)));
  return (gone.at - (pair.sentBy(tape, lab.host('b'))[0]?.at ?? 0)) / 1_000;
}

test('the supervisor is killed: its children resign, withdraw and end', async () => {
  const on = await stage();
  const a = on.lab.host('a');
  const members = family(on.master.pid);
  assert.ok(members.length >= 2, 'a supervisor and a failover process');
  const since = pair.wallNow();
  signal(on.master.pid, 'SIGKILL');
  const bound = pair.patienceOf(pace, peerPriority) - 3 * pace.interval;
  const took = await takeover(on);
  const words = pair.sentBy(on.tape, a).filter(({ at }) => at > since);
  assert.equal(words.at(-1)?.priority, 0, 'nobody resigned');
  onTime(took < bound + tolerance, `the peer took over ${took} ms after the resignation`);
  const gone = await until('the address is withdrawn', 5_000, () => on.watch.went()[0]);
  process.stdout.write(
    `supervisor killed: resigned, peer master ${took.toFixed(1)} ms later (bound ${bound.toFixed(1)}), address withdrawn ${((gone.at - since) / 1_000).toFixed(0)} ms after the kill\n`,
  );
  // `ip monitor` and the name of the host remain, nothing of the daemon does.
  await until('all its processes have ended', 5_000, () => {
    const alive = new Set(processesInside(a.space));
    return members.some((pid) => alive.has(pid)) ? undefined : true;
  });
});

for (const pace of [pair.everySecond, pair.tenASecond]) {
  const name = `everything is killed at once at ${pace.interval} ms: the peer takes over in time, the kernel removes the address`;
  test(name, async () => {
    const on = await stage('', pace);
    await crash(on.master);
    await judgeSuddenDeath(on, `everything killed at ${pace.interval} ms`);
  });
}

async function judgeSuddenDeath(on: Stage, what: string): Promise<void> {
  const bound = pair.patienceOf(on.pace, peerPriority);
  const took = await takeover(on);
  const left = await kernelRemoves(on);
  process.stdout.write(
    `${what}: peer master after ${took.toFixed(1)} ms (bound ${bound.toFixed(1)}), address gone from the dead host ${Math.abs(left).toFixed(0)} ms ${left < 0 ? 'before' : 'after'} that\n`,
  );
  assert.ok(took >= bound - 30 && took < bound + tolerance, `${took} ms, bound ${bound} ms`);
  onTime(left < 4_000, `the address stayed for ${left} ms beside the new master's`);
}

test('everything stands still and goes on: it takes over again, without two masters', async () => {
  const on = await stage();
  const [a, b] = [on.lab.host('a'), on.lab.host('b')];
  freeze(on.master);
  await judgeSuddenDeath(on, 'everything stopped');
  const since = pair.wallNow();
  thaw(on.master);
  await until('it takes over again', 10_000, async () => {
    if (!(await a.holds(pair.virtualAddress))) return undefined;
    return (await b.holds(pair.virtualAddress)) ? undefined : true;
  });
  await delay(3 * pace.interval);
  const overlap = contention(on, since);
  process.stdout.write(`gone on: both spoke for ${overlap.toFixed(1)} ms\n`);
  onTime(overlap < pace.interval + tolerance, `two masters for ${overlap} ms`);
  const status = await pair.settled(a, on.master, { state: 'master' });
  assert.equal(status.failover.replaced, 0, 'a process was replaced for standing still');
});

test('with nopreempt it goes on as a backup after it stood still', async () => {
  const on = await stage('    nopreempt');
  const [a, b] = [on.lab.host('a'), on.lab.host('b')];
  freeze(on.master);
  await takeover(on);
  await delay(2 * pace.interval);
  const since = pair.wallNow();
  thaw(on.master);
  await pair.settled(a, on.master, { state: 'backup' });
  await delay(2 * pair.patienceOf(pace, 150));
  const overlap = contention(on, since);
  process.stdout.write(`nopreempt, gone on: both spoke for ${overlap.toFixed(1)} ms\n`);
  onTime(overlap < pace.interval + tolerance, `two masters for ${overlap} ms`);
  assert.ok(await b.holds(pair.virtualAddress), 'the peer lost the address');
  assert.ok(!(await a.holds(pair.virtualAddress)), 'the address came back');
});

/** Milliseconds from the first claim of either after `since` to the last that the loser made after the winner's first. */
function contention({ lab, tape }: Stage, since: number): number {
  const claims = tape.advertisements().filter(({ at, priority }) => at > since && priority > 0);
  const winner = claims.at(-1)?.source;
  const first = claims.find(({ source }) => source === winner && source === lab.host('a').ipv4);
  if (first === undefined) {
    // The peer stays: how long did we speak?
    const ours = claims.filter(({ source }) => source !== winner);
    return ours.length === 0 ? 0 : ((ours.at(-1)?.at ?? 0) - (ours[0]?.at ?? 0)) / 1_000;
  }
  const last = claims.filter(({ source, at }) => source !== winner && at > first.at).at(-1);
  return last === undefined ? 0 : (last.at - first.at) / 1_000;
}

test('SIGTERM at any moment of the start and twice: clean, and the peer goes on', async () => {
  const lab = await openLab(['a', 'b']);
  labs.push(lab);
  const [a, b] = [lab.host('a'), lab.host('b')];
  const master = startKeepalived(b, pair.instance({ ...pace, priority: 100 }));
  await pair.peerIs(master, 'MASTER');
  const first = startHoldfast(a, pair.instance({ ...pace, priority: 50 }));
  await pair.settled(a, first, { state: 'backup' });
  assert.equal(await stop(first), 0);
  const tape = await capture(lab);
  for (const [index, wait] of [0, 25, 75, 110, 150, 190, 240, 300, 420, 600].entries()) {
    // Every other start is one where nothing has been compiled yet.
    if (index % 2 === 1) rmSync(pair.stateDirectory(a), { recursive: true, force: true });
    const task = startHoldfast(a, pair.instance({ ...pace, priority: 255 }));
    await delay(wait);
    const members = family(task.pid);
    signal(task.pid, 'SIGTERM');
    await delay(wait % 7);
    signal(task.pid, 'SIGTERM');
    const end = await task.exit;
    // Until it has taken its signals in hand the kernel's answer stands.
    assert.ok(
      end === 0 || end === 'SIGTERM',
      `after ${wait} ms it ended with ${end}: ${task.log()}`,
    );
    await nothingLeft(lab, members, `after ${wait} ms`);
  }
  const ours = pair.sentBy(tape, a);
  for (const claim of ours.filter(({ priority }) => priority > 0)) {
    const next = ours.find(({ at }) => at > claim.at);
    assert.ok(next !== undefined, 'the last word was not a resignation');
  }
  await until(
    'the peer is master',
    5_000,
    async () => (await b.holds(pair.virtualAddress)) || undefined,
  );
});

test('SIGTERM around the moment of a transition: it resigns, and nothing is left', async () => {
  const lab = await openLab(['a']);
  labs.push(lab);
  const a = lab.host('a');
  let transitions = 0;
  for (const wait of [-60, -30, -15, -5, 5, 15, 40]) {
    const task = startHoldfast(a, pair.instance({ ...pace, priority: 150 }));
    await until('it waits to take over', 15_000, () => {
      return task.log().includes('BACKUP STATE') || undefined;
    });
    await delay(pair.patienceOf(pace, 150) + wait);
    const members = family(task.pid);
    signal(task.pid, 'SIGTERM');
    assert.equal(await task.exit, 0, task.log());
    await nothingLeft(lab, members, `${wait} ms from the transition`);
    if (task.log().includes('MASTER STATE')) transitions += 1;
  }
  process.stdout.write(`SIGTERM around the transition: ${transitions} of 7 were master already\n`);
});

async function nothingLeft(lab: Lab, members: readonly number[], when: string): Promise<void> {
  const a = lab.host('a');
  await until(`${when} its processes have ended`, 5_000, () => {
    const alive = new Set(processesInside(a.space));
    return members.some((pid) => alive.has(pid)) ? undefined : true;
  });
  assert.ok(!(await a.holds(pair.virtualAddress)), `${when} the address stayed`);
  const left = ['control.sock', 'holdfast.pid'].filter((name) =>
    existsSync(join(pair.stateDirectory(a), name)),
  );
  assert.deepEqual(left, [], `${when} files are left`);
}
