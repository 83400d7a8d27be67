/** The doors that others look in through: signals and their files, metrics, and what an exporter makes of them. */
import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { statisticsOf } from '../doors/blocks.ts';
import { dumped, dumpSignal } from '../doors/dump-files.ts';
import { instancesOfData, instancesOfJson, scriptsOfData } from '../doors/exporter.ts';
import { metricNames, parseMetrics } from '../doors/metric-text.ts';
import { command } from '../lab/command.ts';
import { holdfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { crash } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { instance, running, statusOf } from './site.ts';

const lab = await openLab(['a']);
after(() => lab.close());
const a = lab.host('a');
process.env.TMPDIR = a.directory;
const script = 'vrrp_script check {\n  script "/bin/true"\n  interval 1\n}\n';
const inside = '  track_script {\n    check\n  }\n';
const configuration = (global: string): string =>
  `global_defs {\n${global}}\n${script}${instance({ inside })}`;
const usual = '  metrics_listen 127.0.0.1:9650\n';
const task = await running(a, configuration(usual));
const { pid } = await statusOf(a);
const inFolder = (name: string): string => join(a.directory, name);

const expected = {
  state: 2,
  wanted: 2,
  link: 'eth0',
  routerId: 51,
  announcementDelay: 5,
  addresses: [['10.11.0.100/24', 'eth0']],
};

test('an exporter finds what it looks for in the data and in the JSON', async () => {
  assert.deepEqual([...instancesOfData(await dumped(a, pid, 'data'))], [['VI_1', expected]]);
  assert.deepEqual([...instancesOfJson(await dumped(a, pid, 'json'))], [['VI_1', expected]]);
  const scripts = scriptsOfData(readFileSync(inFolder('keepalived.data'), 'utf8'));
  assert.deepEqual(
    scripts.map(({ name, status }) => [name, status]),
    [['check', 'GOOD']],
  );
  assert.match(readFileSync(inFolder('keepalived_parent.data'), 'utf8'), /^------< Global defi/);
});

test('the signal that clears writes first; metrics go on counting', async () => {
  const sent = (text: string) => statisticsOf(text).get('VI_1/Advertisements/Sent') ?? -1;
  const before = sent(await dumped(a, pid, 'stats'));
  assert.ok(before > 0);
  assert.ok(sent(await dumped(a, pid, 'clear')) >= before);
  const cleared = sent(await dumped(a, pid, 'stats'));
  assert.ok(cleared >= 0 && cleared < before + 3, `${cleared} after ${before}`);
  const name = 'holdfast_instance_advertisements_sent_total';
  const sample = parseMetrics(await holdfast(a, 'metrics')).find((one) => one.name === name);
  assert.ok((sample?.value ?? 0) >= before + cleared);
});

test('files are for root alone, whole, and never written through a symbolic link', async () => {
  const path = inFolder('keepalived.json');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  rmSync(path);
  const victim = inFolder('victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, path);
  process.kill(pid, dumpSignal.json);
  await until('the refusal is told', 5_000, () =>
    task.log().includes('keepalived.json is a symbolic link and was not written: remove it')
      ? true
      : undefined,
  );
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
  assert.ok(lstatSync(path).isSymbolicLink());
  rmSync(path);
  // A hundred signals are a few writes, and every reader sees a whole file.
  for (let count = 0; count < 100; count += 1) process.kill(pid, dumpSignal.json);
  const text = await until(
    'the file',
    5_000,
    () => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    },
    1,
  );
  assert.equal(instancesOfJson(text).size, 1);
  await dumped(a, pid, 'json');
  assert.deepEqual(
    readdirSync(a.directory).filter((name) => /^keepalived\.json\./.test(name)),
    [],
  );
});

/** The daemon reads these global lines. */
async function reloaded(global: string): Promise<void> {
  writeFileSync(inFolder('holdfast.conf'), configuration(global));
  await holdfast(a, 'reload');
}

test('a folder that is not there is told, nothing else minds, and the next signal finds it', async () => {
  const folder = inFolder('later');
  const path = join(folder, 'keepalived.json');
  await reloaded(`${usual}  json_dump_file ${path}\n`);
  process.kill(pid, dumpSignal.json);
  const complaint = `${path} could not be written: ENOENT`;
  await until('the refusal is told', 5_000, () => task.log().includes(complaint) || undefined);
  assert.equal((await statusOf(a)).snapshot?.instances[0]?.state, 'master');
  mkdirSync(folder);
  process.kill(pid, dumpSignal.json);
  const text = await until('the file', 5_000, () =>
    existsSync(path) ? readFileSync(path, 'utf8') : undefined,
  );
  assert.equal(instancesOfJson(text).size, 1);
  await reloaded(usual);
});

test('what runs is shown when its file says something else by now', async () => {
  const priority = async () =>
    /^ *priority (\d+)/m.exec(await holdfast(a, 'show', 'config', '--no-defaults'))?.[1];
  const file = inFolder('holdfast.conf');
  writeFileSync(file, readFileSync(file, 'utf8').replace('priority 150', 'priority 77'));
  assert.equal(await priority(), '150');
  rmSync(file);
  assert.equal(await priority(), '150');
  await reloaded(usual);
  assert.equal(await priority(), '150');
});

test('the same without files', async () => {
  assert.equal(instancesOfData(await holdfast(a, 'dump')).size, 1);
  assert.equal(instancesOfJson(await holdfast(a, 'dump', '--json')).size, 1);
  assert.ok(statisticsOf(await holdfast(a, 'dump', '--stats')).size > 15);
});

const scrape = (path: string): Promise<string> =>
  command('nsenter', [
    ...[`--net=${a.space.path}`, '--', process.execPath, '-e'],
    `fetch('http://127.0.0.1:9650${path}').then(async (r) => console.log(r.status, await r.text()), (e) => console.log('closed', e.cause.code))`,
  ]);

test('metrics: well formed, named as documented, over both doors, and the listener follows a reload', async () => {
  const text = await holdfast(a, 'metrics');
  const samples = parseMetrics(text);
  const master = samples.find(
    ({ name, labels }) => name === 'holdfast_instance_state' && labels.get('state') === 'master',
  );
  assert.equal(master?.value, 1);
  const documented = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');
  for (const name of metricNames(text)) assert.ok(documented.includes(`\`${name}\``), name);
  assert.match(await scrape('/metrics'), /^200 # HELP holdfast_build_info/);
  assert.match(await scrape('/status'), /^404 .*try GET \/metrics/);
  await reloaded('');
  await until('the port is closed', 5_000, async () =>
    (await scrape('/metrics')).startsWith('closed ECONNREFUSED') ? true : undefined,
  );
  const squat =
    "require('net').createServer().listen(9650, '127.0.0.1', () => console.log('here'))";
  const squatter = a.start(process.execPath, ['-e', squat], { name: 'squatter' });
  await until('the port is taken', 5_000, () => squatter.log().includes('here') || undefined);
  await reloaded(usual);
  await until(
    'the refusal is told',
    5_000,
    () =>
      /metrics_listen: 127\.0\.0\.1 port 9650 was refused \(EADDRINUSE\)/.test(task.log()) ||
      undefined,
  );
  assert.equal((await statusOf(a)).snapshot?.instances[0]?.state, 'master');
});

test('killed while it writes, it leaves whole files behind', async () => {
  for (let count = 0; count < 30; count += 1) {
    for (const signal of [dumpSignal.data, dumpSignal.json]) process.kill(pid, signal);
    await delay(count % 4);
  }
  await crash(task);
  const text = (name: string) => readFileSync(inFolder(name), 'utf8');
  assert.equal(instancesOfJson(text('keepalived.json')).size, 1);
  assert.deepEqual([...instancesOfData(text('keepalived.data'))], [['VI_1', expected]]);
  assert.equal(scriptsOfData(text('keepalived.data')).length, 1);
});
