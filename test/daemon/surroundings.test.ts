/** What the daemon does for its surroundings: scripts around its life, names, masks, marks, and reloads by the clock. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startHoldfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { stop } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { inState, instance, linesOf, running, scriptOn, stateDirectory } from './site.ts';

const lab = await openLab(['a']);
after(() => lab.close());
const a = lab.host('a');
process.env.TMPDIR = a.directory;
const inFolder = (name: string): string => join(a.directory, name);
const notes = inFolder('notes');
const script = (name: string, text: string): string => scriptOn(a, name, text);
const configuration = (global: string): string => `global_defs {\n${global}\n}\n${instance()}`;

test('the start-up script comes before the first address, the shutdown script after the last', async () => {
  const ask = 'ip -o addr show dev eth0 | grep -c 10.11.0.100/';
  const startup = script('startup', `echo "up $(${ask})" >> ${notes}; sleep 0.5`);
  const shutdown = script('shutdown', `echo "down $(${ask})" >> ${notes}; umask >> ${notes}`);
  const task = await running(
    a,
    configuration(`startup_script ${startup}\nshutdown_script ${shutdown}\numask 0137`),
  );
  assert.deepEqual(linesOf(notes), ['up 0']);
  assert.ok(await a.holds('10.11.0.100'));
  assert.equal(await stop(task), 0);
  assert.deepEqual(linesOf(notes), ['up 0', 'down 0', '0137']);
});

test('a start-up script that fails or hangs is told, and stops nobody', async () => {
  const startup = script('startup', 'exec sleep 100');
  const task = await running(
    a,
    configuration(`startup_script ${startup}\nstartup_script_timeout 1`),
  );
  assert.match(task.log(), /startup_script \(\S+\) did not end within 1000 ms: killed by SIGTERM/);
  assert.equal(await stop(task), 0);
});

test('told to stop while the start-up script runs, it never starts', async () => {
  const startup = script('startup', `echo began > ${notes}; sleep 1`);
  const task = startHoldfast(a, configuration(`startup_script ${startup}`));
  await until('the script runs', 10_000, () => (linesOf(notes)[0] === 'began' ? true : undefined));
  assert.equal(await stop(task), 0);
  assert.doesNotMatch(task.log(), /Entering/);
  assert.ok(!existsSync(join(stateDirectory(a), 'holdfast.pid')));
});

test('process names are those that keepalived gives, or those that are written', async () => {
  const task = await running(a, configuration('process_names\nvrrp_process_name lb_vrrp'));
  const { pid, failover } = await inState(a, task, 'master');
  const name = (of: number | undefined) => readFileSync(`/proc/${of}/comm`, 'utf8').trim();
  assert.deepEqual([name(pid), name(failover.pid)], ['keepalived', 'lb_vrrp']);
  // Favoured among sessions, where the kernel looks at those first.
  const group = `/proc/${failover.pid}/autogroup`;
  if (existsSync(group)) assert.match(readFileSync(group, 'utf8'), /nice -20$/m);
  assert.equal(await stop(task), 0);
});

test('a reload at its time, with a mark while the files are read, and dumps by the mask', async () => {
  const at = inFolder('at');
  const mark = inFolder('reloading');
  const lines = `reload_time_file ${at}\nreload_file ${mark}\numask 0133\nstate_dump_file ${inFolder('state.data')}`;
  const task = await running(a, configuration(lines));
  const { pid } = await inState(a, task, 'master');
  const moment = new Date(Date.now() + 1_500).toISOString().slice(11, 19);
  writeFileSync(at, `${moment}Z`);
  let marked = false;
  await until(
    'it was read again',
    15_000,
    async () => {
      marked ||= existsSync(mark);
      return /the configuration was read again/.test(task.log()) ? true : undefined;
    },
    2,
  );
  assert.ok(marked, 'the mark was there');
  assert.ok(!existsSync(mark), 'and is gone');
  process.kill(pid, 'SIGUSR1');
  const path = inFolder('state.data');
  await until('the dump', 5_000, () => existsSync(path) || undefined);
  assert.equal(statSync(path).mode & 0o777, 0o644);
  await until('its companion', 5_000, () => existsSync(inFolder('state_parent.data')) || undefined);
  assert.equal(await stop(task), 0);
});
