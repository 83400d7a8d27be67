/** Holdfast under keepalived's name: what unit files, init scripts and entry points do with it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { instance, lives, stateDirectory, virtualAddress } from '../daemon/site.ts';
import { openLab } from '../lab/lab.ts';
import { crash, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';

const program = join(import.meta.dirname, '../../bin/keepalived');
const lab = await openLab(['a']);
const a = lab.host('a');
const file = join(a.directory, 'keepalived.conf');
const pidFile = join(a.directory, 'keepalived.pid');
const vrrpPidFile = join(a.directory, 'vrrp.pid');
const pids = ['-p', pidFile, '-r', vrrpPidFile];
const environment = { HOLDFAST_STATE_DIR: stateDirectory(a) };
const patience = 60_000;

let task: Task | undefined;
afterEach(async () => {
  if (task !== undefined) await crash(task);
  task = undefined;
  const left = pidIn(pidFile);
  if (left !== undefined && lives(left)) process.kill(left, 'SIGKILL');
});
after(() => lab.close());

function pidIn(path: string): number | undefined {
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined;
}

function keepalived(...words: readonly string[]) {
  const inside = [`--net=${a.space.path}`, '--', program, ...words];
  const { status, stdout, stderr } = spawnSync('nsenter', inside, {
    encoding: 'utf8',
    timeout: patience,
    env: { ...process.env, ...environment },
  });
  return { status, stdout, stderr };
}

const holds = () =>
  until(`${virtualAddress} is held: ${task?.log() ?? ''}`, 30_000, async () =>
    (await a.holds(virtualAddress)) ? true : undefined,
  );

test('in the foreground: pid files, SIGHUP, SIGTERM', async () => {
  writeFileSync(file, instance());
  const snmp = ['-x', '-A', `unix:${a.directory}/nobody`, '--ignore-sigint'];
  task = a.start(program, ['-n', '-l', '-D', '-f', file, ...snmp, ...pids], {
    name: 'keepalived -n',
    environment,
  });
  await holds();
  assert.equal(pidIn(pidFile), pidIn(vrrpPidFile));
  const pid = pidIn(pidFile) ?? 0;
  assert.ok(lives(pid));
  // Exporters look for this name.
  assert.equal(readFileSync(`/proc/${pid}/comm`, 'utf8').trim(), 'keepalived');
  await until('SNMP is asked for', 15_000, () =>
    task?.log().includes(`through unix:${a.directory}/nobody`) === true ? true : undefined,
  );
  process.kill(pid, 'SIGINT');
  writeFileSync(file, instance({ inside: 'priorty 5' }));
  process.kill(pid, 'SIGHUP');
  await until('the reload is told', 15_000, () =>
    task?.log().includes('SIGHUP') === true ? true : undefined,
  );
  assert.ok(await a.holds(virtualAddress));
  process.kill(pid, 'SIGTERM');
  assert.equal(await task.exit, 0);
  assert.ok(!existsSync(pidFile) && !existsSync(vrrpPidFile));
  assert.ok(!(await a.holds(virtualAddress)));
});

test('in the background: back when it runs, one at a time, stopped by its pid file', async () => {
  writeFileSync(file, instance());
  const log = join(a.directory, 'log');
  const started = keepalived('-f', file, `-g${log}`, ...pids);
  assert.deepEqual(started, { status: 0, stdout: '', stderr: '' });
  const pid = pidIn(pidFile) ?? 0;
  assert.ok(lives(pid));
  await holds();
  assert.match(readFileSync(log, 'utf8'), /starts with/);
  const second = keepalived('-f', file, ...pids);
  assert.equal(second.status, 1);
  assert.match(second.stderr, /running already/);
  process.kill(pid, 'SIGTERM');
  await until('it ended', 15_000, () => (lives(pid) ? undefined : true));
  assert.ok(!existsSync(pidFile));
});

test('in the background without a system log it runs all the same', async () => {
  writeFileSync(file, instance());
  assert.deepEqual(keepalived('-f', file, ...pids), { status: 0, stdout: '', stderr: '' });
  const pid = pidIn(pidFile) ?? 0;
  await holds();
  process.kill(pid, 'SIGHUP');
  process.kill(pid, 'SIGTERM');
  await until('it ended', 15_000, () => (lives(pid) ? undefined : true));
  assert.ok(!(await a.holds(virtualAddress)));
});

test('-B runs no BFD, and what tracks a session takes it to be down', async () => {
  const session = 'bfd_instance peer {\n  neighbor_ip 10.11.0.9\n}\n';
  writeFileSync(file, session + instance({ inside: 'track_bfd {\n peer\n }' }));
  const bfdPidFile = join(a.directory, 'bfd.pid');
  const words = ['-n', '-l', '-B', '-b', bfdPidFile, '-f', file, ...pids];
  task = a.start(program, words, { name: 'keepalived -B', environment });
  const entering = /\(VI_1\) entering FAULT state/i;
  const log = await until('it is at fault', 30_000, () => {
    const text = task?.log() ?? '';
    return entering.test(text) && /BFD is switched off \(-B/.test(text) ? text : undefined;
  });
  assert.doesNotMatch(log, /no effect/);
  assert.ok(!existsSync(bfdPidFile));
  const sockets = readFileSync(`/proc/${pidIn(pidFile)}/net/udp`, 'latin1');
  assert.doesNotMatch(sockets, /:0EC8 /, 'nobody listens on port 3784');
});

test('a start that fails says so with keepalived’s codes', () => {
  assert.equal(keepalived('-f', join(a.directory, 'none'), ...pids).status, 6);
  writeFileSync(file, 'vrrp_instance A {\n interface\n}\n');
  assert.equal(keepalived('-G', '-f', file, ...pids).status, 2);
  assert.equal(keepalived('-z').status, 1);
});

test('-t tells by its status what keepalived’s would, and is right about a missing file', () => {
  const status = (text: string, ...words: readonly string[]): number | null => {
    writeFileSync(file, text);
    return keepalived('-t', '-f', file, ...words).status;
  };
  assert.equal(status(instance()), 0);
  assert.equal(status(instance({ inside: 'priorty 5' })), 5);
  assert.equal(status(instance({ inside: 'notify /bin/true' })), 6);
  assert.equal(status(instance({ interface: 'eth7', inside: 'priorty 5' })), 4);
  assert.equal(status('vrrp_instance A {\n interface\n}\n'), 2);
  assert.equal(keepalived('-t', '-f', join(a.directory, 'none')).status, 4);
  const log = join(a.directory, 'test-log');
  writeFileSync(file, instance({ inside: 'priorty 5' }));
  assert.deepEqual(keepalived(`-t${log}`, '-f', file), { status: 5, stdout: '', stderr: '' });
  assert.match(readFileSync(log, 'utf8'), /^\(.*keepalived\.conf: Line 10\) "priorty"/);
});

test('-i and -e reach every reader', () => {
  writeFileSync(file, `${instance()}@two unheard_of\ninclude missing.conf\n`);
  assert.equal(keepalived('-t', '-i', 'one', '-f', file).status, 0);
  assert.equal(keepalived('-t', '-i', 'two', '-f', file).status, 5);
  assert.equal(keepalived('-t', '-e', '-i', 'one', '-f', file).status, 6);
});

test('help, version and signal numbers; also by a link of that name', () => {
  assert.deepEqual(keepalived('--signum=JSON'), { status: 0, stdout: '36\n', stderr: '' });
  assert.match(keepalived('-v').stderr, /^Keepalived v\d+\.\d+\.\d+/);
  assert.match(keepalived('--help').stderr, /--use-file=FILE/);
  mkdirSync(join(a.directory, 'sbin'));
  const link = join(a.directory, 'sbin', 'keepalived');
  symlinkSync(join(import.meta.dirname, '../../bin/holdfast'), link);
  const { stdout } = spawnSync(link, ['--signum', 'RELOAD'], {
    encoding: 'utf8',
    timeout: patience,
  });
  assert.equal(stdout, '1\n');
});
