/** What cannot run says why and what to do, in a sentence, with keepalived's exit code; and leaves nothing behind. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { program, startHoldfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { processesInside } from '../lab/namespace.ts';
import { crash, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import * as pair from './pair.ts';
import { scriptOn } from './scripts.ts';

const lab = await openLab(['a']);
const a = lab.host('a');
after(() => lab.close());
let tasks: Task[] = [];
afterEach(async () => {
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
});

const good = pair.instance({ ...pair.tenASecond, priority: 150 });

function fileWith(name: string, text: string): string {
  const file = join(a.directory, name);
  writeFileSync(file, text);
  return file;
}

function launch(words: readonly string[]): Task {
  const [first = '', ...rest] = words;
  const task = a.start(first, rest, { name: words.join(' ') });
  tasks.push(task);
  return task;
}

interface Refusal {
  readonly what: string;
  /** The words of the command; a file that could run stands at `{good}`, the state directory at `{state}`. */
  readonly words: readonly string[];
  readonly code: number;
  readonly says: RegExp;
}

/** May read everything, since the checkout may lie in a folder that is closed to others, and nothing else. */
const ordinaryUser = [
  'setpriv',
  ...['--reuid', '65534', '--clear-groups'],
  ...['--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search'],
];
const without = (capability: string) => ['setpriv', '--bounding-set', `-${capability}`];
const onDisk = (options: string, before = 'true') => [
  ...['unshare', '--mount', 'sh', '-c'],
  `mount -t tmpfs -o ${options} tmpfs {disk} && { ${before}; } && exec ${program} run {good} --state-dir {disk}/state`,
];

const refusals: readonly Refusal[] = [
  {
    what: 'an ordinary user',
    words: [...ordinaryUser, program, 'run', '{good}', '{state}'],
    code: 4,
    says: /run as root, or give it CAP_NET_ADMIN and CAP_NET_RAW/,
  },
  {
    what: 'root without raw sockets',
    words: [...without('net_raw'), program, 'run', '{good}', '{state}'],
    code: 4,
    says: /run as root, or give it CAP_NET_RAW$/m,
  },
  {
    what: 'root without the right to move addresses',
    words: [...without('net_admin'), program, 'run', '{good}', '{state}'],
    code: 4,
    says: /run as root, or give it CAP_NET_ADMIN$/m,
  },
  {
    what: 'a file that is not there',
    words: [program, 'run', '/no/such.conf', '{state}'],
    code: 2,
    says: /cannot read \/no\/such\.conf: it does not exist/,
  },
  {
    what: 'a folder in place of the file',
    words: [program, 'run', '{disk}', '{state}'],
    code: 2,
    says: /cannot read .*: it is a directory/,
  },
  {
    what: 'a state directory that is a file',
    words: [program, 'run', '{good}', '--state-dir={good}'],
    code: 1,
    says: /is not a directory: remove the file in its place, or choose another with --state-dir/,
  },
  {
    what: 'a state directory below a file',
    words: [program, 'run', '{good}', '--state-dir={good}/state'],
    code: 1,
    says: /is not a directory: remove the file in its place, or choose another with --state-dir/,
  },
  {
    what: 'a state directory where none can be made',
    words: [program, 'run', '{good}', '--state-dir=/proc/holdfast'],
    code: 1,
    says: /\/proc\/holdfast cannot be used: .*choose another with --state-dir/,
  },
  {
    what: 'a read-only state directory',
    words: onDisk('ro'),
    code: 1,
    says: /read-only file system: choose another with --state-dir/,
  },
  {
    what: 'a state directory on a full disk',
    words: onDisk('size=64k', 'cat /dev/zero > {disk}/fill 2>/dev/null || true'),
    code: 1,
    says: /no space is left .*: free some, or choose another with --state-dir/,
  },
  {
    what: 'a state directory with too long a path',
    words: [program, 'run', '{good}', `--state-dir={disk}/${'x'.repeat(120)}`],
    code: 1,
    says: /too long a path for a Unix socket .*: choose a shorter one with --state-dir/,
  },
];

const places = {
  '{good}': fileWith('good.conf', good),
  '{disk}': join(a.directory, 'disk'),
  '{state}': `--state-dir=${pair.stateDirectory(a)}`,
};
mkdirSync(places['{disk}']);

for (const { what, words, code, says } of refusals) {
  test(`refused: ${what}`, async () => {
    const put = (word: string) =>
      Object.entries(places).reduce((text, [name, place]) => text.replaceAll(name, place), word);
    const task = launch(words.map(put));
    const end = await Promise.race([task.exit, patience()]);
    assert.equal(end, code, task.log());
    assert.match(task.log(), says);
    await nothingRuns();
  });
}

async function patience(): Promise<string> {
  const { setTimeout: delay } = await import('node:timers/promises');
  return delay(15_000, 'it still runs', { ref: false });
}

async function nothingRuns(): Promise<void> {
  await until('no process is left', 5_000, () => {
    return processesInside(a.space).length === 0 || undefined;
  });
  assert.ok(!(await a.holds(pair.virtualAddress)), 'an address is left');
  for (const name of ['control.sock', 'holdfast.pid']) {
    assert.ok(!existsSync(join(pair.stateDirectory(a), name)), `${name} is left`);
  }
}

test('a wrong file: every error at once, each with its place, its cause and a cure', async () => {
  const second = good.replace('web', 'two').replace('virtual_router_id 51', 'virtual_router_id');
  const file = fileWith('wrong.conf', good.replace('priority 150', 'priority') + second);
  const task = launch([program, 'run', file, `--state-dir=${pair.stateDirectory(a)}`]);
  assert.equal(await task.exit, 2, task.log());
  const text = task.log();
  const diagnostics = text.split(/^(?=error\[|warning\[)/m).filter((part) => /^error/.test(part));
  assert.equal(diagnostics.length, 2, text);
  for (const [index, { at, quotes }] of [
    { at: /wrong\.conf:6:\d+/, quotes: /6 │ +priority/ },
    { at: /wrong\.conf:17:\d+/, quotes: /17 │ +virtual_router_id/ },
  ].entries()) {
    const diagnostic = diagnostics[index] ?? '';
    for (const part of [at, quotes, /= cause: /, /= help: write /]) assert.match(diagnostic, part);
  }
  assert.match(text, /has errors: nothing was started/);
  assert.doesNotMatch(text, /STATE/, 'the good half was started');
  await nothingRuns();
});

test('no interface: a fault that says so, and a start when it comes', async () => {
  const task = startHoldfast(a, good.replace('eth0', 'late0'));
  tasks.push(task);
  await pair.settled(a, task, { state: 'fault' });
  assert.match(task.log(), /there is no interface late0/);
  await a.ip(
    'link add late0 type veth peer name late1',
    'link set dev late1 up',
    'link set dev late0 up',
    'addr add 10.12.0.1/24 dev late0',
  );
  await pair.settled(a, task, { state: 'master' });
  await a.ip('link del dev late0');
  await pair.settled(a, task, { state: 'fault' });
  assert.equal(await stop(task), 0);
});

test('scripts that are missing, or that anybody may change, are named and not run', async () => {
  const ran = join(a.directory, 'ran');
  const loose = scriptOn(a, 'loose', `touch ${ran}`);
  chmodSync(loose, 0o777);
  const inside = (script: string) =>
    `    track_script {\n        chk\n    }\n    notify "${script}"`;
  const text = (script: string, global = '') =>
    `${global}vrrp_script chk {\n    script "${script}"\n    interval 1\n}\n${pair.instance({ ...pair.tenASecond, priority: 150, inside: inside(script) })}`;
  const missing = startHoldfast(a, text('/no/such/script'));
  tasks.push(missing);
  await pair.settled(a, missing, { state: 'master' });
  assert.match(missing.log(), /track script chk is not run.*\/no\/such\/script does not exist/);
  assert.match(missing.log(), /\(web\) notify is not run: \/no\/such\/script does not exist/);
  assert.equal(await stop(missing), 0);

  const secure = 'global_defs {\n    enable_script_security\n    script_user root\n}\n';
  const open = startHoldfast(a, text(loose, secure));
  tasks.push(open);
  await pair.settled(a, open, { state: 'master' });
  assert.match(open.log(), /track script chk is not run.*can be changed by .*: chmod/);
  assert.match(open.log(), /\(web\) notify is not run: .*can be changed by .*: chmod/);
  assert.ok(!existsSync(ran), 'a script that anybody may change was run as root');
  assert.equal(await stop(open), 0);
});

test('a second daemon is refused while the first lives, and starts after it died', async () => {
  const first = startHoldfast(a, good);
  tasks.push(first);
  await pair.settled(a, first, { state: 'master' });
  const second = startHoldfast(a, good);
  assert.equal(await second.exit, 1);
  assert.match(
    second.log(),
    new RegExp(`running already .*process ${first.pid}\\): stop that one`),
  );
  assert.equal((await pair.statusOf(a))?.pid, first.pid, 'the first was disturbed');
  await crash(first);
  assert.ok(existsSync(join(pair.stateDirectory(a), 'control.sock')), 'nothing was left behind');
  const third = startHoldfast(a, good);
  tasks.push(third);
  await pair.settled(a, third, { state: 'master' });
  assert.equal(await stop(third), 0);
  await nothingRuns();
});
