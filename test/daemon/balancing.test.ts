/** The balancer process over nftables: it is killed, its table is edited, it is reloaded, ordered and stopped. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { ask } from '../../src/api/client.ts';
import type { ServicesAnswer } from '../../src/daemon/balancing/orders.ts';
import { command } from '../lab/command.ts';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { crash, signal, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { linesOf, scriptOn, stateDirectory } from './site.ts';

const lab = await openLab(['a']);
const a = lab.host('a');
let tasks: Task[] = [];
afterEach(async () => {
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
});
after(() => lab.close());

type Shown = Extract<ServicesAnswer, { readonly kind: 'services' }>;

const notes = join(a.directory, 'notes');
const drain = join(a.directory, 'drain');
const script = scriptOn(a, 'note.sh', `echo "$@" >> ${notes}`);

/** One server answers on port 8081; nobody does on 8080. */
function configuration(weight = 1): string {
  const server = (port: number, inside = ''): string => `  real_server 127.0.0.1 ${port} {
    weight ${weight}
    notify_up "${script} up ${port}"
    notify_down "${script} down ${port}"
    TCP_CHECK {
      connect_timeout 1
      retry 0
    }
${inside}  }
`;
  return `global_defs {
  script_user root
  lvs_plane nftables
}
track_file drain {
  file ${drain}
}
virtual_server 10.11.0.80 80 {
  delay_loop 0.3
  warmup 0
  lb_algo wrr
  lb_kind NAT
  protocol TCP
  quorum_up "${script} quorum up"
  quorum_down "${script} quorum down"
  sorry_server 127.0.0.1 8099
${server(8080)}${server(8081, '    FILE_CHECK {\n      track_file drain\n      weight 0\n    }\n')}}
`;
}

/** Accepts connections on a port of the host until it is told to end. */
function listen(port: number): Task {
  const code = `require('node:net').createServer((socket) => socket.end()).listen(${port}, '127.0.0.1')`;
  const task = a.start(process.execPath, ['-e', code], { name: `listener ${port}` });
  tasks.push(task);
  return task;
}

async function begin(text = configuration()): Promise<Task> {
  writeFileSync(notes, '');
  writeFileSync(drain, '0\n');
  listen(8081);
  const task = startHoldfast(a, text);
  tasks.push(task);
  await inState(task, 'DOWN up');
  return task;
}

async function services(): Promise<Shown> {
  const asking = { stateDirectory: stateDirectory(a), query: { traffic: '1' } };
  const answer = await ask<ServicesAnswer>('services', asking);
  assert.ok(answer.ok && answer.value.kind === 'services', 'no services are told');
  return answer.value;
}

/** Until the servers on 8080 and 8081 are as these words say: `up`, `DOWN`, `up:0` with a weight. */
async function inState(task: Task, wanted: string): Promise<Shown> {
  return until(`the servers are ${wanted}: ${task.log()}`, 15_000, async () => {
    const shown = await services().catch(() => undefined);
    const servers = shown?.snapshot?.services[0]?.servers ?? [];
    const words = servers.map(({ up, weight }, at) =>
      (wanted.split(' ')[at] ?? '').includes(':')
        ? `${up ? 'up' : 'DOWN'}:${weight}`
        : up
          ? 'up'
          : 'DOWN',
    );
    return words.join(' ') === wanted ? shown : undefined;
  });
}

async function ruleset(): Promise<string> {
  return command('nsenter', [`--net=${a.space.path}`, '--', 'nft', 'list', 'ruleset']);
}

test('servers come and go with their checks and files, and scripts are told', async () => {
  const task = await begin();
  const other = listen(8080);
  await inState(task, 'up up');
  writeFileSync(drain, '1\n');
  await inState(task, 'up DOWN');
  await crash(other);
  await inState(task, 'DOWN DOWN');
  const story = await holdfast(a, 'explain', '127.0.0.1:8080');
  assert.match(story, /^127\.0\.0\.1:8080 of .* is DOWN for /);
  assert.match(story, /TCP_CHECK fails for .*refused/);
  assert.match(story, /\n\n\d\d:\d\d:\d\d.*\n/, 'what happened before');
  assert.match(
    await holdfast(a, 'explain', '10.11.0.80 80'),
    /no quorum .*\n0 of its 2 servers are up/,
  );
  writeFileSync(drain, '0\n');
  await inState(task, 'DOWN up');
  const told = await until('all scripts have run', 5_000, () => {
    const lines = linesOf(notes);
    return lines.length >= 8 ? lines : undefined;
  });
  assert.deepEqual([...told].sort(), [
    'down 8080',
    'down 8080',
    'down 8081',
    'quorum down',
    'quorum up',
    'quorum up',
    'up 8080',
    'up 8081',
  ]);
  assert.match(task.log(), /Adding sorry server \[127\.0\.0\.1\]:tcp:8099/);
});

test('a balancer that is killed is followed by one that goes on, and changes nothing', async () => {
  await begin();
  const before = await services();
  const table = await ruleset();
  const told = linesOf(notes).length;
  signal(before.facts.pid ?? 0, 'SIGKILL');
  const next = await until('another runs', 5_000, async () => {
    const shown = await services().catch(() => undefined);
    return shown?.snapshot !== undefined && shown.facts.replaced === 1 ? shown : undefined;
  });
  assert.notEqual(next.facts.pid, before.facts.pid);
  const states = next.snapshot?.services[0]?.servers.map(({ up }) => up);
  assert.deepEqual(states, [false, true], 'it forgot who was down');
  assert.equal(await ruleset(), table);
  assert.equal(linesOf(notes).length, told, 'somebody was told of nothing');
});

test('what somebody takes away comes back within a second or so', async () => {
  const task = await begin();
  const table = await ruleset();
  await command('nsenter', [`--net=${a.space.path}`, '--', 'nft', 'flush', 'ruleset']);
  await until('the table is as it was', 3_000, async () =>
    (await ruleset()) === table ? true : undefined,
  );
  assert.match(task.log(), /somebody else has changed what this daemon balances/);
});

test('an order holds over a reload and a death, until it is undone', async () => {
  const task = await begin();
  await holdfast(a, 'server', '10.11.0.80:80', '127.0.0.1:8081', 'drain');
  await inState(task, 'DOWN up:0');
  writeFileSync(join(a.directory, 'holdfast.conf'), configuration(7));
  await holdfast(a, 'reload');
  const { facts } = await inState(task, 'DOWN up:0');
  signal(facts.pid ?? 0, 'SIGKILL');
  await until('another runs', 5_000, async () => {
    const shown = await services().catch(() => undefined);
    return shown?.facts.replaced === 1 && shown.snapshot !== undefined ? true : undefined;
  });
  await inState(task, 'DOWN up:0');
  await holdfast(a, 'server', '10.11.0.80:80', '127.0.0.1:8081', 'enable');
  await inState(task, 'DOWN up:7');
  await assert.rejects(
    holdfast(a, 'server', '10.11.0.80:80', '127.0.0.1:9999', 'drain'),
    /has no real server 127\.0\.0\.1:9999: there is 127\.0\.0\.1:8080/,
  );
});

test('what is ours is known after the whole daemon was killed, and goes with an orderly end', async () => {
  const task = await begin();
  const owned = join(stateDirectory(a), 'services.json');
  assert.match(readFileSync(owned, 'utf8'), /10\.11\.0\.80/);
  await crash(task);
  const next = startHoldfast(a, configuration());
  tasks.push(next);
  await inState(next, 'DOWN up');
  assert.equal(await stop(next), 0);
  assert.throws(() => readFileSync(owned));
  assert.equal(await ruleset(), '', 'something stays behind');
});

test('a reload that leaves nothing to balance ends the process, and one that brings something starts it', async () => {
  const task = await begin();
  writeFileSync(join(a.directory, 'holdfast.conf'), 'global_defs {\n  script_user root\n}\n');
  await holdfast(a, 'reload');
  await until('nothing is balanced', 5_000, async () =>
    (await ruleset()) === '' ? true : undefined,
  );
  assert.match(await holdfast(a, 'status', '--services'), /nothing is balanced/);
  writeFileSync(join(a.directory, 'holdfast.conf'), configuration());
  await holdfast(a, 'reload');
  await inState(task, 'DOWN up');
});

test('a reload moves everything to the plane that it asks for, and says what that does otherwise', async () => {
  const task = await begin(configuration().replace('  lvs_plane nftables\n', ''));
  const { facts } = await services();
  const withScheduler = (plane: string) =>
    configuration().replace('nftables', plane).replace('lb_algo wrr', 'lb_algo wlc');
  const ordinary = withScheduler('nftables').replace('  lvs_plane nftables\n', '');
  const reload = async (text: string): Promise<void> => {
    writeFileSync(join(a.directory, 'holdfast.conf'), text);
    await holdfast(a, 'reload');
  };
  await reload(ordinary);
  await inState(task, 'DOWN up');
  const isTold = /nftables does otherwise than IPVS: scheduler wlc/.test(task.log());
  assert.equal(isTold, facts.plane === 'nftables', task.log());
  await reload(withScheduler('ipvs'));
  await until('nothing is left in nftables', 5_000, async () =>
    (await ruleset()) === '' ? true : undefined,
  );
  await reload(withScheduler('nftables'));
  await until('it is in nftables', 10_000, async () =>
    (await ruleset()).includes('10.11.0.80') ? true : undefined,
  );
  await inState(task, 'DOWN up');
});
