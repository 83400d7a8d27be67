/** BFD with FRR's bfdd, BIRD and keepalived on the other side: up, renegotiated, taken down, killed, resumed. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { detectionOf } from '../../src/protocol/bfd/session.ts';
import { statusOf } from '../daemon/site.ts';
import { startBfdd, startBird } from '../lab/bfd.ts';
import { capture } from '../lab/capture.ts';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { crash, freeze, signal, stop, type Task, thaw } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import {
  allUp,
  bfdInstance,
  configurationOf,
  endsTowards,
  half,
  sessionsOf,
  usual,
  virtualAddress,
  whenSessions,
  writeConfiguration,
} from './bfd-site.ts';

/** Beyond the bound of the RFC, in microseconds. */
const margin = 2_000;

const lab = await openLab(['a', 'f', 'b', 'k', 'c']);
after(() => lab.close());
const a = lab.host('a');
const f = lab.host('f');
const b = lab.host('b');
const k = lab.host('k');
const c = lab.host('c');
const hosts = { f, b, k };
// Where link-local packets would go that name no interface.
await a.ip(
  'link add aside0 type veth peer name aside1',
  'link set dev aside0 up',
  'link set dev aside1 up',
  'route add fe80::/64 dev aside0 metric 1',
);
const tape = await capture(lab, 'vrrp or arp or udp port 3784 or udp port 4784');
const daemonOf = (tasks: readonly Task[], index: number): Task => {
  const task = tasks[index];
  assert.ok(task !== undefined);
  return task;
};
const near = (neighbour: string, source: string, name: string) =>
  bfdInstance({ name, neighbour, source, ...usual });
const keepalived = startKeepalived(
  k,
  // Without an instance it would run nothing at all.
  `${near(a.ipv4, k.ipv4, 'a4')}${near(a.ipv6, k.ipv6, 'a6')}${half(1).replace('_id 51', '_id 52').replace(virtualAddress, '10.11.0.99')}`,
);
const [bfdd, birdDaemon, main, second] = await Promise.all([
  startBfdd(f, endsTowards(a, f), usual),
  startBird(b, endsTowards(a, b), usual),
  startHoldfast(a, configurationOf(a, hosts, usual)),
  startHoldfast(c, half(253)),
]);
const bird = daemonOf(birdDaemon.tasks, 0);
const ofHost = (source: string, destination: string, port: number) =>
  tape
    .controls()
    .filter((one) => one.source === source && one.destination === destination && one.port === port);
const downs = async (besides: readonly string[] = []): Promise<number> =>
  [...(await sessionsOf(a)).values()]
    .filter(({ model }) => !besides.includes(model.name))
    .reduce((sum, one) => sum + one.statistics.wentDown, 0);
const logs = () => `${main.log()}\n${keepalived.log()}\n${bfdd.tasks.map((one) => one.log())}`;

test('ten sessions with three others come up, single hop with a TTL of 255', async () => {
  const sessions = await whenSessions(a, `all are up: ${logs()}`, allUp);
  assert.deepEqual([...sessions.keys()].sort(), [
    ...['b4', 'b6', 'bl', 'bm', 'f4', 'f6', 'fl', 'fm', 'k4', 'k6'],
  ]);
  await until('a is master', 15_000, async () =>
    (await a.holds(virtualAddress)) ? true : undefined,
  );
  for (const control of tape
    .controls()
    .filter(({ source }) => [a.ipv4, a.ipv6, a.linkLocal].includes(source))) {
    assert.equal(control.hopLimit, 255);
  }
  assert.ok(ofHost(a.ipv4, f.ipv4, 4784).length > 0);
  assert.ok(ofHost(a.linkLocal, b.linkLocal, 3784).length > 0);
});

test('timers are renegotiated from both sides while nothing goes down', async () => {
  const before = await downs();
  await bfdd.retime({ interval: 100, multiplier: 4 });
  await whenSessions(a, 'FRR is waited for 400 ms', (sessions) => {
    const session = sessions.get('f6');
    return session !== undefined && detectionOf(session.state) === 400_000;
  });
  await bfdd.retime(usual);
  await whenSessions(a, 'and 60 ms again', (sessions) => {
    const session = sessions.get('f6');
    return session !== undefined && detectionOf(session.state) === 60_000;
  });
  writeConfiguration(a, configurationOf(a, hosts, { interval: 80, multiplier: 3 }));
  await holdfast(a, 'reload');
  await whenSessions(a, 'all have agreed to 80 ms', (sessions) =>
    [...sessions.values()].every(
      ({ state }) =>
        !state.polling && state.used.transmit === 80_000 && state.used.receive === 80_000,
    ),
  );
  writeConfiguration(a, configurationOf(a, hosts, usual));
  await holdfast(a, 'reload');
  await whenSessions(a, 'all have agreed to 20 ms', (sessions) =>
    [...sessions.values()].every(({ state }) => !state.polling && detectionOf(state) === 60_000),
  );
  onTime((await downs()) === before, `no session went down meanwhile: ${main.log()}`);
});

test('an administrator takes a session down, and up again', async () => {
  const [, wide] = endsTowards(a, f);
  await bfdd.disable(wide);
  const sessions = await whenSessions(
    a,
    'f6 is down',
    (all) => all.get('f6')?.state.state === 'down',
  );
  assert.equal(sessions.get('f6')?.cause?.kind, 'neighbour-signalled');
  assert.match(await holdfast(a, 'explain', 'f6'), /the neighbour took it down \(admin-down\)/);
  await bfdd.enable(wide);
  await whenSessions(a, 'f6 is up again', allUp);
});

test('a neighbour that stands still is down, is named, and comes back; nobody else notices', async () => {
  const ofBird = ['b4', 'b6', 'bl', 'bm'];
  await until('a has the address', 15_000, async () =>
    (await a.holds(virtualAddress)) ? true : undefined,
  );
  const before = await downs(ofBird);
  freeze(bird);
  const sessions = await whenSessions(a, 'its sessions are down', (all) =>
    ofBird.every((name) => all.get(name)?.state.state === 'down'),
  );
  thaw(bird);
  assert.equal(sessions.get('b4')?.cause?.kind, 'detection-expired');
  assert.match(main.log(), /BFD session bl went down: detection time 60ms expired/);
  await whenSessions(a, 'they are up again', allUp);
  const isCalm = (await downs(ofBird)) === before && (await a.holds(virtualAddress));
  onTime(isCalm, `others noticed: ${main.log()}`);
});

test('the failover process is killed: no neighbour notices', async () => {
  await until('a has the address', 15_000, async () =>
    (await a.holds(virtualAddress)) ? true : undefined,
  );
  await delay(300);
  const { failover } = await statusOf(a);
  const since = tape.controls().length;
  signal(failover.pid ?? 0, 'SIGKILL');
  await until('another one runs', 10_000, async () => {
    const status = await statusOf(a).catch(() => undefined);
    return status?.failover.pid !== failover.pid && status?.failover.pid ? true : undefined;
  });
  await delay(500);
  const heard = tape.controls().slice(since);
  assert.ok(heard.some(({ source }) => source === a.ipv4));
  const lost = heard.filter(({ state }) => state !== 3);
  onTime(lost.length === 0, `${lost.length} packets say that a session went down: ${main.log()}`);
  assert.ok(await a.holds(virtualAddress), `a has lost its address: ${main.log()}`);
  assert.ok(!(await c.holds(virtualAddress)), `c has taken the address: ${main.log()}`);
});

test('a peer is killed on a busy machine: lost within the detection time and 2 ms, and the address moves', async () => {
  await whenSessions(a, 'all are up', allUp);
  const busy = ['one', 'two'].map((name) => k.start('sh', ['-c', 'while :; do :; done'], { name }));
  await delay(300);
  await crash(daemonOf(bfdd.tasks, 1));
  const down = await until('a says that f4 is down', 5_000, () =>
    ofHost(a.ipv4, f.ipv4, 3784).find(
      ({ state, at }) => state === 1 && at > lastOf(f.ipv4, a.ipv4),
    ),
  );
  const resigned = await until('a resigns', 5_000, () =>
    tape.advertisements().find(({ source, priority }) => source === a.ipv4 && priority === 0),
  );
  await Promise.all(busy.map(crash));
  const last = lastOf(f.ipv4, a.ipv4);
  const waited = down.at - last;
  assert.ok(waited >= 60_000 - 1_000, `not before its time: ${waited} us`);
  onTime(waited <= 60_000 + margin, `a took ${waited} us of 60000 to notice`);
  onTime(resigned.at - last <= 60_000 + 20_000, `a resigned ${resigned.at - last} us after`);
  await until('c has the address', 5_000, async () =>
    (await c.holds(virtualAddress)) && !(await a.holds(virtualAddress)) ? true : undefined,
  );
  // Its skew time is 11.7 ms: so the address has moved before another detection time is over.
  // What is recorded comes a little after what happens.
  const moved = await until('c announces it', 5_000, () =>
    tape
      .announcements()
      .find(({ address, mac, at }) => address === virtualAddress && mac === c.mac && at > last),
  );
  onTime(moved.at - last <= 2 * 60_000, `c announced the address ${moved.at - last} us after`);
  assert.match(await holdfast(a, 'explain', 'VI_1'), /bfd f4 failed: detection time 60ms expired/);
});

const lastOf = (source: string, destination: string): number =>
  ofHost(source, destination, 3784).at(-1)?.at ?? 0;

test('a peer that was restarted comes up again, and the address comes home', async () => {
  await crash(daemonOf(bfdd.tasks, 0));
  await startBfdd(f, endsTowards(a, f), usual);
  await whenSessions(a, `all are up: ${main.log()}`, allUp);
  await until('a has the address', 10_000, async () =>
    (await a.holds(virtualAddress)) ? true : undefined,
  );
});

test('10 ms and three packets hold with keepalived, and its end is noticed', async () => {
  const fast = { interval: 10, multiplier: 3 };
  writeConfiguration(a, configurationOf(a, hosts, fast));
  await holdfast(a, 'reload');
  await whenSessions(a, 'the intervals are agreed', (sessions) =>
    [...sessions.values()].every(({ state }) => !state.polling && state.used.transmit === 10_000),
  );
  await crash(keepalived);
  const sessions = await whenSessions(
    a,
    'k4 is down',
    (all) => all.get('k4')?.state.state === 'down',
  );
  const cause = sessions.get('k4')?.cause;
  assert.ok(cause?.kind === 'detection-expired', `not by silence: ${JSON.stringify(cause)}`);
  onTime(
    cause.silence <= cause.detection + margin,
    `it took ${cause.silence} us of ${cause.detection}`,
  );
});

test('a planned end says so to every neighbour', async () => {
  const since = tape.controls().length;
  await stop(main);
  await until('each of the eight that live is told', 3_000, () => {
    const told = tape
      .controls()
      .slice(since)
      .filter(({ state }) => state === 0);
    const ends = new Set(told.map(({ destination, port }) => `${destination} ${port}`));
    return ends.size >= 8 ? true : undefined;
  });
  await stop(second);
});
