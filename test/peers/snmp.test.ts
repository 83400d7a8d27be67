/**
 * The daemon below a real SNMP agent: what keepalived shows and tells of the same configuration, Holdfast shows and tells. An
 * agent that is broken is in `test/namespaces/counterparts.test.ts`.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { inState, instance } from '../daemon/site.ts';
import { capture } from '../lab/capture.ts';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { snmpConfiguration } from './snmp-configuration.ts';
import { compare, differences } from './snmp-differences.ts';
import {
  ask,
  masterSocket,
  mibs,
  notifications,
  startAgent,
  startReceiver,
  walk,
} from './snmp-site.ts';

const lab = await openLab(['a']);
const a = lab.host('a');
await a.ip(
  'link add name eth1 type veth peer name eth2',
  'link set dev eth1 address 02:00:00:00:11:21',
  'link set dev eth1 up',
  'link set dev eth2 up',
  'addr add 10.12.0.1/24 dev eth1',
);
const weighed = join(a.directory, 'weighed');
writeFileSync(weighed, '3\n');
const started: Task[] = [];
afterEach(async () => {
  for (const task of started.splice(0).reverse()) await stop(task);
});
after(() => lab.close());

function begin<Started extends Task>(task: Started): Started {
  started.push(task);
  return task;
}

const stateOf = `${mibs.keepalived}.2.3.1.4`;
const resultOf = `${mibs.keepalived}.2.9.1.6`;

interface Interview {
  readonly objects: ReadonlyMap<string, string>;
  /** What it answers to changes of VI_4, and what it shows afterwards. */
  readonly changed: readonly string[];
  readonly told: readonly string[];
}

/** Everything that it shows as master, and everything that it tells from its start to its end. */
async function interview(start: () => Task): Promise<Interview> {
  begin(await startAgent(a));
  const received = begin(await startReceiver(a));
  const task = begin(start());
  const settled = async () => {
    if (task.ended()) throw new Error(task.log());
    const states = [...(await walk(a, stateOf)).values()];
    const results = [...(await walk(a, resultOf)).values()];
    const isSettled =
      states.length === 4 &&
      states.every((state) => state === 'INTEGER: 2') &&
      !results.includes('INTEGER: 1');
    return isSettled || undefined;
  };
  await until('masters in its table', 15_000, settled, 200).catch(async (thrown) => {
    throw new Error(
      `${thrown.message}: ${[...(await walk(a, stateOf))]} ${[...(await walk(a, resultOf))]} ${task.log()}`,
    );
  });
  const walks = await Promise.all(Object.values(mibs).map((mib) => walk(a, mib)));
  const objects = new Map(walks.flatMap((found) => [...found]));
  const changed = await change();
  await stop(task);
  const ending = `${stateOf} = INTEGER: 5`;
  await until('their ends are told', 5_000, () => {
    return (
      notifications(received).filter((line) => line.includes(ending)).length === 4 || undefined
    );
  });
  await until('the end of the group is told', 5_000, () => {
    return (
      notifications(received).some((line) => line.includes('2.1.1.3 = INTEGER: 5')) || undefined
    );
  });
  const told = notifications(received);
  for (const one of started.splice(0).reverse()) await stop(one);
  return { objects, changed, told };
}

/** Priority, preemption, and values that neither can have. */
async function change(): Promise<readonly string[]> {
  const answers: string[] = [];
  const orders = [
    [7, 'i', '97'],
    [13, 'i', '2'],
    [7, 'i', '0'],
    [13, 'i', '3'],
    [7, 'u', '5'],
  ] as const;
  for (const [column, type, value] of orders) {
    const name = `${mibs.keepalived}.2.3.1.${column}.4`;
    const answer = await ask(a, 'snmpset', name, type, value);
    answers.push(/ = .*|Reason: \S+/.exec(answer)?.[0] ?? answer);
  }
  for (const column of [7, 8, 13]) {
    const name = `${mibs.keepalived}.2.3.1.${column}`;
    answers.push(`${column} ${(await walk(a, name)).get(`${name}.4`)}`);
  }
  return answers;
}

test('the same objects and notifications as keepalived', async () => {
  const configuration = snmpConfiguration(masterSocket(a), weighed);
  const theirs = await interview(() => startKeepalived(a, configuration));
  const ours = await interview(() => startHoldfast(a, configuration));
  assert.ok(theirs.objects.size > 350, `${theirs.objects.size} objects of keepalived`);
  compare(ours.objects, theirs.objects, differences);
  assert.deepEqual(ours.changed, theirs.changed);
  // The order among instances is nobody's concern; that of each one's changes is.
  const bySubject = (lines: readonly string[]) =>
    lines.toSorted((one, other) => subject(one).localeCompare(subject(other)));
  assert.deepEqual(bySubject(ours.told), bySubject(theirs.told));
});

/** The kind of notification, and whom it is about. */
function subject(line: string): string {
  return (
    /^(\S+)\s+(\S+ = (?:Hex-STRING: (?:[0-9A-F]{2} )+)?)/.exec(line)?.slice(1).join(' ') ?? line
  );
}

test('what cannot be changed says so; what is changed is told to the peers, until a reload', async () => {
  begin(await startAgent(a));
  const global = `global_defs {\n snmp_socket unix:${masterSocket(a)}\n enable_snmp_vrrp\n}\n`;
  const task = begin(startHoldfast(a, `${global}${instance()}`));
  await until('it is served', 10_000, () => task.log().includes('SNMP: served') || undefined);
  await inState(a, task, 'master');
  const row = (column: number) => `${mibs.keepalived}.2.3.1.${column}.1`;
  assert.match(await ask(a, 'snmpset', row(28), 'i', '1'), /notWritable/);
  assert.match(await ask(a, 'snmpset', row(7), 'i', '255'), /wrongValue/);
  // All or nothing.
  assert.match(await ask(a, 'snmpset', row(7), 'i', '77', row(28), 'i', '1'), /notWritable/);
  const tape = await capture(lab);
  const advertised = (priority: number) =>
    until(`priority ${priority} is advertised`, 5_000, () =>
      tape.advertisements().at(-1)?.priority === priority ? true : undefined,
    );
  await advertised(150);
  assert.match(await ask(a, 'snmpset', row(7), 'i', '77'), /INTEGER: 77/);
  await advertised(77);
  assert.match(task.log(), /VI_1 has priority 77 now, as an operator ordered/);
  await holdfast(a, 'reload');
  await advertised(150);
  await tape.close();
});
