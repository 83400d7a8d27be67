/**
 * Tracked processes followed through the kernel's own events: a thousand that end at once, one that is renamed, and
 * what is left when events were lost.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { instant, milliseconds, seconds } from '../../src/base/units.ts';
import { ProcessTrackers } from '../../src/daemon/trackers/processes.ts';
import type { TrackProcessModel } from '../../src/engine/translation/supervisor-trackers.ts';
import { until } from '../lab/until.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-processes-'));
const name = `hf${process.pid}`;
const program = join(directory, name);
copyFileSync('/bin/sleep', program);
after(() => rmSync(directory, { recursive: true }));

let closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing) close();
  closing = [];
});

const now = () => instant(Number(process.hrtime.bigint() / 1_000n));

function tracked(more: Partial<TrackProcessModel> = {}): TrackProcessModel {
  return {
    name,
    tracker: 'process:x',
    program: name,
    fullCommand: false,
    parameters: undefined,
    quorum: 1,
    quorumMax: undefined,
    forkDelay: seconds(0),
    terminateDelay: seconds(0),
    ...more,
  };
}

interface Told {
  readonly verdicts: string[];
  readonly said: string[];
}

function track(plan: TrackProcessModel, mayListen = true): Told {
  const verdicts: string[] = [];
  const said: string[] = [];
  const trackers = new ProcessTrackers({
    now,
    verdict: (_, up, detail) => verdicts.push(`${up ? 'up' : 'down'} ${detail}`),
    say: (_, text) => said.push(text),
    mayListen,
  });
  closing.push(() => trackers.close());
  trackers.configure([plan]);
  return { verdicts, said };
}

/** A shell that starts `count` of them; they end all at once. */
function herd(count: number): { release(): void } {
  const line = `i=0; while [ $i -lt ${count} ]; do ${program} 60 & i=$((i+1)); done; wait`;
  const shell = spawn('sh', ['-c', line], { stdio: 'ignore', detached: true });
  const release = () => {
    try {
      process.kill(-(shell.pid ?? 0), 'SIGKILL');
    } catch {
      // Released before.
    }
  };
  closing.push(release);
  return { release };
}

const size = 1_400;

for (const mayListen of [true, false]) {
  test(`${size} processes that end at once, ${mayListen ? 'told by the kernel' : 'seen in /proc'}`, async () => {
    const told = track(tracked({ quorum: size }), mayListen);
    assert.deepEqual(told.verdicts, [`down 0 running, ${size} needed`]);
    if (mayListen) assert.deepEqual(told.said, [], 'the kernel tells nothing');
    const none = track(tracked({ tracker: 'process:none', quorum: 0, quorumMax: 0 }), mayListen);
    const crowd = herd(size);
    await until('all of them run', 30_000, () => told.verdicts[1] && none.verdicts[1]);
    assert.deepEqual(told.verdicts.slice(1), [`up ${size} running, ${size} needed`]);
    crowd.release();
    await until('the last one has ended', 30_000, () => told.verdicts[2] && none.verdicts[2]);
    assert.match(told.verdicts[2] ?? '', /^down \d+ running/);
    assert.equal(none.verdicts[2], 'up 0 running, 0 needed, at most 0');
    assert.equal(none.verdicts.length, 3, none.verdicts.join());
  });
}

test('parameters tell processes of one name apart, and a short gap is bridged', async () => {
  const bridged = track(tracked({ terminateDelay: milliseconds(1_500) }));
  const other = track(tracked({ parameters: { words: ['61'], match: 'exact' } }));
  const first = spawn(program, ['61']);
  await until('both saw it', 5_000, () => other.verdicts[1] && bridged.verdicts[1]);
  first.kill();
  await until('it is gone', 5_000, () => other.verdicts[2]);
  const second = spawn(program, ['62']);
  await until('the second runs', 5_000, () => second.pid);
  second.kill();
  await until('the delay is over', 5_000, () => bridged.verdicts[2]);
  assert.deepEqual(bridged.verdicts, [
    'down 0 running, 1 needed',
    'up 1 running, 1 needed',
    'down 0 running, 1 needed',
  ]);
  assert.equal(other.verdicts.length, 3);
});
